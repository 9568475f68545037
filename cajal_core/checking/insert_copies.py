r"""Core -> core: puts in the copies and drops of data that linear use asks for, where `auto` is on.

A `copy` goes around the smallest term that holds all the uses of a variable. A `drop` goes to the start
of the branch or body that lacks one, inside the lambdas that it begins with. Sides of `<|>` and components of
`<…>` are branches too. Where a `fail` uses a variable up, no `drop` goes. Each variable is then used exactly
once, on every path. So `\x:Bool. and x x` becomes `\x:Bool. copy x as (x1, x2) in and x1 x2`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping

from cajal_core.base import tys
from cajal_core.base.recursion import deep
from cajal_core.terms import core

#: A variable that is copied again and again becomes x1, x21, x221, …; further copies are numbered.
_MOST_DIGITS = 8


def insert(term: core.Term) -> tuple[core.Term, bool]:
    """The term with every bound variable of a data type used exactly once; whether that changed it."""
    inserter = _Inserter(set(_names(term)))
    return inserter.once(term, {}), inserter.changed


class _Inserter:
    """Walks the term once, from the outside to the inside, with all variables that are to be used there."""

    def __init__(self, taken: set[str]) -> None:
        self.taken = taken
        self.changed = False
        #: The variables that a term mentions. Terms are kept, so that their identities stay theirs.
        self.mentioned: dict[int, tuple[core.Term, frozenset[core.Binder]]] = {}
        #: Whether a term has a `fail` that uses up what is left.
        self.failing: dict[int, tuple[core.Term, bool]] = {}

    @deep
    def once(self, term: core.Term, names: dict[core.Binder, core.Binder]) -> core.Term:
        """The term with exactly one use of each of these variables on every path, under its new name.

        The variables are given in the order in which they are bound.
        """
        if isinstance(term, core.Var):
            used = core.Var(names[term.binder], span=term.span) if term.binder in names else term
            return self.dropping(self.unused(term, names), names, used)
        if isinstance(term, core.Lam):  # what it does not mention is dropped inside
            own = {term.binder: term.binder} if _is_counted(term.binder) else {}
            body = self.once(term.body, {**names, **own})
            return term if body is term.body else dataclasses.replace(term, body=body)
        groups = _groups(term)
        shares: list[dict[core.Binder, core.Binder]] = [{} for _ in groups]
        copies = list[tuple[core.Binder, core.Binder, core.Binder]]()
        for binder in reversed(names):
            last = names[binder]
            using = [
                share
                for share, group in zip(shares, groups, strict=True)
                if any(binder in self.mentions(part) for part in group)
            ]
            for share in using[:-1]:
                left, right = self.fresh(last, 1), self.fresh(last, 2)
                copies.append((last, left, right))
                share[binder] = left
                last = right
            if using:
                using[-1][binder] = last
        # Those in scope here were gathered from the inside to the outside.
        ordered = [dict(reversed(share.items())) for share in shares]
        if groups:
            ordered[-1].update({binder: binder for binder in core.binders(term) if _is_counted(binder)})
        given = iter([share for share, group in zip(ordered, groups, strict=True) for _ in group])
        unused = self.unused(term, names)
        term = core.map_children(term, lambda child: self.once(child, next(given)))
        for name, left, right in reversed(copies):
            self.changed = True
            original = core.Var(name, span=name.span)
            term = core.Copy(original, (left, right), term, term.type, span=term.span)
        return self.dropping(unused, names, term)

    def unused(self, term: core.Term, names: Mapping[core.Binder, core.Binder]) -> list[core.Binder]:
        """The variables that a term does not mention, save where a `fail` uses them up."""
        unused = [binder for binder in names if binder not in self.mentions(term)]
        return unused if unused and not self.fails(term) else []

    def dropping(
        self, unused: list[core.Binder], names: Mapping[core.Binder, core.Binder], term: core.Term
    ) -> core.Term:
        """The term behind a `drop` of each of these variables."""
        for binder in reversed(unused):
            self.changed = True
            dropped = core.Var(names[binder], span=binder.span)
            term = core.Drop(dropped, term, term.type, span=term.span)
        return term

    @deep
    def fails(self, term: core.Term) -> bool:
        """Whether a `fail` in a term uses up what is left: one in a part, or in all branches.

        That of a step, of the body of a comprehension or of a `!` argument does not.
        """
        if id(term) not in self.failing:
            branches, inside = core.branches(term), core.children(term)
            parts = inside[: len(inside) - len(branches)]
            if isinstance(term, core.Iter | core.Fold | core.Comprehension):
                parts = inside[:-1]
            elif isinstance(term, core.Instance):
                parts = ()
            fails = isinstance(term, core.Fail) or any(map(self.fails, parts))
            self.failing[id(term)] = term, fails or (bool(branches) and all(map(self.fails, branches)))
        return self.failing[id(term)][1]

    @deep
    def mentions(self, term: core.Term) -> frozenset[core.Binder]:
        """The variables that a term mentions, of those that are counted."""
        if id(term) not in self.mentioned:
            if isinstance(term, core.Var):
                variables = frozenset({term.binder} if _is_counted(term.binder) else ())
            else:
                inside = [self.mentions(child) for child in core.children(term)]
                variables = inside[0].union(*inside[1:]) if inside else frozenset[core.Binder]()
                variables = variables.difference(core.binders(term))
            self.mentioned[id(term)] = term, variables
        return self.mentioned[id(term)][1]

    def fresh(self, binder: core.Binder, number: int) -> core.Binder:
        name, root = f"{binder.name}{number}", binder.name.rstrip("0123456789'") or binder.name
        if len(name) > len(root) + _MOST_DIGITS:
            name = f"{root}{len(self.taken)}"
        while name in self.taken:
            name += "'"
        self.taken.add(name)
        return dataclasses.replace(binder, name=name)


def _is_counted(binder: core.Binder) -> bool:
    """Whether a variable is to be used exactly once, and may be copied and dropped for that."""
    return tys.is_data(binder.type) and not binder.reusable


def _groups(term: core.Term) -> list[tuple[core.Term, ...]]:
    """The children of a term, of which each group is run once; in a group, some of its branches."""
    branches = core.branches(term)
    alone = core.children(term)[: len(core.children(term)) - len(branches)]
    return [*[(child,) for child in alone], *([branches] if branches else [])]


def _names(term: core.Term) -> Iterator[str]:
    """Every name in the term, bound and top-level."""
    for inner in core.subterms(term):
        yield from (binder.name for binder in core.binders(inner))
        if name := core.top_level_name(inner):
            yield name
