"""What the pictures show, as plain data. The renderers beside this module turn it into text, HTML and PNG."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

PICTURED = 12
"""The most inputs whose steps are pictured side by side."""


@dataclass(frozen=True)
class Axis:
    """A space with a name for each basis vector: the argument `x : Bool`, or a result without a name."""

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


@dataclass(frozen=True, eq=False)
class Matrix:
    """A multilinear map as one table: a row for each basis vector of the result, a column for each choice
    of one basis vector for every argument.

    `values` is (rows, columns). `lost[j]` marks a column that lost its mass, since its evaluation overflowed.
    """

    title: str
    type: str
    columns: tuple[Axis, ...]
    rows: Axis
    values: Array
    lost: tuple[bool, ...] = ()

    def __post_init__(self) -> None:
        expected = (len(self.rows.labels), math.prod(len(axis.labels) for axis in self.columns))
        if self.values.shape != expected:
            raise ValueError(f"a matrix of shape {self.values.shape} under labels for {expected}")
        if self.lost and len(self.lost) != expected[1]:
            raise ValueError(f"{len(self.lost)} marks for {expected[1]} columns")

    @cached_property
    def choices(self) -> list[tuple[int, ...]]:
        """For each column, the index of the basis vector on each axis."""
        return list(combinations(self.columns))

    @cached_property
    def scale(self) -> float:
        """The magnitude that is painted in full colour: 1, or the greatest entry where one is greater."""
        finite = np.abs(self.values[np.isfinite(self.values)])
        return max(1.0, float(finite.max(initial=0.0)))

    def column(self, index: int) -> str:
        """The column in words: `x = true, y = false`."""
        return ", ".join(axis.at(i) for axis, i in zip(self.columns, self.choices[index], strict=True))

    def hover(self, row: int, column: int) -> str:
        """The entry in words: `x = true, y = false → false: 1`."""
        origin = self.column(column)
        entry = f"{self.rows.at(row)}: {precise(float(self.values[row, column]))}"
        lost = " (overflow: this column lost its mass)" if self.lost and self.lost[column] else ""
        return (f"{origin} → {entry}" if origin else entry) + lost


def uncurry(curried: Array, arguments: Sequence[int], result: int) -> Array:
    """The matrix of `A1 -o … -o An -o B` as (dim B, dim A1 · … · dim An), the first argument outermost.

    The tensor of `A -o B` has shape (dim B, dim A) with B flattened row-major, so that read row-major the
    axes of the whole are B, An, …, A1: the arguments come last to first.
    """
    nested = curried.reshape(result, *reversed(arguments))
    return nested.transpose(0, *range(nested.ndim - 1, 0, -1)).reshape(result, -1)


@dataclass(frozen=True, eq=False)
class Steps:
    """The run of an `iter`: the state after i steps and the weight of i in the count, for every input.

    `states` is (inputs, steps, dim), `weights` is (inputs, steps); an input is one choice of basis vectors
    for `arguments`. The result of the `iter` is the sum over the steps of weight times state.
    """

    title: str
    arguments: tuple[Axis, ...]
    state: Axis
    states: Array
    weights: Array

    def __post_init__(self) -> None:
        inputs = math.prod(len(axis.labels) for axis in self.arguments)
        steps = self.states.shape[1] if self.states.ndim == 3 else 0
        if self.states.shape != (inputs, steps, len(self.state.labels)):
            raise ValueError(f"states of shape {self.states.shape} for {inputs} inputs")
        if self.weights.shape != (inputs, steps):
            raise ValueError(f"weights of shape {self.weights.shape} for {inputs} inputs and {steps} steps")

    @cached_property
    def inputs(self) -> list[str]:
        """Every input in words: `m = 1, n = 2`; one empty text where there are no arguments."""
        return [
            ", ".join(axis.at(i) for axis, i in zip(self.arguments, choice, strict=True))
            for choice in combinations(self.arguments)
        ]

    @property
    def count(self) -> int:
        """How many states there are: one more than the steps that were taken."""
        return self.states.shape[1]

    def selection(self, limit: int) -> list[int]:
        """At most `limit` inputs, evenly spread, for a picture that cannot hold them all."""
        total = len(self.inputs)
        return sorted(
            {round(i * (total - 1) / max(1, min(limit, total) - 1)) for i in range(min(limit, total))}
        )


@dataclass(frozen=True, eq=False)
class Line:
    """One metric of one run: `values[i]` at step `steps[i]`."""

    metric: str
    run: str
    steps: Array
    values: Array

    def thinned(self, limit: int) -> Line:
        """At most `limit` points. Each bucket keeps its least and its greatest value, so that spikes stay."""
        size = len(self.steps)
        if size <= limit:
            return self
        edges = np.linspace(0, size, max(1, limit // 2 - 1) + 1).astype(int)
        kept = {0, size - 1}
        for start, stop in pairwise(edges):
            bucket = np.nan_to_num(self.values[start:stop])
            kept.update((int(start + bucket.argmin()), int(start + bucket.argmax())))
        order = sorted(kept)
        return Line(self.metric, self.run, self.steps[order], self.values[order])


@dataclass(frozen=True, eq=False)
class Curves:
    """A training curve: a panel for each metric, a line in it for each run."""

    title: str
    lines: tuple[Line, ...]
    done: int = 0
    total: int | None = None
    seconds: float = 0.0

    @property
    def metrics(self) -> list[str]:
        """The panels, in the order in which the metrics first came."""
        return list(dict.fromkeys(line.metric for line in self.lines))

    @property
    def runs(self) -> list[str]:
        """The runs, in the order in which they first came; their place decides their colour."""
        return list(dict.fromkeys(line.run for line in self.lines))

    @property
    def progress(self) -> str:
        """How far the training is: `412 of 800 steps, 12 s`."""
        of = f" of {self.total}" if self.total else ""
        return (
            f"{self.done}{of} {'step' if (self.total or self.done) == 1 else 'steps'}, {self.seconds:.0f} s"
        )


def counted(number: int, what: str) -> str:
    """A number and its noun: `1 step`, `10 steps`."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def short(value: float) -> str:
    """A number in at most seven characters, for the cell of a table; whole numbers stay whole."""
    if math.isfinite(value) and value == round(value) and abs(value) < 1e6:
        return str(round(value))
    return f"{value:.2g}" if abs(value) < 0.1 or abs(value) >= 1e4 else f"{value:.3g}"


def precise(value: float) -> str:
    """A number as a hover text gives it."""
    if math.isfinite(value) and value == round(value) and abs(value) < 1e15:
        return str(round(value))
    return f"{value:.6g}"
