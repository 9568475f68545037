"""The way from a neuron, and from its training, to their pictures, which are the notebook's."""

from __future__ import annotations

import sys
from typing import Any

from cajal_core.diagnostics.calls import NoPictures
from cajal_core.diagnostics.errors import CajalError


def show(neuron: Any, *arguments: Any) -> None:
    """What `Neuron.show` does. The neuron's class is not named, since its module imports this one.

    Raises:
        CajalError: if the notebook's part of Cajal is not installed, and as `Neuron.show` says.
    """
    try:
        # Users look for pictures where the neuron is. The compiler is whole without them.
        from cajal_kernel.showing import show_neuron
    except ModuleNotFoundError as error:
        raise CajalError(NoPictures(str(error.name))) from error
    show_neuron(neuron, *arguments)


def training_view() -> Any:
    """A callback that shows a training where it runs, or None: `cajal_kernel` has one once it is loaded."""
    return _of_notebook("training_view") if "cajal_kernel" in sys.modules else None


def history_bundle(history: Any) -> dict[str, Any]:
    """A history in the forms in which Jupyter shows it; without the notebook's part its text alone."""
    try:
        return _of_notebook("history_bundle", history) or {"text/plain": str(history)}
    except ModuleNotFoundError:
        return {"text/plain": str(history)}


def _of_notebook(name: str, *arguments: Any) -> Any:
    """What a function of the notebook's returns, or None where it has none of this name."""
    from cajal_kernel import showing

    function = getattr(showing, name, None)
    return function(*arguments) if function else None
