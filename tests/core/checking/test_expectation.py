"""The mistake of a term that is not what its place expects."""

from __future__ import annotations

import pytest

from cajal_core.base import tys
from cajal_core.base.source import Source, Span
from cajal_core.checking.context import Scope
from cajal_core.checking.expectation import (
    ANYTHING,
    Expectation,
    has_type,
    mismatch,
    unexpected,
    widens,
)
from cajal_core.checking.unknown import UNKNOWN
from cajal_core.diagnostics.types import Mismatch, Unparenthesized
from cajal_core.syntax import tree
from cajal_core.syntax.parse import parse

SOURCE = Source("cell", "not not true")
FIRST, SECOND, THIRD = Span(SOURCE, 0, 3), Span(SOURCE, 4, 7), Span(SOURCE, 8, 12)
SCOPE = Scope({}, {}, {}, nat_size=10)
BOOL, FUNCTION = tys.Bool(), tys.Arrow(tys.Bool(), tys.Bool())


def test_no_mistake_where_the_types_agree_or_cannot_be_told() -> None:
    expected = Expectation(BOOL, "a condition is a Bool", "T-If")
    assert mismatch(SCOPE, SECOND, expected, BOOL) is None
    assert mismatch(SCOPE, SECOND, expected, UNKNOWN) is None
    assert mismatch(SCOPE, SECOND, ANYTHING, FUNCTION) is None


def test_a_mismatch_says_what_asks_for_the_type() -> None:
    expected = Expectation(BOOL, "a condition is a Bool", "T-If", place=FIRST)
    mistake = mismatch(SCOPE, SECOND, expected, SCOPE.nat)
    assert isinstance(mistake, Mismatch)
    assert (mistake.title, mistake.rule) == ("expected Bool, got Nat", "T-If")
    assert [(note.span, note.text) for note in mistake.notes] == [(FIRST, "a condition is a Bool: Bool")]
    assert mistake.help == "for a Nat write `iter n { zero => s | succ y => t }`"


def test_a_nat_without_a_size_tells_its_own() -> None:
    mistake = mismatch(SCOPE, SECOND, Expectation(tys.Nat(3), "", "T-App"), SCOPE.nat)
    assert mistake is not None and mistake.help == "only a smaller bound is widened: `Nat` is Nat[10] here"
    larger = mismatch(SCOPE, SECOND, Expectation(tys.Nat(30), "", "T-Instance"), tys.Arrow(BOOL, SCOPE.nat))
    assert larger is not None and larger.help is None
    written = mismatch(SCOPE, SECOND, Expectation(tys.Nat(3), "", "T-App"), tys.Nat(4))
    assert written is not None
    assert written.help == "only a smaller bound is widened: Nat[3] fits where Nat[4] is expected"


def test_an_argument_that_takes_the_next_one_lacks_parentheses() -> None:
    expected = Expectation(BOOL, "the argument of `not`", "T-App", following=(THIRD,))
    mistake = mismatch(SCOPE, SECOND, expected, FUNCTION)
    assert isinstance(mistake, Unparenthesized)
    assert mistake.help.endswith("`(not true)`")
    assert isinstance(mismatch(SCOPE, SECOND, expected.part(BOOL), FUNCTION), Mismatch)
    assert isinstance(mismatch(SCOPE, SECOND, expected, SCOPE.nat), Mismatch)
    # What ends before the next argument begins is only a part of this one.
    assert isinstance(mismatch(SCOPE, FIRST, expected, FUNCTION), Mismatch)


def test_a_lambda_where_no_function_is_expected() -> None:
    mistake = unexpected(SCOPE, SECOND, Expectation(BOOL, "a condition is a Bool", "T-If"), "a function")
    assert mistake.title == "expected Bool, got a function"


@pytest.mark.parametrize(
    ("type", "wanted", "fits"),
    [
        (tys.Nat(3), tys.Nat(5), True),
        (tys.Nat(5), tys.Nat(3), False),
        (tys.Nat(3), tys.Nat(3), False),
        (tys.List(BOOL, 2), tys.List(BOOL, 4), True),
        (tys.List(tys.Nat(2), 2), tys.List(tys.Nat(3), 4), False),
        (tys.With((BOOL, BOOL)), tys.Power(BOOL, 2), True),
        (tys.Power(BOOL, 2), tys.With((BOOL, BOOL)), True),
        (tys.With((BOOL, tys.Unit())), tys.Power(BOOL, 2), False),
        (tys.Arrow(tys.Nat(5), BOOL), tys.Arrow(tys.Nat(3), BOOL), False),
    ],
)
def test_what_widens(type: tys.Type, wanted: tys.Type, fits: bool) -> None:
    assert widens(type, wanted) is fits


@pytest.mark.parametrize(
    ("text", "has"),
    [
        ("fail", False),
        ("[]", False),
        (r"\x. true", False),
        (r"\x:Bool. fail", False),
        ("if true then fail else true", True),
        ("if true then fail else nil", False),
        ("cons fail nil", False),
        ("[fail, true]", True),
        ("(fail, true)", False),
        ("let x = true in nil", False),
        ("iter 3 { zero => nil | succ y => y }", False),
        ("case true { true => fail | x => drop x in 3 }", True),
        ("<true, fail>", False),
        ("[fail | x in xs]", False),
    ],
)
def test_what_has_a_type_by_itself(text: str, has: bool) -> None:
    [item] = parse(Source("cell", text))
    assert isinstance(item, tree.Show)
    assert has_type(item.term) is has
