"""Declarations, kept so that they can be checked again for another `nat_size`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from cajal_core.base import tys
from cajal_core.checking.check import check
from cajal_core.checking.context import Scope
from cajal_core.diagnostics.errors import raise_all
from cajal_core.syntax import tree
from cajal_core.terms import core

#: What a top-level name stands for.
Target: TypeAlias = core.Definition | core.Extern | core.Learn


@dataclass(frozen=True, slots=True, eq=False)
class Declaration:
    """A `def`, `extern` or `learn`, with the declarations that it mentions and keeps."""

    item: tree.Def | tree.Extern | tree.Learn
    names: Mapping[str, Declaration]
    types: Mapping[str, tys.Space | tys.Data]
    constructors: Mapping[str, tys.Data]
    auto: bool
    #: What it means, for each `nat_size` that it was checked for.
    meanings: dict[int, Target] = field(default_factory=dict[int, Target])

    @property
    def is_extern(self) -> bool:
        return isinstance(self.item, tree.Extern)

    def meaning(self, nat_size: int) -> Target:
        """Checks what is reached and not yet known at this size, innermost first.

        Raises:
            CajalError: if a numeral does not fit any more.
        """
        pending: list[Declaration] = [self]
        while pending:
            entry = pending[-1]
            missing = [used for used in entry.names.values() if nat_size not in used.meanings]
            if nat_size not in entry.meanings and missing:
                pending.extend(missing)
                continue
            if nat_size not in entry.meanings:
                names = {name: used.meanings[nat_size] for name, used in entry.names.items()}
                checked = check(
                    entry.item, Scope(names, entry.types, entry.constructors, nat_size, auto=entry.auto)
                )
                raise_all(checked.mistakes)
                assert isinstance(checked.meaning, core.Definition | core.Extern | core.Learn)
                entry.meanings[nat_size] = checked.meaning
            pending.pop()
        return self.meanings[nat_size]


class Meanings(Mapping[str, "Target | None"]):
    """The names of a program as one `nat_size` sees them, looked up when needed. Broken ones are None."""

    def __init__(self, entries: Mapping[str, Declaration | core.Extern | None], nat_size: int) -> None:
        self._entries = entries
        self._nat_size = nat_size

    def __getitem__(self, name: str) -> Target | None:
        entry = self._entries[name]
        return entry.meaning(self._nat_size) if isinstance(entry, Declaration) else entry

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)
