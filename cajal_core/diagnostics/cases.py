"""Mistakes of `case`: what it looks at, and its arms. Types come in words, as they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from cajal_core.base import tys
from cajal_core.base.source import Span
from cajal_core.diagnostics.mistake import Edit, Label, Mistake


@dataclass(frozen=True, slots=True)
class NotCases(Mistake):
    """A `case` on what is not of a data type. `actual` is its type in words, `type` the type itself."""

    RULE = "T-Case"
    where: Span
    actual: str
    type: tys.Type

    @property
    def title(self) -> str:
        return f"`case` looks at a value of a `data` type, got {self.actual}"

    @property
    def label(self) -> Label:
        return Label(self.where, f"this is {self.actual}")

    @property
    def help(self) -> str | None:
        match self.type:
            case tys.Bool():
                return "for a Bool write `if c then s else t`"
            case tys.Nat():
                return "for a Nat write `iter n { zero => b | succ x => s }`"
            case tys.Unit() | tys.Data() | tys.Product() | tys.Space() | tys.Arrow():
                return None
            case _:
                assert_never(self.type)


@dataclass(frozen=True, slots=True)
class WrongArm(Mistake):
    RULE = "T-Case"
    where: Span
    constructor: str
    type: str
    constructors: tuple[str, ...]
    #: Those of them that are spelt like it.
    nearest: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return f"`{self.constructor}` is no constructor of {self.type}"

    @property
    def label(self) -> Label:
        return Label(self.where, f"the constructors are {', '.join(self.constructors)}")

    @property
    def help(self) -> str | None:
        return f"did you mean `{self.nearest[0]}`?" if self.nearest else None

    @property
    def edits(self) -> tuple[Edit, ...]:
        return (Edit(self.where, self.nearest[0]),) if self.nearest else ()


@dataclass(frozen=True, slots=True)
class RepeatedArm(Mistake):
    RULE = "T-Case"
    where: Span
    first: Span
    constructor: str

    @property
    def title(self) -> str:
        return f"`{self.constructor}` has two arms"

    @property
    def label(self) -> Label:
        return Label(self.where, "again here")

    @property
    def notes(self) -> tuple[Label, ...]:
        return (Label(self.first, "first here"),)


@dataclass(frozen=True, slots=True)
class MissingArms(Mistake):
    RULE = "T-Case"
    where: Span
    type: str
    missing: tuple[str, ...]

    @property
    def title(self) -> str:
        arms = "arm" if len(self.missing) == 1 else "arms"
        return f"the `case` lacks the {arms} of {', '.join(f'`{name}`' for name in self.missing)}"

    @property
    def label(self) -> Label:
        return Label(self.where, f"a value of {self.type}")

    @property
    def help(self) -> str:
        return "a `case` has one arm for every constructor"
