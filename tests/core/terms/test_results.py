"""Results on the way: equal ones are one, and the order of values is that of the basis."""

from __future__ import annotations

import pytest

from cajal_core.base import tys
from cajal_core.diagnostics.errors import InternalError
from cajal_core.terms.results import Closure, Made, Merger, Several, counted, value
from tests.core.terms.build import BOOL, NAT, TRUE, variable

DATA = tys.Data("D", ("C", "E"), ((NAT, BOOL), ()))
TYPES = [BOOL, NAT, tys.Unit(), DATA, tys.Product(BOOL, NAT), tys.List(tys.Product(BOOL, BOOL), 2)]


def basis(type: tys.Type) -> list[Made]:
    """The basis vectors of a type as results, made apart from one another."""
    match type:
        case tys.Product(left, right):
            return [Made(0, (one, other)) for one in basis(left) for other in basis(right)]
        case tys.Data():
            return [
                Made(place, inside)
                for place in range(len(type.constructors))
                for inside in rows(type.arguments(place))
            ]
        case tys.List(element, most):
            return [Made(i, inside) for i in range(most + 1) for inside in rows((element,) * i)]
        case _:
            return [Made(place) for place in range(tys.dim(type))]


def rows(types: tuple[tys.Type, ...]) -> list[tuple[Made, ...]]:
    if not types:
        return [()]
    return [(first, *rest) for first in basis(types[0]) for rest in rows(types[1:])]


def nothing(_: int) -> None:
    pass


@pytest.mark.parametrize("type", TYPES, ids=str)
def test_values_are_those_of_the_basis_in_its_order(type: tys.Type) -> None:
    merger = Merger(nothing)
    vectors = basis(type)
    assert [str(value(type, each, {})) for each in vectors] == list(tys.labels(type))
    ordered = merger.in_order([(each, 1) for each in reversed(vectors)])
    assert [each for each, _ in ordered] == vectors


@pytest.mark.parametrize("type", TYPES, ids=str)
def test_equal_values_are_one(type: tys.Type) -> None:
    merger, first, second = Merger(nothing), basis(type), basis(type)
    for place, result in enumerate(first):
        same = [merger.number(result) == merger.number(other) for other in second]
        assert same == [place == other for other in range(len(second))]
    outcome = merger.sum([(result, 2) for result in (*first, *second)], None)
    assert counted(outcome) == tuple([(result, 4) for result in first])


def test_one_result_is_no_superposition() -> None:
    merger, result = Merger(nothing), Made(0)
    assert merger.sum([(result, 1), (Several(()), 3)], None) is result
    assert merger.each(result, lambda it: it) is result


def test_a_value_with_many_shared_parts_is_numbered_once() -> None:
    one, other = Made(0), Made(0)
    for _ in range(100):
        one, other = Made(0, (one, one)), Made(0, (other, other))
    merger = Merger(nothing)
    assert merger.number(one) == merger.number(other)
    assert merger.compared(one, other) == 0


def test_functions_are_equal_to_themselves_alone() -> None:
    binder = variable("x", BOOL)
    first, second = Closure(binder, TRUE, {}), Closure(binder, TRUE, {})
    merger = Merger(nothing)
    assert merger.number(Made(0, (first,))) == merger.number(Made(0, (first,)))
    assert merger.number(first) != merger.number(second)
    with pytest.raises(InternalError):
        merger.compared(first, second)
    with pytest.raises(InternalError):
        value(BOOL, first, {})
