"""Core that `check` must never make is noticed."""

from __future__ import annotations

import pytest

from cajal_core.base import tys
from cajal_core.base.source import Source, Span
from cajal_core.diagnostics.errors import InternalError
from cajal_core.terms import core
from cajal_core.terms.verify import verify_core

HERE = Span(Source("test", "x"), 0, 1)
X, Y = core.Binder("x", tys.Bool(), HERE), core.Binder("y", tys.Bool(), HERE)
TRUE = core.Boolean(True, span=HERE)


def lam(binder: core.Binder, body: core.Term) -> core.Term:
    return core.Lam(binder, body, tys.Arrow(binder.type, body.type), span=HERE)


def var(binder: core.Binder) -> core.Term:
    return core.Var(binder, span=HERE)


@pytest.mark.parametrize(
    ("term", "what"),
    [
        (var(X), "free"),
        (lam(X, TRUE), "not used"),
        (lam(X, core.Pair(var(X), var(X), tys.Product(tys.Bool(), tys.Bool()), span=HERE)), "used twice"),
        (lam(X, core.If(TRUE, var(X), TRUE, tys.Bool(), span=HERE)), "different variables"),
        (core.If(TRUE, TRUE, TRUE, tys.Unit(), span=HERE), "expected Bool, got Unit"),
        (core.If(core.Unit(span=HERE), TRUE, TRUE, tys.Bool(), span=HERE), "expected Bool, got Unit"),
        (core.App(lam(X, var(X)), core.Unit(span=HERE), tys.Bool(), span=HERE), "expected Bool, got Unit"),
        (core.Iter(TRUE, TRUE, X, var(X), tys.Bool(), span=HERE), "no number"),
        (
            lam(Y, core.Iter(core.Numeral(1, tys.Nat(2), span=HERE), TRUE, X, var(Y), tys.Bool(), span=HERE)),
            "not used",
        ),
    ],
)
def test_core_that_breaks_a_rule(term: core.Term, what: str) -> None:
    verify_core(lam(X, var(X)))
    with pytest.raises(InternalError, match=what):
        verify_core(term)


PAIR = tys.Product(tys.Bool(), tys.Bool())


@pytest.mark.parametrize(
    "body",
    [
        TRUE,
        core.Pair(var(X), var(X), PAIR, span=HERE),
        core.If(TRUE, var(X), TRUE, tys.Bool(), span=HERE),
    ],
)
def test_with_auto_data_need_not_be_used_once(body: core.Term) -> None:
    verify_core(lam(X, body), auto=True)
    with pytest.raises(InternalError):
        verify_core(lam(X, body))


def test_with_auto_functions_are_still_used_once() -> None:
    function = core.Binder("f", tys.Arrow(tys.Bool(), tys.Bool()), HERE)
    with pytest.raises(InternalError, match="not used"):
        verify_core(lam(function, TRUE), auto=True)


BOOL = tys.Bool()
FAIL = core.Fail(BOOL, span=HERE)
NUMBER, NAT = core.Numeral(1, tys.Nat(2), span=HERE), tys.Nat(2)
N = core.Binder("n", NAT, HERE)
DATA = tys.Data("D", ("C", "E"), ((BOOL, NAT), ()))
CONSTRUCTOR = core.Constructor(1, DATA, span=HERE)


def choose(then: core.Term, other: core.Term) -> core.Term:
    return core.If(TRUE, then, other, then.type, span=HERE)


def both(left: core.Term, right: core.Term) -> core.Term:
    return core.Pair(left, right, tys.Product(left.type, right.type), span=HERE)


def either(left: core.Term, right: core.Term) -> core.Term:
    return core.Or(left, right, left.type, span=HERE)


def case(*arms: core.Term, places: tuple[int, ...], rest: core.Term | None = None) -> core.Term:
    return core.Case(CONSTRUCTOR, arms, places, rest, BOOL, span=HERE)


def elements(*parts: core.Term) -> core.Term:
    type, whole = tys.List(BOOL, 2), core.Nil(tys.List(BOOL, 2), span=HERE)
    for part in parts:
        whole = core.Cons(part, whole, type, span=HERE)
    return whole


def fold(step: core.Term, element: core.Binder = X, state: core.Binder = Y) -> core.Term:
    return core.Fold(elements(), TRUE, "cons", element, state, step, BOOL, span=HERE)


def comprehension(body: core.Term, most: int = 2) -> core.Term:
    return core.Comprehension((elements(),), (X,), body, tys.List(BOOL, most), span=HERE)


def drop(*dropped: core.Term) -> core.Term:
    body: core.Term = TRUE
    for term in dropped:
        body = core.Drop(term, body, BOOL, span=HERE)
    return body


