"""Symbolic values become tensors, and tensors become symbolic values."""

from __future__ import annotations

import pytest

from cajal_core.base import tys
from cajal_core.diagnostics.errors import CajalError, InternalError
from cajal_core.ir import graph as ir
from cajal_core.ir.symbolic import Function, Held, Pair, SymbolicEvaluator, Tuple

BOOL = tys.Bool()
MAP, BOTH = tys.Arrow(BOOL, BOOL), tys.Product(BOOL, BOOL)


@pytest.fixture
def evaluator() -> SymbolicEvaluator:
    return SymbolicEvaluator()


def constant(evaluator: SymbolicEvaluator, type: tys.Type, index: int = 0) -> ir.Value:
    return evaluator.emit(ir.OneHot(index), type)


def kinds(evaluator: SymbolicEvaluator) -> list[str]:
    return [type(assignment.operation).__name__ for assignment in evaluator.builder.code]


def test_a_tensor_is_its_own_tensor(evaluator: SymbolicEvaluator) -> None:
    value = constant(evaluator, BOOL)
    assert evaluator.reify(value) is value is evaluator.reflect(value)


def test_a_pair_is_an_outer_product(evaluator: SymbolicEvaluator) -> None:
    pair = Pair(BOTH, constant(evaluator, BOOL, 0), constant(evaluator, BOOL, 1))
    assert evaluator.reify(pair).type == BOTH
    assert kinds(evaluator) == ["OneHot", "OneHot", "Outer"]


def test_a_matrix_is_a_function_that_multiplies(evaluator: SymbolicEvaluator) -> None:
    matrix = constant(evaluator, MAP)
    function = evaluator.reflect(matrix)
    assert isinstance(function, Function)
    applied = evaluator.apply(function, constant(evaluator, BOOL))
    assert evaluator.reify(applied).type == BOOL
    assert kinds(evaluator) == ["OneHot", "OneHot", "Apply"]


def test_a_callee_is_called_once_with_all_of_its_arguments(evaluator: SymbolicEvaluator) -> None:
    extern = ir.Extern("f", tys.Arrow(BOOL, MAP))
    function = evaluator.callee(extern, extern.type)
    vector = constant(evaluator, BOOL)
    partial = evaluator.apply(function, vector)
    assert kinds(evaluator) == ["OneHot"]
    evaluator.apply(partial, vector)
    assert evaluator.builder.code[-1].operation == ir.Call(extern, (vector, vector))


def test_the_basis_of_a_pair_is_a_pair(evaluator: SymbolicEvaluator) -> None:
    vectors, axes = evaluator.basis(tys.Product(BOOL, tys.Nat(3)))
    assert isinstance(vectors, Pair)
    assert vectors.basis
    assert [axis.size for axis in axes] == [2, 3]


def test_a_choice_of_functions_is_a_function(evaluator: SymbolicEvaluator) -> None:
    identity, other = Function(MAP, lambda argument: argument), evaluator.reflect(constant(evaluator, MAP))
    choice = evaluator.choose(constant(evaluator, BOOL), MAP, (identity, other))
    assert isinstance(choice, Function)
    assert "Choose" not in kinds(evaluator)
    evaluator.apply(choice, constant(evaluator, BOOL))
    assert kinds(evaluator)[-2:] == ["Apply", "Choose"]


def test_alternatives_stand_one_after_the_other(evaluator: SymbolicEvaluator) -> None:
    alternatives = Tuple(tys.Power(BOOL, 2), (constant(evaluator, BOOL, 0), constant(evaluator, BOOL, 1)))
    assert not evaluator.is_basis(alternatives)
    assert evaluator.reify(alternatives) is evaluator.reify(alternatives)
    assert kinds(evaluator) == ["OneHot", "OneHot", "Concat"]


def test_a_list_that_is_multiplied_out_has_a_block_for_each_length(evaluator: SymbolicEvaluator) -> None:
    lengths, element = constant(evaluator, tys.Nat(4), 1), constant(evaluator, BOOL)
    value = evaluator.reify(Held(tys.List(BOOL, 3), (element, element), None, lengths))
    concat = evaluator.builder.code[-1].operation
    assert isinstance(concat, ir.Concat)
    assert ([part.dim for part in concat.parts], value.dim) == ([1, 2, 4, 8], 15)


@pytest.mark.parametrize("type", [tys.List(tys.Nat(10), 9), tys.List(tys.Unit(), 26)])
def test_a_list_that_is_too_long_is_not_multiplied_out(evaluator: SymbolicEvaluator, type: tys.List) -> None:
    with pytest.raises(CajalError, match="must be multiplied out"):
        evaluator.basis(type)


def test_what_is_no_function_is_not_applied(evaluator: SymbolicEvaluator) -> None:
    value = constant(evaluator, BOOL)
    with pytest.raises(InternalError, match="is applied"):
        evaluator.apply(value, value)


def test_zero_is_no_part_of_a_sum(evaluator: SymbolicEvaluator) -> None:
    type = tys.Bool()
    zero, one = evaluator.zero(type), evaluator.emit(ir.OneHot(0), type)
    assert evaluator.sum(type, (zero, one)) is one
    assert evaluator.sum(type, (zero, zero)) is zero
