"""Core -> syntax, to show what a term was understood to be."""

from __future__ import annotations

from typing import assert_never, cast

from cajal_core.base import tys
from cajal_core.base.recursion import deep
from cajal_core.base.source import Span
from cajal_core.syntax import tree
from cajal_core.terms import core
from cajal_core.terms.capture import without_capture


def read_back(term: core.Term) -> tree.Term:
    """The term as a user could have written it."""
    return _term(without_capture(term), False)


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
    return tree.Def(name, tuple(parameters), _type(type, span), _term(body, True), span=span)


@deep
def _term(term: core.Term, known: bool) -> tree.Term:
    """The term as it is written where its type is known from the place, or else has to be told."""
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
                applied = tree.App(applied, _term(argument, True), span=span)
            return applied
        case core.Lam(binder, body):
            return tree.Lam(_binder(binder), _type(binder.type, span), _term(body, known), span=span)
        case core.App(function, argument):
            return tree.App(_term(function, False), _term(argument, True), span=span)
        case core.Boolean(value):
            return tree.Boolean(value, span=span)
        case core.If(condition, consequent, alternative):
            branches = [_term(branch, known) for branch in (consequent, alternative)]
            return tree.If(_term(condition, True), *branches, span=span)
        case core.Numeral(value, type):
            return _told(tree.Numeral(value, span=span), type, known or not type.written)
        case core.Succ(predecessor):
            return tree.Succ(_term(predecessor, known), span=span)
        case core.Iter(count, base, binder, step):
            times, start = _term(count, False), _term(base, known)
            return tree.Iter(times, start, _binder(binder), _term(step, True), span=span)
        case core.Let(binder, bound, body):
            return tree.Let(_binder(binder), None, _term(bound, False), _term(body, known), span=span)
        case core.Unit():
            return tree.Unit(span=span)
        case core.Pair(left, right):
            return tree.Pair(_term(left, known), _term(right, known), span=span)
        case core.LetPair(left, right, bound, body):
            pair = tree.PairPattern(_binder(left), _binder(right), span=span)
            return tree.Let(pair, None, _term(bound, False), _term(body, known), span=span)
        case core.Constructor(index, data):
            return tree.Constructor(data.constructors[index], span=span)
        case core.Case(scrutinee):
            return tree.Case(_term(scrutinee, False), _arms(term, known), span=span)
        case core.CaseNat(scrutinee, zero, succ):
            arms = (_arm("zero", 0, zero, known), _arm("succ", 1, succ, known))
            return tree.Case(_term(scrutinee, False), arms, span=span)
        case core.CaseList(scrutinee, nil, cons):
            arms = (_arm("nil", 0, nil, known), _arm("cons", 2, cons, known))
            return tree.Case(_term(scrutinee, False), arms, span=span)
        case core.Copy(original, copies, body):
            names = tuple(map(_binder, copies))
            return tree.Copy(_term(original, False), names, _term(body, known), span=span)
        case core.Drop(dropped, body):
            return tree.Drop(_term(dropped, False), _term(body, known), span=span)
        case core.Alternatives(parts, type):
            # Without a type that is told, this is `A & A`.
            told = known or isinstance(type, tys.With)
            components = tuple([_term(part, known or not told) for part in parts])
            return _told(tree.Alternatives(components, span=span), type, told)
        case core.Pick(alternatives, place):
            return tree.Pick(_term(alternatives, False), place + 1, span=span)
        case core.Fail(type):
            return _told(tree.Fail(span=span), type, known)
        case core.Or(left, right):
            return tree.Or(_term(left, known), _term(right, known), span=span)
        case core.Nil(type):
            return _told(tree.Nil(span=span), type, known)
        case core.Cons(_, _, type):
            return _told(_list(term), type, known)
        case core.Fold(elements, base, order, element, state, step):
            given, start = _term(elements, False), _term(base, known)
            names = _binder(element), _binder(state)
            return tree.Fold(given, start, order, *names, _term(step, True), span=span)
        case core.Comprehension(lists, variables, body):
            generators = [
                tree.Generator(_binder(variable), _term(row, False), span=row.span)
                for row, variable in zip(lists, variables, strict=True)
            ]
            return tree.Comprehension(_term(body, False), tuple(generators), span=span)
        case core.Dict(keys, values):
            return tree.Dict(_term(keys, False), _term(values, False), span=span)
        case core.Widen(inner, type):
            # A term of these kinds has a type by itself. Another would take the one that is told.
            alone = isinstance(inner, core.Var | core.Ref | core.Param | core.Instance | core.App | core.Pick)
            return _told(_told(_term(inner, not alone), inner.type, alone), type, known)
        case _:
            assert_never(term)


def _told(term: tree.Term, type: tys.Type, known: bool) -> tree.Term:
    """A term with its type, where that is not known from the place."""
    return term if known else tree.Annot(term, _type(type, term.span), span=term.span)


def _list(term: core.Cons) -> tree.Term:
    """A list whose type is told, as a literal where it ends in `nil` and its type has room for it."""
    elements, rest = list[core.Term](), cast("core.Term", term)
    while isinstance(rest, core.Cons):
        elements.append(rest.head)
        rest = rest.tail
    written = [_term(element, True) for element in elements]
    if isinstance(rest, core.Nil) and len(written) <= term.type.most:
        return tree.ListLiteral(tuple(written), span=term.span)
    tail = _term(rest, True)
    for element in reversed(written):
        tail = tree.Cons(element, tail, span=term.span)
    return tail


def _arms(term: core.Case, known: bool) -> tuple[tree.Arm, ...]:
    type, arms = term.scrutinee.type, list[tree.Arm]()
    for place, arm in zip(term.places, term.arms, strict=True):
        if isinstance(type, tys.Data):
            arms.append(_arm(type.constructors[place], len(type.arguments(place)), arm, known))
        else:
            pattern = tree.NumberPattern(place, span=arm.span)
            arms.append(tree.Arm(pattern, _term(arm, known), span=arm.span))
    if term.rest:
        assert isinstance(term.rest, core.Lam)
        body = _term(term.rest.body, known)
        arms.append(tree.Arm(_binder(term.rest.binder), body, span=term.rest.span))
    return tuple(arms)


def _arm(name: str, fields: int, arm: core.Term, known: bool) -> tree.Arm:
    """An arm of so many fields, the binders of the lambdas that it is made of."""
    names, body = list[tree.Pattern](), arm
    for _ in range(fields):
        assert isinstance(body, core.Lam)
        names.append(_binder(body.binder))
        body = body.body
    pattern = tree.ConstructorPattern(name, tuple(names), span=arm.span)
    return tree.Arm(pattern, _term(body, known), span=arm.span)


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
        case tys.With(parts):
            return tree.WithType(tuple([_type(part, span) for part in parts]), span=span)
        case tys.Power(base, count):
            return tree.PowerType(_type(base, span), count, span=span)
        case tys.List(element, most, written):
            return tree.ListType(_type(element, span), most if written else None, span=span)
        case tys.Arrow(argument, result):
            return tree.ArrowType(_type(argument, span), _type(result, span), span=span)
        case _:
            assert_never(type)
