"""Core -> syntax, to show what a term was understood to be."""

from __future__ import annotations

from typing import assert_never

from cajal_core import core, syntax, tys
from cajal_core.recursion import deep_recursion
from cajal_core.source import Span


def read_back(term: core.Term) -> syntax.Term:
    """The term as a user could have written it."""
    with deep_recursion():
        return _term(term)


def read_back_definition(definition: core.Definition, params: int, span: Span) -> syntax.Def:
    """A definition, with its first parameters before the colon, as many as were written there."""
    parameters, type, body = list[syntax.Param](), definition.type, definition.body
    for _ in range(params):
        assert isinstance(body, core.Lam)
        assert isinstance(type, tys.Arrow)
        binder = body.binder
        parameters.append(syntax.Param(_binder(binder), _type(binder.type, span), binder.reusable, span=span))
        body, type = body.body, type.result
    name = syntax.Binder(definition.name, span=span)
    return syntax.Def(name, tuple(parameters), _type(type, span), read_back(body), span=span)


def _term(term: core.Term) -> syntax.Term:
    span = term.span
    match term:
        case core.Var(binder):
            return syntax.Var(binder.name, span=span)
        case core.Ref(definition):
            return syntax.Var(definition.name, span=span)
        case core.Param(target):
            return syntax.Var(target.name, span=span)
        case core.Instance(definition, arguments):
            applied: syntax.Term = syntax.Var(definition.name, span=span)
            for argument in arguments:
                applied = syntax.App(applied, _term(argument), span=span)
            return applied
        case core.Lam(binder, body):
            return syntax.Lam(_binder(binder), _type(binder.type, span), _term(body), span=span)
        case core.App(function, argument):
            return syntax.App(_term(function), _term(argument), span=span)
        case core.Boolean(value):
            return syntax.Boolean(value, span=span)
        case core.If(condition, consequent, alternative):
            return syntax.If(_term(condition), _term(consequent), _term(alternative), span=span)
        case core.Numeral(value, type):
            numeral = syntax.Numeral(value, span=span)
            # A size that was asked for by the context is written here, where there may be none.
            return syntax.Annot(numeral, _type(type, span), span=span) if type.written else numeral
        case core.Succ(predecessor):
            return syntax.Succ(_term(predecessor), span=span)
        case core.Iter(count, base, binder, step):
            return syntax.Iter(_term(count), _term(base), _binder(binder), _term(step), span=span)
        case core.Let(binder, bound, body):
            return syntax.Let(_binder(binder), _term(bound), _term(body), span=span)
        case core.Unit():
            return syntax.Unit(span=span)
        case core.Pair(left, right):
            return syntax.Pair(_term(left), _term(right), span=span)
        case core.LetPair(left, right, bound, body):
            return syntax.LetPair(_binder(left), _binder(right), _term(bound), _term(body), span=span)
        case core.Constructor(index, type):
            return syntax.Constructor(type.constructors[index], span=span)
        case core.Case(scrutinee, arms):
            return syntax.Case(_term(scrutinee), _arms(scrutinee, arms), span=span)
        case core.Copy(original, left, right, body):
            return syntax.Copy(_term(original), _binder(left), _binder(right), _term(body), span=span)
        case core.Drop(dropped, body):
            return syntax.Drop(_term(dropped), _term(body), span=span)
        case _:
            assert_never(term)


def _arms(scrutinee: core.Term, arms: tuple[core.Term, ...]) -> tuple[syntax.Arm, ...]:
    assert isinstance(scrutinee.type, tys.Data)
    return tuple(
        [
            syntax.Arm(syntax.Constructor(name, span=arm.span), _term(arm), span=arm.span)
            for name, arm in zip(scrutinee.type.constructors, arms, strict=True)
        ]
    )


def _binder(binder: core.Binder) -> syntax.Binder:
    return syntax.Binder(binder.name, span=binder.span)


def _type(type: tys.Type, span: Span) -> syntax.Type:
    match type:
        case tys.Bool():
            return syntax.BoolType(span=span)
        case tys.Unit():
            return syntax.UnitType(span=span)
        case tys.Nat(size, written):
            return syntax.NatType(size if written else None, span=span)
        case tys.Space(name) | tys.Data(name):
            return syntax.NamedType(name, span=span)
        case tys.Product(left, right):
            return syntax.ProductType(_type(left, span), _type(right, span), span=span)
        case tys.Arrow(argument, result):
            return syntax.ArrowType(_type(argument, span), _type(result, span), span=span)
        case _:
            assert_never(type)
