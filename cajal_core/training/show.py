"""The way from a training to its curve, which is the notebook's."""

from __future__ import annotations

import sys
from typing import Any


def live_curve() -> Any:
    """A callback that draws the training in the cell of a notebook that runs it; None elsewhere."""
    if "IPython" not in sys.modules:  # without it there is no notebook, and what draws takes long to load
        return None
    try:
        # A training is watched where it runs. The compiler is whole without the notebook.
        from cajal_kernel.views.training.history import live_curve
    except ModuleNotFoundError:
        return None
    return live_curve()


def bundle(history: Any) -> dict[str, Any]:
    """What a notebook shows of a history. Its class is not named, since its module imports this one."""
    try:
        from cajal_kernel.views.training.history import history_bundle
    except ModuleNotFoundError:
        return {"text/plain": str(history)}
    return history_bundle(history)
