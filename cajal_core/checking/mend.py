r"""A term -> the copies and drops that it lacks, as edits of its text.

    and x x    ->    copy x as (x1, x2) in and x1 x2

They go where `insert_copies` puts them, but into what the user wrote, so that line breaks and comments stay.
A variable that a step uses from outside is left alone: no copy there would be right.
"""

from __future__ import annotations

from collections.abc import Iterator

from cajal_core.base.recursion import deep
from cajal_core.base.source import Span
from cajal_core.diagnostics.mistake import Edit
from cajal_core.syntax import tree
from cajal_core.syntax.variables import Subterm, subterms

#: What has parts in which a `copy` or a `drop` stands in parentheses.
_TIGHT = tree.App | tree.Succ | tree.Iter | tree.Cons | tree.Dict | tree.Pick | tree.Or


def used_once(name: str, bound: Span, body: tree.Term, hidden: bool = False) -> tuple[Edit, ...]:
    """What gives the variable of a data type that is `bound` there one use on every path of the body.

    A variable that is `hidden`, by another of its name that is bound beside it, gets a new name.
    """
    # In `\(x:A) (y:B). t` the body of the first variable is no text of its own: only `t` is.
    while isinstance(body, tree.Lam) and body.span.start <= bound.start:
        hidden |= any(binder.name == name for binder in tree.bound_names(body.pattern))
        body = body.body
    mending = _Mending(name, {name, *_names(body)})
    if hidden:
        fresh = mending.fresh()
        return Edit(bound, fresh), *_before(body.span, f"drop {fresh} in ", enclosed=False)
    mending.once(body, name, loose=True)
    return tuple(mending.edits) if mending.possible else ()


def dropped(name: str, branches: list[Span], enclosed: bool) -> tuple[Edit, ...]:
    """A drop of the variable at the start of each branch, which it takes into parentheses if asked."""
    drop = f"drop {name} in "
    return tuple([edit for span in branches for edit in _before(span, drop, enclosed)])


class _Mending:
    def __init__(self, name: str, taken: set[str]) -> None:
        self.name = name
        self.taken = taken
        self.edits = list[Edit]()
        self.possible = True
        self.number = 0
        #: Whether the variable is used in a term, by the term's identity.
        self.used = dict[int, bool]()

    def fresh(self) -> str:
        self.number += 1
        while f"{self.name}{self.number}" in self.taken:
            self.number += 1
        return f"{self.name}{self.number}"

    @deep
    def once(self, term: tree.Term, name: str, loose: bool) -> None:
        """One use of the variable, under the name that it has here. `loose` is where any form may stand."""
        if isinstance(term, tree.Var) and term.name == self.name:
            if name != self.name:
                written = f"({name})" if term.span.text.startswith("(") else name
                self.edits.append(Edit(term.span, written))
            return
        groups = [group for group in _groups(term) if any(self.uses(part) for part in group)]
        if not groups:
            self.edits += _before(term.span, f"drop {name} in ", not loose)
            return
        copies = list[str]()
        place = len(self.edits)
        for number, group in enumerate(groups, 1):
            current = name
            if number < len(groups):
                current, rest = self.fresh(), self.fresh()
                copies.append(f"copy {name} as ({current}, {rest}) in ")
                name = rest
            for part in group:
                self.possible &= not part.step
                self.once(part.term, current, not isinstance(term, _TIGHT))
        if copies:
            before, *behind = _before(term.span, "".join(copies), not loose)
            self.edits.insert(place, before)
            self.edits += behind

    def uses(self, part: Subterm) -> bool:
        """Whether the variable is used in a part of a term, where nothing hides it."""
        return all(variable.name != self.name for variable in part.binds) and self.mentions(part.term)

    @deep
    def mentions(self, term: tree.Term) -> bool:
        if id(term) not in self.used:
            inside = [self.uses(part) for part in subterms(term)]
            self.used[id(term)] = any(inside) or (isinstance(term, tree.Var) and term.name == self.name)
        return self.used[id(term)]


def _groups(term: tree.Term) -> list[list[Subterm]]:
    """The parts of a term, of which each group is run once; in a group, one of its branches."""
    parts = subterms(term)
    branches = [part for part in parts if part.branch]
    groups = [[part] for part in parts if not part.branch]
    return [*groups, branches] if branches else groups


def _before(span: Span, text: str, enclosed: bool) -> list[Edit]:
    """A text before a term, in parentheses with it where it may take nothing else that follows."""
    start, end = (Span(span.source, place, place) for place in (span.start, span.end))
    return [Edit(start, f"({text}"), Edit(end, ")")] if enclosed else [Edit(start, text)]


def _names(term: tree.Term) -> Iterator[str]:
    pending = [Subterm(term)]
    while pending:
        part = pending.pop()
        yield from (variable.name for variable in part.binds)
        if isinstance(part.term, tree.Var):
            yield part.term.name
        pending += subterms(part.term)
