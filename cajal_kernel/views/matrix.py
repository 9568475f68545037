"""The picture of a linear map: its matrix, under the names of the basis vectors.

It has over 300 lines, because one file holds all forms of a picture: the data, the text, the HTML, the PNG.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

import cajal_core as cajal
from cajal_kernel.views.basis import Axis, argument_axes, combinations, entries, result_axis
from cajal_kernel.views.paint import (
    GREY,
    MONO,
    QUIET,
    ROWS,
    WIDTH,
    Bundle,
    entry_text,
    figure,
    heading,
    heading_text,
    image,
    left,
    painted,
    plain,
    png_bytes,
    precise,
    right,
    round_up,
    rule,
    short,
    ticks,
    tint,
    width,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = NDArray[np.float64]

TABLE_COLUMNS, TABLE_ROWS, TABLE_ENTRIES = 64, 64, 2048
"""The most that a table of HTML shows; a larger matrix is an image."""

NUMBERED = 24
"""The most columns whose cells have room for a number; in a wider table it is only in the hover text."""

PIXELS = 1400
"""The most entries across and down that an image shows one by one."""


@dataclass(frozen=True, eq=False)
class Matrix:
    """A multilinear map as one table: a row for each basis vector of the result, a column for each choice
    of one basis vector for every argument.

    `values` is (rows, columns). `lost[j]` marks a column that lost its mass, since its evaluation overflowed.
    `shape` is that of the neuron's own matrix, which has an axis more for each further argument's columns.

    Raises:
        ValueError: if the labels do not fit the values.
    """

    title: str
    type: str
    columns: tuple[Axis, ...]
    rows: Axis
    values: Array
    lost: tuple[bool, ...] = ()
    shape: tuple[int, ...] = ()

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

    @property
    def overflows(self) -> list[str]:
        """The sentence that names the columns whose evaluation overflowed; empty where none did."""
        lost = [column for column, mark in enumerate(self.lost) if mark]
        if not lost:
            return []
        first = "; ".join(self.column(column) or "the whole" for column in lost[:3])
        rest = f"; and {len(lost) - 3} more" if len(lost) > 3 else ""
        return [f"overflow, so no result, at {first}{rest}"]


def neuron_matrix(title: str, neuron: cajal.Neuron) -> Matrix:
    """The curried tensor of a neuron as one table over all its arguments.

    Raises:
        CajalError: where the neuron has no matrix.
    """
    columns = argument_axes(neuron)
    rows = result_axis(neuron.type)
    with neuron.evaluating():
        tensor = entries(neuron.matrix())
    values = uncurry(tensor, [len(axis.labels) for axis in columns], len(rows.labels))
    # Law 3: without parameters, and on values, a column is a basis vector, or empty where it overflowed.
    closed = not neuron.externs and not neuron.learned
    exact = closed and not any(cajal.uncurry(argument.type)[0] for argument in neuron.arguments)
    lost = tuple(bool(mass < 0.5) for mass in values.sum(axis=0)) if exact else ()
    return Matrix(title, str(neuron.type), columns, rows, values, lost if any(lost) else (), tensor.shape)


def uncurry(curried: Array, arguments: Sequence[int], result: int) -> Array:
    """The matrix of `A1 -o … -o An -o B` as (dim B, dim A1 · … · dim An), the first argument outermost.

    The tensor of `A -o B` has shape (dim B, dim A) with B flattened row-major, so that read row-major the
    axes of the whole are B, An, …, A1: the arguments come last to first.
    """
    nested = curried.reshape(result, *reversed(arguments))
    return nested.transpose(0, *range(nested.ndim - 1, 0, -1)).reshape(result, -1)


def matrix_bundle(matrix: Matrix) -> Bundle:
    """The heading and the matrix: a table where it is small enough to read, else an image."""
    rows, columns = matrix.values.shape
    text = f"{heading_text(matrix.title, matrix.type)}\n{matrix_text(matrix)}"
    if columns <= TABLE_COLUMNS and rows <= TABLE_ROWS and rows * columns <= TABLE_ENTRIES:
        return {"text/plain": text, "text/html": heading(matrix.title, matrix.type) + matrix_html(matrix)}
    png = matrix_png(matrix)
    note = "; ".join([f"shape {matrix.shape}", *matrix.overflows])
    html = heading(matrix.title, matrix.type, note=note) + image(png, f"matrix of {matrix.title}")
    return {"text/plain": text, "text/html": html}


# Text


def matrix_text(matrix: Matrix) -> str:
    """The table with its labels; a zero is a dot, and what does not fit is counted below."""
    rows = list(range(min(ROWS, len(matrix.rows.labels))))
    cells = [[entry_text(float(value)) for value in matrix.values[row]] for row in rows]
    stubs = [axis.name for axis in matrix.columns] + [matrix.rows.labels[row] for row in rows]
    margin = max(map(width, stubs), default=0)

    widths: list[int] = []
    used = margin + 3
    for column, choice in enumerate(matrix.choices):
        own = [row[column] for row in cells]
        if matrix.columns:
            own.append(matrix.columns[-1].labels[choice[-1]])
        widest = max(map(width, own))
        if used + widest + 1 > WIDTH and widths:
            break
        widths.append(widest)
        used += widest + 3
    shown = len(widths)

    lines = [
        f"{right(axis.name, margin)} │ {_header(matrix, level, widths)}".rstrip()
        for level, axis in enumerate(matrix.columns)
    ]
    if lines:
        lines.append(rule(lines[-1]))
    for row in rows:
        body = _joined([right(cells[row][j], widths[j]) for j in range(shown)], matrix)
        lines.append(f"{right(matrix.rows.labels[row], margin)} │ {body}")
    notes = []
    if shown < len(matrix.choices):
        notes.append(f"{len(matrix.choices) - shown} more columns")
    if len(rows) < len(matrix.rows.labels):
        notes.append(f"{len(matrix.rows.labels) - len(rows)} more rows")
    if notes:
        lines.append(f"… {' and '.join(notes)}")
    return "\n".join(lines + matrix.overflows)


def _header(matrix: Matrix, level: int, widths: Sequence[int]) -> str:
    """A line of column labels. The label of an outer argument stands once, over all the columns it covers."""
    axis, innermost = matrix.columns[level], level == len(matrix.columns) - 1
    if innermost:
        labels = [right(axis.labels[c[-1]], w) for c, w in zip(matrix.choices, widths, strict=False)]
        return _joined(labels, matrix)
    spans: list[tuple[str, list[str]]] = []
    for index, size in enumerate(widths):
        choice = matrix.choices[index]
        if not index or matrix.choices[index - 1][: level + 1] != choice[: level + 1]:
            spans.append((axis.labels[choice[level]], []))
        elif matrix.choices[index - 1][:-1] != choice[:-1]:
            spans[-1][1].append("│")
        spans[-1][1].append(" " * size)
    return " │ ".join(left(label, width(" ".join(parts))) for label, parts in spans)


def _joined(cells: Sequence[str], matrix: Matrix) -> str:
    """Cells of one line, with a rule where any argument but the last changes."""
    text = ""
    for index, cell in enumerate(cells):
        new = index and matrix.choices[index - 1][:-1] != matrix.choices[index][:-1]
        text += (" │ " if new else " " if index else "") + cell
    return text


# HTML


def matrix_html(matrix: Matrix) -> str:
    """The table: labels in grey, entries painted by sign and size, every entry's place and value on hover."""
    numbered = len(matrix.choices) <= NUMBERED
    head = "".join(_header_row(matrix, level) for level in range(len(matrix.columns)))
    body = "".join(_body_row(matrix, row, numbered) for row in range(len(matrix.rows.labels)))
    notes = "".join(f'<div style="{QUIET}">{escape(note)}</div>' for note in matrix.overflows)
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


