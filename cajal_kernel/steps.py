"""Earlier states of a notebook's program, each kept as what the next one has in its place.

A state of 20,000 names is 3 MB of tables, and a hundred of them that differ in one name each are a hundred
times as much. Names that a cell declares stand last, so a state begins with the names of the one before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain, islice
from operator import and_, eq, indexOf, is_
from typing import Any, TypeAlias

import cajal_core as cajal

#: A table that is another one up to a number of items, and then goes on with these.
Tail: TypeAlias = tuple[int, tuple[tuple[str, Any], ...]]


@dataclass(frozen=True, slots=True)
class Step:
    """What a cell changed: what stood before it, in terms of what stood after it."""

    #: Whether it declared anything.
    declares: bool
    names: Tail
    types: Tail
    constructors: Tail
    entries: Tail
    revisions: int
    #: The state before and after the cell: its links, its settings and what it learns, which are few.
    before: cajal.State
    after: cajal.State

    @classmethod
    def between(cls, before: cajal.State, after: cajal.State) -> Step:
        return cls(
            before.entries is not after.entries,
            _tail(before.names, after.names),
            _tail(before.types, after.types),
            _tail(before.constructors, after.constructors),
            _tail(before.entries, after.entries),
            before.revisions,
            cajal.State(links=before.links, settings=before.settings, learns=before.learns),
            cajal.State(links=after.links, settings=after.settings, learns=after.learns),
        )

    def undone(self, now: cajal.State) -> cajal.State:
        """The state before the step, where what stands now was declared when it ended."""
        return cajal.State(
            _with_tail(now.names, self.names),
            _with_tail(now.types, self.types),
            _with_tail(now.constructors, self.constructors),
            self.before.links,
            self.before.settings,
            _with_tail(now.entries, self.entries),
            self.revisions,
            self.before.learns,
        )


def _tail(before: Mapping[str, Any], after: Mapping[str, Any]) -> Tail:
    if before is after:
        return len(before), ()
    # Without a line of Python for each item: each cell compares all that was declared before it.
    alike = map(and_, map(eq, before, after), map(is_, before.values(), after.values()))
    same = indexOf(chain(alike, [False]), False)
    return same, tuple(islice(before.items(), same, None))


def _with_tail(after: Mapping[str, Any], tail: Tail) -> Mapping[str, Any]:
    same, rest = tail
    return dict([*islice(after.items(), same), *rest])
