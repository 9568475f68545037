"""What a recurrence runs on: arguments of a neuron, and what a `copy` or a `let` around it takes apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cajal_core as cajal
from cajal_kernel.views.basis import Axis
from cajal_kernel.views.lists import (
    default_list,
    first_list,
    list_text,
    list_vector,
    vector_list,
    vector_text,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Input:
    """A vector that states or weights depend on. `place` is that of the argument, None for a bound value.

    `value` is what the picture begins with: of a list its vector as `views/lists.py` has it, whose entries
    have no labels.
    """

    axis: Axis
    type: cajal.Type
    place: int | None
    value: NDArray[np.float64]

    @property
    def dim(self) -> int:
        return len(self.value)

    @property
    def name(self) -> str:
        """What a page calls it."""
        return self.axis.name or f"inside, of {self.axis.type}"

    def text(self) -> str:
        """The value in words: `n = 9`, or a mixture by its largest entries."""
        if not cajal.list_of(self.type):
            return f"{self.name} = {vector_text(self.axis.labels, self.value)}"
        import torch

        value = vector_list(torch.from_numpy(self.value), self.type)
        return cajal.shorten(f"{self.name} = {list_text(value, self.type)}")


def argument_input(place: int, argument: cajal.Argument, given: Any = None, counts: bool = False) -> Input:
    """An argument with the value that a picture begins with: the first that was given, or else a telling one.

    That is the greatest number for what is counted, the middle of a space, a rotation of the basis for a
    function, a `default_list`, and the first basis vector of all else.

    Raises:
        CajalError: if what was given is no tensor, or has not the shape of the argument.
    """
    import numpy as np

    if cajal.list_of(argument.type):
        tensor = default_list(argument.type) if given is None else argument.tensor(given)
        assert isinstance(tensor, cajal.Sequence)
        vector = list_vector(first_list(tensor), argument.type).detach().cpu().double().numpy()
        return Input(Axis(argument.name, str(argument.type), ()), argument.type, place, vector)
    labels = tuple(cajal.labels(argument.type))
    axis = Axis(argument.name, str(argument.type), labels)
    size = len(labels)
    if given is not None and not callable(given):
        tensor = argument.tensor(given)
        assert not isinstance(tensor, cajal.Sequence)
        tensor = tensor.detach().cpu()
        return Input(axis, argument.type, place, tensor.reshape(-1, size)[0].double().numpy())
    value = np.zeros(size)
    domain, result = cajal.uncurry(argument.type)
    if domain:
        rows, columns = cajal.dim(result), size // cajal.dim(result)
        value.reshape(rows, columns)[(np.arange(columns) + 1) % rows, np.arange(columns)] = 1
    elif counts:
        value[-1] = 1
    else:
        sizes = cajal.sizes(argument.type)
        middle = [each // 2 for each in sizes] if sizes and len(sizes) > 1 else [0]
        value[int(np.ravel_multi_index(middle, sizes)) if sizes and len(sizes) > 1 else 0] = 1
    return Input(axis, argument.type, place, value)


def bound_input(type: cajal.Type) -> Input:
    """A value that a `copy` or a `let` has taken apart, of which every basis vector is computed."""
    import numpy as np

    labels = tuple(cajal.labels(type))
    return Input(Axis("", str(type), labels), type, None, np.eye(len(labels))[0])
