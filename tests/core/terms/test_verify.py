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
