"""Symbolic values become tensors, and tensors become symbolic values."""

from __future__ import annotations

import pytest

from cajal_core.base import tys
from cajal_core.diagnostics.errors import InternalError
from cajal_core.ir import graph as ir
from cajal_core.ir.symbolic import Function, Pair, SymbolicEvaluator

BOOL = tys.Bool()
MAP, BOTH = tys.Arrow(BOOL, BOOL), tys.Product(BOOL, BOOL)


@pytest.fixture
def evaluator() -> SymbolicEvaluator:
    return SymbolicEvaluator()


def constant(evaluator: SymbolicEvaluator, type: tys.Type, index: int = 0) -> ir.Value:
    return evaluator.builder.emit(ir.OneHot(index), type, ())


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


def test_what_is_no_function_is_not_applied(evaluator: SymbolicEvaluator) -> None:
    value = constant(evaluator, BOOL)
    with pytest.raises(InternalError, match="is applied"):
        evaluator.apply(value, value)
