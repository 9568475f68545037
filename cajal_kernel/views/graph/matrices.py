"""The matrices of boxes: of each what the compiler says that part of the neuron does to basis vectors."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import cajal_core as cajal
from cajal_kernel.views.basis import argument_axes, combinations, entries
from cajal_kernel.views.graph.model import Weights
from cajal_kernel.views.graph.program import Program

COLUMNS, ROWS = 64, 64
"""The most of a matrix that a box tells."""

DRAWN, DRAWN_OF_SEVERAL = 12, 4
"""The most columns and rows of a matrix that is drawn in its box; where several wires come in, columns."""

MOST = 80
"""The most matrices of one picture, since each is compiled."""


@dataclass
class Matrices:
    """The matrices of the boxes of one graph, found once for each box, in the order of the program."""

    neuron: cajal.Neuron
    program: Program
    written: bool
    made: dict[str, Weights | None] = field(default_factory=dict)

    def small(self, box: str, value: int, inside: Collection[int]) -> Weights | None:
        """The matrix of a box, if it is small enough to be drawn in it."""
        if box not in self.made:
            self.made[box] = self._weights(value, inside) if len(self.made) < MOST else None
        found = self.made[box]
        if found is None or not found.names:
            return None
        most = DRAWN if len(found.names) == 1 else DRAWN_OF_SEVERAL
        return found if len(found.columns) <= most and len(found.rows) <= DRAWN else None

    def _weights(self, value: int, inside: Collection[int]) -> Weights | None:
        labels = self.program.labels(value)
        if labels is None or len(labels) > ROWS:
            return None
        try:
            part = self.neuron.part(value, inside, self.written)
            return None if part is None else _matrix(part, labels)
        except cajal.CajalError:  # it is not linked, or too large on the way
            return None


def _matrix(part: cajal.Neuron, rows: Sequence[str]) -> Weights | None:
    axes = argument_axes(part)
    sizes = [len(axis.labels) for axis in axes]
    if math.prod(sizes) > COLUMNS:
        return None
    is_linear = part.is_known_linear
    with part.evaluating():
        try:
            tensor = entries((part.matrix if is_linear else part.table)())
        except Exception as error:
            if cajal.raised_by_link(error):  # a network of the user fails: the graph has its box all the same
                return None
            raise
    # The axes of the tensor are those of the result, then of the arguments, the last first.
    nested = tensor.reshape(len(rows), *reversed(sizes))
    values = nested.transpose(0, *range(nested.ndim - 1, 0, -1)).reshape(len(rows), -1)
    columns = tuple(
        ", ".join(axis.labels[index] for axis, index in zip(axes, choice, strict=True))
        for choice in combinations(axes)
    )
    return Weights(columns, tuple(rows), values, tuple(axis.name for axis in axes), is_linear)
