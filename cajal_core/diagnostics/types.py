"""Mistakes of typing. Types come in words, as they are shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, assert_never

from cajal_core.base.source import Span
from cajal_core.diagnostics.mistake import Edit, Label, Mistake, short


@dataclass(frozen=True, slots=True)
class Mismatch(Mistake):
    """A term of another type than its place needs."""

    where: Span
    expected: str
    actual: str
    because: Label | None
    reason: str
    #: The rule that asks for the type.
    needed_by: str
    nat_size: int | None = None
    #: What to do with a value of the actual type in this place.
    advice: str | None = None

    @property
    def rule(self) -> str:
        return self.needed_by

    @property
    def title(self) -> str:
        return f"expected {self.expected}, got {self.actual}"

    @property
    def label(self) -> Label:
        text = f"this is {self.actual}"
        return Label(self.where, text if self.because else f"{text}; {self.reason}")

    @property
    def notes(self) -> tuple[Label, ...]:
        return (self.because,) if self.because else ()

    @property
    def help(self) -> str | None:
        return f"`Nat` is Nat[{self.nat_size}] here" if self.nat_size else self.advice


@dataclass(frozen=True, slots=True)
class Unparenthesized(Mistake):
    """A function where its result is expected, with its arguments after it, as in `not not true`."""

    RULE = "T-App"
    where: Span
    expected: str
    actual: str
    following: Span

    @property
    def title(self) -> str:
        return f"expected {self.expected}, got {self.actual}"

    @property
    def label(self) -> Label:
        return Label(self.where, f"this is {self.actual}")

    @property
    def notes(self) -> tuple[Label, ...]:
        return (Label(self.following, "does this belong to it?"),)

    @property
    def help(self) -> str:
        application = f"({short(self.where)} {short(self.following)})"
        return f"an argument that is itself an application is put in parentheses: `{application}`"

    @property
    def edits(self) -> tuple[Edit, ...]:
        source, start, end = self.where.source, self.where.start, self.following.end
        return Edit(Span(source, start, start), "("), Edit(Span(source, end, end), ")")


@dataclass(frozen=True, slots=True)
class NotFunction(Mistake):
    RULE = "T-App"
    where: Span
    argument: Span
    actual: str
    #: What was meant, and how it is written.
    instead: str | None = None
    mend: tuple[Edit, ...] = ()

    @property
    def title(self) -> str:
        return f"`{short(self.where)}` is no function, but is given an argument"

    @property
    def help(self) -> str | None:
        return self.instead

    @property
    def edits(self) -> tuple[Edit, ...]:
        return self.mend

    @property
    def label(self) -> Label:
        return Label(self.where, f"this is {self.actual}")

    @property
    def notes(self) -> tuple[Label, ...]:
        return (Label(self.argument, "the argument"),)


#: A Nat with more values is a vector too long to compute with.
LONGEST = 2**26
_UNITS = "a Nat is a vector with an entry for each of its values: count in larger units"


@dataclass(frozen=True, slots=True)
class Bound:
    """The size of the Nat that a number must fit, and who says so.

    It is `written`, or the program's nat_size. It may be `expected` of the number, at some `place`.
    """

    size: int
    written: bool = False
    expected: bool = False
    place: Span | None = None


@dataclass(frozen=True, slots=True)
class NumeralTooLarge(Mistake):
    RULE = "T-Nat"
    where: Span
    value: int
    bound: Bound

    @property
    def title(self) -> str:
        return f"{self.value} does not fit Nat[{self.bound.size}]"

    @property
    def label(self) -> Label:
        return Label(self.where, f"Nat[{self.bound.size}] holds 0 to {self.bound.size - 1}")

    @property
    def help(self) -> str:
        if self.value >= LONGEST:
            return _UNITS
        size = f"a nat_size of {self.value + 1} at least"
        if not self.bound.expected:
            return f"write `{self._annotated}`, or choose {size}"
        if self._stated:
            return f"write `{self._wider}` there" + ("" if self.bound.written else f", or choose {size}")
        if not self.bound.written:
            return f"choose {size}"
        return f"its place takes Nat[{self.bound.size}]: a larger number needs a larger type there"

    @property
    def notes(self) -> tuple[Label, ...]:
        return (Label(self._stated, "stated here"),) if self._stated else ()

    @property
    def edits(self) -> tuple[Edit, ...]:
        if self.value >= LONGEST:
            return ()
        if not self.bound.expected:
            return (Edit(self.where, self._annotated),)
        return (Edit(self._stated, self._wider),) if self._stated else ()

    @property
    def _wider(self) -> str:
        return f"Nat[{self.value + 1}]"

    @property
    def _annotated(self) -> str:
        return f"({self.value} : {self._wider})"

    @property
    def _stated(self) -> Span | None:
        """The type, where it is the whole of what the source states."""
        place = self.bound.place
        return place if place and re.fullmatch(r"Nat\s*(\[[^\]]*\])?", place.text) else None


@dataclass(frozen=True, slots=True)
class NeedsAnnotation(Mistake):
    RULE = "T-Lam"
    name: str
    where: Span

    @property
    def title(self) -> str:
        return f"the type of `{self.name}` is not known here"

    @property
    def label(self) -> Label:
        return Label(self.where, "has no type")

    @property
    def help(self) -> str:
        return f"write it: `\\{self.name}:A. …`, or annotate the whole function: `(… : A -o B)`"


@dataclass(frozen=True, slots=True)
class NotData(Mistake):
    where: Span
    verb: Literal["copy", "drop"]
    actual: str
    #: Of the variable, or `x`.
    name: str

    @property
    def rule(self) -> str:
        match self.verb:
            case "copy":
                return "T-Copy"
            case "drop":
                return "T-Drop"
            case _:
                assert_never(self.verb)

    @property
    def title(self) -> str:
        return f"cannot {self.verb} a value of type {self.actual}"

    @property
    def label(self) -> Label:
        return Label(self.where, f"this is {self.actual}")

    @property
    def help(self) -> str:
        reusable = f"as a parameter of a `def`: `(!{self.name} : {self.actual})`"
        return f"only data can be copied and dropped; mark it reusable, {reusable}"


@dataclass(frozen=True, slots=True)
class EmptyNat(Mistake):
    """`Nat[0]`"""

    RULE = "T-NatType"
    where: Span

    @property
    def title(self) -> str:
        return "Nat needs a size of at least 1"

    @property
    def label(self) -> Label:
        return Label(self.where, "holds nothing")


@dataclass(frozen=True, slots=True)
class EmptySpace(Mistake):
    """`space V[0]`"""

    RULE = "T-Space"
    where: Span
    name: str

    @property
    def title(self) -> str:
        return f"the space `{self.name}` needs a size of at least 1"

    @property
    def label(self) -> Label:
        return Label(self.where, "holds nothing")


@dataclass(frozen=True, slots=True)
class NotPair(Mistake):
    RULE = "T-LetPair"
    where: Span
    actual: str
    #: Whether it is an `A & B` or an `A ^ n`.
    picks: bool = False

    @property
    def title(self) -> str:
        return f"expected a pair, got {self.actual}"

    @property
    def label(self) -> Label:
        return Label(self.where, f"this is {self.actual}")

    @property
    def help(self) -> str:
        if self.picks:
            return "an alternative is picked, not taken apart: `p.1`, `p.2`"
        return "a pattern `(x, y)` takes apart a value of a type `A * B`"
