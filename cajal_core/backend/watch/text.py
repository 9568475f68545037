"""A trace as text: a tree, with the values for the first of the batch."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math

from torch import Tensor

from cajal_core.backend.values.sequence import Sequence
from cajal_core.backend.watch.rows import TraceRow, rows
from cajal_core.backend.watch.tree import Tree
from cajal_core.base import tys

#: The tree shows so many characters of a name, entries of a vector, and lines.
_NAME, _LARGEST, _LINES = 32, 4, 200
#: What may be lacking of a distribution's sum, by rounding.
_SUM = 5e-3


def tree_text(tree: Tree, result: Tensor | Sequence, type: tys.Type) -> str:
    """The tree as a table, whose last line is the result."""
    head = ("where", "what", "name", "type", "first of the batch")
    several = len({entry.span.source.name for entry in tree.entries}) > 1
    every = list(rows(tree, None, {}, 0))
    lines = [_line(tree, row, several) for row in every[:_LINES]]
    if more := len(every[_LINES:]):
        lines.append(("", "…", "", "", f"{more:,} more lines"))
    shown = value_text(result, type) if isinstance(result, Tensor) else _list_text(result, type)
    lines.append(("", "result", "", str(type), shown))
    widths = [max(len(line[column]) for line in (head, *lines)) for column in range(4)]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[4]])
        for line in (head, *lines)
    )


def _line(tree: Tree, row: TraceRow, several: bool) -> tuple[str, str, str, str, str]:
    entry, indent = tree.entries[row.place], "  " * row.depth
    if row.weight is not None:
        weighs = f"weight {row.weight:.3g}" + ", past the count" * row.past
        if row.folded:
            return "", "…", f"{indent}{_counted(row.folded)}", "", weighs
        value = value_text(tree.at(row.place, row.steps), entry.type)
        return "", "step", f"{indent}{row.steps[row.place]}", "", f"{value}   {weighs}"
    where = f"{entry.span.source.name}:" * several + f"{entry.span.line}:{entry.span.column}"
    name = entry.name if len(entry.name) <= _NAME else f"{entry.name[: _NAME - 1]}…"
    if entry.kind == "state":
        count = tree.states(row.place)
        shown = _counted(count - 1) if count else "no step"
    else:
        shown = value_text(tree.at(row.place, row.steps), entry.type)
    return where, entry.kind, f"{indent}{name}", str(entry.type), shown


def _counted(steps: int) -> str:
    return "1 step" if steps == 1 else f"{steps:,} steps"


def value_text(value: Tensor, type: tys.Type) -> str:
    """The value for the first of the batch."""
    flat = value.detach().flatten(-len(tys.shape(type)))
    if not flat.numel():
        return "an empty batch"
    row: list[float] = flat.reshape(-1, flat.shape[-1])[0].double().cpu().tolist()
    if not tys.is_data(type):
        return f"norm {math.hypot(*row):.3g}"
    return _vector(row, list(tys.labels(type)))


def _list_text(value: Sequence, type: tys.Type) -> str:
    """The list for the first of the batch; behind it its lengths, where they are no one whole number."""
    assert isinstance(type, tys.List)
    weights = value.weights().detach().reshape(-1, value.weights().shape[-1])
    if not len(weights):
        return "an empty batch"
    lengths: list[float] = weights[0].double().cpu().tolist()
    weighed = [length for length, weight in enumerate(lengths) if weight]
    elements = value.elements[(0,) * value.rank][: max(weighed, default=0)]
    parts = [value_text(element, type.element) for element in elements]
    listed = f"[{', '.join([f'({part})' if ' ' in part else part for part in parts])}]"
    if len(weighed) == 1 and lengths[weighed[0]] == 1:
        return listed
    return f"{listed} with lengths {_vector(lengths, [*map(str, range(len(lengths)))])}"


def _vector(entries: list[float], labels: list[str]) -> str:
    """A vector over the basis of a data type."""
    if not any(entries):
        return "the zero vector"
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
