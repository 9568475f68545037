"""Core -> syntax, to show what a term was understood to be."""

from __future__ import annotations

from typing import assert_never

from cajal_core.base import tys
from cajal_core.base.recursion import deep
from cajal_core.base.source import Span
from cajal_core.syntax import tree
from cajal_core.terms import core
from cajal_core.terms.capture import without_capture


def read_back(term: core.Term) -> tree.Term:
    """The term as a user could have written it."""
    return _term(without_capture(term))


def read_back_definition(definition: core.Definition, params: int, span: Span) -> tree.Def:
    """A definition, with its first parameters before the colon, as many as were written there."""
    parameters, type, body = list[tree.Param](), definition.type, without_capture(definition.body)
    for _ in range(params):
        assert isinstance(body, core.Lam)
        assert isinstance(type, tys.Arrow)
        written = _type(body.binder.type, span)
        parameters.append(tree.Param(_binder(body.binder), written, body.binder.reusable, span=span))
        body, type = body.body, type.result
    name = tree.Binder(definition.name, span=span)
    return tree.Def(name, tuple(parameters), _type(type, span), _term(body), span=span)


@deep
def _term(term: core.Term) -> tree.Term:
    span = term.span
    match term:
        case core.Var(binder):
            return tree.Var(binder.name, span=span)
        case core.Ref(definition):
            return tree.Var(definition.name, span=span)
        case core.Param(target):
            return tree.Var(target.name, span=span)
        case core.Instance(definition, arguments):
            applied: tree.Term = tree.Var(definition.name, span=span)
            for argument in arguments:
                applied = tree.App(applied, _term(argument), span=span)
            return applied
        case core.Lam(binder, body):
            return tree.Lam(_binder(binder), _type(binder.type, span), _term(body), span=span)
        case core.App(function, argument):
            return tree.App(_term(function), _term(argument), span=span)
        case core.Boolean(value):
            return tree.Boolean(value, span=span)
        case core.If(condition, consequent, alternative):
            return tree.If(_term(condition), _term(consequent), _term(alternative), span=span)
        case core.Numeral(value, type):
            numeral = tree.Numeral(value, span=span)
            # A size that was asked for by the context is written here, where there may be none.
            return tree.Annot(numeral, _type(type, span), span=span) if type.written else numeral
        case core.Succ(predecessor):
            return tree.Succ(_term(predecessor), span=span)
        case core.Iter(count, base, binder, step):
            return tree.Iter(_term(count), _term(base), _binder(binder), _term(step), span=span)
        case core.Let(binder, bound, body):
            return tree.Let(_binder(binder), _term(bound), _term(body), span=span)
        case core.Unit():
            return tree.Unit(span=span)
        case core.Pair(left, right):
            return tree.Pair(_term(left), _term(right), span=span)
        case core.LetPair(left, right, bound, body):
            return tree.LetPair(_binder(left), _binder(right), _term(bound), _term(body), span=span)
        case core.Constructor(index, type):
            return tree.Constructor(type.constructors[index], span=span)
        case core.Case(scrutinee, arms):
            return tree.Case(_term(scrutinee), _arms(scrutinee, arms), span=span)
        case core.Copy(original, left, right, body):
            return tree.Copy(_term(original), _binder(left), _binder(right), _term(body), span=span)
        case core.Drop(dropped, body):
            return tree.Drop(_term(dropped), _term(body), span=span)
        case _:
            assert_never(term)


def _arms(scrutinee: core.Term, arms: tuple[core.Term, ...]) -> tuple[tree.Arm, ...]:
    assert isinstance(scrutinee.type, tys.Data)
    return tuple(
        [
            tree.Arm(tree.Constructor(name, span=arm.span), _term(arm), span=arm.span)
            for name, arm in zip(scrutinee.type.constructors, arms, strict=True)
        ]
    )


def _binder(binder: core.Binder) -> tree.Binder:
    return tree.Binder(binder.name, span=binder.span)


@deep
def _type(type: tys.Type, span: Span) -> tree.Type:
    match type:
        case tys.Bool():
            return tree.BoolType(span=span)
        case tys.Unit():
            return tree.UnitType(span=span)
        case tys.Nat(size, written):
            return tree.NatType(size if written else None, span=span)
        case tys.Space(name) | tys.Data(name):
            return tree.NamedType(name, span=span)
        case tys.Product(left, right):
            return tree.ProductType(_type(left, span), _type(right, span), span=span)
        case tys.Arrow(argument, result):
            return tree.ArrowType(_type(argument, span), _type(result, span), span=span)
        case _:
            assert_never(type)
