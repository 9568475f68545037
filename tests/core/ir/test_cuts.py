"""Cuts: which are joined, and what tables over them cost."""

from __future__ import annotations

from cajal_core.base import tys
from cajal_core.ir import graph as ir
from cajal_core.ir.cuts import CONSTANT, Cut, common, operation_cost, products, table_cost

BOOL = tys.Bool()
X, Y = (ir.Value(number, BOOL, ()) for number in (1, 2))
OVER_X, OVER_Y = (Cut(frozenset({value})) for value in (X, Y))
AXIS = ir.Axis(1, 2)
E = ir.Value(3, BOOL, (AXIS,))
OVER_E = Cut(bases=frozenset({E}))


def test_what_is_in_both_factors_is_not_linear() -> None:
    assert OVER_X.joined(OVER_Y) == Cut(frozenset({X, Y}))
    assert OVER_X.joined(OVER_X) is None
    assert OVER_E.joined(OVER_E) == OVER_E
    assert products([OVER_X, CONSTANT], [OVER_X, OVER_E]) == [
        Cut(frozenset({X}), frozenset({E})),
        OVER_X,
        OVER_E,
    ]


def test_branches_have_leaves_in_common() -> None:
    assert common([OVER_X, OVER_Y], [OVER_Y]) == [OVER_Y]
    assert common([OVER_X], [CONSTANT]) == []
    assert common([OVER_E], [CONSTANT]) == [OVER_E]


def test_a_basis_vector_is_a_leaf_or_leaves_its_axis_open() -> None:
    bare = Cut(open=frozenset({AXIS}))
    assert bare.joined(OVER_X) == Cut(frozenset({X}), open=frozenset({AXIS}))
    assert bare.joined(OVER_E) == OVER_E
    assert common([bare], [OVER_E]) == [OVER_E]


def test_a_table_has_no_more_entries_than_may_be() -> None:
    large = [Cut(frozenset({ir.Value(number, tys.Nat(200), ())})) for number in (1, 2)]
    assert large[0].joined(large[1]) is None
    assert large[0].joined(CONSTANT) == large[0]


def test_a_large_table_costs_more_than_two_small_ones() -> None:
    vectors = [ir.Value(number, BOOL, ()) for number in range(4)]
    small = table_cost(frozenset(vectors[:2]), 2)
    assert table_cost(frozenset(), 2) == 0 < table_cost(frozenset(vectors[:1]), 2) < small
    assert table_cost(frozenset(vectors), 2) > 3 * small
    assert table_cost(frozenset(vectors[:2]), 2, 50) > 10 * small


def test_costs_of_dimensions_beyond_any_number_of_the_machine() -> None:
    huge = ir.Value(1, tys.Nat(10**400), ())
    assert operation_cost(huge, ir.Weigh(X, huge), 0, is_constant=False) > 10**400
    assert operation_cost(huge, ir.Weigh(X, huge), 0, is_constant=True) < 100
    assert table_cost(frozenset({huge}), 2) > 10**399
