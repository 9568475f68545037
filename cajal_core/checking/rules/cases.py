r"""The typing rule of `case` (docs/spec.md, section 2.2), and what a `case` becomes in the core.

A `case` of a Bool is an `if`, one of a Unit is a `drop`, and a pair pattern is a `let`:

    case b { true => s | x => t }    becomes    if b then s else let x = false in t

This is more than 300 lines, because each kind of type has constructors of its own, and an arm may be wrong in
several ways that are told apart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import assert_never

from cajal_core.base import tys
from cajal_core.base.source import Span
from cajal_core.checking.context import Binds, Typed
from cajal_core.checking.expectation import Expectation
from cajal_core.checking.rules.checker import Checker
from cajal_core.checking.spelling import nearest
from cajal_core.checking.unknown import UNKNOWN, Unknown
from cajal_core.diagnostics.cases import (
    MissingArms,
    NotCases,
    NumberBesideSucc,
    RepeatedArm,
    UselessArm,
    WrongArm,
    WrongFields,
)
from cajal_core.diagnostics.linear import Branch, CaseArm
from cajal_core.diagnostics.types import Bound, NumeralTooLarge
from cajal_core.syntax import tree
from cajal_core.syntax.lexer import name_around
from cajal_core.terms import core


@dataclass(slots=True)
class _Arms:
    """The arms of a `case`, by the constructor or the number that each stands for."""

    own: dict[str | int, tree.Arm] = field(default_factory=dict[str | int, tree.Arm])
    #: The last arm, if it stands for all others.
    rest: tree.Arm | None = None


def case(checker: Checker, term: tree.Case, expected: Expectation | None) -> Typed:  # T-Case
    """A `case`, checked or inferred."""
    value = checker.infer(term.scrutinee)
    type = value.type
    fields = _fields(type, term.arms)
    if fields is None and not isinstance(type, Unknown | tys.Product):
        checker.note(NotCases(term.scrutinee.span, checker.scope.show(type), type))
    arms = _sorted(checker, term, type, fields)
    named, binds = list[tuple[Branch, tree.Term]](), list[list[Binds]]()
    for arm in term.arms:
        named.append((CaseArm(_name(arm.pattern)), arm.body))
        binds.append(_binds(checker, arm, type, fields))
    bodies, joined = checker.branches("T-Case", named, expected, value, binds)
    terms = {id(arm): body.term for arm, body in zip(term.arms, bodies, strict=True)}
    own = {key: terms[id(arm)] for key, arm in arms.own.items()}
    rest = terms[id(arms.rest)] if arms.rest else None
    built = value.term
    if checker.record.is_right:
        built = _built(value.term, own, rest, _result(joined.type), term.span)
    return joined._replace(term=built)


def _result(type: tys.Type | Unknown) -> tys.Type:
    assert not isinstance(type, Unknown)
    return type


def _fields(
    type: tys.Type | Unknown, arms: tuple[tree.Arm, ...]
) -> dict[str | int, tuple[tys.Type, ...]] | None:
    """The constructors of a type, each with the types of its fields; None for a type that has none.

    A Nat has `zero` and `succ` where an arm says `succ`, and its numbers otherwise.
    """
    match type:
        case tys.Data(_, constructors):
            return {name: type.arguments(place) for place, name in enumerate(constructors)}
        case tys.Bool():
            return {"true": (), "false": ()}
        case tys.Unit():
            return {"()": ()}
        case tys.Nat(size):
            if any(_key(arm.pattern) == "succ" for arm in arms):
                return {0: (), "succ": (type,)}
            return _Numbers(size)
        case tys.List(element):
            return {"nil": (), "cons": (element, type)}
        case tys.Product() | tys.Space() | tys.Arrow() | tys.With() | tys.Power() | Unknown():
            return None
        case _:
            assert_never(type)


class _Numbers(dict["str | int", "tuple[tys.Type, ...]"]):
    """The numbers of a Nat, as constructors without fields. They are counted and not stored."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size

    def __contains__(self, key: object) -> bool:
        return isinstance(key, int) and 0 <= key < self.size

    def __getitem__(self, key: str | int) -> tuple[tys.Type, ...]:
        return ()

    def __len__(self) -> int:
        return self.size


