"""Checks tensor IR again, by other code than made it. The driver does so where `verify` is switched on.

A graph that breaks a rule is a mistake of a pass, never of a user: `InternalError`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import assert_never

from cajal_core.base import tys
from cajal_core.diagnostics.errors import require, require_same
from cajal_core.ir import graph as ir


def verify_graph(graph: ir.Graph) -> None:
    """Checks that each operation of a graph fits its operands, axes and type, and finds them in scope.

    Raises:
        InternalError: if one does not.
    """
    scope = set[ir.Value]()
    _block(graph.assignments, scope)
    require(graph.result in scope and not graph.result.axes, f"the result {graph.result} is not in scope")


def _block(assignments: Iterable[ir.Assignment], scope: set[ir.Value]) -> None:
    for assignment in assignments:
        target, operation = assignment.target, assignment.operation
        require(set(ir.operands(operation)) <= scope, f"{target} reads what is not in scope")
        require(target not in scope, f"{target} is assigned twice")
        axes = _axes(target, operation)
        require(target.axes == tuple(sorted(axes)), f"{target} runs over other axes than its operands")
        if isinstance(operation, ir.Iterate):
            inside = scope | {operation.state}
            _block(operation.step, inside)
            require(operation.result in inside, f"the step of {target} does not end")
        scope.add(target)


def _axes(target: ir.Value, operation: ir.Operation) -> set[ir.Axis]:
    """The axes that an operation's value runs over, after its types and dimensions have been checked."""
    match operation:
        case ir.Input(source) | ir.Given(source):
            require_same(source.type, target.type)
        case ir.OneHot(index):
            require(0 <= index < target.dim, f"{target} has no basis vector {index}")
        case ir.Basis(axis):
            require(axis.size == target.dim, f"{axis} is no axis for {target}")
            return {axis}
        case ir.Shift(vector):
            require_same(vector.type, target.type)
        case ir.Choose(weights, branches):
            require(weights.dim == len(branches), f"{target} has other branches than weights")
            for branch in branches:
                require_same(branch.type, target.type)
        case ir.Table(weights, ones):
            entries = math.prod([target.dim, *(weight.dim for weight in weights)])
            require(list(ones) == sorted(set(ones)), f"{target} has a one twice")
            require(all(0 <= place < entries for place in ones), f"{target} has a one outside its table")
        case ir.Weigh(_, vector):
            require_same(vector.type, target.type)
        case ir.Outer(left, right):
            require_same(tys.Product(left.type, right.type), target.type)
        case ir.Contract(weights, vectors, over):
            require_same(vectors.type, target.type)
            require(math.prod([axis.size for axis in over]) == weights.dim, f"{target} sums over other axes")
            return {*weights.axes, *vectors.axes} - set(over)
        case ir.Matrix(columns, over):
            assert isinstance(target.type, tys.Arrow)
            require_same(columns.type, target.type.result)
            dim = tys.dim(target.type.argument)
            require(math.prod([axis.size for axis in over]) == dim, f"{target} has other columns")
            return set(columns.axes) - set(over)
        case ir.Apply(matrix, vector):
            assert isinstance(matrix.type, tys.Arrow)
            require_same(matrix.type.argument, vector.type)
            require_same(matrix.type.result, target.type)
        case ir.Einsum(factors, indices, output):
            for operand, places in zip(factors, indices, strict=True):
                sizes = (*(axis.size for axis in operand.axes), *tys.components(operand.type))
                fits = all(
                    (0 <= index < size) if isinstance(index, int) else index.size == size
                    for index, size in zip(places, sizes, strict=True)
                )
                require(fits, f"{target} has other indices than {operand}")
            sizes = (*(axis.size for axis in target.axes), *tys.components(target.type))
            require(tuple([axis.size for axis in output]) == sizes, f"{target} has another shape")
            require(output[: len(target.axes)] == target.axes, f"{target} has its axes elsewhere")
            used = {index for places in indices for index in places}
            require(set(output) <= used and len(set(output)) == len(output), f"{target} has no such output")
            return set(target.axes)
        case ir.Call(callee, arguments):
            types, result = tys.uncurry(callee.type)
            for type, argument in zip(types, arguments, strict=True):
                require_same(type, argument.type)
            require_same(result, target.type)
        case ir.Iterate(weights, base, _, state, _, result, _, jumps):
            for value in (base, state, result):
                require_same(target.type, value.type)
            axes = tuple(sorted({*weights.axes, *base.axes}))
            require(state.axes == axes, f"the state of {target} has other axes than its weights and base")
            valid = jumps is None or (len(jumps) == state.dim and all(0 <= j <= state.dim for j in jumps))
            require(valid, f"{target} jumps out of its states")
            return {*weights.axes, *base.axes, *result.axes}
        case _:
            assert_never(operation)
    return {axis for value in ir.operands(operation) for axis in value.axes}
