"""Checks core and tensor IR again, by other code than made them. The tests do so after every pass.

What is found is a mistake of a pass, never of a user: `InternalError`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import assert_never

from cajal_core.base import tys
from cajal_core.base.recursion import deep_recursion
from cajal_core.diagnostics.errors import InternalError
from cajal_core.ir import graph as ir
from cajal_core.terms import core


def verify_core(term: core.Term) -> None:
    """Checks that a closed term has the types that it says, and uses each of its variables exactly once.

    Raises:
        InternalError: if it does not.
    """
    with deep_recursion():
        free = {binder for binder in _uses(term) if not binder.reusable}
    _check(not free, f"{[binder.name for binder in free]} are free")


def _uses(term: core.Term) -> set[core.Binder]:
    """The variables that a term uses, after its parts have been checked."""
    match term:
        case core.Var(binder):
            return {binder}
        case core.Ref() | core.Param() | core.Boolean() | core.Numeral() | core.Unit() | core.Constructor():
            return set()
        case core.Instance(definition, arguments):
            rest = definition.type
            for argument in arguments:
                assert isinstance(rest, tys.Arrow)
                _same(rest.argument, argument.type)
                _check(all(binder.reusable for binder in _uses(argument)), "a `!` argument is open")
                rest = rest.result
            return _typed(term, rest, *arguments)
        case core.Lam(binder, body):
            return _typed(term, tys.Arrow(binder.type, body.type, binder.reusable), body, bound=[binder])
        case core.App(function, argument):
            assert isinstance(function.type, tys.Arrow)
            _same(function.type.argument, argument.type)
            return _typed(term, function.type.result, function, argument)
        case core.If(condition, consequent, alternative):
            _same(tys.Bool(), condition.type)
            return _branching(term, condition, (consequent, alternative))
        case core.Case(scrutinee, arms):
            assert isinstance(scrutinee.type, tys.Data)
            _check(len(arms) == len(scrutinee.type.constructors), "arms are missing")
            return _branching(term, scrutinee, arms)
        case core.Succ(predecessor):
            return _typed(term, predecessor.type, predecessor)
        case core.Iter(count, base, binder, step):
            _check(isinstance(count.type, tys.Nat), "the count is no number")
            _same(base.type, step.type)
            _same(base.type, binder.type)
            outside = _typed(term, step.type, step, bound=[binder])
            _check(all(each.reusable for each in outside), "a step uses a variable from outside")
            return _typed(term, base.type, count, base) | outside
        case core.Let(binder, bound, body):
            _same(binder.type, bound.type)
            return _disjoint(_uses(bound), _typed(term, body.type, body, bound=[binder]))
        case core.LetPair(left, right, bound, body):
            _same(tys.Product(left.type, right.type), bound.type)
            return _disjoint(_uses(bound), _typed(term, body.type, body, bound=[left, right]))
        case core.Copy(original, left, right, body):
            _same(left.type, original.type)
            _same(right.type, original.type)
            _check(tys.is_data(original.type), "what is copied is no data")
            return _disjoint(_uses(original), _typed(term, body.type, body, bound=[left, right]))
        case core.Drop(dropped, body):
            _check(tys.is_data(dropped.type), "what is dropped is no data")
            return _typed(term, body.type, dropped, body)
        case core.Pair(left, right):
            return _typed(term, tys.Product(left.type, right.type), left, right)
        case _:
            assert_never(term)


def _typed(
    term: core.Term, type: tys.Type, *parts: core.Term, bound: Iterable[core.Binder] = ()
) -> set[core.Binder]:
    """The uses of a term of this type in its parts, where it binds some variables."""
    _same(type, term.type)
    uses = _disjoint(*map(_uses, parts))
    for binder in bound:
        _check(binder in uses or binder.reusable, f"`{binder.name}` is not used")
        uses.discard(binder)
    return uses


def _branching(term: core.Term, condition: core.Term, branches: tuple[core.Term, ...]) -> set[core.Binder]:
    uses = [_typed(term, branch.type, branch) for branch in branches]
    linear = [{binder for binder in each if not binder.reusable} for each in uses]
    _check(all(each == linear[0] for each in linear), "branches use different variables")
    return _disjoint(_uses(condition), set[core.Binder]().union(*uses))


def _disjoint(*uses: set[core.Binder]) -> set[core.Binder]:
    union: set[core.Binder] = set()
    for each in uses:
        twice = {binder.name for binder in union & each if not binder.reusable}
        _check(not twice, f"{twice} are used twice")
        union |= each
    return union


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
