"""The program of a notebook: `cajal.Program`, which knows what is out of date and can take cells back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import cajal_core as cajal
from cajal_kernel.interrupts import held
from cajal_kernel.steps import Step

UNDONE_AT_MOST = 100

#: What a cell changed, or the state before one that has not ended.
Steps: TypeAlias = "tuple[Step | cajal.State, ...]"


class NotebookProgram(cajal.Program):
    """A program whose cells are taken over whole or not at all, and can be undone.

    All that it knows is its state, one value, and the earlier ones. Steps are noted before they are made: an
    interrupt may leave a step that changes nothing, which `undo` passes over, and no change without a step.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._steps: Steps = ()
        #: The entries that `outdated` was last asked about, and what it said.
        self._outdated: tuple[Mapping[str, cajal.Entry], dict[str, list[str]]] = {}, {}

    def locked(self) -> AbstractContextManager[object]:
        """While this is open, other threads wait: what they declared would go with a cell that fails."""
        return self._lock

    def begin(self) -> tuple[cajal.State, Steps]:
        """Where a cell begins: `end` goes back to here if the cell fails, and makes one step of it if not."""
        with self._lock:
            before, steps = self.state, self._steps
            self._steps = (*steps, before)[-UNDONE_AT_MOST:]
            return before, steps

    def end(self, began: tuple[cajal.State, Steps], *, succeeded: bool) -> None:
        """The end of a cell, which `began` so."""
        before, steps = began
        with self._lock, held():
            if not succeeded:
                super().restore(before, since=self.state)
                self._steps = steps
            elif self.state is before or any(step is before for step in steps):
                self._steps = steps  # nothing is changed, or work that began here too makes the step
            elif any(step is before for step in self._steps):  # else the cell took steps back
                self._steps = (*steps, Step.between(before, self.state))[-UNDONE_AT_MOST:]

    @contextmanager
    def whole(self) -> Iterator[None]:
        """A piece of work that is done whole, with its settings and links, or leaves all as it was.

        Other threads wait until it is done: what they declared meanwhile would go with it, were it to fail.
        """
        with self._lock:
            began = self.begin()
            try:
                yield
            except BaseException:
                self.end(began, succeeded=False)
                raise
            self.end(began, succeeded=True)

    def run(
        self, text: str, name: str = "cell", *, is_file: bool = False, folder: str | Path | None = None
    ) -> list[cajal.Result]:
        with self.whole():
            return super().run(text, name, is_file=is_file, folder=folder)

    def restore(self, state: cajal.State, since: cajal.State | None = None) -> None:
        """Goes back to an earlier state, as `Program.restore`. `undo` takes that back."""
        with self.whole():
            super().restore(state, since)

    def reset(self) -> None:
        """Forgets every declaration and link, and all steps. Settings stay."""
        with self._lock:
            super().restore(cajal.State())
            self._steps, self._outdated = (), ({}, {})

    @property
    def entries(self) -> dict[str, cajal.Entry]:
        """Every declaration that stands, spaces and data types included, in the order of the last ones."""
        return dict(self.state.entries)

    def users(self, entry: cajal.Entry) -> list[str]:
        """The names that use a declaration as it stands."""
        return [
            user.name
            for user in self.state.entries.values()
            if any(used.revision == entry.revision for _, used in _uses(user))
        ]

    def outdated(self) -> dict[str, list[str]]:
        """The names that still use an older definition, each with the names that it uses so."""
        entries = self.state.entries
        asked, known = self._outdated
        if asked is not entries:
            known = _outdated(entries)
            self._outdated = entries, known
        return known

    def rerun(self) -> list[str]:
        """Declare again what is out of date, in order, each with `auto` if it needs that; gives the names."""
        with self._lock:
            names = list(self.outdated())
            if names:
                self.run(self.source(names), "rerun")
            return names

    def undo(self) -> tuple[list[str], list[str]] | None:
        """Take back the last cell that declared something; the names that are gone, and that are as before.

        What the cell linked and set goes with it. Settings stay that were made since, and so do links, where
        they still fit an extern.
        """
        with self._lock:
            now, steps = self.state, list(self._steps)
            while steps:
                step, since = steps.pop(), None
                if isinstance(step, Step):
                    if not step.declares:
                        continue
                    before, since = step.undone(now), step.after
                elif step.entries is not now.entries:
                    before = step
                else:
                    continue
                super().restore(before, since)
                self._steps = tuple(steps)
                gone = [name for name in now.entries if name not in before.entries]
                # A `learn` that was declared again as it stood has another parameter.
                back = [
                    name
                    for name, entry in before.entries.items()
                    if now.entries.get(name) is not entry
                    or now.learns.get(name) is not before.learns.get(name)
                ]
                return gone, back
            return None


def type_now(program: cajal.Program, entry: cajal.Entry) -> cajal.Type | None:
    """The type of a declaration at the present size of Nat, or its own where it does not fit that."""
    try:
        return program.type(entry.name)
    except cajal.CajalError:
        return entry.type


def _outdated(entries: Mapping[str, cajal.Entry]) -> dict[str, list[str]]:
    """The names that still use an older definition, each with the names that it uses so."""

    def is_replaced(used: cajal.Entry) -> bool:
        stands = entries.get(used.name)
        return stands is not used and (stands is None or not stands.means_the_same(used))

    using = {name: entry for name, entry in entries.items() if entry.uses or entry.cases}
    pending = [name for name, entry in using.items() if any(is_replaced(used) for _, used in _uses(entry))]
    if not pending:
        return {}
    users: dict[int, list[str]] = defaultdict(list)
    for name, entry in using.items():
        for _, used in _uses(entry):
            users[used.revision].append(name)
    # What uses an outdated name is outdated too.
    outdated = set[str]()
    while pending:
        name = pending.pop()
        if name not in outdated:
            outdated.add(name)
            pending.extend(users[entries[name].revision])
    return {
        name: sorted({word for word, used in _uses(entry) if is_replaced(used) or used.name in outdated})
        for name, entry in using.items()
        if name in outdated
    }


def _uses(entry: cajal.Entry) -> Iterator[tuple[str, cajal.Entry]]:
    """Each name and constructor that a declaration mentions, with the declaration that it meant.

    Its own name in a definition means the one that it replaced, for good.
    """
    yield from ((name, used) for name, used in entry.uses.items() if name != entry.name)
    yield from entry.cases.items()
