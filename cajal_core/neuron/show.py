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
    """A callback that shows a training in the cell of a notebook that runs it; None elsewhere."""
    if "IPython" not in sys.modules:  # without it there is no notebook, and what draws takes long to load
        return None
    try:
        from cajal_kernel.showing import training_view
    except ModuleNotFoundError:
        return None
    return training_view()


def history_bundle(history: Any) -> dict[str, Any]:
    """A history in the forms in which Jupyter shows it; without the notebook's part its text alone."""
    try:
        from cajal_kernel.showing import history_bundle
    except ModuleNotFoundError:
        return {"text/plain": str(history)}
    return history_bundle(history)
