"""A trace as text: a tree, with the values for the first of the batch."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from torch import Tensor

from cajal_core.backend.watch.tree import Tree
from cajal_core.base import tys

#: The tree shows so many characters of a name, entries of a vector, and lines.
_NAME, _LARGEST, _LINES = 32, 4, 200
#: Of an `iter` the first steps are opened, and of the others the first that weigh anything.
_OPENED, _WEIGHED = 3, 2
#: What may be lacking of a distribution's sum, by rounding.
_SUM = 5e-3

_Row: TypeAlias = tuple[str, str, str, str, str]


def tree_text(tree: Tree, result: Tensor, type: tys.Type) -> str:
    """The tree as a table, whose last line is the result."""
    head = ("where", "what", "name", "type", "first of the batch")
    every = list(_Rows(tree).inside(None, {}, ""))
    rows = every[:_LINES]
    if more := len(every[_LINES:]):
        rows.append(("", "…", "", "", f"{more:,} more lines"))
    rows.append(("", "result", "", str(type), value_text(result, type)))
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(4)]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4]])
        for row in (head, *rows)
    )


class _Rows:
    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.several = len({entry.span.source.name for entry in tree.entries}) > 1

    def inside(self, parent: int | None, steps: Mapping[int, int], indent: str) -> Iterator[_Row]:
        """What is inside an entry, at a step of each `iter` around it."""
        for place in self.tree.inside(parent):
            entry = self.tree.entries[place]
            where = f"{entry.span.source.name}:" * self.several + f"{entry.span.line}:{entry.span.column}"
            name = entry.name if len(entry.name) <= _NAME else f"{entry.name[: _NAME - 1]}…"
            head = where, entry.kind, f"{indent}{name}", str(entry.type)
            if entry.kind == "state":
                count = self.tree.states(place)
                yield *head, _counted(count - 1) if count else "no step"
                if count:
                    yield from self.steps(place, steps, f"{indent}  ")
            else:
                yield *head, value_text(self.tree.at(place, steps), entry.type)
                yield from self.inside(place, steps, f"{indent}  ")

    def steps(self, place: int, outer: Mapping[int, int], indent: str) -> Iterator[_Row]:
        """The steps of an `iter`, where most are folded."""
        count, type = self.tree.states(place), self.tree.entries[place].type
        weights = [_first(self.tree.weight(place, {**outer, place: step})) for step in range(count)]
        weighing = [step for step, weight in enumerate(weights) if weight]
        opened = [*range(min(_OPENED, count)), *[step for step in weighing if step >= _OPENED][:_WEIGHED]]
        past = weighing[-1] + 1 if weighing else count
        for step, following in zip(opened, [*opened[1:], count], strict=True):
            steps = {**outer, place: step}
            value = value_text(self.tree.at(place, steps), type)
            weighs = f"weight {weights[step]:.3g}" + ", past the count" * (step >= past)
            yield "", "step", f"{indent}{step}", "", f"{value}   {weighs}"
            if step:
                yield from self.inside(place, steps, f"{indent}  ")
            if folded := weights[step + 1 : following]:
                weighs = f"weight {math.fsum(folded):.3g}" + ", past the count" * (step + 1 >= past)
                yield "", "…", f"{indent}{_counted(len(folded))}", "", weighs


def _counted(steps: int) -> str:
    return "1 step" if steps == 1 else f"{steps:,} steps"


def _first(values: Tensor) -> float:
    """The number for the first of the batch."""
    flat = values.detach().flatten()
    return float(flat[0]) if flat.numel() else math.nan


def value_text(value: Tensor, type: tys.Type) -> str:
    """The value for the first of the batch."""
    flat = value.detach().flatten(-len(tys.shape(type)))
    if not flat.numel():
        return "an empty batch"
    row: list[float] = flat.reshape(-1, flat.shape[-1])[0].double().cpu().tolist()
    if not tys.is_data(type):
        return f"norm {math.hypot(*row):.3g}"
    return _vector(row, list(tys.labels(type)))


def _vector(entries: list[float], labels: list[str]) -> str:
    """A vector over the basis of a data type."""
    if not any(entries):
        return "the zero vector, as of an overflow"
    places = sorted(range(len(entries)), key=lambda place: (-_size(entries[place]), place))
    first, *others = [place for place in places if entries[place]]
    if entries[first] == 1 and not others:
        return labels[first]
    listed = ", ".join([f"{labels[place]} {entries[place]:.3g}" for place in [first, *others][:_LARGEST]])
    if not all(map(math.isfinite, entries)):
        note = " (not finite)"
    elif min(entries) < 0:
        note = " (no distribution: less than 0)"
    elif abs((total := math.fsum(entries)) - 1) > _SUM:
        note = f" (no distribution: sum {total:.3g})"
    else:
        note = ""
    return listed + ", …" * (len(others) >= _LARGEST) + note


def _size(entry: float) -> float:
    """How large an entry is; what is not finite comes first."""
    return abs(entry) if math.isfinite(entry) else math.inf
