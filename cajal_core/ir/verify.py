"""Checks tensor IR again, by other code than made it. The driver does so where `verify` is switched on.

A graph that breaks a rule is a mistake of a pass, never of a user: `InternalError`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import assert_never

from cajal_core.base import tys
from cajal_core.diagnostics.errors import InternalError
from cajal_core.ir import graph as ir


def verify_graph(graph: ir.Graph) -> None:
    """Checks that each operation of a graph fits its operands, axes and type, and finds them in scope.

    Raises:
        InternalError: if one does not.
    """
    scope = set[ir.Value]()
    _block(graph.assignments, scope)
    _check(graph.result in scope and not graph.result.axes, f"the result {graph.result} is not in scope")


def _block(assignments: Iterable[ir.Assignment], scope: set[ir.Value]) -> None:
    for assignment in assignments:
        target, operation = assignment.target, assignment.operation
        _check(set(ir.operands(operation)) <= scope, f"{target} reads what is not in scope")
        _check(target not in scope, f"{target} is assigned twice")
        axes = _axes(target, operation)
        _check(target.axes == tuple(sorted(axes)), f"{target} runs over other axes than its operands")
        if isinstance(operation, ir.Iterate):
            inside = scope | {operation.state}
            _block(operation.step, inside)
            _check(operation.result in inside, f"the step of {target} does not end")
        scope.add(target)


def _axes(target: ir.Value, operation: ir.Operation) -> set[ir.Axis]:
    """The axes that an operation's value runs over, after its types and dimensions have been checked."""
    match operation:
        case ir.Input(source) | ir.Given(source):
            _same(source.type, target.type)
        case ir.OneHot(index):
            _check(0 <= index < target.dim, f"{target} has no basis vector {index}")
        case ir.Basis(axis):
            _check(axis.size == target.dim, f"{axis} is no axis for {target}")
            return {axis}
        case ir.Shift(vector):
            _same(vector.type, target.type)
        case ir.Choose(weights, branches):
            _check(weights.dim == len(branches), f"{target} has other branches than weights")
            for branch in branches:
                _same(branch.type, target.type)
        case ir.Table(weights, ones):
            entries = math.prod([target.dim, *(weight.dim for weight in weights)])
            _check(list(ones) == sorted(set(ones)), f"{target} has a one twice")
            _check(all(0 <= place < entries for place in ones), f"{target} has a one outside its table")
        case ir.Weigh(_, vector):
            _same(vector.type, target.type)
        case ir.Outer(left, right):
            _same(tys.Product(left.type, right.type), target.type)
        case ir.Contract(weights, vectors, over):
            _same(vectors.type, target.type)
            _check(math.prod([axis.size for axis in over]) == weights.dim, f"{target} sums over other axes")
            return {*weights.axes, *vectors.axes} - set(over)
        case ir.Matrix(columns, over):
            assert isinstance(target.type, tys.Arrow)
            _same(columns.type, target.type.result)
            dim = tys.dim(target.type.argument)
            _check(math.prod([axis.size for axis in over]) == dim, f"{target} has other columns")
            return set(columns.axes) - set(over)
        case ir.Apply(matrix, vector):
            assert isinstance(matrix.type, tys.Arrow)
            _same(matrix.type.argument, vector.type)
            _same(matrix.type.result, target.type)
        case ir.Einsum(factors, indices, output):
            for operand, places in zip(factors, indices, strict=True):
                sizes = (*(axis.size for axis in operand.axes), *tys.components(operand.type))
                fits = all(
                    (0 <= index < size) if isinstance(index, int) else index.size == size
                    for index, size in zip(places, sizes, strict=True)
                )
                _check(fits, f"{target} has other indices than {operand}")
            sizes = (*(axis.size for axis in target.axes), *tys.components(target.type))
            _check(tuple([axis.size for axis in output]) == sizes, f"{target} has another shape")
            _check(output[: len(target.axes)] == target.axes, f"{target} has its axes elsewhere")
            used = {index for places in indices for index in places}
            _check(set(output) <= used and len(set(output)) == len(output), f"{target} has no such output")
            return set(target.axes)
        case ir.Call(callee, arguments):
            types, result = tys.uncurry(callee.type)
            for type, argument in zip(types, arguments, strict=True):
                _same(type, argument.type)
            _same(result, target.type)
        case ir.Iterate(weights, base, _, state, _, result, _, jumps):
            for value in (base, state, result):
                _same(target.type, value.type)
            axes = tuple(sorted({*weights.axes, *base.axes}))
            _check(state.axes == axes, f"the state of {target} has other axes than its weights and base")
            valid = jumps is None or (len(jumps) == state.dim and all(0 <= j <= state.dim for j in jumps))
            _check(valid, f"{target} jumps out of its states")
            return {*weights.axes, *base.axes, *result.axes}
        case _:
            assert_never(operation)
    return {axis for value in ir.operands(operation) for axis in value.axes}


def _same(expected: tys.Type, found: tys.Type) -> None:
    if expected != found:  # types are printed only here: that takes time
        raise InternalError(f"expected {expected}, got {found}")


def _check(holds: bool, otherwise: str) -> None:
    if not holds:
        raise InternalError(otherwise)
