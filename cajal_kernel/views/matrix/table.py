"""A small matrix as a table of HTML."""

from __future__ import annotations

import math
from html import escape
from itertools import groupby

from cajal_kernel.views.matrix.data import Matrix
from cajal_kernel.views.paint import MONO, QUIET, mark, short, tint

NUMBERED = 24
"""The most columns whose cells have room for a number; in a wider table it is only in the hover text."""


def matrix_html(matrix: Matrix) -> str:
    """The table: labels in grey, entries painted by sign and size, every entry's place and value on hover."""
    numbered = len(matrix.choices) <= NUMBERED
    head = "".join(_header_row(matrix, level) for level in range(len(matrix.columns)))
    body = "".join(_body_row(matrix, row, numbered) for row in range(len(matrix.rows.labels)))
    notes = "".join(f'<div style="{QUIET}">{escape(note)}</div>' for note in matrix.overflows)
    notes = _scale(matrix) + notes
    return (
        '<div style="overflow-x:auto"><table style="border-collapse:collapse;margin:4px 0;width:auto">'
        f"{head and f'<thead>{head}</thead>'}<tbody>{body}</tbody></table></div>{notes}"
    )


def _header_row(matrix: Matrix, level: int) -> str:
    """One argument's labels; the label of an outer argument spans the columns that it covers."""
    axis = matrix.columns[level]
    cells = [f'<th title="{escape(str(axis))}" style="{_LABEL};{_EDGE}">{escape(axis.name)}</th>']
    for prefix, group in groupby(matrix.choices, lambda choice: choice[: level + 1]):
        span = len(list(group))
        new = _first(matrix, level, prefix)
        cells.append(
            f'<th colspan="{span}" title="{escape(axis.at(prefix[-1]))}" '
            f'style="{_LABEL};text-align:center{_GAP if new else ""}">{escape(axis.labels[prefix[-1]])}</th>'
        )
    return f'<tr style="background:transparent">{"".join(cells)}</tr>'


def _first(matrix: Matrix, level: int, prefix: tuple[int, ...]) -> bool:
    """Whether an outer argument changes at this column, so that a gap sets it off. Not at the very first."""
    outer = len(matrix.columns) - 1
    return any(prefix) and (level < outer or prefix[-1] == 0)


def _body_row(matrix: Matrix, row: int, numbered: bool) -> str:
    label = escape(matrix.rows.labels[row])
    cells = [f'<th title="{escape(matrix.rows.at(row))}" style="{_LABEL};{_EDGE}">{label}</th>']
    innermost = len(matrix.columns) - 1
    for column, choice in enumerate(matrix.choices):
        value = float(matrix.values[row, column])
        style = [_CELL if numbered else _PIXEL]
        if value:
            style.append(f"background-color:{tint(value, matrix.scale)}")
        elif matrix.lost and matrix.lost[column]:
            style.append("background-color:rgba(128,128,128,0.14)")
        gap = _GAP if choice and _first(matrix, innermost, choice) else ""
        content = '<span style="opacity:0.4">0</span>' if not value else escape(short(value))
        if not numbered:
            content = "" if math.isfinite(value) else mark(value)
        cells.append(
            f'<td title="{escape(matrix.hover(row, column))}" style="{";".join(style)}{gap}">{content}</td>'
        )
    return f'<tr style="background:transparent">{"".join(cells)}</tr>'


def _scale(matrix: Matrix) -> str:
    """The colours with their numbers; nothing where they are those of every table of 0 and 1."""
    low, full = matrix.range[0], matrix.scale
    if low >= 0 and full == 1:
        return ""
    steps = range(-4 if low < 0 else 0, 5)
    swatches = "".join(
        f'<span style="background-color:{tint(step, 4)};padding:0 7px">&#8203;</span>' for step in steps
    )
    first = short(full * steps[0] / 4)
    return f'<div style="{MONO};font-size:0.9em"><span>{first} {swatches} {short(full)}</span></div>'


_LABEL = f"{MONO};font-weight:normal;{QUIET};padding:1px 6px;text-align:right;border:none;white-space:nowrap"
_EDGE = "border-right:1px solid rgba(128,128,128,0.5)"
_GAP = ";border-left:1px solid rgba(128,128,128,0.5)"
_CELL = f"{MONO};padding:2px 6px;min-width:2.6em;text-align:center;border:1px solid rgba(128,128,128,0.18)"
_PIXEL = (
    "padding:0;text-align:center;font-size:11px;line-height:1;min-width:11px;height:16px;"
    "border:1px solid rgba(128,128,128,0.18)"
)
