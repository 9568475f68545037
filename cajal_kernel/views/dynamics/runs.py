"""The states and the weights of every recurrence of a neuron, as functions of its inputs."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cajal_kernel.views.basis import Axis

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cajal_kernel.views.dynamics.inputs import Input

    Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Run:
    """An `iter` or a `fold`.

    `states` are (runs, steps, *dims of `over`, dim), `weights` (runs, *dims of `weighs`, steps).

    `over` and `weighs` are places of inputs: those whose basis vectors the states and the weights run over.
    Where `count` is the place of an input, that vector itself is the weights. What states and weights depend
    on besides is in `fixed`: they hold for its present value alone. They are not known to be linear in
    `nonlinear`. There are several runs where the `iter` is in the step of that at `inside`.

    A fold has an `order`, cons or snoc. `elements` are what its steps read, as far as that is one row of
    vectors for the present inputs: the axis, the sizes of a space, and (steps - 1, dim).
    """

    state: Axis
    sizes: tuple[int, ...] | None
    line: int
    steps: int
    states: Array
    over: tuple[int, ...]
    weights: Array | None
    weighs: tuple[int, ...]
    count: int | None
    fixed: tuple[int, ...]
    nonlinear: tuple[int, ...]
    inside: int | None
    transition: Array | None
    opaque: tuple[str, ...]
    order: str | None = None
    elements: tuple[tuple[Axis, tuple[int, ...] | None, Array], ...] = ()

    @property
    def word(self) -> str:
        """The word of the program that it stands for."""
        return "fold" if self.order else "iter"

    @property
    def direction(self) -> str:
        """In words, where a fold begins that does not begin with the first element."""
        return ", from the last element to the first" if self.order == "cons" else ""

    def at(self, values: Sequence[Array], run: int = -1) -> tuple[Array, Array, Array]:
        """States (steps, dim), weights (steps,) and Σ_{i≤t} weight·state (steps, dim) for inputs.

        An entry of zero is not seen, neither of an input nor of a weight.
        """
        size = self.states.shape[-1]
        states, weights = np.zeros((self.steps, size)), np.zeros(self.steps)
        running = np.zeros((self.steps, size))
        # What both depend on is taken apart by the program itself, so that their product is linear in it.
        shared = [place for place in self.over if place in self.weighs]
        for choice in itertools.product(*(np.flatnonzero(values[place]) for place in shared)):
            part = list(values)
            factor = 1.0
            for place, index in zip(shared, choice, strict=True):
                part[place] = np.eye(len(values[place]))[index]
                factor *= float(values[place][index])
            own = _mixed(self.states[run], [part[place] for place in self.over], 1)
            if self.weights is not None:
                weight = _mixed(self.weights[run], [part[place] for place in self.weighs], 0)
            else:
                assert self.count is not None
                weight = values[self.count]
            states += factor * own
            weights += factor * weight
            products = np.where(weight[:, None] == 0, 0.0, own) * weight[:, None]
            running += factor * np.cumsum(products, axis=0)
        return states, weights, running


def _mixed(tensor: Array, vectors: Sequence[Array], axis: int) -> Array:
    """The tensor, linear in each of the dimensions from `axis` on, at these vectors."""
    with np.errstate(invalid="ignore", over="ignore"):
        for vector in vectors:
            places = np.flatnonzero(vector)
            taken = np.take(tensor, places, axis=axis).astype(float)
            tensor = (
                np.tensordot(np.moveaxis(taken, axis, -1), vector[places], 1)
                if len(places) != 1
                else (np.take(taken, 0, axis=axis) * vector[places[0]])
            )
    return np.asarray(tensor, dtype=float)


@dataclass(frozen=True, eq=False)
class Runs:
    """The recurrences of a neuron and their inputs."""

    title: str
    inputs: tuple[Input, ...]
    runs: tuple[Run, ...]

    @property
    def values(self) -> list[Array]:
        """What the picture begins with."""
        return [each.value for each in self.inputs]

    @property
    def main(self) -> int:
        """The place of the recurrence that is shown first: the last that is in no other's step."""
        return max(place for place, run in enumerate(self.runs) if run.inside is None)
