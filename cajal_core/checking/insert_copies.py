"""Core -> core: puts in the copies and drops of data that the strict rules ask for (LANGUAGE.md, `auto`).

A `copy` goes around the smallest term that holds all the uses of a variable. A `drop` goes to the start
of the branch or body that lacks one, inside the lambdas that it begins with. Each variable is then used
exactly once, on every path.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any, cast

from cajal_core.base import tys
from cajal_core.base.recursion import deep_recursion
from cajal_core.terms import core

_Rebuild = Callable[[core.Term], core.Term]


def insert(term: core.Term) -> tuple[core.Term, bool]:
    """The term with every bound variable of a data type used exactly once; whether that changed it."""
    with deep_recursion():
        inserter = _Inserter(set(_names(term)))
        return inserter.term(term), inserter.changed


class _Inserter:
    def __init__(self, taken: set[str]) -> None:
        self.taken = taken
        self.changed = False
        #: The variables that a term mentions. Terms are kept, so that their identities stay theirs.
        self.mentioned: dict[int, tuple[core.Term, frozenset[core.Binder]]] = {}

    def term(self, term: core.Term) -> core.Term:
        """Closes every binder in the term, innermost first."""
        term = _mapped(term, self.term)
        for binder, field in _bound(term):
            if tys.is_data(binder.type) and not binder.reusable:
                term = _replaced(term, **{field: self.once(binder, getattr(term, field))})
        return term

    def once(self, binder: core.Binder, term: core.Term) -> core.Term:
        """The term with exactly one use of the variable on every path."""
        if binder not in self.mentions(term) and isinstance(term, core.Lam):
            return _replaced(term, body=self.once(binder, term.body))
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

    def in_group(self, group: tuple[core.Term, ...], term: core.Term, change: _Rebuild) -> core.Term:
        """The term with one of its groups of parts changed."""
        return _mapped(term, lambda part: change(part) if any(part is each for each in group) else part)

    def mentions(self, term: core.Term) -> frozenset[core.Binder]:
        known = self.mentioned.get(id(term))
        if known is None:
            if isinstance(term, core.Var):
                found = frozenset({term.binder})
            else:
                found = frozenset[core.Binder]().union(*[self.mentions(part) for part in _parts(term)])
            known = self.mentioned[id(term)] = term, found
        return known[1]

    def fresh(self, binder: core.Binder, number: int) -> core.Binder:
        name = f"{binder.name}{number}"
        while name in self.taken:
            name += "'"
        self.taken.add(name)
        return dataclasses.replace(binder, name=name)


def _groups(term: core.Term) -> list[tuple[core.Term, ...]]:
    """The parts of a term, of which each group is run once; in a group, one of its branches."""
    match term:
        case core.If(condition, consequent, alternative):
            return [(condition,), (consequent, alternative)]
        case core.Case(scrutinee, arms):
            return [(scrutinee,), arms]
        case _:
            return [(part,) for part in _parts(term)]


def _bound(term: core.Term) -> list[tuple[core.Binder, str]]:
    """The binders of a term, each with the name of the part that it is bound in."""
    match term:
        case core.Lam(binder):
            return [(binder, "body")]
        case core.Let(binder):
            return [(binder, "body")]
        case core.LetPair(left, right) | core.Copy(_, left, right):
            return [(left, "body"), (right, "body")]
        case core.Iter(_, _, binder):
            return [(binder, "step")]
        case _:
            return []


def _parts(term: core.Term) -> Iterator[core.Term]:
    for field in dataclasses.fields(term):
        value: Any = getattr(term, field.name)
        if isinstance(value, tuple):
            yield from cast("tuple[core.Term, ...]", value)
        elif isinstance(value, core.Term):
            yield value


def _mapped(term: core.Term, change: _Rebuild) -> core.Term:
    """The term with each part changed; itself if no part is."""
    parts = dict[str, Any]()
    for field in dataclasses.fields(term):
        value: Any = getattr(term, field.name)
        if isinstance(value, tuple):
            branches = cast("tuple[core.Term, ...]", value)
            changed: Any = tuple([change(each) for each in branches])
            if any(new is not old for new, old in zip(changed, branches, strict=True)):
                parts[field.name] = changed
        elif isinstance(value, core.Term) and (changed := change(value)) is not value:
            parts[field.name] = changed
    return _replaced(term, **parts) if parts else term


def _replaced(term: core.Term, **parts: Any) -> core.Term:
    return dataclasses.replace(term, **parts)


def _renamed(term: core.Term, old: core.Binder, new: core.Binder) -> core.Term:
    if isinstance(term, core.Var):
        return core.Var(new, span=term.span) if term.binder is old else term
    return _mapped(term, lambda part: _renamed(part, old, new))


def _names(term: core.Term) -> Iterator[str]:
    """Every name in the term, bound and top-level."""
    pending = [term]
    while pending:
        term = pending.pop()
        pending.extend(_parts(term))
        match term:
            case core.Ref(definition) | core.Instance(definition):
                yield definition.name
            case core.Param(target):
                yield target.name
            case _:
                yield from (binder.name for binder, _ in _bound(term))
