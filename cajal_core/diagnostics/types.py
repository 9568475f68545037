"""Mistakes of typing. Types come in words, as they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, assert_never

from cajal_core.base.source import Span
from cajal_core.diagnostics.mistake import Label, Mistake


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
        return f"`Nat` is Nat[{self.nat_size}] here" if self.nat_size else None


@dataclass(frozen=True, slots=True)
class Unparenthesized(Mistake):
    """A function where data is expected, with one more argument after it, as in `not not true`."""

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
        return (Label(self.following, "is this its argument?"),)

    @property
    def help(self) -> str:
        application = f"({_short(self.where)} {_short(self.following)})"
        return f"an argument that is itself an application is put in parentheses: `{application}`"


@dataclass(frozen=True, slots=True)
class NotFunction(Mistake):
    RULE = "T-App"
    where: Span
    argument: Span
    actual: str

    @property
    def title(self) -> str:
        return f"`{_short(self.where)}` is no function, but is given an argument"

    @property
    def label(self) -> Label:
        return Label(self.where, f"this is {self.actual}")

    @property
    def notes(self) -> tuple[Label, ...]:
        return (Label(self.argument, "the argument"),)


@dataclass(frozen=True, slots=True)
class NumeralTooLarge(Mistake):
    RULE = "T-Nat"
    where: Span
    value: int
    size: int

    @property
    def title(self) -> str:
        return f"{self.value} does not fit Nat[{self.size}]"

    @property
    def label(self) -> Label:
        return Label(self.where, f"Nat[{self.size}] holds 0 to {self.size - 1}")

    @property
    def help(self) -> str:
        return f"write `({self.value} : Nat[{self.value + 1}])`, or choose a larger nat_size"


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
        return "only data can be copied and dropped; functions and spaces are used exactly once"


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

    @property
    def title(self) -> str:
        return f"expected a pair, got {self.actual}"

    @property
    def label(self) -> Label:
        return Label(self.where, f"this is {self.actual}")

    @property
    def help(self) -> str:
        return "`let (x, y) = s in t` takes apart an `s : A * B`"


def _short(span: Span) -> str:
    text = " ".join(span.text.split())
    return text if len(text) <= 40 else text[:39] + "…"
