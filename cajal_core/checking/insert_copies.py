r"""Core -> core: puts in the copies and drops of data that linear use asks for, where `auto` is on.

A `copy` goes around the smallest term that holds all the uses of a variable. A `drop` goes to the start
of the branch or body that lacks one, inside the lambdas that it begins with. Each variable is then used
exactly once, on every path. So `\x:Bool. and x x` becomes `\x:Bool. copy x as (x1, x2) in and x1 x2`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import assert_never

from cajal_core.base import tys
from cajal_core.base.recursion import deep
from cajal_core.terms import core


def insert(term: core.Term) -> tuple[core.Term, bool]:
    """The term with every bound variable of a data type used exactly once; whether that changed it."""
    inserter = _Inserter(set(_names(term)))
    return inserter.term(term), inserter.changed


class _Inserter:
    def __init__(self, taken: set[str]) -> None:
        self.taken = taken
        self.changed = False
        #: The variables that a term mentions. Terms are kept, so that their identities stay theirs.
        self.mentioned: dict[int, tuple[core.Term, frozenset[core.Binder]]] = {}

    @deep
    def term(self, term: core.Term) -> core.Term:
        """Closes every binder in the term, innermost first."""
        term = core.map_children(term, self.term)
        for binder in core.binders(term):
            if tys.is_data(binder.type) and not binder.reusable:
                scope = core.children(term)[-1]
                term = self.in_group((scope,), term, lambda child, binder=binder: self.once(binder, child))
        return term

    @deep
    def once(self, binder: core.Binder, term: core.Term) -> core.Term:
        """The term with exactly one use of the variable on every path."""
        if binder not in self.mentions(term) and isinstance(term, core.Lam):
            return dataclasses.replace(term, body=self.once(binder, term.body))
        if binder not in self.mentions(term):
            self.changed = True
            return core.Drop(core.Var(binder, span=binder.span), term, term.type, span=term.span)
        if isinstance(term, core.Var):
            return term
        groups = [group for group in _groups(term) if any(binder in self.mentions(part) for part in group)]
        if len(groups) == 1:
            return self.in_group(groups[0], term, lambda part: self.once(binder, part))
        self.changed = True
        left, right = self.fresh(binder, 1), self.fresh(binder, 2)
        body = self.in_group(groups[0], term, lambda part: self.once(left, _renamed(part, binder, left)))
        body = self.once(right, _renamed(body, binder, right))
        original = core.Var(binder, span=binder.span)
        return core.Copy(original, left, right, body, term.type, span=term.span)

    def in_group(
        self, group: tuple[core.Term, ...], term: core.Term, change: Callable[[core.Term], core.Term]
    ) -> core.Term:
        """The term with one of its groups of children changed."""
        return core.map_children(
            term, lambda child: change(child) if any(child is member for member in group) else child
        )

    @deep
    def mentions(self, term: core.Term) -> frozenset[core.Binder]:
        if id(term) not in self.mentioned:
            if isinstance(term, core.Var):
                variables = frozenset({term.binder})
            else:
                inside = [self.mentions(child) for child in core.children(term)]
                variables = frozenset[core.Binder]().union(*inside)
            self.mentioned[id(term)] = term, variables
        return self.mentioned[id(term)][1]

    def fresh(self, binder: core.Binder, number: int) -> core.Binder:
        name = f"{binder.name}{number}"
        while name in self.taken:
            name += "'"
        self.taken.add(name)
        return dataclasses.replace(binder, name=name)


def _groups(term: core.Term) -> list[tuple[core.Term, ...]]:
    """The children of a term, of which each group is run once; in a group, one of its branches."""
    match term:
        case core.If(condition, consequent, alternative):
            return [(condition,), (consequent, alternative)]
        case core.Case(scrutinee, arms):
            return [(scrutinee,), arms]
        case (
            core.Var() | core.Ref() | core.Param() | core.Instance() | core.Lam() | core.App()
            | core.Boolean() | core.Numeral() | core.Succ() | core.Iter() | core.Let() | core.Unit()
            | core.Pair() | core.LetPair() | core.Constructor() | core.Copy() | core.Drop()
        ):  # fmt: skip
            return [(child,) for child in core.children(term)]
        case _:
            assert_never(term)


@deep
def _renamed(term: core.Term, old: core.Binder, new: core.Binder) -> core.Term:
    if isinstance(term, core.Var):
        return core.Var(new, span=term.span) if term.binder is old else term
    return core.map_children(term, lambda child: _renamed(child, old, new))


def _names(term: core.Term) -> Iterator[str]:
    """Every name in the term, bound and top-level."""
    pending = [term]
    while pending:
        term = pending.pop()
        pending.extend(core.children(term))
        yield from (binder.name for binder in core.binders(term))
        match term:
            case core.Ref(definition) | core.Instance(definition):
                yield definition.name
            case core.Param(target):
                yield target.name
            case _:
                pass
