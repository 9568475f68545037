"""The tensor IR in NumPy: named axes as labels of einsum, no broadcasting, one sample at a time.

It reads the equations in the docstrings of `cajal_core.tensor_ir` and nothing of `emit`, so that the two
can be compared.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, assert_never

import numpy as np

from cajal_core.base import tys
from cajal_core.ir import graph as ir

#: A value over its axes in order, then its flattened type. Of a list that is held apart the elements, with
#: their positions before the type, and the weights of the lengths.
Values = dict[ir.Value, Any]


def multiplied_out(type: tys.Type, elements: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """The vectors of lists that are held apart, by the equation of docs/spec.md."""
    assert isinstance(type, tys.List)
    blocks, block = [lengths[..., :1]], np.ones((*lengths.shape[:-1], 1))
    for length in range(1, type.most + 1):
        if length <= elements.shape[-2]:
            element = elements[..., length - 1, :]
        else:
            element = np.zeros((*lengths.shape[:-1], tys.dim(type.element)))
        block = (block[..., :, None] * element[..., None, :]).reshape(
            *lengths.shape[:-1], block.shape[-1] * element.shape[-1]
        )
        blocks.append(lengths[..., [length]] * block)
    return np.concatenate(blocks, -1)


class NumpyIR:
    """Runs a graph on one sample: an array of each argument's shape, and one for each parameter.

    A list that is held apart is its elements (n, dim) and the weights of its lengths (k + 1).
    """

    def __init__(self, graph: ir.Graph, inputs: list[Any], parameters: Mapping[str, np.ndarray]) -> None:
        self.graph = graph
        self.inputs = inputs
        self.parameters = parameters
        #: How long an axis over positions of a list is in this run.
        self.counts: dict[ir.Axis, int] = {}

    def run(self) -> Any:
        values: Values = {}
        self.block(self.graph.assignments, values)
        result = values[self.graph.result]
        return result if isinstance(result, tuple) else result.reshape(tys.shape(self.graph.result.type))

    def sizes(self, axes: Iterable[ir.Axis]) -> tuple[int, ...]:
        return tuple([self.counts.get(axis, axis.size) for axis in axes])

    def spread(self, array: np.ndarray, has: tuple[ir.Axis, ...], axes: tuple[ir.Axis, ...]) -> np.ndarray:
        """An array over axes and a last dimension, over these axes in this order, repeated along new ones."""
        kept = [axis for axis in axes if axis in has]
        ordered = np.transpose(array, [*(has.index(axis) for axis in kept), len(has)])
        places = tuple([slice(None) if axis in has else None for axis in axes])
        return np.broadcast_to(ordered[(*places, slice(None))], (*self.sizes(axes), array.shape[-1]))

    def block(self, assignments: Iterable[ir.Assignment], values: Values) -> None:
        for assignment in assignments:
            target = assignment.target
            found = self.operation(target, assignment.operation, values)
            if isinstance(found, tuple):
                values[target] = found
                continue
            expected = (*self.sizes(target.axes), target.dim)
            assert found.shape == expected, f"{target} has shape {found.shape}, not {expected}"
            values[target] = found

    def operation(self, target: ir.Value, operation: ir.Operation, values: Values) -> Any:
        axes, dim = target.axes, target.dim

        def at(value: ir.Value, over: tuple[ir.Axis, ...] = ()) -> np.ndarray:
            """The value over the target's axes, and behind them over some that are closed."""
            array = values[value]
            if isinstance(array, tuple):  # an extern that is a matrix takes lists multiplied out
                array = multiplied_out(value.type, *array)
            return self.spread(array, value.axes, (*axes, *over))

        match operation:
            case ir.Input(argument) if isinstance(argument.type, tys.List):
                return tuple(self.inputs[argument.position])
            case ir.Input(argument):
                return self.inputs[argument.position].reshape(-1)
            case ir.OneHot(index):
                return np.eye(dim)[index]
            case ir.Zero():
                return np.zeros(dim)
            case ir.Sum(parts):
                return np.sum([at(part) for part in parts], 0)
            case ir.Slice(vector, start):
                return at(vector)[..., start : start + dim]
            case ir.Concat(parts):
                return np.concatenate([at(part) for part in parts], -1)
            case ir.Total(vectors, over):
                return at(vectors, over).sum(tuple(range(len(axes), len(axes) + len(over))))
            case ir.Unstack(vector, axis):
                rows = values[vector].reshape(*self.sizes(vector.axes), axis.size, dim)
                return self.spread(rows, (*vector.axes, axis), axes)
            case ir.Stack(elements, rest, along, axis):
                own = tuple([other for other in axes if other != axis])
                rows = [self.spread(values[element], element.axes, own) for element in elements]
                if rest is not None and along is not None:
                    rows += [*self.spread(values[rest], rest.axes, (along, *own))]
                return self.positions(rows, axis, own, target)
            case ir.Narrow(elements, along, start, axis, beside):
                own = tuple([other for other in axes if other != axis])
                rows = [*self.spread(values[elements], elements.axes, (along, *own))][start:]
                most = min([len(rows), *(self.counts[other] for _, other in beside)])
                return self.positions(rows[:most], axis, own, target)
            case ir.Item(elements, axis, position):
                rows = [*self.spread(values[elements], elements.axes, (axis, *axes))]
                return rows[position] if position < len(rows) else np.zeros((*self.sizes(axes), dim))
            case ir.Elements(sequence, axis):
                elements, _ = values[sequence]
                self.counts[axis] = elements.shape[-2]
                return self.spread(elements, (*sequence.axes, axis), axes)
            case ir.Lengths(sequence):
                return values[sequence][1]
            case ir.Held(elements, axis, lengths):
                return self.spread(values[elements], elements.axes, (*axes, axis)), at(lengths)
            case ir.Basis(axis):
                return np.eye(axis.size)
            case ir.Shift(vector, saturate):
                shifted = np.concatenate([np.zeros_like(at(vector)[..., :1]), at(vector)[..., :-1]], -1)
                if saturate:
                    shifted[..., -1] += at(vector)[..., -1]
                return shifted
            case ir.Choose(weights, branches):
                parts = [at(weights)[..., [index]] * at(branch) for index, branch in enumerate(branches)]
                return np.sum(parts, 0)
            case ir.Table(weights, ones):
                found = np.zeros(math.prod([dim, *(each.dim for each in weights)]))
                found[list(ones)] = 1
                found = np.broadcast_to(found, (*self.sizes(axes), found.size))
                for each in weights:
                    rows = found.reshape(*found.shape[:-1], each.dim, -1)
                    found = np.einsum("...i,...ix->...x", at(each), rows)
                return found
            case ir.Weigh(weights, vector):
                return at(weights).sum(-1, keepdims=True) * at(vector)
            case ir.Outer(left, right):
                return np.einsum("...i,...j->...ij", at(left), at(right)).reshape(*at(left).shape[:-1], dim)
            case ir.Contract(weights, vectors, over):
                columns = at(vectors, over).reshape(*self.sizes(axes), weights.dim, dim)
                return np.einsum("...i,...id->...d", at(weights), columns)
            case ir.Matrix(columns, over):
                square = at(columns, over).reshape(*self.sizes(axes), dim // columns.dim, columns.dim)
                return np.swapaxes(square, -1, -2).reshape(*self.sizes(axes), dim)
            case ir.Apply(matrix, vector):
                square = at(matrix).reshape(*self.sizes(axes), dim, vector.dim)
                return np.einsum("...ij,...j->...i", square, at(vector))
            case ir.Given(source):
                return self.tensor(source).reshape(-1)
            case ir.Einsum(operands, indices, output):
                names: dict[ir.Axis, int] = {}
                given: list[Any] = []
                for operand, each in zip(operands, indices, strict=True):
                    sizes = (*(axis.size for axis in operand.axes), *tys.components(operand.type))
                    fixed = tuple([index if isinstance(index, int) else slice(None) for index in each])
                    free = [index for index in each if isinstance(index, ir.Axis)]
                    given += [values[operand].reshape(sizes)[fixed]]
                    given += [[names.setdefault(index, len(names)) for index in free]]
                result = np.einsum(*given, [names[index] for index in output])
                return result.reshape(*self.sizes(axes), dim)
            case ir.Call(callee, arguments):
                tensor = self.tensor(callee)
                return self.call(callee.type, tensor, [at(argument) for argument in arguments])
            case ir.Iterate(over=None):
                return self.iterated(target, operation, values)
            case ir.Iterate():
                return self.folded(target, operation, values)
            case _:
                assert_never(operation)

    def iterated(self, target: ir.Value, loop: ir.Iterate, values: Values) -> np.ndarray:
        axes, inside = target.axes, dict(values)
        weights = self.spread(values[loop.weights], loop.weights.axes, axes)
        current = self.spread(values[loop.base], loop.base.axes, loop.state.axes)
        total = weights[..., [0]] * self.spread(current, loop.state.axes, axes)
        for index in range(1, loop.weights.dim):
            inside[loop.state] = current
            self.block(loop.step, inside)
            current = self.spread(inside[loop.result], loop.result.axes, loop.state.axes)
            total = total + weights[..., [index]] * self.spread(current, loop.state.axes, axes)
        return total

    def folded(self, target: ir.Value, loop: ir.Iterate, values: Values) -> np.ndarray:
        """One recurrence after the other, each for the lists of one length."""
        assert loop.over is not None
        weights = self.spread(values[loop.weights], loop.weights.axes, target.axes)
        total = np.zeros((*self.sizes(target.axes), target.dim))
        for length in range(self.counts[loop.over] + 1):
            current = self.spread(values[loop.base], loop.base.axes, loop.state.axes)
            order = range(length) if loop.order == "snoc" else reversed(range(length))
            for index in order:
                inside = {**values, loop.state: current}
                for item, value in zip(loop.items, loop.inputs, strict=True):
                    inside[item] = self.spread(values[value], value.axes, (loop.over, *item.axes))[index]
                self.block(loop.step, inside)
                current = self.spread(inside[loop.result], loop.result.axes, loop.state.axes)
            total = total + weights[..., [length]] * self.spread(current, loop.state.axes, target.axes)
        return total

    def positions(
        self, rows: list[np.ndarray], axis: ir.Axis, own: tuple[ir.Axis, ...], target: ir.Value
    ) -> np.ndarray:
        """Elements over their positions, as many as the axis has."""
        rows = rows[: axis.size]
        self.counts[axis] = len(rows)
        stacked = np.stack(rows) if rows else np.zeros((0, *self.sizes(own), target.dim))
        return self.spread(stacked, (axis, *own), target.axes)

    def tensor(self, source: ir.Extern | ir.Learn | ir.Argument) -> np.ndarray:
        is_argument = isinstance(source, ir.Argument)
        return self.inputs[source.position] if is_argument else self.parameters[source.name]

    def call(self, type: tys.Type, tensor: np.ndarray, arguments: list[np.ndarray]) -> np.ndarray:
        value = tensor.reshape(-1)
        leading = arguments[0].shape[:-1] if arguments else ()
        value = np.broadcast_to(value, (*leading, value.size))
        for argument in arguments:
            assert isinstance(type, tys.Arrow)
            type = type.result
            square = value.reshape(*leading, tys.dim(type), argument.shape[-1])
            value = np.einsum("...ij,...j->...i", square, argument)
        return value
