"""Images of basis vectors: where closed code sends each of them, as integers in NumPy.

Code is closed if it calls nothing. It sends a basis vector of a data type to a basis vector or, where a
`succ` overflows or a program fails, to zero. So the image of a whole basis is an array of indices, with
`LOST` for zero. It takes one integer for each basis vector, however large the vectors are. The image of a
function has an index for each basis vector of its arguments.

>>> n, successor = ir.Value(1, tys.Nat(3), ()), ir.Value(2, tys.Nat(3), ())
>>> basis = Image((axis_of(n),), np.arange(3))
>>> imager = Imager({successor: ir.Shift(n, saturate=False)}, {n: basis}, Budget(1_000))
>>> imager.image(successor).indices.tolist()
[1, 2, -1]

It has over 300 lines, because the images of all operations of the closed union stand together.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias, assert_never

import numpy as np
import numpy.typing as npt

from cajal_core.base import tys
from cajal_core.base.recursion import deep
from cajal_core.ir import graph as ir

#: The index of zero.
LOST = -1
#: The basis vectors that an index can tell apart.
MOST_STATES = 2**62
#: The dimensions that an array of NumPy may have.
MOST_DIMENSIONS = 64

Indices: TypeAlias = npt.NDArray[np.int64]


class NoImageError(Exception):
    """The value is no basis vector, or finding its image takes too much work."""


@dataclass(frozen=True, slots=True)
class Image:
    """Indices of shape (*axes, *dimensions of the arguments), where the value is a function of so many."""

    axes: tuple[ir.Axis, ...]
    indices: Indices

    def over(self, axes: tuple[ir.Axis, ...]) -> Indices:
        """The indices with a dimension for each of these axes, in order, of size 1 where there is none."""
        places = [self.axes.index(axis) for axis in axes if axis in self.axes]
        columns = range(len(self.axes), self.indices.ndim)
        array = self.indices.transpose(*places, *columns)
        if len(axes) + len(columns) > MOST_DIMENSIONS:
            raise NoImageError
        missing = [place for place, axis in enumerate(axes) if axis not in self.axes]
        return np.expand_dims(array, tuple(missing)) if missing else array


class Imager:
    """Finds images, given those of some values and what defines the others."""

    def __init__(
        self,
        definitions: Mapping[ir.Value, ir.Operation],
        given: Mapping[ir.Value, Image],
        budget: Budget,
    ) -> None:
        self.definitions = definitions
        self.images = dict(given)
        self.budget = budget

    @deep
    def image(self, value: ir.Value) -> Image:
        """The image of a value.

        Raises:
            NoImageError: if it has none, or it takes too much work.
        """
        pending = [value]
        while pending:
            operation = self.definitions.get(pending[-1])
            if pending[-1] in self.images:
                pending.pop()
            elif operation is None:
                raise NoImageError
            elif first := [operand for operand in ir.operands(operation) if operand not in self.images]:
                pending.extend(first)
            else:
                last = pending.pop()
                image = self.operation(operation, last.type)
                self.budget.spend(image.indices.size)
                self.images[last] = _spread(image)
        return self.images[value]

    def operation(self, operation: ir.Operation, type: tys.Type) -> Image:
        match operation:
            case ir.OneHot(index):
                return Image((), np.array(index))
            case ir.Zero():
                if isinstance(type, tys.Arrow):
                    raise NoImageError
                return Image((), np.array(LOST))
            case ir.Basis(axis):
                if isinstance(type, tys.Arrow):
                    raise NoImageError
                return Image((axis,), np.arange(axis.size))
            case ir.Shift(vector, saturate):
                before = self.image(vector)
                last, indices = vector.dim - 1, before.indices
                overflow = indices == last
                after = np.where(indices == LOST, LOST, indices + 1)
                return Image(before.axes, np.where(overflow, last if saturate else LOST, after))
            case ir.Choose(weights, branches):
                chosen, parts = self.image(weights), [self.image(branch) for branch in branches]
                axes = _union(chosen, *parts)
                columns = parts[0].indices.ndim - len(parts[0].axes)
                index = chosen.over(axes)[(..., *[None] * columns)]
                stacked = np.stack(np.broadcast_arrays(*[part.over(axes) for part in parts]))
                return Image(axes, _taken(stacked, index))
            case ir.Table() | ir.Einsum():
                raise NoImageError  # what is made later is left as it is
            case ir.Weigh(weights, vector):
                dropped, kept = self.image(weights), self.image(vector)
                axes = _union(dropped, kept)
                columns = kept.indices.ndim - len(kept.axes)
                gone = dropped.over(axes)[(..., *[None] * columns)] == LOST
                return Image(axes, np.where(gone, LOST, kept.over(axes)))
            case ir.Sum(parts):
                return self.summed([self.data(part) for part in parts])
            case ir.Slice(vector, start):
                if isinstance(type, tys.Arrow):  # a vector that is read as a matrix
                    raise NoImageError
                whole = self.data(vector)
                return Image(whole.axes, _sliced(whole.indices, start, tys.dim(type)))
            case ir.Concat(parts):
                starts = itertools.accumulate([part.dim for part in parts], initial=0)
                return self.summed(
                    [_moved(self.data(part), start) for part, start in zip(parts, starts, strict=False)]
                )
            case ir.Outer(left, right):
                if tys.dim(type) > MOST_STATES:
                    raise NoImageError
                first, second = self.data(left), self.data(right)
                axes = _union(first, second)
                row, column = first.over(axes), second.over(axes)
                pair = np.where((row == LOST) | (column == LOST), LOST, row * right.dim + column)
                return Image(axes, pair)
            case ir.Contract(weights, vectors, over):
                return self.contracted(self.image(weights), self.image(vectors), over)
            case ir.Total(vectors, over):
                whole = self.data(vectors)
                axes = tuple([axis for axis in whole.axes if axis not in over])
                spread = _spread(Image((*over, *axes), whole.over((*over, *axes)))).indices
                rows = spread.reshape(-1, *spread.shape[len(over) :])
                return self.summed([Image(axes, row) for row in rows])
            case ir.Unstack(vector, axis):
                whole, dim = self.data(vector), tys.dim(type)
                rows = [_sliced(whole.indices, start, dim) for start in range(0, vector.dim, dim)]
                return Image((axis, *whole.axes), np.stack(rows))
            case ir.Stack(elements, rest, along, axis):
                parts = [self.data(element) for element in elements]
                if rest is not None and along is not None:
                    parts += self.rows(rest, along)
                return _stacked(parts, axis)
            case ir.Item(elements, axis, position):
                return (
                    self.rows(elements, axis)[position] if position < axis.size else Image((), np.array(LOST))
                )
            case ir.Narrow(elements, along, start, axis):
                return _stacked(self.rows(elements, along)[start:], axis)
            case ir.Matrix(columns, over):
                inside = self.image(columns)
                axes = tuple([axis for axis in inside.axes if axis not in over])
                spread = _spread(Image((*axes, *over), inside.over((*axes, *over)))).indices
                joined = (*spread.shape[: len(axes)], -1, *spread.shape[len(axes) + len(over) :])
                return Image(axes, spread.reshape(joined))
            case ir.Apply(matrix, vector):
                function, argument = self.image(matrix), self.data(vector)
                axes = _union(function, argument)
                array, index = function.over(axes), argument.over(axes)
                columns = array.ndim - len(axes) - 1
                index = index[(..., *[None] * columns)]
                return Image(axes, _taken(np.moveaxis(array, len(axes), 0), index))
            case ir.Iterate():
                return self.iterated(operation)
            case ir.Input() | ir.Given() | ir.Call() | ir.Elements() | ir.Lengths() | ir.Held():
                raise NoImageError
            case _:
                assert_never(operation)

    def data(self, value: ir.Value) -> Image:
        """The image of a value whose components are no functions."""
        if not tys.is_data(value.type):
            raise NoImageError
        return self.image(value)

    def contracted(self, weights: Image, vectors: Image, over: tuple[ir.Axis, ...]) -> Image:
        """The vectors at the index that the weights are."""
        axes = tuple([axis for axis in _union(weights, vectors) if axis not in over])
        varying = tuple([axis for axis in over if axis in vectors.axes])
        index = weights.over(axes)
        place, stride = np.zeros_like(index), math.prod([axis.size for axis in over])
        for axis in over:
            stride //= axis.size
            if axis in varying:
                place = place * axis.size + index // stride % axis.size
        place = np.where(index == LOST, LOST, place)
        array = vectors.over((*varying, *axes))
        array = array.reshape(-1, *array.shape[len(varying) :])
        columns = array.ndim - 1 - len(axes)
        return Image(axes, _taken(array, place[(..., *[None] * columns)]))

    def summed(self, parts: list[Image]) -> Image:
        """The sum of vectors, if no more than one of them is not zero."""
        axes = _union(*parts)
        rows = np.stack(np.broadcast_arrays(*[part.over(axes) for part in parts]))
        if ((rows != LOST).sum(0) > 1).any():
            raise NoImageError
        return Image(axes, rows.max(0))

    def rows(self, elements: ir.Value, over: ir.Axis) -> list[Image]:
        """The elements at the positions of a list, which are zero from its end on."""
        image = self.data(elements)
        axes = tuple([axis for axis in image.axes if axis != over])
        return [Image(axes, row) for row in image.over((over, *axes))]

    def folded(self, loop: ir.Iterate, over: ir.Axis) -> Image:
        """The state of a recurrence with inputs, at the index that the length is."""
        count, base = self.image(loop.weights), self.data(loop.base)
        rows = [self.rows(value, over) for value in loop.inputs]
        axes = _union(count, base, *itertools.chain(*rows))
        length, first = count.over(axes), base.over(axes)

        def step(state: Indices, place: int) -> Indices:
            self.budget.spend(state.size)
            items = [row[place] for row in rows]
            given = {loop.state: Image(axes, state), **dict(zip(loop.items, items, strict=True))}
            after = Imager(self.definitions, {**self.images, **given}, self.budget).image(loop.result)
            if not set(after.axes) <= set(axes):
                raise NoImageError
            return after.over(axes)

        if loop.order == "cons":
            state = np.where(length == over.size, first, LOST)
            for place in reversed(range(over.size)):
                state = np.where(length == place, first, step(state, place))
            return Image(axes, state)
        state, reached = first, np.where(length == 0, first, LOST)
        for place in range(over.size):
            state = step(state, place)
            reached = np.where(length == place + 1, state, reached)
        return Image(axes, reached)

    def iterated(self, loop: ir.Iterate) -> Image:
        """The state, of all that there are, at the index that the count is."""
        if loop.over is not None:
            return self.folded(loop, loop.over)
        count, base = self.image(loop.weights), self.image(loop.base)
        if tys.is_data(loop.state.type):
            return self.leaped(count, base, self.step(loop), axis_of(loop.state))
        inner = base.axes
        states = [_spread(base).indices]
        for _ in range(1, loop.weights.dim):
            self.budget.spend(states[-1].size)
            given = {**self.images, loop.state: Image(inner, states[-1])}
            after = Imager(self.definitions, given, self.budget).image(loop.result)
            if not set(after.axes) <= set(inner):
                raise NoImageError
            states.append(_spread(Image(inner, after.over(inner))).indices)
        axes = _union(count, Image(inner, states[0]))
        all_states = np.stack([Image(inner, state).over(axes) for state in states])
        columns = base.indices.ndim - len(base.axes)
        return Image(axes, _taken(all_states, count.over(axes)[(..., *[None] * columns)]))

    def leaped(self, count: Image, base: Image, step: Image, state: ir.Axis) -> Image:
        """As many steps from the base as the count is, by powers of the step, each the square of the last."""
        axes = tuple([axis for axis in _union(count, base, step) if axis != state])
        left = count.over(axes)
        reached = _spread(Image(axes, base.over(axes))).indices
        power = step.over((state, *axes))
        lost, left = left == LOST, np.maximum(left, 0)
        while left.any():
            self.budget.spend(reached.size + power.size)
            reached = np.where(left % 2 == 1, _taken(power, reached), reached)
            left = left // 2
            power = _taken(power[:, None], power) if left.any() else power
        return Image(axes, np.where(lost, LOST, reached))

    def step(self, loop: ir.Iterate) -> Image:
        """The image of a step at every state, over the axis `axis_of(loop.state)` and those that it reads."""
        axis = axis_of(loop.state)
        given = {**self.images, loop.state: Image((axis,), np.arange(axis.size))}
        image = Imager(self.definitions, given, self.budget).image(loop.result)
        return image if axis in image.axes else _spread(Image((axis, *image.axes), image.indices[None]))


@dataclass(slots=True)
class Budget:
    """How much work is left, in entries; an operation costs some however small it is."""

    left: int

    def spend(self, entries: int) -> None:
        self.left -= entries + 100
        if self.left < 0:
            raise NoImageError


def axis_of(value: ir.Value) -> ir.Axis:
    """An axis for a value, to run over its basis: below zero, so that it is none of the code's own."""
    return ir.Axis(-value.number, value.dim)


