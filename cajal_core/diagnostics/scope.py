"""Mistakes of naming: what is not declared, or declared twice. Types come in words, as they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, assert_never

from cajal_core.base.source import Span
from cajal_core.diagnostics.mistake import Edit, Label, Mistake

#: What a name was looked up among: definitions and variables, types, or constructors.
Kind: TypeAlias = Literal["name", "type", "constructor"]


@dataclass(frozen=True, slots=True)
class UnknownName(Mistake):
    """A name that is not declared. `nearest` are declared ones of its kind that are spelt like it."""

    where: Span
    name: str
    nearest: tuple[str, ...]
    kind: Kind = "name"
    hint: str | None = None
    #: What the hint says to write.
    instead: str | None = None

    @property
    def rule(self) -> str:
        match self.kind:
            case "name":
                return "T-Name"
            case "type":
                return "T-NamedType"
            case "constructor":
                return "T-Constructor"
            case _:
                assert_never(self.kind)

    @property
    def title(self) -> str:
        return f"unknown {self.kind} `{self.name}`"

    @property
    def label(self) -> Label:
        return Label(self.where, "not defined before this")

    @property
    def help(self) -> str | None:
        if self.name in ("True", "False"):
            return f"write `{self.name.lower()}`"
        if self.nearest:
            return "did you mean " + " or ".join(f"`{name}`" for name in self.nearest) + "?"
        return self.hint

    @property
    def edits(self) -> tuple[Edit, ...]:
        if self.name in ("True", "False"):
            return (Edit(self.where, self.name.lower()),)
        meant = self.nearest[0] if self.nearest else self.instead
        return (Edit(self.where, meant),) if meant else ()


@dataclass(frozen=True, slots=True)
class TwoParameters(Mistake):
    """A term that reaches two parameters of one name, from before and after a redeclaration.

    `first` and `second` are their declarations.
    """

    RULE = "T-Extern"
    where: Span
    name: str
    first: str
    second: str

    @property
    def title(self) -> str:
        return f"`{self.name}` is reached with two meanings: `{self.first}` and `{self.second}`"

    @property
    def label(self) -> Label:
        return Label(self.where, f"here as `{self.second}`")

    @property
    def help(self) -> str:
        return f"run the definitions of the older `{self.name}` again, or give one of the two another name"


@dataclass(frozen=True, slots=True)
class TypeAsTerm(Mistake):
    """The name of a type where a term stands; `constructors` are those of a data type."""

    RULE = "T-Constructor"
    where: Span
    name: str
    constructors: tuple[str, ...]

    @property
    def title(self) -> str:
        return f"`{self.name}` is a type, not a term"

    @property
    def label(self) -> Label:
        return Label(self.where, "expected a term")

    @property
    def help(self) -> str:
        if self.constructors:
            return f"its values are {', '.join(f'`{constructor}`' for constructor in self.constructors)}"
        return f"its values come from Python: `extern x : {self.name}`"


@dataclass(frozen=True, slots=True)
class RepeatedConstructor(Mistake):
    RULE = "T-Data"
    where: Span
    name: str
    owner: str

    @property
    def title(self) -> str:
        return f"`{self.name}` is already a constructor of {self.owner}"

    @property
    def label(self) -> Label:
        return Label(self.where, "declared again")

    @property
    def help(self) -> str:
        return "the constructors of a program are distinct; choose another name"
