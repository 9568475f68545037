"""The picture of a matrix: its heading, what it is, and its numbers or its image."""

from __future__ import annotations

from html import escape

from cajal_kernel.views.matrix.data import Matrix
from cajal_kernel.views.matrix.facts import summary
from cajal_kernel.views.matrix.live import matrix_live
from cajal_kernel.views.matrix.raster import DENSITY, matrix_png
from cajal_kernel.views.matrix.table import matrix_html
from cajal_kernel.views.matrix.text import matrix_text
from cajal_kernel.views.paint import QUIET, encoded, heading, heading_text
from cajal_kernel.views.picture import Picture

TABLE_COLUMNS, TABLE_ROWS, TABLE_ENTRIES = 64, 64, 2048
"""The most that a table of HTML shows; a larger matrix is an image."""


def matrix_picture(matrix: Matrix, *, live: bool = True) -> Picture:
    """The matrix in its forms: a table where it is small enough to read, else an image.

    Without `live` it has only those that a saved notebook keeps, as the output of a cell.
    """
    facts = summary(matrix)
    title = heading_text(matrix.title, matrix.type, note=matrix.remark)
    text = f"{title}\n{facts}\n{matrix_text(matrix)}"
    html = heading(matrix.title, matrix.type, note=matrix.remark) + facts_html(facts) + body(matrix, facts)
    return Picture(text, html, matrix_live(matrix, facts=[facts]) if live else None)


def facts_html(facts: str) -> str:
    """What is said of a matrix, as the quiet line under its heading."""
    return f'<div style="{QUIET};font-size:0.92em">{escape(facts)}</div>'


def body(matrix: Matrix, facts: str, wide: int | None = None) -> str:
    """The table, or the image with what is said of it as its alternative; `wide` is the image's width."""
    rows, columns = matrix.values.shape
    if columns <= TABLE_COLUMNS and rows <= TABLE_ROWS and rows * columns <= TABLE_ENTRIES:
        return matrix_html(matrix)
    png = matrix_png(matrix, wide) if wide else matrix_png(matrix)
    across = int.from_bytes(png[16:20]) // DENSITY  # the width in the image's header
    alternative = f"matrix of {matrix.title or matrix.type}: {'; '.join([facts, *matrix.overflows])}"
    notes = "".join(f'<div style="{QUIET}">{escape(note)}</div>' for note in matrix.overflows)
    return (
        f'<img src="data:image/png;base64,{encoded(png)}" alt="{escape(alternative)}" width="{across}" '
        f'style="max-width:100%;height:auto" />{notes}'
    )
