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

#: A value over its axes in order, then its flattened type.
Values = dict[ir.Value, np.ndarray]


class NumpyIR:
    """Runs a graph on one sample: an array of each argument's shape, and one for each parameter."""

    def __init__(
        self, graph: ir.Graph, inputs: list[np.ndarray], parameters: Mapping[str, np.ndarray]
    ) -> None:
        self.graph = graph
        self.inputs = inputs
        self.parameters = parameters

    def run(self) -> np.ndarray:
        values: Values = {}
        self.block(self.graph.assignments, values)
        return values[self.graph.result].reshape(tys.shape(self.graph.result.type))

    def block(self, assignments: Iterable[ir.Assignment], values: Values) -> None:
        for assignment in assignments:
            target = assignment.target
            found = self.operation(target, assignment.operation, values)
            expected = (*(axis.size for axis in target.axes), target.dim)
            assert found.shape == expected, f"{target} has shape {found.shape}, not {expected}"
            values[target] = found

    def operation(self, target: ir.Value, operation: ir.Operation, values: Values) -> np.ndarray:
        axes, dim = target.axes, target.dim

        def at(value: ir.Value, over: tuple[ir.Axis, ...] = ()) -> np.ndarray:
            """The value over the target's axes, and behind them over some that are closed."""
            return spread(values[value], value.axes, (*axes, *over))

        match operation:
            case ir.Input(argument):
                return self.inputs[argument.position].reshape(-1)
            case ir.OneHot(index):
                return np.eye(dim)[index]
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
                found = np.broadcast_to(found, (*(axis.size for axis in axes), found.size))
                for each in weights:
                    rows = found.reshape(*found.shape[:-1], each.dim, -1)
                    found = np.einsum("...i,...ix->...x", at(each), rows)
                return found
            case ir.Weigh(weights, vector):
                return at(weights).sum(-1, keepdims=True) * at(vector)
            case ir.Outer(left, right):
                return np.einsum("...i,...j->...ij", at(left), at(right)).reshape(*at(left).shape[:-1], -1)
            case ir.Contract(weights, vectors, over):
                columns = at(vectors, over).reshape(*(axis.size for axis in axes), -1, dim)
                return np.einsum("...i,...id->...d", at(weights), columns)
            case ir.Matrix(columns, over):
                square = at(columns, over).reshape(*(axis.size for axis in axes), -1, columns.dim)
                return np.swapaxes(square, -1, -2).reshape(*(axis.size for axis in axes), -1)
            case ir.Apply(matrix, vector):
                square = at(matrix).reshape(*(axis.size for axis in axes), dim, vector.dim)
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
                return result.reshape(*(axis.size for axis in axes), dim)
            case ir.Call(callee, arguments):
                tensor = self.tensor(callee)
                return self.call(callee.type, tensor, [at(argument) for argument in arguments])
            case ir.Iterate(weights, base, _, state, step, result):
                inside, current = dict(values), spread(values[base], base.axes, state.axes)
                total = at(weights)[..., [0]] * at(base)
                for index in range(1, weights.dim):
                    inside[state] = current
                    self.block(step, inside)
                    current = spread(inside[result], result.axes, state.axes)
                    total = total + at(weights)[..., [index]] * spread(current, state.axes, axes)
                return total
            case _:
                assert_never(operation)

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


def spread(array: np.ndarray, has: tuple[ir.Axis, ...], axes: tuple[ir.Axis, ...]) -> np.ndarray:
    """An array over axes and a last dimension, over these axes in this order, repeated along new ones."""
    kept = [axis for axis in axes if axis in has]
    ordered = np.transpose(array, [*(has.index(axis) for axis in kept), len(has)])
    places = tuple([slice(None) if axis in has else None for axis in axes])
    shape = (*(axis.size for axis in axes), array.shape[-1])
    shape = (*(axis.size for axis in axes), array.shape[-1])
    return np.broadcast_to(ordered[(*places, slice(None))], shape)
