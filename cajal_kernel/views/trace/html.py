"""A trace as HTML that a saved notebook keeps: a tree that opens, each value as small bars or as an image."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from itertools import zip_longest
from typing import TYPE_CHECKING

import cajal_core as cajal
from cajal_kernel.views.basis import entries
from cajal_kernel.views.lists import list_vector
from cajal_kernel.views.live.picture import Spec
from cajal_kernel.views.paint import MONO, NEGATIVE, POSITIVE, QUIET, bar, precise, short
from cajal_kernel.views.trace.applied import applied
from cajal_kernel.views.trace.images import image_html

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

ROWS, BARS = 120, 6
"""The most lines of the tree, and the most bars of a value: what a file of 200 kB has room for."""

TRACK, WIDE = 42, 22
"""The pixels of the longest bar, and the most characters of a label that begin its bar where others do."""

SUM = 5e-3
"""What may be lacking of a distribution's sum, by rounding."""


def trace_html(trace: cajal.Trace) -> str:
    """The tree for the first of the batch."""
    plain, every = trace.plain(), trace.rows()
    shown = every[:ROWS]
    parts: list[str] = []
    open_below: list[int] = []
    for row, following in zip_longest(shown, shown[1:]):
        while open_below and open_below[-1] >= row.depth:
            parts.append("</div></details>")
            open_below.pop()
        line = _line(trace, row, plain["types"])
        if following and following.depth > row.depth:
            parts.append(f'<details open><summary>{line}</summary><div style="padding-left:1.4em">')
            open_below.append(row.depth)
        else:
            parts.append(f'<div style="padding-left:1em">{line}</div>')
    parts += ["</div></details>"] * len(open_below)
    if more := len(every) - len(shown):
        parts.append(f'<div style="{QUIET}">… {more:,} more lines</div>')
    if isinstance(trace.result, cajal.Sequence):
        value = value_html(list_vector(trace.result, trace.type), plain["result_type"], plain["types"], 1)
    else:
        value = value_html(trace.result, str(trace.type), plain["types"], len(cajal.shape(trace.type)))
    parts.append(f'<div style="padding-left:1em"><b>result</b>{_type(str(trace.type))}{value}</div>')
    return f'<div style="font-size:13px;line-height:1.6">{"".join(parts)}</div>'


def _line(trace: cajal.Trace, row: cajal.TraceRow, types: Spec) -> str:
    entry = trace.entries[row.place]
    rank = len(cajal.shape(entry.type))
    if row.weight is None:
        said = applied(entry)
        arguments = f'<span style="{MONO}"> {escape(said)}</span>' if said else ""
        bold = f'<b style="{MONO}">{escape(cajal.shorten(entry.name))}</b>'
        name = f"{bold}{arguments}{_type(str(entry.type))}"
        what = f'<span style="{QUIET};font-size:0.9em">{_kind(entry)}</span> '
        where = f"line {entry.span.line}, column {entry.span.column} of {entry.span.source.name}"
        head = f'<span title="{escape(where)}">{what}{name}</span>'
        if entry.kind == "state":
            return head
        return head + value_html(trace.at(row.place, row.steps), str(entry.type), types, rank)
    note = f"weight {short(row.weight)}" + ", past the count" * row.past
    faded = "opacity:0.5" if row.past else ""
    if row.folded:
        count = "1 step" if row.folded == 1 else f"{row.folded:,} steps"
        return f'<span style="{QUIET}">… {count}, {note}</span>'
    value = value_html(trace.at(row.place, row.steps), str(entry.type), types, rank)
    remark = f' <span style="{QUIET};padding-left:1em">{note}</span>'
    return f'<span style="{faded}">step {row.steps[row.place]}{value}{remark}</span>'


def _kind(entry: cajal.Traced) -> str:
    if entry.kind == "state":
        return "fold" if entry.is_fold else "iter"
    return entry.kind


def _type(type: str) -> str:
    return f'<span style="{MONO};{QUIET}"> : {escape(type)}</span>'


def value_html(tensor: Tensor, type: str, types: Spec, rank: int) -> str:
    """The value for the first of the batch."""
    about = types[type]
    batch = tensor.ndim - rank
    if not tensor.numel():
        return f'<span style="{QUIET}"> an empty batch</span>'
    vector = entries(tensor[(0,) * batch]).ravel()
    shown: str
    if about["image"]:
        shown = image_html(vector, about["image"])
    else:
        labels = about["labels"] or range(len(vector))
        shown = _bars(vector, [str(label) for label in labels])
    note = value_note(vector) if about["is_data"] else ""
    remark = f' <span style="{QUIET}">{note}</span>' if note else ""
    return f' <span style="padding-left:1em">{shown}</span>{remark}'


def value_note(vector: NDArray) -> str:
    """Why a vector over the basis of data is no distribution; nothing where it is one.

    >>> import numpy as np
    >>> value_note(np.array([0.25, 0.75])), value_note(np.array([0.5, 0.25])), value_note(np.zeros(2))
    ('', 'sum 0.75', 'sum 0')
    """
    total = math.fsum(vector) if all(map(math.isfinite, vector)) else math.nan
    if math.isnan(total):
        return "not finite"
    if not any(vector):
        return "sum 0"
    return f"sum {short(total)}" if abs(total - 1) > SUM else ""


def _bars(vector: Sequence[float] | NDArray, labels: Sequence[str]) -> str:
    """The entries of greatest magnitude as bars, with their labels and numbers."""
    size = [abs(value) if math.isfinite(value) else math.inf for value in vector]
    chosen = sorted(range(len(size)), key=lambda place: (-size[place], place))[:BARS]
    if len(size) > BARS:
        chosen = [place for place in chosen if size[place]] or chosen[:1]
    greatest = max([1.0, *(each for each in size if math.isfinite(each))])
    is_signed = any(value < 0 for value in vector)
    wide = min(WIDE, max(len(labels[place]) for place in chosen))
    bars = [_bar(labels[place], wide, float(vector[place]), greatest, is_signed) for place in sorted(chosen)]
    rest = [float(vector[place]) for place in range(len(size)) if place not in chosen]
    if rest:
        total = math.fsum(rest) if all(map(math.isfinite, rest)) else math.nan
        also = f", sum {short(total)}" if any(rest) else " of 0"
        bars.append(f'<span style="{QUIET}">… {len(rest):,} more{also}</span>')
    return " ".join(bars)


def _bar(label: str, wide: int, value: float, greatest: float, is_signed: bool) -> str:
    """A label, a bar from the middle where something is below zero, and the number.

    Labels of fewer than `wide` characters have the room of so many.
    """
    zero, room = (TRACK / 2, TRACK / 2) if is_signed else (0, TRACK)
    size = abs(value) / greatest * room if math.isfinite(value) else room
    red, green, blue = NEGATIVE if value < 0 else POSITIVE
    colour = f"rgb({red},{green},{blue})" if math.isfinite(value) else "rgb(200,30,120)"
    track = bar(zero - size if value < 0 else zero, size, colour, "rgba(128,128,128,0.2)", TRACK)
    faded = f' style="{QUIET}"' if value == 0 else ""
    name = (
        f'<span style="{MONO};display:inline-block;min-width:{wide}ch">{escape(cajal.shorten(label))}</span>'
    )
    title = escape(f"{label}: {precise(value)}")
    return (
        f'<span style="white-space:nowrap;margin-right:8px" title="{title}"><span{faded}>{name}'
        f" {track}{short(value)}</span></span>"
    )