_LABEL = f"{MONO};font-weight:normal;{QUIET};padding:1px 6px;text-align:right;border:none;white-space:nowrap"
_EDGE = "border-right:1px solid rgba(128,128,128,0.5)"
_GAP = ";border-left:1px solid rgba(128,128,128,0.5)"
_CELL = f"{MONO};padding:2px 6px;min-width:2.6em;text-align:center;border:1px solid rgba(128,128,128,0.18)"
_PIXEL = "padding:0;min-width:11px;height:16px;border:1px solid rgba(128,128,128,0.18)"


# PNG


def matrix_png(matrix: Matrix) -> bytes:
    """The whole matrix as an image: a row of pixels an entry, labels where there is room for them."""
    rows, columns = matrix.values.shape
    width = float(np.clip(columns * 0.09, 4.0, 9.5))
    height = float(np.clip(rows * width / columns, 0.22 * min(rows, 24), 7.0))
    drawing = figure(width + 1.0, height + 0.3 + 0.22 * len(matrix.columns))
    axes = plain(drawing.add_subplot())
    axes.imshow(
        painted(_pooled(matrix.values), matrix.scale),
        extent=(-0.5, columns - 0.5, rows - 0.5, -0.5),
        aspect="auto",
        interpolation="nearest",
    )
    for column in np.flatnonzero(matrix.lost) if columns <= PIXELS else ():
        axes.axvspan(column - 0.5, column + 0.5, color=GREY, alpha=0.16, linewidth=0)
    ticks(axes.yaxis, matrix.rows.labels, 0.16 * rows / height)
    axes.xaxis.set_visible(False)
    repeat = columns
    for level, axis in enumerate(matrix.columns):
        groups = columns // repeat * len(axis.labels)
        repeat //= len(axis.labels)
        _labels_above(axes, axis, len(matrix.columns) - level, repeat, groups, width)
        if level < len(matrix.columns) - 1 and groups <= 64:
            for edge in range(1, groups):
                axes.axvline(edge * repeat - 0.5, color=GREY, linewidth=0.8, alpha=0.8)
    return png_bytes(drawing)


def _labels_above(axes: Axes, axis: Axis, height: int, repeat: int, groups: int, width: float) -> None:
    """The labels of one argument above the image, as many as fit side by side."""
    room = width / groups
    widest = max(map(len, axis.labels)) * 0.085 + 0.06
    stride = round_up(widest / room)
    style = {"color": GREY, "fontsize": 8, "family": "monospace", "va": "baseline"}
    above = {"textcoords": "offset points", "xycoords": axes.get_xaxis_transform()}
    for group in range(0, groups, stride):
        middle = (group + 0.5) * repeat - 0.5
        label = axis.labels[group % len(axis.labels)]
        axes.annotate(label, (middle, 1), (0, 12 * height - 7), ha="center", **above, **style)
    beside = -6 - 2.6 * len(axis.labels[0])  # clear of the first label, which is centred on its column
    axes.annotate(axis.name, (-0.5, 1), (beside, 12 * height - 7), ha="right", **above, **style)


def _pooled(values: Array) -> Array:
    """At most as many columns and rows as the picture has pixels; a pixel shows its largest entry."""
    for axis in (0, 1):
        size = values.shape[axis]
        if size > PIXELS:
            starts = np.linspace(0, size, PIXELS, endpoint=False).astype(int)
            low = np.minimum.reduceat(values, starts, axis=axis)
            high = np.maximum.reduceat(values, starts, axis=axis)
            values = np.where(np.abs(low) > np.abs(high), low, high)
    return values
