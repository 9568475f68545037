"""Mistakes of `case`: what it looks at, and its arms. Types come in words, as they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from cajal_core.base import tys
from cajal_core.base.source import Span
from cajal_core.diagnostics.mistake import Edit, Label, Mistake, did_you_mean


@dataclass(frozen=True, slots=True)
class NotCases(Mistake):
    """A `case` on what has no constructors. `actual` is its type in words, `type` the type itself."""

    RULE = "T-Case"
    where: Span
    actual: str
    type: tys.Type

    @property
    def title(self) -> str:
        return f"`case` looks at a value that has constructors, got {self.actual}"

    @property
    def label(self) -> Label:
        return Label(self.where, f"this is {self.actual}")

    @property
    def help(self) -> str | None:
        match self.type:
            case tys.With() | tys.Power():
                return "an alternative is picked: `p.1`"
            case tys.Arrow():
                return "a function is applied first"
            case tys.Space():
                return "a network can say what it is: `extern f : A -o Bool`, and then `if f x then s else t`"
            case tys.Bool() | tys.Nat() | tys.Unit() | tys.Data() | tys.Product() | tys.List():
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
        if self.constructors == ("(x, y)",):
            return Label(self.where, "a pair has the one arm `(x, y) => t`")
        are = "the constructors are" if len(self.constructors) > 1 else "the constructor is"
        return Label(self.where, f"{are} {', '.join(self.constructors)}")

    @property
    def help(self) -> str | None:
        return did_you_mean(self.nearest) if self.nearest else None

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
        named = [name if name == "…" else f"`{name}`" for name in self.missing]
        return f"the `case` lacks the {arms} of {', '.join(named)}"

    @property
    def label(self) -> Label:
        return Label(self.where, f"a value of {self.type}")

    @property
    def help(self) -> str:
        return "a `case` has one arm for every constructor, or a last arm `x => t` for all others"


@dataclass(frozen=True, slots=True)
class WrongFields(Mistake):
    """An arm with more or fewer fields than its constructor has."""

    RULE = "T-Case"
    where: Span
    constructor: str
    #: The types of the fields, in words.
    fields: tuple[str, ...]
    given: int

    @property
    def title(self) -> str:
        count = len(self.fields)
        fields = "no field" if not count else "1 field" if count == 1 else f"{count} fields"
        return f"`{self.constructor}` has {fields}, the arm names {self.given or 'none'}"

    @property
    def label(self) -> Label:
        if not self.fields:
            return Label(self.where, "holds nothing")
        return Label(self.where, f"holds {', '.join(self.fields)}")

    @property
    def help(self) -> str:
        names = ["x", "y", "z"] if len(self.fields) <= 3 else [f"x{i + 1}" for i in range(len(self.fields))]
        pattern = " ".join([self.constructor, *names[: len(self.fields)]])
        unused = "; `_` stands for one that is dropped" if self.given < len(self.fields) else ""
        return f"write `{pattern} => t`{unused}"


@dataclass(frozen=True, slots=True)
class UselessArm(Mistake):
    """A last arm, or an arm behind it, that no value reaches."""

    RULE = "T-Case"
    where: Span
    #: The last arm before it, None if all constructors have arms of their own.
    last: Span | None

    @property
    def title(self) -> str:
        return "this arm stands for nothing"

    @property
    def label(self) -> Label:
        if self.last:
            return Label(self.where, "no value comes here")
        return Label(self.where, "every constructor has an arm already")

    @property
    def notes(self) -> tuple[Label, ...]:
        return (Label(self.last, "this takes all that is left"),) if self.last else ()

    @property
    def help(self) -> str:
        return "an arm for all others comes last" if self.last else "leave it out"


@dataclass(frozen=True, slots=True)
class NumberBesideSucc(Mistake):
    """`3 => …` beside `succ m => …`, which takes 3 too."""

    RULE = "T-Case"
    where: Span
    value: int
    succ: Span

    @property
    def title(self) -> str:
        return f"the number {self.value} stands beside `succ`, which takes it too"

    @property
    def label(self) -> Label:
        return Label(self.where, "an arm for one number")

    @property
    def notes(self) -> tuple[Label, ...]:
        return (Label(self.succ, "an arm for all numbers but 0"),)

    @property
    def help(self) -> str:
        return "beside `succ m` only `zero` may stand; beside numbers a last arm `n => t`"
