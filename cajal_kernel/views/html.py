"""The pictures as HTML that survives saving: no script, colours that suit a light and a dark page.

A cell's colour is translucent, over whatever the page is; its text has the page's own colour. Values are in
`title` attributes, which front ends keep even where they distrust a notebook. What is an image here is
embedded, so that a notebook file is complete.
"""

from __future__ import annotations

import base64
import math
from html import escape
from itertools import groupby

from cajal_kernel.views.model import PICTURED, Curves, Matrix, Steps, counted, short
from cajal_kernel.views.text import overflow_notes

POSITIVE = (38, 120, 226)
NEGATIVE = (226, 104, 22)
STRONGEST = 0.58

DENSITY = 1.6
"""Pixels of an image for each pixel of the page, so that it is sharp on fine screens too."""

NUMBERED = 24
"""The most columns whose cells have room for a number; in a wider table it is only in the hover text."""

MONO = "font-family:var(--jp-code-font-family, monospace)"
QUIET = "opacity:0.62"


def heading(name: str, type: str, value: str = "", note: str = "") -> str:
    """The line above every picture: `not : Bool -o Bool`, with a value and a quiet remark behind it."""
    parts = [f"<b>{escape(name)}</b>" if name else "", " : " if name and type else "", escape(type)]
    if value:
        parts.append(f" = <b>{escape(value)}</b>")
    remark = f'<span style="{QUIET};padding-left:1.2em">{escape(note)}</span>' if note else ""
    return f'<div style="margin:2px 0"><span style="{MONO}">{"".join(parts)}</span>{remark}</div>'


def matrix_html(matrix: Matrix) -> str:
    """The table: labels in grey, entries painted by sign and size, every entry's place and value on hover."""
    numbered = len(matrix.choices) <= NUMBERED
    head = "".join(_header_row(matrix, level) for level in range(len(matrix.columns)))
    body = "".join(_body_row(matrix, row, numbered) for row in range(len(matrix.rows.labels)))
    notes = "".join(f'<div style="{QUIET}">{escape(note)}</div>' for note in overflow_notes(matrix))
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
        cells.append(
            f'<td title="{escape(matrix.hover(row, column))}" style="{";".join(style)}{gap}">'
            f"{content if numbered else ''}</td>"
        )
    return f'<tr style="background:transparent">{"".join(cells)}</tr>'


def tint(value: float, scale: float) -> str:
    """The colour of an entry: blue above zero, orange below, the fainter the nearer to zero."""
    if not math.isfinite(value):
        return "rgba(200,30,120,0.6)"
    red, green, blue = POSITIVE if value > 0 else NEGATIVE
    return f"rgba({red},{green},{blue},{min(1.0, abs(value) / scale) * STRONGEST:.2f})"


def encoded(png: bytes) -> str:
    """An image as the Jupyter protocol and HTML carry it."""
    return base64.b64encode(png).decode("ascii")


def image(png: bytes, alternative: str) -> str:
    """An embedded picture that is never wider than the page."""
    width = round(int.from_bytes(png[16:20]) / DENSITY)  # the width in the image's header
    return (
        f'<img src="data:image/png;base64,{encoded(png)}" alt="{escape(alternative)}" width="{width}" '
        f'style="max-width:100%;height:auto" />'
    )


def steps_html(steps: Steps, png: bytes, slot: str) -> str:
    """The small multiples. Where a kernel is alive, `slot` is where the page puts the live picture."""
    total = len(steps.inputs)
    rest = f", {PICTURED} of {total} inputs" if total > PICTURED else ""
    note = counted(steps.count, "step") + rest
    title = heading(steps.title, f"iter with state {steps.state}", note=note)
    return f'<div class="cajal-view {escape(slot)}">{title}{image(png, f"states of {steps.title}")}</div>'


def curves_html(curves: Curves, png: bytes | None, slot: str) -> str:
    """The curve, or only its title while there is no point yet; live in the same way."""
    picture = image(png, f"training curve of {curves.title}") if png else ""
    note = f'<div style="{QUIET}">{escape(curves.progress)}</div>'
    title = f"<div><b>{escape(curves.title)}</b></div>" if curves.title else ""
    return f'<div class="cajal-view {escape(slot)}">{title}{note}{picture}</div>'


_LABEL = f"{MONO};font-weight:normal;{QUIET};padding:1px 6px;text-align:right;border:none;white-space:nowrap"
_EDGE = "border-right:1px solid rgba(128,128,128,0.5)"
_GAP = ";border-left:1px solid rgba(128,128,128,0.5)"
_CELL = f"{MONO};padding:2px 6px;min-width:2.6em;text-align:center;border:1px solid rgba(128,128,128,0.18)"
_PIXEL = "padding:0;min-width:11px;height:16px;border:1px solid rgba(128,128,128,0.18)"
