"""The pictures of a notebook: a module for each, and `Curve` for Python cells.

    from cajal_kernel.views import Curve

`Curve` is loaded when it is first asked for, since it loads IPython and numpy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cajal_kernel.views.curves.recorder import Curve as Curve

__all__ = ["Curve"]


def __getattr__(name: str) -> Any:
    if name == "Curve":
        from cajal_kernel.views.curves.recorder import Curve

        return Curve
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
