"""The lines of a trace: calls are open, and the steps of an `iter` folded after a few."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from torch import Tensor

from cajal_core.backend.watch.tree import Tree

#: Of an `iter` the first steps are opened, and of the others the first that weigh anything.
OPENED, WEIGHED = 3, 2


@dataclass(frozen=True, slots=True)
class TraceRow:
    """A line of a trace: an entry, a step of an `iter`, or a stretch of its steps that is folded.

    `depth` is how many lines it is inside of, and `place` that of the entry in the trace. `steps` has a step
    for each `iter` around it, by its place, as `Trace.at` takes them; for a step of an `iter` that of the
    `iter` too. For a step `weight` is its weight in the count, for the first of the batch, and for `folded`
    steps their sum. They are `past` if neither they nor later ones weigh anything.

    Example:
        >>> import cajal_core as cajal
        >>> term = "iter 3 { zero => true | succ b => if b then false else true }"
        >>> cajal.Program().compile(term).trace().rows()[3]
        TraceRow(depth=2, place=1, steps={0: 1}, weight=None, past=False, folded=0)
    """

    depth: int
    place: int
    steps: Mapping[int, int]
    weight: float | None = None
    past: bool = False
    folded: int = 0


def rows(tree: Tree, parent: int | None, steps: Mapping[int, int], depth: int) -> Iterator[TraceRow]:
    """The lines inside an entry, at a step of each `iter` around it."""
    for place in tree.inside(parent):
        yield TraceRow(depth, place, steps)
        if tree.entries[place].kind == "state":
            yield from _steps(tree, place, steps, depth + 1)
        else:
            yield from rows(tree, place, steps, depth + 1)


def _steps(tree: Tree, place: int, outer: Mapping[int, int], depth: int) -> Iterator[TraceRow]:
    count = tree.states(place)
    weights = [_first(tree.weight(place, {**outer, place: step})) for step in range(count)]
    weighing = [step for step, weight in enumerate(weights) if weight]
    opened = [*range(min(OPENED, count)), *[step for step in weighing if step >= OPENED][:WEIGHED]]
    past = weighing[-1] + 1 if weighing else count
    for step, following in zip(opened, [*opened[1:], count][: len(opened)], strict=True):
        steps = {**outer, place: step}
        yield TraceRow(depth, place, steps, weights[step], step >= past)
        if step:
            yield from rows(tree, place, steps, depth + 1)
        if folded := weights[step + 1 : following]:
            yield TraceRow(depth, place, outer, math.fsum(folded), step + 1 >= past, len(folded))


def _first(values: Tensor) -> float:
    """The number for the first of the batch."""
    flat = values.detach().flatten()
    return float(flat[0]) if flat.numel() else math.nan
