"""Values of data types, as `evaluate` computes them and as they print: `true`, `3`, `(true, 3)`, `North`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from cajal_core.base import tys
from cajal_core.base.recursion import deep_recursion

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
        with deep_recursion():
            return tys.paired(str(self.left), str(self.right), isinstance(self.left, Both))


Value: TypeAlias = Truth | Number | Nothing | Tag | Both