def _spread(image: Image) -> Image:
    """The same, of the size of each axis where the indices do not vary along it."""
    columns = image.indices.shape[len(image.axes) :]
    shape = (*(axis.size for axis in image.axes), *columns)
    return Image(image.axes, np.broadcast_to(image.indices, shape))


def _union(*images: Image) -> tuple[ir.Axis, ...]:
    return tuple(sorted({axis for image in images for axis in image.axes}))


def _sliced(indices: Indices, start: int, dim: int) -> Indices:
    """The indices in so many entries of a vector, those of zero where the vector is outside of them."""
    return np.where((indices >= start) & (indices < start + dim), indices - start, LOST)


def _moved(image: Image, start: int) -> Image:
    return Image(image.axes, np.where(image.indices == LOST, LOST, image.indices + start))


def _stacked(rows: list[Image], axis: ir.Axis) -> Image:
    """Elements over an axis: those that it has no place for fall off, and from their end on it is zero."""
    rows = [*rows, *[Image((), np.array(LOST))] * axis.size][: axis.size]
    axes = _union(*rows)
    return Image((axis, *axes), np.stack(np.broadcast_arrays(*[row.over(axes) for row in rows])))


def _taken(array: Indices, index: Indices) -> Indices:
    """`array[index]` along the first dimension, the others broadcast with the index's; LOST stays LOST."""
    shape = np.broadcast_shapes(array.shape[1:], index.shape)
    array = np.broadcast_to(array, (array.shape[0], *shape))
    index = np.broadcast_to(index, shape)
    taken = np.take_along_axis(array, np.maximum(index, 0)[None], 0)[0]
    return np.where(index == LOST, LOST, taken)
