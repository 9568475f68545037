"""The program of a notebook: `cajal.Program`, which remembers what was written and can take it back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import starmap
from typing import Any

import cajal_core as cajal

UNDONE_AT_MOST = 100


@dataclass(frozen=True, eq=False)
class Entry:
    """A declaration as it was written: its source, the comment above it, and what its names meant then."""

    kind: str
    name: str
    type: cajal.Type | None
    text: str
    comment: str
    #: The comment above the declaration, without its signs.
    documentation: str
    #: What a data type declares besides its name.
    constructors: tuple[str, ...]
    #: The names that it mentions, each with the revision of the declaration that the name meant.
    uses: Mapping[str, int] = field(repr=False)
    #: Counts what is declared. The same text with the same uses keeps its revision.
    revision: int

    @property
    def source(self) -> str:
        return f"{self.comment}\n{self.text}" if self.comment else self.text


class NotebookProgram(cajal.Program):
    """A program that knows the source of its names, which of them are out of date, and what was before."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._entries: dict[str, Entry] = {}
        #: What stood before each run that declared something, and is not taken back.
        self._before: list[tuple[cajal.State, dict[str, Entry]]] = []
        self._revision = 0

    def run(self, text: str, name: str = "cell") -> list[cajal.Result]:
        with self._lock:
            before = self.state, self._entries
            results = super().run(text, name)
            if any(result.name for result in results):
                self._before = [*self._before[-UNDONE_AT_MOST + 1 :], before]
                self._record(results)
        return results

    def restore(self, state: cajal.State) -> None:
        """Goes back to an earlier state, and to what was written for it. `undo` takes that back.

        Of a state that is too long ago only what still stands has its source.
        """
        with self._lock:
            before = self.state, self._entries
            super().restore(state)
            declared = {*state.names, *state.types}
            entries = {name: entry for name, entry in self._entries.items() if name in declared}
            for kept, written in (before, *self._before):
                if (kept.names, kept.types) == (state.names, state.types):
                    entries = written
            self._before = [*self._before[-UNDONE_AT_MOST + 1 :], before]
            self._entries = entries

    @property
    def entries(self) -> dict[str, Entry]:
        """Every declaration that stands, spaces and data types included, in the order of the last ones."""
        return dict(self._entries)

    def type_now(self, entry: Entry) -> cajal.Type | None:
        """The type of a declaration at the present size of Nat, or its own where it does not fit that."""
        try:
            return self.type(entry.name)
        except cajal.CajalError:
            return entry.type

    def users(self, entry: Entry) -> list[str]:
        """The names that use a declaration as it stands."""
        return [user.name for user in self._entries.values() if entry.revision in user.uses.values()]

    def _record(self, results: list[cajal.Result]) -> None:
        entries, owners = dict(self._entries), _owners(self._entries)
        for result in results:
            if result.name is None:
                continue
            # Its own name in a definition means the one that it replaces, for good.
            mentions = result.mentions - {result.name}
            self._revision += 1
            entry = Entry(
                result.kind,
                result.name,
                result.type,
                result.text,
                result.comment,
                result.documentation,
                result.constructors,
                {name: owners[name].revision for name in mentions if name in owners},
                self._revision,
            )
            if old := entries.pop(result.name, None):
                # The same text with the same meaning is no change, so that a cell can be run again.
                if (old.text, old.uses, old.comment) == (entry.text, entry.uses, entry.comment):
                    entry = old
                elif (old.text, old.uses) == (entry.text, entry.uses):
                    entry = replace(entry, revision=old.revision)
            entries[entry.name] = entry
            if entry.constructors or (old and old.constructors):
                owners = _owners(entries)
            else:
                owners[entry.name] = entry
        self._entries = entries

    def outdated(self) -> dict[str, list[str]]:
        """The names that still use an older definition, each with the names that it uses so."""
        owners = _owners(self._entries)
        users: dict[int, list[str]] = defaultdict(list)
        for name, entry in self._entries.items():
            for revision in entry.uses.values():
                users[revision].append(name)

        def is_replaced(used: str, revision: int) -> bool:
            return used not in owners or owners[used].revision != revision

        # What uses an outdated name is outdated too.
        entries = self._entries.items()
        pending = [name for name, entry in entries if any(starmap(is_replaced, entry.uses.items()))]
        outdated = set[str]()
        while pending:
            name = pending.pop()
            if name not in outdated:
                outdated.add(name)
                pending.extend(users[self._entries[name].revision])
        return {
            name: sorted(
                used
                for used, revision in entry.uses.items()
                if is_replaced(used, revision) or owners[used].name in outdated
            )
            for name, entry in entries
            if name in outdated
        }

    def rerun(self) -> list[str]:
        """Declare again what is out of date, in order, and give the names."""
        names = list(self.outdated())
        if names:
            self.run("\n\n".join(self._entries[name].source for name in names), "rerun")
        return names

    def undo(self) -> tuple[list[str], list[str]] | None:
        """Take back the last run that declared something; the names that are gone, and that are as before.

        Settings stay, and so do links that were made since, where they still fit an extern.
        """
        if not self._before:
            return None
        state, entries = self._before[-1]
        super().restore(state)
        now, self._entries = self._entries, entries
        del self._before[-1]
        gone = [name for name in now if name not in entries]
        back = [name for name, entry in entries.items() if now.get(name) is not entry]
        return gone, back


def _owners(entries: Mapping[str, Entry]) -> dict[str, Entry]:
    """The declaration of each name and each constructor."""
    return {name: entry for entry in entries.values() for name in [entry.name, *entry.constructors]}
