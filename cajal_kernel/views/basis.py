"""The labels of a picture: an axis for each argument of a neuron and one for its result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import cajal_core as cajal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor


@dataclass(frozen=True)
class Axis:
    """A space with a name for each basis vector: the argument `x : Bool`, or a result without a name.

    >>> print(Axis("x", "Bool", ("true", "false")))
    x : Bool
    """

    name: str
    type: str
    labels: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.name} : {self.type}" if self.name else self.type

    def at(self, index: int) -> str:
        """What a hover text calls the basis vector: `x = true`, or `true` without a name."""
        return f"{self.name} = {self.labels[index]}" if self.name else self.labels[index]


def combinations(axes: Sequence[Axis]) -> Iterator[tuple[int, ...]]:
    """Every choice of one basis vector an axis, the first axis outermost."""
    return product(*(range(len(axis.labels)) for axis in axes))


def argument_axes(neuron: cajal.Neuron) -> tuple[Axis, ...]:
    """The arguments of a neuron, with the names of their basis vectors."""
    return tuple(
        Axis(argument.name, str(argument.type), tuple(cajal.labels(argument.type)))
        for argument in neuron.arguments
    )


def result_axis(type: cajal.Type) -> Axis:
    """What a type gives when all its arguments are there."""
    result = cajal.uncurry(type)[1]
    return Axis("", str(result), tuple(cajal.labels(result)))


def entries(tensor: Tensor) -> NDArray[np.float64]:
    """A tensor of any device and dtype as an array of its shape."""
    return tensor.detach().to(device="cpu").double().numpy()
