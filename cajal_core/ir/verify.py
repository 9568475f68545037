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
    scope, held = set[ir.Value](), set[ir.Value]()
    _block(graph.assignments, scope, held)
    require(graph.result in scope and not graph.result.axes, f"the result {graph.result} is not in scope")


def _block(assignments: Iterable[ir.Assignment], scope: set[ir.Value], held: set[ir.Value]) -> None:
    """Checks a block. `held` are the lists that are held apart, which few operations can read."""
    for assignment in assignments:
        target, operation = assignment.target, assignment.operation
        require(set(ir.operands(operation)) <= scope, f"{target} reads what is not in scope")
        require(target not in scope, f"{target} is assigned twice")
        for value in held.intersection(ir.operands(operation)):
            reads = isinstance(operation, ir.Elements | ir.Lengths | ir.Call)
            require(reads, f"{target} reads {value}, a list that is held apart, as one vector")
        if isinstance(operation, ir.Elements | ir.Lengths):
            require(operation.sequence in held, f"{target} reads a list that is multiplied out")
        axes = _axes(target, operation)
        require(target.axes == tuple(sorted(axes)), f"{target} runs over other axes than its operands")
        if isinstance(operation, ir.Iterate):
            inside, held_inside = scope | {operation.state, *operation.items}, {*held}
            _block(operation.step, inside, held_inside)
            ends = operation.result in inside - held_inside
            require(ends, f"the step of {target} does not end")
        scope.add(target)
        if ir.is_held(target, operation):
            held.add(target)


def _axes(target: ir.Value, operation: ir.Operation) -> set[ir.Axis]:
    """The axes that an operation's value runs over, after its types and dimensions have been checked."""
    match operation:
        case ir.Input(source) | ir.Given(source):
            require_same(source.type, target.type)
        case ir.OneHot(index):
            require(0 <= index < target.dim, f"{target} has no basis vector {index}")
        case ir.Zero():
            pass
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
        case ir.Sum(parts):
            require(bool(parts), f"{target} has no parts")
            for part in parts:
                require_same(part.type, target.type)
        case ir.Slice(vector, start):
            require(0 <= start <= vector.dim - target.dim, f"{target} is no part of {vector}")
        case ir.Concat(parts):
            require(sum([part.dim for part in parts]) == target.dim, f"{target} is longer than its parts")
        case ir.Outer(left, right):
            require_same(tys.Product(left.type, right.type), target.type)
        case ir.Contract(weights, vectors, over):
            require_same(vectors.type, target.type)
            require(math.prod([axis.size for axis in over]) == weights.dim, f"{target} sums over other axes")
            return {*weights.axes, *vectors.axes} - set(over)
        case ir.Total(vectors, over):
            require_same(vectors.type, target.type)
            require(set(over) <= {*vectors.axes}, f"{target} sums over other axes")
            return set(vectors.axes) - set(over)
        case ir.Unstack(vector, axis):
            require(axis.size * target.dim == vector.dim, f"{target} has other rows")
            return {*vector.axes, axis}
        case ir.Stack(elements, rest, along, axis):
            for element in elements if rest is None else (*elements, rest):
                require_same(element.type, target.type)
            runs = along is None if rest is None else along in rest.axes
            require(runs and not any(along in element.axes for element in elements), f"{target} has no rest")
            axes = {a for value in ir.operands(operation) for a in value.axes if a != along}
            require(axis not in axes, f"{target} has its elements over {axis}")
            return {*axes, axis}
        case ir.Item(elements, axis, position):
            require_same(elements.type, target.type)
            valid = axis in elements.axes and position >= 0
            require(valid, f"{target} is no item of {elements}")
            return set(elements.axes) - {axis}
        case ir.Narrow(elements, along, start, axis, beside):
            require_same(elements.type, target.type)
            valid = along in elements.axes and axis not in elements.axes and start >= 0
            require(valid, f"{target} is no part of {elements}")
            require(all(own in value.axes for value, own in beside), f"{target} stands beside no elements")
            return set(elements.axes) - {along} | {axis}
        case ir.Elements(sequence, axis):
            assert isinstance(sequence.type, tys.List)
            require_same(sequence.type.element, target.type)
            valid = axis.size == sequence.type.most and axis not in sequence.axes
            require(valid, f"{axis} is no axis for the elements of {sequence}")
            return {*sequence.axes, axis}
        case ir.Lengths(sequence):
            assert isinstance(sequence.type, tys.List)
            require_same(target.type, tys.Nat(sequence.type.most + 1))
        case ir.Held(elements, axis, lengths):
            assert isinstance(target.type, tys.List)
            require_same(elements.type, target.type.element)
            require(lengths.dim == target.type.most + 1, f"{target} has other lengths")
            valid = axis in elements.axes and axis not in lengths.axes and axis.size <= target.type.most
            require(valid, f"{target} has its elements elsewhere")
            return {*elements.axes, *lengths.axes} - {axis}
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
        case ir.Iterate(weights, base, _, state, _, result, _, jumps, inputs, items, over):
            for value in (base, state, result):
                require_same(target.type, value.type)
            axes = {axis for value in ir.operands(operation) for axis in value.axes if axis != over}
            require(
                state.axes == tuple(sorted(axes)), f"the state of {target} has other axes than it starts from"
            )
            valid = jumps is None or (len(jumps) == state.dim and all(0 <= j <= state.dim for j in jumps))
            require(valid, f"{target} jumps out of its states")
            for item, value in zip(items, inputs, strict=True):
                require_same(item.type, value.type)
                own = tuple([axis for axis in value.axes if axis != over])
                require(over in value.axes and item.axes == own, f"{target} reads no items of {value}")
            if over is not None:
                valid = bool(inputs) and jumps is None and weights.dim == over.size + 1
                valid = valid and not any(over in value.axes for value in (weights, base, result))
                require(valid, f"{target} has other steps than items")
            return {*axes, *result.axes}
        case _:
            assert_never(operation)
    return {axis for value in ir.operands(operation) for axis in value.axes}
