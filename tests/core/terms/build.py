"""Terms of the typed core made by hand, without a checker."""

from __future__ import annotations

from functools import reduce

from cajal_core.base import tys
from cajal_core.base.source import Source, Span
from cajal_core.terms import core

HERE = Span(Source("test", "x"), 0, 1)
BOOL, NAT = tys.Bool(), tys.Nat(5)
TRUE, FALSE = core.Boolean(True, span=HERE), core.Boolean(False, span=HERE)


def variable(name: str, type: tys.Type, *, reusable: bool = False) -> core.Binder:
    return core.Binder(name, type, HERE, reusable)


def var(binder: core.Binder) -> core.Var:
    return core.Var(binder, span=HERE)


def number(value: int, type: tys.Nat = NAT) -> core.Term:
    return core.Numeral(value, type, span=HERE)


def lam(body: core.Term, *binders: core.Binder) -> core.Term:
    for binder in reversed(binders):
        body = core.Lam(binder, body, tys.Arrow(binder.type, body.type), span=HERE)
    return body


def app(function: core.Term, *arguments: core.Term) -> core.Term:
    for argument in arguments:
        assert isinstance(function.type, tys.Arrow)
        function = core.App(function, argument, function.type.result, span=HERE)
    return function


def either(*sides: core.Term) -> core.Term:
    return reduce(lambda left, right: core.Or(left, right, left.type, span=HERE), sides)


def fail(type: tys.Type = BOOL) -> core.Term:
    return core.Fail(type, span=HERE)


def succ(term: core.Term) -> core.Term:
    assert isinstance(term.type, tys.Nat)
    return core.Succ(term, term.type, span=HERE)


def pair(left: core.Term, right: core.Term) -> core.Term:
    return core.Pair(left, right, tys.Product(left.type, right.type), span=HERE)


def choice(*parts: core.Term) -> core.Term:
    return core.Alternatives(parts, tys.With(tuple([part.type for part in parts])), span=HERE)


def power(*parts: core.Term) -> core.Term:
    return core.Alternatives(parts, tys.Power(parts[0].type, len(parts)), span=HERE)


def pick(term: core.Term, place: int, type: tys.Type = BOOL) -> core.Term:
    return core.Pick(term, place, type, span=HERE)


def elements(*parts: core.Term, most: int = 3, element: tys.Type = BOOL) -> core.Term:
    type = tys.List(parts[0].type if parts else element, most)
    whole: core.Term = core.Nil(type, span=HERE)
    for part in reversed(parts):
        whole = core.Cons(part, whole, type, span=HERE)
    return whole


def let(binder: core.Binder, bound: core.Term, body: core.Term) -> core.Term:
    return core.Let(binder, bound, body, body.type, span=HERE)


def drop(dropped: core.Term, body: core.Term) -> core.Term:
    return core.Drop(dropped, body, body.type, span=HERE)


def choose(condition: core.Term, then: core.Term, other: core.Term) -> core.Term:
    return core.If(condition, then, other, then.type, span=HERE)


def iterate(count: core.Term, base: core.Term, state: core.Binder, step: core.Term) -> core.Term:
    return core.Iter(count, base, state, step, base.type, span=HERE)


def dictionary(keys: core.Term, values: core.Term) -> core.Term:
    assert isinstance(keys.type, tys.Power)
    assert isinstance(values.type, tys.Power)
    return core.Dict(keys, values, tys.Arrow(keys.type.base, values.type.base), span=HERE)
