"""The pictures, for Python notebooks too: `from cajal_kernel.views import Curve`."""

from cajal_kernel.views.curve import Curve

__all__ = ["Curve"]