TWO_ARMS = (lam(X, lam(N, drop(var(X), var(N)))), FAIL)


@pytest.mark.parametrize(
    "term",
    [
        # A `fail` uses up what is left,
        lam(X, FAIL),
        lam(X, both(FAIL, TRUE)),
        lam(X, lam(Y, both(FAIL, var(Y)))),
        # in all branches, or in one a part of what the others use.
        lam(X, choose(FAIL, var(X))),
        lam(X, choose(var(X), FAIL)),
        lam(X, choose(FAIL, FAIL)),
        lam(X, lam(Y, choose(both(FAIL, var(X)), both(FAIL, var(Y))))),
        lam(X, lam(Y, choose(both(FAIL, var(X)), both(var(Y), var(X))))),
        lam(X, either(FAIL, var(X))),
        fold(FAIL),
        comprehension(FAIL),
        core.Iter(NUMBER, TRUE, X, FAIL, BOOL, span=HERE),
        case(*TWO_ARMS, places=(0, 1)),
        case(TWO_ARMS[0], places=(0,), rest=lam(core.Binder("d", DATA, HERE), FAIL)),
        core.Pick(core.Alternatives((TRUE, NUMBER), tys.With((BOOL, NAT)), span=HERE), 0, BOOL, span=HERE),
        core.Widen(NUMBER, tys.Nat(3), span=HERE),
        comprehension(var(X)),
    ],
)
def test_core_that_keeps_the_rules(term: core.Term) -> None:
    verify_core(term)


@pytest.mark.parametrize(
    ("term", "what"),
    [
        (lam(X, both(FAIL, both(var(X), var(X)))), "used twice"),
        (lam(X, choose(FAIL, TRUE)), "not used"),
        (lam(X, lam(Y, choose(both(FAIL, var(X)), both(TRUE, var(Y))))), "uses up others"),
        (lam(X, core.Iter(NUMBER, TRUE, Y, FAIL, BOOL, span=HERE)), "not used"),
        (lam(X, fold(core.Fail(BOOL, span=HERE), Y, core.Binder("z", BOOL, HERE))), "not used"),
        (lam(X, comprehension(FAIL)), "not used"),
        (lam(Y, fold(var(Y), X, core.Binder("z", BOOL, HERE))), "not used"),
        (lam(Y, fold(both(var(X), var(Y)))), "expected Bool"),
        (fold(var(Y)), "not used"),
        (lam(X, either(var(X), TRUE)), "different variables"),
        (lam(X, core.Alternatives((var(X), TRUE), tys.Power(BOOL, 2), span=HERE)), "different variables"),
        (core.Alternatives((TRUE, NUMBER), tys.Power(BOOL, 2), span=HERE), "expected Bool"),
        (core.Pick(core.Alternatives((TRUE, NUMBER), tys.With((BOOL, NAT)), span=HERE), 1, BOOL, span=HERE),
         "expected Nat"),
        (case(*TWO_ARMS, places=(0, 0)), "two arms"),
        (case(TWO_ARMS[0], places=(0,)), "arms are missing"),
        (case(*TWO_ARMS, places=(0, 1), rest=lam(core.Binder("d", DATA, HERE), FAIL)), "one too many"),
        (case(*reversed(TWO_ARMS), places=(0, 1)), "expected"),
        (case(core.Fail(TWO_ARMS[0].type, span=HERE), FAIL, places=(0, 1)), "no lambda"),
        (elements(NUMBER), "expected Bool"),
        (comprehension(var(X), 1), "expected List"),
        (core.Widen(NUMBER, tys.Nat(1), span=HERE), "no smaller"),
        (core.Widen(TRUE, tys.Nat(3), span=HERE), "no smaller"),
        (core.Widen(elements(), tys.List(BOOL, 1), span=HERE), "no smaller"),
        (core.Copy(core.Fail(tys.Power(BOOL, 2), span=HERE), (), TRUE, BOOL, span=HERE), "no data"),
    ],
)  # fmt: skip
def test_core_of_the_larger_language_that_breaks_a_rule(term: core.Term, what: str) -> None:
    with pytest.raises(InternalError, match=what):
        verify_core(term)


def test_a_fail_in_a_reusable_argument_uses_up_nothing_outside() -> None:
    reused = core.Binder("f", BOOL, HERE, reusable=True)
    type = tys.Arrow(BOOL, BOOL, reusable=True)
    definition = core.Definition("d", type, core.Lam(reused, var(reused), type, span=HERE), (reused,))
    instance = core.Instance(definition, (FAIL,), BOOL, span=HERE)
    verify_core(instance)
    with pytest.raises(InternalError, match="not used"):
        verify_core(lam(X, instance))
