"""The pictures for terminals: aligned text, as narrow as a terminal is."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import east_asian_width

import numpy as np

from cajal_kernel.views.model import Curves, Line, Matrix, Steps, counted, short

WIDTH = 96
ROWS = 40
PANELS = 3
BARS = "▁▂▃▄▅▆▇█"


def heading_text(name: str, type: str, value: str = "", note: str = "") -> str:
    """The line above every picture: `not : Bool -o Bool`, with a value and a remark behind it."""
    text = f"{name} : {type}" if name and type else name or type
    return text + (f" = {value}" if value else "") + (f"   -- {note}" if note else "")


def matrix_text(matrix: Matrix) -> str:
    """The table with its labels; a zero is a dot, and what does not fit is counted below."""
    rows = list(range(min(ROWS, len(matrix.rows.labels))))
    cells = [[_cell(float(value)) for value in matrix.values[row]] for row in rows]
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
        lines.append(_rule(lines[-1]))
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
    return "\n".join(lines + overflow_notes(matrix))


def overflow_notes(matrix: Matrix) -> list[str]:
    """The sentence that names the columns whose evaluation overflowed, if there are any."""
    lost = [column for column, mark in enumerate(matrix.lost) if mark]
    if not lost:
        return []
    first = "; ".join(matrix.column(column) or "the whole" for column in lost[:3])
    rest = f"; and {len(lost) - 3} more" if len(lost) > 3 else ""
    return [f"overflow, so no result, at {first}{rest}"]


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


def steps_text(steps: Steps) -> str:
    """The states step by step, for the first few inputs."""
    shown = steps.selection(PANELS)
    blocks = [f"state {steps.state}, {counted(steps.count, 'step')}"]
    for index in shown:
        kept = [i for i, _ in enumerate(steps.state.labels) if i < 16]
        head = ["step", *(steps.state.labels[i] for i in kept)]
        rows = [
            [str(step), *(_cell(float(steps.states[index, step, i])) for i in kept)]
            for step in range(min(steps.count, ROWS))
        ]
        weights = ["weight", *(_cell(float(w)) for w in steps.weights[index, :ROWS])]
        columns = [*zip(head, *rows, strict=True), tuple(weights)]
        sized = [[right(cell, max(map(width, column))) for cell in column] for column in columns]
        table = [f"{cells[0]} │ {' '.join(cells[1:-1])} │ {cells[-1]}" for cells in zip(*sized, strict=True)]
        more = len(steps.state.labels) - len(kept)
        title = [steps.inputs[index]] if steps.inputs[index] else []
        cut = [f"… {more} more coordinates"] if more else []
        blocks.append("\n".join([*title, table[0], _rule(table[0]), *table[1:], *cut]))
    if len(shown) < len(steps.inputs):
        blocks.append(f"… {len(steps.inputs) - len(shown)} more inputs")
    return "\n\n".join(blocks)


def curves_text(curves: Curves) -> str:
    """First and last value of every line, with its course in small."""
    names = [f"{line.metric} {line.run}".strip() for line in curves.lines]
    margin = max(map(width, names), default=0)
    lines = [f"{curves.title}: {curves.progress}" if curves.title else curves.progress]
    for name, line in zip(names, curves.lines, strict=True):
        lines.append(f"  {left(name, margin)}  {_course(line)}  {line.values[0]:.4g} → {line.values[-1]:.4g}")
    return "\n".join(lines)


def _course(line: Line) -> str:
    """Twenty-four marks, each the mean of its part of the line."""
    parts = [part[np.isfinite(part)] for part in np.array_split(line.values, min(24, len(line.values)))]
    means = [float(part.mean()) if part.size else np.nan for part in parts]
    finite = [mean for mean in means if np.isfinite(mean)]
    low, high = min(finite, default=0.0), max(finite, default=0.0)
    span = (high - low) or 1.0
    return "".join(BARS[round((mean - low) / span * 7)] if np.isfinite(mean) else "×" for mean in means)


def _rule(header: str) -> str:
    """The line below a header, crossing its rules."""
    return "".join("┼" if character == "│" else "─" * width(character) for character in header)


def _cell(value: float) -> str:
    return "·" if value == 0 else short(value)


def width(text: str) -> int:
    """How many columns a terminal gives the text."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def left(text: str, size: int) -> str:
    """Padded to `size` terminal columns, text first."""
    return text + " " * (size - width(text))


def right(text: str, size: int) -> str:
    """Padded to `size` terminal columns, text last."""
    return " " * (size - width(text)) + text
