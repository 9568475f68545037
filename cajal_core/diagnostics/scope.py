"""Mistakes of naming: what is not declared, declared twice, or in no module.

Types come in words, as they are shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, assert_never

from cajal_core.base.source import Span
from cajal_core.diagnostics.mistake import Edit, Label, Mistake, did_you_mean

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
            return did_you_mean(self.nearest)
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
    """The name of a type where a term stands; `constructors` are those of a data type.

    `synonym` is what it is another name for, in words.
    """

    RULE = "T-Constructor"
    where: Span
    name: str
    constructors: tuple[str, ...]
    synonym: str | None = None

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
        if self.synonym:
            return f"write a term of type {self.synonym}, for which it is another name"
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


@dataclass(frozen=True, slots=True)
class UnknownModule(Mistake):
    """A module that no folder has. `nearest` are modules that are spelt like it, `library` those of Cajal."""

    RULE = "T-Use"
    where: Span
    name: str
    nearest: tuple[str, ...]
    folders: tuple[str, ...]
    library: tuple[str, ...]

    @property
    def title(self) -> str:
        return f"there is no module `{self.name}`"

    @property
    def label(self) -> Label:
        return Label(self.where, f"no `{self.name}.cajal` in {', '.join(self.folders)}, nor in the library")

    @property
    def help(self) -> str:
        if self.nearest:
            return did_you_mean(f"use {name}" for name in self.nearest)
        library = ", ".join(f"`{name}`" for name in self.library)
        return f"write `{self.name}.cajal`, or give its folder to `Program(path=…)`; Cajal has {library}"

    @property
    def edits(self) -> tuple[Edit, ...]:
        return (Edit(self.where, self.nearest[0]),) if self.nearest else ()


@dataclass(frozen=True, slots=True)
class ModuleCycle(Mistake):
    """A module that uses itself: `modules` are those on the way, the first and the last the same."""

    RULE = "T-Use"
    where: Span
    modules: tuple[str, ...]

    @property
    def title(self) -> str:
        return "modules use each other in a circle: " + " uses ".join(f"`{name}`" for name in self.modules)

    @property
    def label(self) -> Label:
        return Label(self.where, f"`{self.modules[-1]}` is still being read here")

    @property
    def help(self) -> str:
        return "move what both need into a module of its own, and use that from both"


@dataclass(frozen=True, slots=True)
class NotInModule(Mistake):
    """A name that a `use` asks for and the module lacks. `owner` is the type of which it is a constructor."""

    RULE = "T-Use"
    where: Span
    name: str
    module: str
    nearest: tuple[str, ...]
    owner: str | None = None

    @property
    def title(self) -> str:
        return f"the module `{self.module}` declares no `{self.name}`"

    @property
    def label(self) -> Label:
        return Label(self.where, f"not in `{self.module}`")

    @property
    def help(self) -> str | None:
        if self.owner:
            return f"`{self.name}` is a constructor of {self.owner} and comes with it: write `{self.owner}`"
        if self.nearest:
            return did_you_mean(self.nearest)
        return None

    @property
    def edits(self) -> tuple[Edit, ...]:
        meant = self.owner or (self.nearest[0] if self.nearest else None)
        return (Edit(self.where, meant),) if meant else ()