def _key(pattern: tree.ArmPattern) -> str | int | None:
    """What an arm stands for; None for all others, and for the arm of a pair."""
    match pattern:
        case tree.ConstructorPattern("zero"):
            return 0
        case tree.ConstructorPattern(name):
            return name
        case tree.NumberPattern(value):
            return value
        case tree.Binder() | tree.Wildcard() | tree.PairPattern():
            return None
        case _:
            assert_never(pattern)


def _name(pattern: tree.ArmPattern) -> str:
    match pattern:
        case tree.ConstructorPattern(name) | tree.Binder(name):
            return name
        case tree.NumberPattern(value):
            return str(value)
        case tree.Wildcard():
            return "_"
        case tree.PairPattern():
            return pattern.span.text
        case _:
            assert_never(pattern)


def _sorted(
    checker: Checker,
    term: tree.Case,
    type: tys.Type | Unknown,
    fields: dict[str | int, tuple[tys.Type, ...]] | None,
) -> _Arms:
    """The arms by what they stand for. Notes those that are wrong, repeated, useless or missing."""
    arms, shown = _Arms(), "" if isinstance(type, Unknown) else checker.scope.show(type)
    is_wrong = False
    for arm in term.arms:
        pattern = arm.pattern
        key, where = _key(pattern), pattern.span
        if arms.rest:
            checker.note(UselessArm(where, arms.rest.pattern.span))
        elif key is None:
            arms.rest = arm
            if isinstance(pattern, tree.PairPattern) and fields is not None:
                checker.note(WrongArm(where, where.text, shown, _constructors(fields)))
        elif isinstance(type, tys.Product):
            checker.note(WrongArm(where, _name(pattern), shown, ("(x, y)",)))
        elif fields is None:
            continue
        elif key not in fields:
            _wrong(checker, arm, type, fields, term.arms)
            is_wrong = True
        elif key in arms.own:
            checker.note(RepeatedArm(where, arms.own[key].pattern.span, _name(pattern)))
        else:
            arms.own[key] = arm
            if checker.scope.constructors.get(_name(pattern)) == type:  # not where the type is an older one
                checker.record.constructors.add(_name(pattern))
    if fields is not None:
        if arms.rest and len(arms.own) == len(fields):
            checker.note(UselessArm(arms.rest.pattern.span, None))
        # An arm that is wrong may have been meant for one that lacks.
        if not is_wrong and not arms.rest and len(arms.own) < len(fields):
            missing = _missing(arms, fields)
            checker.note(MissingArms(term.scrutinee.span, shown, missing))
    return arms


def _constructors(fields: dict[str | int, tuple[tys.Type, ...]]) -> tuple[str, ...]:
    """The constructors as an arm names them."""
    if isinstance(fields, _Numbers):
        return ("zero", "succ m", *([f"0 to {fields.size - 1}"] if fields.size > 1 else []))
    return tuple(map(_written, fields))


def _written(key: str | int) -> str:
    return "zero" if key == 0 else str(key)


def _missing(arms: _Arms, fields: dict[str | int, tuple[tys.Type, ...]]) -> tuple[str, ...]:
    if not isinstance(fields, _Numbers):
        return tuple([_written(key) for key in fields if key not in arms.own])
    missing = [str(number) for number in range(min(fields.size, len(arms.own) + 4)) if number not in arms.own]
    if set(arms.own) == {0}:
        return ("succ",)
    return tuple(missing[:3]) + (("…",) if fields.size - len(arms.own) > 3 else ())


def _wrong(
    checker: Checker,
    arm: tree.Arm,
    type: tys.Type | Unknown,
    fields: dict[str | int, tuple[tys.Type, ...]],
    arms: tuple[tree.Arm, ...],
) -> None:
    """Notes one of the arms, for what is no constructor of the type."""
    pattern, where = arm.pattern, arm.pattern.span
    if isinstance(pattern, tree.NumberPattern) and isinstance(type, tys.Nat):
        if isinstance(fields, _Numbers):
            bound = Bound(type.size, type.written, expected=True)
            checker.note(NumeralTooLarge(where, pattern.value, bound))
        else:
            succ = next(other.pattern.span for other in arms if _key(other.pattern) == "succ")
            checker.note(NumberBesideSucc(where, pattern.value, succ))
        return
    names = _constructors(fields)
    near = () if checker.record.is_full else nearest(_name(pattern), names)
    assert not isinstance(type, Unknown)
    start, end = name_around(where.source.text, where.start)
    word = Span(where.source, start, end) if start < end else where  # `()` has none
    checker.note(WrongArm(word, _name(pattern), checker.scope.show(type), names, near))


