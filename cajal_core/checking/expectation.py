"""What the place of a term expects of it, and whether the term's type agrees."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cajal_core.base import tys
from cajal_core.base.source import Span
from cajal_core.checking.context import UNKNOWN, Scope
from cajal_core.diagnostics.mistake import Label
from cajal_core.diagnostics.types import Mismatch, Unparenthesized


@dataclass(frozen=True, slots=True)
class Expected:
    """A type that a term must have, with the place that says so, if it stands in the source."""

    type: tys.Type
    reason: str
    #: The typing rule that has this as a premise.
    rule: str
    place: Span | None = None
    #: The argument after this one, which is this one's own if parentheses were forgotten.
    following: Span | None = None

    def part(self, type: tys.Type) -> Expected:
        """The same of a part of the term, for the same reason."""
        return replace(self, type=type, following=None)


ANYTHING = Expected(UNKNOWN, "", "")


def agree(first: tys.Type, second: tys.Type) -> bool:
    """Whether two types are the same, as far as they are known."""
    if isinstance(first, tys.Arrow) and isinstance(second, tys.Arrow):
        return agree(first.argument, second.argument) and agree(first.result, second.result)
    if isinstance(first, tys.Product) and isinstance(second, tys.Product):
        return agree(first.left, second.left) and agree(first.right, second.right)
    return first == second or UNKNOWN in (first, second)


def takes_following(expected: Expected, found: tys.Type) -> bool:
    """Whether an argument is a function where data is expected, so that the next one may be meant for it."""
    wanted = expected.type
    is_function = isinstance(found, tys.Arrow) and not isinstance(wanted, tys.Arrow) and wanted != UNKNOWN
    return is_function and expected.following is not None


def known(type: tys.Type) -> bool:
    """Whether an earlier mistake hides nothing of a type."""
    match type:
        case tys.Arrow(argument, result):
            return known(argument) and known(result)
        case tys.Product(left, right):
            return known(left) and known(right)
        case _:
            return type != UNKNOWN


def mismatch(
    scope: Scope, where: Span, expected: Expected, found: tys.Type | str
) -> Mismatch | Unparenthesized:
    """The mistake of a term that is not what its place expects; `found` is its type, in words if need be."""
    wanted = scope.show(expected.type)
    shown = found if isinstance(found, str) else scope.show(found)
    because = Label(expected.place, f"{expected.reason}: {wanted}") if expected.place else None
    if not isinstance(found, str) and takes_following(expected, found):
        assert expected.following
        between = where.source.text[where.end : expected.following.start]
        if between.isspace():  # the argument itself is wrong, not a part of it
            return Unparenthesized(where, wanted, shown, expected.following)
    nats = [type for type in (expected.type, found) if isinstance(type, tys.Nat)]
    nat_size = scope.nat_size if len(nats) == 2 and not all(nat.written for nat in nats) else None
    return Mismatch(where, wanted, shown, because, expected.reason, expected.rule, nat_size)
