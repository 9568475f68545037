"""The way from a neuron to its pictures, which are the notebook's."""

from __future__ import annotations

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
