"""What is said of a matrix: its size, its range and norm, and what it is, where that is certain."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cajal_kernel.views.matrix.data import Array, Matrix
from cajal_kernel.views.paint import counted, short

RANKED = 64
"""A matrix of more rows and columns has its rank not computed."""

ROUNDING = 1e-6
"""A singular value of less, of the greatest, is that of rounding to float32; one of over `CERTAIN` is not."""

CERTAIN = 1e-3

SUM = 1e-5
"""By how much the sum of a column may miss 1 in a distribution."""


def summary(matrix: Matrix) -> str:
    """One line: `2 rows × 4 columns, tensor shape (4, 2); 0/1 table; from 0 to 1, norm 2`."""
    return "; ".join([size(matrix), *kinds(matrix), *numbers(matrix), *marked(matrix)])


def size(matrix: Matrix) -> str:
    """Rows × columns as they are drawn, and the tensor's own shape."""
    rows, columns = matrix.values.shape
    drawn = f"{counted(rows, 'row')} × {counted(columns, 'column')}"
    return f"{drawn}, tensor shape {matrix.shape}" if matrix.shape else drawn


def numbers(matrix: Matrix) -> list[str]:
    """The range, and the Frobenius norm where all entries are finite."""
    low, high = matrix.range
    if not np.isfinite(matrix.values).any():
        return []
    text = f"from {short(low)} to {short(high)}" if low < high else f"every entry {short(low)}"
    if np.isfinite(matrix.values).all():
        text += f", norm {short(norm(matrix.values))}"
    return [text]


def norm(values: Array) -> float:
    """The Frobenius norm, summed as float64 whatever the entries are."""
    greatest = 1.0
    if values.dtype == np.float64:  # its squares can overflow
        greatest = float(np.abs(values).max(initial=0)) or 1.0
        values = values / greatest
    flat = values.ravel()
    return greatest * float(np.einsum("i,i->", flat, flat, dtype=np.float64)) ** 0.5


def marked(matrix: Matrix) -> list[str]:
    """How many entries are no finite numbers, and where the first is."""
    if np.isfinite(matrix.values).all():
        return []
    signs = {
        "NaN": np.isnan(matrix.values),
        "+∞": matrix.values == np.inf,
        "−∞": matrix.values == -np.inf,
    }
    made = []
    for sign, there in signs.items():
        if count := int(there.sum()):
            row, column = np.unravel_index(int(there.argmax()), there.shape)
            made.append(f"{count} {sign}, the first at {matrix.place(int(row), int(column))}")
    return made


def kinds(matrix: Matrix) -> list[str]:
    """What the matrix is, as far as that is cheap to see and certain."""
    values = matrix.values
    low, high = matrix.range
    if not values.size or not np.isfinite(values).all():
        return []
    if low == high == 0:
        return ["all zero"]
    return [*_table(values, low, high), *_rank(values)]


def _table(values: Array, low: float, high: float) -> Iterator[str]:
    if low < 0 or high > 1 + SUM:
        return
    sums = values.sum(axis=0, dtype=np.float64)
    if high == 1 and int(np.count_nonzero(values)) == int(np.count_nonzero(values == 1)):
        one_each = bool((sums == 1).all())
        if one_each and values.shape[0] == values.shape[1] and bool((values.sum(axis=1) == 1).all()):
            yield "the identity" if bool((values.diagonal() == 1).all()) else "a permutation"
        else:
            yield "0/1 table"
    elif bool((np.abs(sums - 1) <= SUM).all()):
        yield "a distribution in every column"


def _rank(values: Array) -> Iterator[str]:
    """The rank, where it is less than it could be and the singular values leave no doubt."""
    smaller, larger = sorted(values.shape)
    if smaller > RANKED or larger > RANKED**2:
        return
    if larger > RANKED:  # the singular values of a triangular factor are those of the whole, and it is small
        tall = values if values.shape[0] == larger else values.T
        values = np.asarray(np.linalg.qr(tall.astype(np.float64), mode="r"))
    singular = np.linalg.svd(values.astype(np.float64), compute_uv=False)
    rank = int((singular > CERTAIN * singular[0]).sum())
    if rank < smaller and singular[rank] <= ROUNDING * singular[0]:
        yield f"rank {rank}"
