"""Values as `evaluate` computes them and as they print: `true`, `(true, 3)`, `Circle 3`, `[true, false]`.

Several results are a superposition, `true <|> false`. Alternatives show the results of each: `<true, 3>`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias, assert_never

from cajal_core.base import tys

#: The most characters of a value that are shown.
LONGEST_TEXT = 10_000
#: Counts are written out up to this one.
_MOST_WRITTEN = 10**15

#: What the successor of the last number is: nothing, or that number again.
OverflowMode: TypeAlias = Literal["truncate", "saturate"]


class _Composed:
    """A value made of others is printed piece by piece, since it may be deep and long."""

    __slots__ = ()

    def __str__(self) -> str:
        return tys.abridged(lambda backwards: _pieces(self, backwards), LONGEST_TEXT)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Truth:
    """A value of `Bool`."""

    value: bool

    def __str__(self) -> str:
        return "true" if self.value else "false"


@dataclass(frozen=True, slots=True)
class Number:
    """A value of `Nat`."""

    value: int

    def __str__(self) -> str:
        return str(self.value)


@dataclass(frozen=True, slots=True)
class Nothing:
    """The value of `Unit`."""

    def __str__(self) -> str:
        return "()"


@dataclass(frozen=True, slots=True)
class Tag(_Composed):
    """A value of a data type: its constructor, with the values of its fields."""

    name: str
    fields: tuple[Value, ...] = ()

    __str__ = _Composed.__str__


@dataclass(frozen=True, slots=True)
class Both(_Composed):
    """A value of a product."""

    left: Value
    right: Value

    __str__ = _Composed.__str__


@dataclass(frozen=True, slots=True)
class ListValue(_Composed):
    """A value of a list type."""

    elements: tuple[Value, ...]

    __str__ = _Composed.__str__


@dataclass(frozen=True, slots=True)
class Components(_Composed):
    """The results of each component of `A & B` or `A ^ n`."""

    parts: tuple[Value, ...]

    __str__ = _Composed.__str__


@dataclass(frozen=True, slots=True)
class Superposition(_Composed):
    """Results with their counts, in the order of the basis; a component that fails has none."""

    results: tuple[tuple[Value, int], ...]

    __str__ = _Composed.__str__


Value: TypeAlias = Truth | Number | Nothing | Tag | Both | ListValue | Components | Superposition


@dataclass(frozen=True, slots=True)
class _Field:
    """A value as a field of a constructor, where one with fields stands in parentheses."""

    value: Value


def _pieces(value: Value, backwards: bool) -> Iterator[str]:
    """The text of a value, piece by piece. A pair at the left is flat: `(a, b, c)` is `((a, b), c)`."""
    pending: list[Value | _Field | str] = [value]
    while pending:
        part = pending.pop()
        parts: list[Value | _Field | str]
        match part:
            case str() | Truth() | Number() | Nothing():
                yield str(part)
                continue
            case _Field(Tag(_, fields) as tag) if fields:
                parts = ["(", tag, ")"]
            case _Field(inner):
                parts = [inner]
            case Tag(name, fields):
                parts = [name, *[piece for field in fields for piece in (" ", _Field(field))]]
            case ListValue(elements):
                parts = ["[", *_between(elements, ", "), "]"]
            case Components(components):
                parts = ["<", *_between(components, ", "), ">"]
            case Superposition(results):
                counted = [(result, _times(count)) for result, count in results]
                parts = []
                for result, count in counted:
                    parts += [" <|> ", result, count]
                parts = parts[1:] or ["fail"]
            case Both():
                parts = [")"]
                while isinstance(part, Both):
                    parts += [part.right, ", "]
                    part = part.left
                parts = ["(", part, *reversed(parts)]
            case _:
                assert_never(part)
        pending.extend(parts if backwards else reversed(parts))


def _between(values: tuple[Value, ...], separator: str) -> list[Value | str]:
    return [piece for value in values for piece in (separator, value)][1:]


def _times(count: int) -> str:
    """How often a result is there. A count may be longer than Python writes."""
    if count == 1:
        return ""
    return f" ({count}×)" if count < _MOST_WRITTEN else f" (about 10^{math.log10(count):.0f}×)"
