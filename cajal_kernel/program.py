"""The program of a notebook: `cajal.Program`, which remembers what was written and can take it back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import cajal_core as cajal
from cajal_kernel.assist import scan

UNDONE_AT_MOST = 100

COMMENT = re.compile(r"^--+ ?", re.MULTILINE)


@dataclass(frozen=True, eq=False)
class Entry:
    """A declaration as it was written: its source, the comment above it, and what its names meant then."""

    kind: str
    name: str
    type: cajal.Type | None
    text: str
    comment: str
    uses: Mapping[str, Entry] = field(repr=False)

    @property
    def documentation(self) -> str:
        """The comment above the declaration, without its signs."""
        return COMMENT.sub("", self.comment).removeprefix("{-").removesuffix("-}").strip()

    @property
    def source(self) -> str:
        return f"{self.comment}\n{self.text}" if self.comment else self.text

    @property
    def constructors(self) -> list[str]:
        """What a data type declares besides its name."""
        if self.kind != "data":
            return []
        return [word.text for word in scan.pieces(self.text) or [] if word.is_name][2:]


class NotebookProgram(cajal.Program):
    """A program that knows the source of its names, which of them are out of date, and what was before."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._entries: dict[str, Entry] = {}
        self._before: list[dict[str, Any]] = []

    def run(self, text: str, name: str = "cell") -> list[cajal.Result]:
        before = dict(vars(self))
        results = super().run(text, name)
        if any(result.name for result in results):
            self._before = [*self._before[-UNDONE_AT_MOST + 1 :], before]
            self._record(text, results)
        return results

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
        found = self._entries.values()
        return [each.name for each in found if any(used is entry for used in each.uses.values())]

    def _record(self, text: str, results: list[cajal.Result]) -> None:
        entries, place = dict(self._entries), 0
        for result in results:
            found = re.compile(r"(?:^|;)[^\S\n]*" + re.escape(result.text), re.MULTILINE).search(text, place)
            start = found.end() - len(result.text) if found else place
            place = start + len(result.text)
            if result.name is None:
                continue
            owners = {each: entry for entry in entries.values() for each in [entry.name, *entry.constructors]}
            # Its own name in a definition means the one that it replaces, for good.
            names = set() if result.kind in ("space", "data") else scan.free(result.text) - {result.name}
            uses = {each: owners[each] for each in names if each in owners}
            comment = comment_above(text, start)
            entry = Entry(result.kind, result.name, result.type, result.text, comment, uses)
            old = entries.pop(result.name, None)
            # The same text with the same meaning is no change, so that a cell can be run again.
            same = old is not None and old.text == entry.text and dict(old.uses) == uses
            entries[result.name] = old if old is not None and same else entry
        self._entries = entries

    def outdated(self) -> dict[str, list[str]]:
        """The names that still use an older definition, each with the names that it uses so."""
        found: dict[str, list[str]] = {}
        owners = {
            each: entry for entry in self._entries.values() for each in [entry.name, *entry.constructors]
        }
        known: dict[Entry, bool] = {}

        def old(entry: Entry) -> bool:
            if entry not in known:
                known[entry] = bool(changed(entry))
            return known[entry]

        def changed(entry: Entry) -> list[str]:
            return [name for name, used in entry.uses.items() if owners.get(name) is not used or old(used)]

        for name, entry in self._entries.items():
            if names := changed(entry):
                found[name] = sorted(names)
        return found

    def rerun(self) -> list[str]:
        """Declare again what is out of date, in order, and give the names."""
        names = list(self.outdated())
        if names:
            self.run("\n\n".join(self._entries[name].source for name in names), "rerun")
        return names

    def undo(self) -> tuple[list[str], list[str]] | None:
        """Take back the last run that declared something; the names that are gone, and that are as before."""
        if not self._before:
            return None
        now = self._entries
        state = self._before[-1]
        vars(self).clear()
        vars(self).update(state)
        gone = [name for name in now if name not in self._entries]
        back = [name for name, entry in self._entries.items() if now.get(name) is not entry]
        return gone, back


def comment_above(text: str, place: int) -> str:
    """The comment that ends in the line before an item, with no empty line between."""
    line = text.rfind("\n", 0, place) + 1
    if text[line:place].strip():  # behind another item
        return ""
    lines = text[:line].split("\n")[:-1]
    kept: list[str] = []
    if lines and lines[-1].rstrip().endswith("-}"):
        while lines:
            kept.insert(0, lines.pop())
            if "{-" in kept[0]:
                return "\n".join(kept).strip() if kept[0].lstrip().startswith("{-") else ""
        return ""
    while lines and lines[-1].lstrip().startswith("--"):
        kept.insert(0, lines.pop().strip())
    return "\n".join(kept)
