"""Values of data types, as `evaluate` computes them and as they print: `true`, `3`, `(true, 3)`, `North`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from cajal_core.base import tys

#: The most characters of a value that are shown.
LONGEST_TEXT = 10_000

#: What the successor of the last number is: nothing, or that number again.
OverflowMode: TypeAlias = Literal["truncate", "saturate"]


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
class Tag:
    """A value of a data type: its constructor."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Both:
    """A value of a product."""

    left: Value
    right: Value

    def __str__(self) -> str:
        return tys.abridged(lambda backwards: _pieces(self, backwards), LONGEST_TEXT)


Value: TypeAlias = Truth | Number | Nothing | Tag | Both


def _pieces(value: Value, backwards: bool) -> Iterator[str]:
    """The text of a value, piece by piece. A pair at the left is flat: `(a, b, c)` is `((a, b), c)`."""
    pending: list[Value | str] = [value]
    while pending:
        part = pending.pop()
        if not isinstance(part, Both):
            yield str(part)
            continue
        parts: list[Value | str] = [")"]
        while isinstance(part, Both):
            parts += [part.right, ", "]
            part = part.left
        parts = ["(", part, *reversed(parts)]
        pending.extend(parts if backwards else reversed(parts))
