"""Mistakes of `use`: modules that are not there, that use themselves, or that lack a name."""

from __future__ import annotations

from dataclasses import dataclass

from cajal_core.base.source import Span
from cajal_core.diagnostics.mistake import Edit, Label, Mistake


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
            return "did you mean " + " or ".join(f"`use {name}`" for name in self.nearest) + "?"
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
            return "did you mean " + " or ".join(f"`{name}`" for name in self.nearest) + "?"
        return None

    @property
    def edits(self) -> tuple[Edit, ...]:
        meant = self.owner or (self.nearest[0] if self.nearest else None)
        return (Edit(self.where, meant),) if meant else ()
