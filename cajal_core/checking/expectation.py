"""What the place of a term expects of it, and the mistake of a term of another type."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import assert_never

from cajal_core.base import tys
from cajal_core.base.source import Span
from cajal_core.checking.context import Scope
from cajal_core.checking.unknown import UNKNOWN, Unknown, agree
from cajal_core.diagnostics.mistake import Edit, Label, short
from cajal_core.diagnostics.types import Mismatch, Unparenthesized
from cajal_core.syntax import tree


@dataclass(frozen=True, slots=True)
class Expectation:
    """A type that a term must have, with the place that says so, if it stands in the source."""

    type: tys.Type | Unknown
    reason: str
    #: The typing rule that has this as a premise.
    rule: str
    place: Span | None = None
    #: The arguments after this one, which are this one's own if parentheses were forgotten.
    following: tuple[Span, ...] = ()

    def part(self, type: tys.Type | Unknown) -> Expectation:
        """The same of a part of the term, for the same reason."""
        return replace(self, type=type, following=())


#: Why the condition of `if` has its type.
CONDITION = "a condition is a Bool"

#: Why the step of `iter` and `fold` has its type.
STEP = "the step keeps the type of the base"

ANYTHING = Expectation(UNKNOWN, "", "")


def is_longer(term: tree.Pair, type: tys.Product) -> bool:
    """Whether a tuple has more components than its type, as `(a, b, c)` at `A * B`."""
    left, inner = term.left, type.left
    while isinstance(left, tree.Pair) and left.span == term.span:
        if not isinstance(inner, tys.Product):
            return True
        left, inner = left.left, inner.left
    return False


def own_arguments(expected: Expectation, type: tys.Type | Unknown) -> int:
    """How many of the arguments that follow are this one's own, since it is of the expected type with them.

    None are where it has the type by itself, or with no number of them.
    """
    if isinstance(expected.type, Unknown) or agree(expected.type, type):
        return 0
    for count in range(1, len(expected.following) + 1):
        if not isinstance(type, tys.Arrow):
            return 0
        type = type.result
        if agree(expected.type, type):
            return count
    return 0


def mismatch(
    scope: Scope, where: Span, expected: Expectation, type: tys.Type | Unknown
) -> Mismatch | Unparenthesized | None:
    """The mistake of a term of a type that its place does not expect, if it does not."""
    wanted = expected.type
    if isinstance(wanted, Unknown) or isinstance(type, Unknown) or agree(wanted, type):
        return None
    shown, got = scope.show(wanted), scope.show(type)
    if count := own_arguments(expected, type):
        between = where.source.text[where.end : expected.following[0].start]
        if between.isspace():  # the argument itself is wrong, not a part of it
            own = expected.following[0].to(expected.following[count - 1])
            return Unparenthesized(where, shown, got, own)
    nats = [nat for nat in (wanted, type) if isinstance(nat, tys.Nat)]
    nat_size = scope.nat_size if len(nats) == 2 and not all(nat.written for nat in nats) else None
    advice = _instead_of_if(type) if expected.reason == CONDITION else None
    if expected.rule in ("T-If", "T-Case", "T-Or") and widens(wanted, type):
        nat_size = None
        advice = f"the first branch tells the type; state the larger one: `(… : {got})` around all of it"
    elif widens(wanted, type) and not isinstance(type, tys.With | tys.Power):
        why = f"`Nat` is Nat[{nat_size}] here" if nat_size else f"{shown} fits where {got} is expected"
        advice, nat_size = f"only a smaller bound is widened: {why}", None
    advice = _as_written(where, expected, type, shown, got) or advice
    because = _because(expected, shown)
    return Mismatch(where, shown, got, because, expected.reason, expected.rule, nat_size, advice)


def widens(type: tys.Type | Unknown, wanted: tys.Type | Unknown) -> bool:
    """Whether a term of a type may stand where another is expected, padded or in another shape.

    Numbers and lists of a smaller bound may stand for those of a larger one. `A ^ n` and `A & … & A` are the
    same numbers.
    """
    match type, wanted:
        case tys.Nat(size), tys.Nat(larger):
            return size < larger
        case tys.List(element, most), tys.List(other, larger):
            return element == other and most < larger
        case tys.With(parts), tys.Power(base, count):
            return len(parts) == count and all(part == base for part in parts)
        case tys.Power(), tys.With():
            return widens(wanted, type)
        case _:
            return False


def _as_written(where: Span, expected: Expectation, type: tys.Type, shown: str, got: str) -> str | None:
    """How what was meant is written, where a term of the type was written by habit."""
    wanted, opens = expected.type, where.text[:1]
    match wanted, type:
        case tys.With() | tys.Power(), tys.Product() if opens == "(":
            return "alternatives are written `<a, b>`; `(a, b)` is a pair of both"
        case tys.Product(), tys.With() | tys.Power() if opens == "<":
            return "a pair is written `(a, b)`; of `<a, b>` one is picked"
        case _:
            pass
    if expected.rule == "T-App" and isinstance(type, tys.Product) and opens == "(":
        return None if isinstance(wanted, tys.Product) else "arguments stand one after the other: `f x y`"
    if isinstance(wanted, Unknown) or not _alike(wanted, type):
        return None
    if expected.reason == STEP and expected.place:
        return f"the base tells the type of the state; with another it is `({short(expected.place)} : {got})`"
    if isinstance(type, tys.Product):
        return f"numbers in a pair are not widened; state its type where it is made: `(… : {shown})`"
    return None


def _alike(type: tys.Type, other: tys.Type) -> bool:
    """Whether two types differ in the bounds of numbers and lists at most."""
    match type, other:
        case tys.Nat(), tys.Nat():
            return True
        case tys.List(element), tys.List(own):
            return _alike(element, own)
        case tys.Product(left, right), tys.Product(first, second):
            return _alike(left, first) and _alike(right, second)
        case _:
            return type == other


def for_no_function(
    term: tree.App, type: tys.Type, following: tuple[Span, ...], is_local: bool
) -> tuple[str | None, tuple[Edit, ...]]:
    """What was meant where what is no function is given an argument, and how that is written.

    `is_local` tells of an argument that is a variable of the definition itself.
    """
    first, argument, named = term.function.span, term.argument.span, term.argument
    if isinstance(named, tree.ListLiteral) and isinstance(type, tys.With | tys.Power):
        place = named.elements[0] if len(named.elements) == 1 else None
        if isinstance(place, tree.Numeral):
            picked = f".{max(place.value, 1)}"
            return f"a component is picked by `{short(first)}{picked}`", (Edit(argument, picked),)
    if isinstance(named, tree.Var) and len(following) == 1 and not is_local:
        edits = Edit(first, named.name), Edit(argument, first.text)
        return f"a function stands first: `{named.name} {short(first)} {short(following[0])}`", edits
    return None, ()


def _instead_of_if(condition: tys.Type) -> str | None:
    """How a value is taken apart that is no condition."""
    match condition:
        case tys.Data(name, constructors):
            first, *rest = [
                " ".join([constructor, *["x", "y", "z"][: len(condition.arguments(place))]])
                for place, constructor in enumerate(constructors)
            ]
            arms = [
                f"{first} => s",
                *([f"{rest[0]} => t"] if rest else []),
                *(["…"] if len(rest) > 1 else []),
            ]
            return f"for {name} write `case d {{ {' | '.join(arms)} }}`"
        case tys.Nat():
            return "for a Nat write `iter n { zero => s | succ y => t }`"
        case tys.List():
            return "for a list write `fold xs { nil => s | cons x y => t }`"
        case tys.Product():
            return "a pair is taken apart first: `let (x, y) = p in if x then s else t`"
        case tys.With() | tys.Power():
            return "an alternative is picked first: `if p.1 then s else t`"
        case tys.Bool() | tys.Unit() | tys.Space() | tys.Arrow():
            return None
        case _:
            assert_never(condition)


def unexpected(scope: Scope, where: Span, expected: Expectation, actual: str) -> Mismatch:
    """The mistake of a function or a list where none is expected. Its own type is not shown."""
    assert not isinstance(expected.type, Unknown)
    shown = scope.show(expected.type)
    return Mismatch(where, shown, actual, _because(expected, shown), expected.reason, expected.rule)


def _because(expected: Expectation, shown: str) -> Label | None:
    return Label(expected.place, f"{expected.reason}: {shown}") if expected.place else None


def has_type(term: tree.Term) -> bool:
    r"""Whether a term has a type by itself: `fail`, `nil`, `[]` and `\x. t` have none, nor what they make."""
    while True:
        match term:
            case tree.Fail() | tree.Nil() | tree.ListLiteral(()):
                return False
            case tree.Lam(_, annotation, body):
                if annotation is None:
                    return False
                term = body
            case tree.Let(body=body) | tree.Copy(body=body) | tree.Drop(_, body) | tree.Comprehension(body):
                term = body
            case tree.Iter(_, base) | tree.Fold(_, base):
                term = base
            case tree.If(_, first, second) | tree.Or(first, second):
                return has_type(first) or has_type(second)
            case tree.Cons(first, second):
                return has_type(first) or has_type(second)
            case tree.Case(_, arms):
                return any(has_type(arm.body) for arm in arms)
            case tree.ListLiteral(elements):
                return any(map(has_type, elements))
            case tree.Pair(first, second):
                return has_type(first) and has_type(second)
            case tree.Alternatives(parts):
                return all(map(has_type, parts))
            case (
                tree.Var() | tree.App() | tree.Boolean() | tree.Zero() | tree.Numeral() | tree.Succ()
                | tree.Unit() | tree.Constructor() | tree.Annot() | tree.Pick() | tree.Dict()
            ):  # fmt: skip
                return True
            case _:
                assert_never(term)
