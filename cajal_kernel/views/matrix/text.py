"""A matrix as aligned text."""

from __future__ import annotations

from collections.abc import Sequence

from cajal_kernel.views.matrix.data import Matrix
from cajal_kernel.views.paint import ROWS, WIDTH, entry_text, left, right, rule, width


def matrix_text(matrix: Matrix) -> str:
    """The table with its labels; a zero is a dot, and what does not fit is counted below."""
    rows = list(range(min(ROWS, len(matrix.rows.labels))))
    cells = [[entry_text(float(value)) for value in matrix.values[row, : WIDTH // 2]] for row in rows]
    stubs = [axis.name for axis in matrix.columns] + [matrix.rows.labels[row] for row in rows]
    margin = max(map(width, stubs), default=0)

    widths: list[int] = []
    used = margin + 3
    for column, choice in enumerate(matrix.choices[: WIDTH // 2]):
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
