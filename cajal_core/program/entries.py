"""Declarations as they were written, and the source that declares them all again.

The source has them in the order in which they were first declared so, with the older ones that are still
in use: each name then means what it meant. For example, of the cells `def a : Bool = true`, `def b : Bool =
a` and `def a : Bool = false` all are written, and of `def a : Bool = true` twice only one.

What came from a module is written as the `use` that brought it: hidden names of a module have no other place
where they would hide nothing of the program. So source that uses a module needs that module where it is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Literal

from cajal_core.base import tys
from cajal_core.checking.check import Mentioned
from cajal_core.program.comments import without_signs
from cajal_core.program.declarations import Declaration
from cajal_core.program.settings import Settings, options


@dataclass(frozen=True, slots=True, eq=False)
class ModuleText:
    """What the file of a module says, with the modules that it uses by the names that it calls them."""

    name: str
    text: str
    uses: Mapping[str, ModuleText]
    #: A digest of its text and of all that it uses.
    version: bytes = field(init=False)

    def __post_init__(self) -> None:
        digest = sha256(self.text.encode())
        for used in self.uses.values():
            digest.update(used.version)
        object.__setattr__(self, "version", digest.digest())


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    r"""A declaration as it was written: its source, the comment above it, and what its names meant then.

    `uses` has what it mentions, by name, and `cases` the data types of the constructors that it mentions.
    `nat_size` is the size of Nat that it was declared with, `uses_nat` tells whether it depends on
    that, and `auto` whether it needs the copies and drops that are put in. The same text with the same uses
    keeps its `revision`, which counts what is declared. What a module declares has the `use` that brought it
    as its `module`, and mentions nothing: what the module's names mean is the module's own.

    Example:
        >>> import cajal_core as cajal
        >>> program = cajal.load("-- turns\ndata Side = L | R\ndef left : Side = L")
        >>> side, left = program.state.entries.values()
        >>> side.source, side.documentation, side.constructors
        ('-- turns\ndata Side = L | R', 'turns', ('L', 'R'))
        >>> list(left.uses), list(left.cases), left.revision
        (['Side'], ['L'], 2)
    """

    kind: Literal["def", "extern", "learn", "space", "data", "type", "use"]
    name: str
    type: tys.Type | None
    text: str
    comment: str
    #: The comments further above, with empty lines between, which belong to no other item.
    apart: str
    #: What a data type declares besides its name.
    constructors: tuple[str, ...]
    # Not printed: two that use one declaration would both print all that it rests on.
    uses: Mapping[str, Entry] = field(repr=False)
    cases: Mapping[str, Entry] = field(repr=False)
    nat_size: int
    uses_nat: bool
    auto: bool
    revision: int
    #: The declaration of a type that it replaced, whose constructors it took away.
    replaced: Entry | None = field(default=None, repr=False)
    #: The `use` that brought it, where it is a module's.
    module: Entry | None = field(default=None, repr=False)
    #: Of a `use`, what the module's files say.
    brings: ModuleText | None = field(default=None, repr=False)
    #: A digest of the text and of all that it rests on: a walk of a chain, for each of its links, would take
    #: the square of its length.
    _meaning: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        rests_on = [
            sorted((name, used._meaning) for name, used in table.items()) for table in (self.uses, self.cases)
        ]
        brings = self.module.brings if self.module else self.brings
        version = brings.version if brings else b""
        meaning = sha256(repr((self.text, rests_on, version)).encode()).digest()
        object.__setattr__(self, "_meaning", meaning)

    @property
    def source(self) -> str:
        """The comment and the declaration."""
        return f"{self.comment}\n{self.text}" if self.comment else self.text

    @property
    def documentation(self) -> str:
        """The comment without its signs."""
        return without_signs(self.comment)

    @property
    def again(self) -> str:
        """What declares it alone again: of a module's name, the `use` of that name."""
        return f"use {self.module.name} ({self.name})" if self.module else self.source

    def means_the_same(self, other: Entry) -> bool:
        """Whether the other has the same text, and so have all that they use."""
        return self._meaning == other._meaning


def mentions(
    mentioned: Mentioned, entries: Mapping[str, Entry], constructors: Mapping[str, Declaration | None]
) -> tuple[dict[str, Entry], dict[str, Entry]]:
    """What an item mentions: declarations by their names, and by constructors the data types."""
    uses = {name: used for name in mentioned.names | mentioned.types if (used := entries.get(name))}
    owners = {name: owner for name in mentioned.constructors if (owner := constructors[name])}
    return uses, {name: entries[data.name] for name, owner in owners.items() if (data := owner.data)}


def in_use(entries: Iterable[Entry]) -> list[Entry]:
    """These, and the older ones that they use, in the order in which they were first declared."""
    known = dict[int, Entry]()
    pending = list(entries)
    # Of one revision, the entry that stands has the latest comment.
    standing = {entry.revision: entry for entry in pending}
    standing |= {entry.module.revision: entry.module for entry in pending if entry.module}
    while pending:
        entry = pending.pop()
        entry = entry.module or entry
        if entry.revision not in known:
            known[entry.revision] = standing.get(entry.revision, entry)
            pending += [*entry.uses.values(), *entry.cases.values()]
    for newest in [entry for entry in standing.values() if entry.replaced]:
        between, older = list[Entry](), newest.replaced
        while older:  # an older type that is in use, and all since, which took its constructors away
            between.append(older)
            if (older.module or older).revision in known:
                declared = [entry.module or entry for entry in between]
                known.update({entry.revision: known.get(entry.revision, entry) for entry in declared})
                between = []
            older = older.replaced
    ordered, latest = dict[int, Entry](), dict[str, Entry]()
    for revision in sorted(known):
        entry = known[revision]
        before = latest.get(entry.name) if entry.kind != "use" else None
        if before and before.means_the_same(entry):  # what stood between is not in use
            entry = replace(before, comment=entry.comment, apart=entry.apart)
        ordered[entry.revision] = latest[entry.name] = entry
    return list(ordered.values())


def written(entries: Iterable[Entry], before: Settings, after: Settings, nat_size: int | None = None) -> str:
    """The source of entries, with the settings that each needs, from some settings to others.

    `nat_size` is that of all, in place of their own.
    """
    parts, now = list[str](), before
    for entry in entries:
        size = nat_size or (entry.nat_size if entry.uses_nat else now.nat_size)
        needed = replace(after, nat_size=size, auto=entry.auto or now.auto)
        parts += [options(now, needed), entry.apart, entry.again]
        now = needed
    return "\n\n".join(filter(None, [*parts, options(now, after)]))
