"""Two maps, and what the second has more than the first, on one scale."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from html import escape

import numpy as np

from cajal_kernel.errors import MagicError
from cajal_kernel.views.matrix.data import Matrix, neuron_matrix, table_matrix
from cajal_kernel.views.matrix.facts import summary
from cajal_kernel.views.matrix.live import matrix_live
from cajal_kernel.views.matrix.picture import body, facts_html
from cajal_kernel.views.matrix.text import matrix_text
from cajal_kernel.views.paint import counted, heading, heading_text, short
from cajal_kernel.views.picture import Picture, Subject

WIDE = 330
"""The width of each image, of three that stand side by side."""


def pictures(before: Subject, after: Subject) -> Iterator[Picture]:
    """The matrices of two neurons of one type and their difference, after less before.

    A neuron without a matrix is shown by its values at basis vectors.

    Raises:
        MagicError: if their types differ in their basis.
        CajalError: if one has neither a matrix nor values at basis vectors.

    Example:
        >>> import cajal_core as cajal
        >>> program = cajal.load("def not (x : Bool) : Bool = if x then false else true")
        >>> subject = Subject("not", program["not"])
        >>> print(next(pictures(subject, subject)).text.splitlines()[0])
        after less before: no entry differs
    """
    yield comparison(matrix_of(before), matrix_of(after))


def matrix_of(subject: Subject) -> Matrix:
    """The matrix of a neuron; its values at basis vectors, where it has none."""
    made = table_matrix if subject.neuron.obstacle else neuron_matrix
    return made(subject.title, subject.neuron)


def comparison(before: Matrix, after: Matrix) -> Picture:
    """Two matrices and their difference in all forms.

    Raises:
        MagicError: as `pictures` does.
    """
    difference = subtracted(before, after)
    less = difference.values
    scale = max(before.scale, after.scale, float(np.abs(less[np.isfinite(less)]).max(initial=0)))
    three = [
        replace(before, title=f"before: {before.title}", full=scale),
        replace(after, title=f"after: {after.title}", full=scale),
        replace(difference, full=scale),
    ]
    first = f"after less before: {said(difference)}"
    facts = [summary(matrix) for matrix in three]
    texts = [
        f"{heading_text(matrix.title, matrix.type, note=matrix.remark)}\n{fact}\n{matrix_text(matrix)}"
        for matrix, fact in zip(three, facts, strict=True)
    ]
    html = "".join(
        f'<div style="margin-right:18px">{heading(matrix.title, matrix.type, note=matrix.remark)}'
        f"{facts_html(fact)}{body(matrix, fact, WIDE)}</div>"
        for matrix, fact in zip(three, facts, strict=True)
    )
    static = f'<div><b>{escape(first)}</b></div><div style="display:flex;flex-wrap:wrap">{html}</div>'
    return Picture("\n\n".join([first, *texts]), static, matrix_live(*three, facts=facts))


def subtracted(before: Matrix, after: Matrix) -> Matrix:
    """What one matrix has more than another. Equal infinities, and two that are NaN, differ by nothing.

    Raises:
        MagicError: as `pictures` does.
    """
    if before.rows.labels != after.rows.labels or [axis.labels for axis in before.columns] != [
        axis.labels for axis in after.columns
    ]:
        raise MagicError(
            f"`{before.title} : {before.type}` and `{after.title} : {after.type}` have different bases.",
            "Only maps between the same types are subtracted.",
        )
    with np.errstate(all="ignore"):
        alike = (before.values == after.values) | (np.isnan(before.values) & np.isnan(after.values))
        less = np.where(alike, 0, after.values - before.values)
    return Matrix("after less before", after.type, after.columns, after.rows, less, (), after.shape)


def said(difference: Matrix) -> str:
    """How many entries of a difference are not zero, and which is the greatest."""
    differs = difference.values != 0
    count = int(differs.sum())
    if not count:
        return "no entry differs"
    magnitude = np.nan_to_num(np.abs(difference.values), nan=np.inf)
    row, column = np.unravel_index(int(magnitude.argmax()), magnitude.shape)
    most = short(float(difference.values[row, column]))
    where = difference.place(int(row), int(column))
    differ = "differs" if count == 1 else "differ"
    total = counted(difference.values.size, "entry").replace("entrys", "entries")
    return f"{count} of {total} {differ}, most at {where}, by {most}"
