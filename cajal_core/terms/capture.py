r"""Core -> core in which no variable hides what its scope mentions, so that its names say what it means.

In the core two variables of one name are two binders, so a pass may put a use of the outer one below the
inner: `\g:Bool. \g:Unit. …` with a `drop` of the first `g` in `…`. Here the second becomes `g'`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeAlias, assert_never

from cajal_core.base.recursion import deep
from cajal_core.terms import core

#: What a term mentions and does not bind: a name, with the variable that it stands for, if it is one.
_Free: TypeAlias = frozenset[tuple[str, core.Binder | None]]


def without_capture(term: core.Term) -> core.Term:
    """The same term, the variables renamed that would capture a name where it is written as text."""
    taken, doubtful = _names(term)
    capturing = list[core.Binder]()
    if doubtful:
        _free(term, doubtful, capturing)
    names = dict[core.Binder, core.Binder]()
    for binder in reversed(capturing):  # outermost first
        name = f"{binder.name}'"
        while name in taken:
            name += "'"
        taken.add(name)
        names[binder] = replace(binder, name=name)
    return _renamed(term, names) if names else term


@deep
def _free(term: core.Term, doubtful: frozenset[str], capturing: list[core.Binder]) -> _Free:
    """The doubtful names that are free in a term. Collects binders whose scope has another of their name."""
    if isinstance(term, core.Var):
        name, mentioned = term.binder.name, term.binder
    else:
        name, mentioned = core.top_level_name(term), None
    free: _Free = frozenset({(name, mentioned)} if name in doubtful else ())
    *before, last = [_free(child, doubtful, capturing) for child in core.children(term)] or [_Free()]
    for binder in reversed(core.binders(term)):
        last -= {(binder.name, binder)}
        if any(name == binder.name for name, _ in last):
            capturing.append(binder)
    return free.union(*before, last)


def _names(term: core.Term) -> tuple[set[str], frozenset[str]]:
    """Every name in a term, and those that are bound and mean something else too."""
    bound, twice, top_level = set[str](), set[str](), set[str]()
    for inner in core.subterms(term):
        for binder in core.binders(inner):
            (twice if binder.name in bound else bound).add(binder.name)
        if name := core.top_level_name(inner):
            top_level.add(name)
    return bound | top_level, frozenset(twice | bound & top_level)


@deep
def _renamed(term: core.Term, names: Mapping[core.Binder, core.Binder]) -> core.Term:
    term = core.map_children(term, lambda child: _renamed(child, names))
    match term:
        case core.Var(binder) | core.Lam(binder) | core.Let(binder) | core.Iter(_, _, binder):
            return replace(term, binder=names.get(binder, binder))
        case core.LetPair(left, right):
            return replace(term, left=names.get(left, left), right=names.get(right, right))
        case core.Copy(_, copies):
            return replace(term, copies=tuple([names.get(binder, binder) for binder in copies]))
        case core.Comprehension(_, variables):
            return replace(term, variables=tuple([names.get(binder, binder) for binder in variables]))
        case core.Fold(_, _, _, element, state):
            return replace(term, element=names.get(element, element), state=names.get(state, state))
        case (
            core.Ref() | core.Param() | core.Instance() | core.App() | core.Boolean() | core.If()
            | core.Numeral() | core.Succ() | core.Unit() | core.Pair() | core.Constructor() | core.Case()
            | core.CaseNat() | core.CaseList() | core.Drop() | core.Alternatives() | core.Pick() | core.Fail()
            | core.Or() | core.Nil() | core.Cons() | core.Dict() | core.Widen()
        ):  # fmt: skip
            return term
        case _:
            assert_never(term)
