"""The mistake of a term that is not what its place expects."""

from __future__ import annotations

from cajal_core.base import tys
from cajal_core.base.source import Source, Span
from cajal_core.checking.context import Scope
from cajal_core.checking.expectation import ANYTHING, Expectation, mismatch, unexpected_lambda
from cajal_core.checking.unknown import UNKNOWN
from cajal_core.diagnostics.types import Mismatch, Unparenthesized

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
    assert mistake is not None and mistake.help == "`Nat` is Nat[10] here"
    written = mismatch(SCOPE, SECOND, Expectation(tys.Nat(3), "", "T-App"), tys.Nat(4))
    assert written is not None and written.help is None


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
    mistake = unexpected_lambda(SCOPE, SECOND, Expectation(BOOL, "a condition is a Bool", "T-If"))
    assert mistake is not None and mistake.title == "expected Bool, got a function"
    assert unexpected_lambda(SCOPE, SECOND, Expectation(FUNCTION, "", "T-App")) is None
    assert unexpected_lambda(SCOPE, SECOND, ANYTHING) is None