def _binds(
    checker: Checker,
    arm: tree.Arm,
    type: tys.Type | Unknown,
    fields: dict[str | int, tuple[tys.Type, ...]] | None,
) -> list[Binds]:
    """The patterns of an arm, with the types of what they bind."""
    pattern, key = arm.pattern, _key(arm.pattern)
    match pattern:
        case tree.PairPattern() if not isinstance(type, tys.Product):  # it was refused
            return [Binds(pattern, UNKNOWN, "arm")]
        case tree.Binder() | tree.Wildcard() | tree.PairPattern():
            return [Binds(pattern, type, "arm")]
        case tree.NumberPattern():
            return []
        case tree.ConstructorPattern(name, patterns):
            if fields is None or key is None or key not in fields:
                return [Binds(each, UNKNOWN, "arm") for each in patterns]
            types: list[tys.Type | Unknown] = [*fields[key]]
            if len(types) != len(patterns):
                shown = tuple([checker.scope.show(each) for each in fields[key]])
                checker.note(WrongFields(pattern.span, name, shown, len(patterns)))
                types = [*types, *[UNKNOWN] * len(patterns)][: len(patterns)]
            return [Binds(each, type, "arm") for each, type in zip(patterns, types, strict=True)]
        case _:
            assert_never(pattern)


def _built(
    scrutinee: core.Term,
    arms: dict[str | int, core.Term],
    rest: core.Term | None,
    result: tys.Type,
    span: Span,
) -> core.Term:
    """The `case` in the core, of arms that are functions of their fields and of the rest."""
    type = scrutinee.type

    def arm(key: str | int, value: Callable[[], core.Term]) -> core.Term:
        """The arm of a constructor without fields, which the last arm may stand for."""
        if key in arms:
            return arms[key]
        assert rest is not None
        return _applied(rest, value(), result, span)

    if not arms:
        assert rest is not None
        return _applied(rest, scrutinee, result, span)
    match type:
        case tys.Bool():
            true = arm("true", lambda: core.Boolean(True, span=span))
            false = arm("false", lambda: core.Boolean(False, span=span))
            return core.If(scrutinee, true, false, result, span=span)
        case tys.Unit():
            return core.Drop(scrutinee, arms["()"], result, span=span)
        case tys.Nat() if "succ" in arms:
            zero = arm(0, lambda: core.Numeral(0, type, span=span))
            return core.CaseNat(scrutinee, zero, arms["succ"], result, span=span)
        case tys.List():
            nil = arm("nil", lambda: core.Nil(type, span=span))
            cons = arms.get("cons") or _rest_of_list(rest, type, result, span)
            return core.CaseList(scrutinee, nil, cons, result, span=span)
        case tys.Nat():
            places = {key: int(key) for key in arms}
        case tys.Data(_, constructors):
            places = {key: constructors.index(str(key)) for key in arms}
        case tys.Product() | tys.Space() | tys.Arrow() | tys.With() | tys.Power():
            raise AssertionError(type)
        case _:
            assert_never(type)
    ordered = sorted(arms, key=places.__getitem__)
    return core.Case(
        scrutinee,
        tuple([arms[key] for key in ordered]),
        tuple([places[key] for key in ordered]),
        rest,
        result,
        span=span,
    )


def _applied(rest: core.Term, value: core.Term, result: tys.Type, span: Span) -> core.Term:
    """The last arm for one value."""
    assert isinstance(rest, core.Lam)
    return core.Let(rest.binder, value, rest.body, result, span=span)


def _rest_of_list(rest: core.Term | None, type: tys.List, result: tys.Type, span: Span) -> core.Term:
    """The last arm for all lists but `nil`, as a function of the first element and the rest."""
    assert rest is not None
    head, tail = core.Binder("first", type.element, span), core.Binder("rest", type, span)
    whole = core.Cons(core.Var(head, span=span), core.Var(tail, span=span), type, span=span)
    body = _applied(rest, whole, result, span)
    inner = core.Lam(tail, body, tys.Arrow(type, result), span=span)
    return core.Lam(head, inner, tys.Arrow(type.element, inner.type), span=span)
