"""The state of a program: all that it has declared, linked and set, as one value that is never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING

from cajal_core.base import tys
from cajal_core.base.passes import Passes
from cajal_core.program.declarations import Declaration
from cajal_core.program.entries import Entry, in_use, written
from cajal_core.program.settings import Settings
from cajal_core.terms import core

if TYPE_CHECKING:
    from cajal_core.backend.links import Link


@dataclass(frozen=True, slots=True, eq=False)
class State:
    r"""What a program's items have declared, what its externs are linked to, and its settings.

    A run of a cell, a link or a setting puts another state in its place, so whoever kept the old one can go
    back to it (`Program.restore`), and an interrupt leaves the old one or the new one. What was compiled is
    no part of it.

    Example:
        >>> import cajal_core as cajal
        >>> program = cajal.load("data Light = Red | Green\ndef go : Light = Green")
        >>> state = program.state
        >>> list(state.names), list(state.types), list(state.constructors)
        (['go'], ['Light'], ['Red', 'Green'])
        >>> [entry.source for entry in state.entries.values()]
        ['data Light = Red | Green', 'def go : Light = Green']
    """

    #: Each `def`, `extern` and `learn`, in the order of their last declaration.
    names: Mapping[str, Declaration] = field(default_factory=dict[str, Declaration])
    #: Each `space`, `data` and `type`, and for each constructor the `data` that declares it.
    types: Mapping[str, Declaration] = field(default_factory=dict[str, Declaration])
    constructors: Mapping[str, Declaration] = field(default_factory=dict[str, Declaration])
    #: Each link, with the type of the extern that it was made for.
    links: Mapping[str, tuple[tys.Type, Link]] = field(default_factory=dict[str, "tuple[tys.Type, Link]"])
    settings: Settings = field(default_factory=Settings)
    #: Each declaration as it was written. One that is declared again unchanged keeps its place.
    entries: Mapping[str, Entry] = field(default_factory=dict[str, Entry])
    #: How many declarations there were, those that are replaced included.
    revisions: int = 0

    #: For each name that a `learn` declared, the last declaration, and those before it of other types, which
    #: older definitions may still reach. Each has its parameters.
    learns: Mapping[str, tuple[Declaration, ...]] = field(
        default_factory=dict[str, tuple[Declaration, ...]], repr=False
    )

    def source(self) -> str:
        """Source that declares the same again: see `Program.source`."""
        entries = in_use(self.entries.values())
        # The size is said where anything depends on it: whoever runs the source may have another.
        says_nat = any(entry.uses_nat for entry in entries)
        before = replace(Settings(), nat_size=0) if says_nat else Settings()
        return written(entries, before, self.settings)

    def externs(self, nat_size: int, passes: Passes) -> dict[str, tys.Type]:
        """The externs, with their types."""
        externs = [(name, found) for name, found in self.names.items() if found.kind == "extern"]
        targets = [(name, declaration.target(nat_size, passes)) for name, declaration in externs]
        return {name: target.type for name, target in targets if isinstance(target, core.Extern)}

    def with_settings(self, now: Settings, since: Settings) -> State:
        """The state with these settings, as far as they are other than those `since`."""
        made = {
            setting.name: value
            for setting in fields(Settings)
            if (value := getattr(now, setting.name)) != getattr(since, setting.name)
        }
        return replace(self, settings=replace(self.settings, **made)) if made else self

    def with_links(
        self, links: Mapping[str, tuple[tys.Type, Link]], externs: Mapping[str, tys.Type]
    ) -> State:
        """The state with these links too, as far as each fits the type of an extern."""
        fitting = {name: link for name, link in links.items() if link[0] == externs.get(name)}
        return replace(self, links={**self.links, **fitting})
