"""A map as a table of numbers under labels: of a neuron, of its values at basis vectors, or of a tensor."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

import cajal_core as cajal
from cajal_kernel.views.basis import Axis, argument_axes, combinations, result_axis
from cajal_kernel.views.paint import precise

if TYPE_CHECKING:
    from torch import Tensor

Array = NDArray[np.floating[Any]]

TABLE = "not a matrix: values at basis vectors of a network that need not be linear"


@dataclass(frozen=True, eq=False)
class Matrix:
    """A multilinear map as one table: a row for each basis vector of the result, a column for each choice
    of one basis vector for every argument.

    `values` is (rows, columns). `lost[j]` marks a column that lost mass, since its evaluation overflows.
    `shape` is that of the neuron's own tensor, which has an axis more for each further argument's columns.
    `remark` says what stands in the table where it is no matrix of the neuron, or what is not in it.
    `full` is the magnitude that is painted in full colour, where several tables share a scale.

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
    remark: str = ""
    full: float | None = None

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
    def range(self) -> tuple[float, float]:
        """The least and the greatest finite entry; zeros where there is none."""
        low, high = float(self.values.min(initial=0)), float(self.values.max(initial=0))
        finite = self.values if math.isfinite(high - low) else self.values[np.isfinite(self.values)]
        return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)

    @property
    def scale(self) -> float:
        """The magnitude that is painted in full colour: `full`, else that of the greatest entry.

        It is 1 where the greatest is between a half and 1, so that tables of 0 and 1 and those of
        probabilities look alike. It is 1 where all entries are zero.
        """
        if self.full is not None:
            return self.full
        greatest = max(map(abs, self.range))
        return 1.0 if greatest == 0 or 0.5 <= greatest <= 1 else greatest

    def column(self, index: int) -> str:
        """The column in words: `x = true, y = false`."""
        return ", ".join(axis.at(i) for axis, i in zip(self.columns, self.choices[index], strict=True))

    def place(self, row: int, column: int) -> str:
        """Where an entry is, in words: `x = true, y = false → false`."""
        origin = self.column(column)
        return f"{origin} → {self.rows.at(row)}" if origin else self.rows.at(row)

    def hover(self, row: int, column: int) -> str:
        """The entry in words: `x = true, y = false → false: 1`."""
        lost = " (overflow: this column lost mass)" if self.lost and self.lost[column] else ""
        return f"{self.place(row, column)}: {precise(float(self.values[row, column]))}{lost}"

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
    with neuron.evaluating():
        matrix, lost = _of(title, neuron, neuron.matrix()), set(neuron.lost)
    if not lost:
        return matrix
    axes = matrix.columns
    named = [tuple(axis.labels[i] for axis, i in zip(axes, choice, strict=True)) for choice in matrix.choices]
    return replace(matrix, lost=tuple(label in lost for label in named))


def table_matrix(title: str, neuron: cajal.Neuron) -> Matrix:
    """The values of a neuron at all basis vectors, where it need not be linear.

    Raises:
        CajalError: where the neuron has no table, as `Neuron.table` says.
    """
    with neuron.evaluating():
        tensor = neuron.table()
    return _of(title, neuron, tensor, TABLE)


def _of(title: str, neuron: cajal.Neuron, tensor: Tensor, remark: str = "") -> Matrix:
    return _under(title, str(neuron.type), argument_axes(neuron), result_axis(neuron.type), tensor, remark)


def tensor_matrix(title: str, tensor: Tensor, type: cajal.Type, remark: str = "") -> Matrix:
    r"""A tensor of the shape of a type, such as a learned one, as a table over the type's arguments.

    Raises:
        RuntimeError: if the tensor has not as many entries as the type.

    Example:
        >>> import torch
        >>> type = cajal.Program().type(r"\x:Bool. x")
        >>> tensor_matrix("t", torch.tensor([[0.5, 1.0], [0.5, 0.0]]), type).hover(0, 1)
        'false → true: 1'
    """
    columns = tuple(
        Axis("", str(argument), tuple(cajal.labels(argument))) for argument in cajal.uncurry(type)[0]
    )
    return _under(title, str(type), columns, result_axis(type), tensor, remark)


def _under(
    title: str, type: str, columns: tuple[Axis, ...], rows: Axis, tensor: Tensor, remark: str
) -> Matrix:
    numbers = uncurry(_numbers(tensor), [len(axis.labels) for axis in columns], len(rows.labels))
    return Matrix(title, type, columns, rows, numbers, (), tuple(tensor.shape), remark)


def _numbers(tensor: Tensor) -> Array:
    """A tensor of any device and dtype as an array of its own: what trains it later changes no picture."""
    import torch

    dtype = torch.float64 if tensor.dtype == torch.float64 else torch.float32
    return tensor.detach().to(device="cpu", dtype=dtype, copy=True).numpy()


def uncurry(curried: Array, arguments: Sequence[int], result: int) -> Array:
    """The matrix of `A1 -o … -o An -o B` as (dim B, dim A1 · … · dim An), the first argument outermost.

    The tensor of `A -o B` has shape (dim B, dim A) with B flattened row-major, so that read row-major the
    axes of the whole are B, An, …, A1: the arguments come last to first.
    """
    nested = curried.reshape(result, *reversed(arguments))
    return nested.transpose(0, *range(nested.ndim - 1, 0, -1)).reshape(result, -1)
