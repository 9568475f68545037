"""The pictures, for Python notebooks too: `from cajal_kernel.views import Curve`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cajal_kernel.views.curve import Curve

__all__ = ["Curve"]


def __getattr__(name: str) -> object:
    """`Curve` when it is asked for: it loads NumPy and IPython."""
    if name == "Curve":
        from cajal_kernel.views.curve import Curve

        return Curve
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
