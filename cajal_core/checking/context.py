"""The two contexts of the typing rules: Δ, the names of a program, and Γ, the bound variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from cajal_core.base import tys
from cajal_core.base.source import Span
from cajal_core.diagnostics.mistake import Mistake
from cajal_core.diagnostics.scope import BranchesDiffer, Captured, Unused, UsedTwice
from cajal_core.syntax import tree
from cajal_core.terms import core

#: Stands for a type that an earlier mistake hides. It agrees with every type and is never shown.
UNKNOWN = tys.Space("?", ())

#: Where a term uses each bound variable, in order.
Uses: TypeAlias = dict[core.Binder, list[Span]]


@dataclass(frozen=True, slots=True)
class Scope:
    """Δ: what an item sees. A name or type that is declared but broken is None."""

    names: Mapping[str, core.Definition | core.Extern | core.Learn | None]
    types: Mapping[str, tys.Space | tys.Data | None]
    constructors: Mapping[str, tys.Data | None]
    nat_size: int
    #: Names that this item, or a later one of its cell, declares.
    coming: frozenset[str] = frozenset()
    #: Whether copies and drops of data are put in where they are missing.
    auto: bool = False

    @property
    def nat(self) -> tys.Nat:
        """`Nat`, written without a size."""
        return tys.Nat(self.nat_size, written=False)

    def show(self, type: tys.Type) -> str:
        """A type in words, abridged; one that has since been declared otherwise is marked `(old)`."""
        text = tys.pretty(type, lambda named: "" if self.types.get(named.name) == named else " (old)")
        return text if len(text) <= 120 else f"{text[:80]} … {text[-30:]}"


@dataclass(slots=True)
class Context:
    """Γ: the variables in scope, each to be used exactly once. Notes the mistakes of linear use."""

    mistakes: list[Mistake]
    #: Whether data may be used any number of times, since copies and drops will be put in.
    auto: bool = False
    #: For each name its binders, innermost last, with the number of steps that each stands inside.
    bound: dict[str, list[tuple[core.Binder, int]]] = field(
        default_factory=dict[str, list[tuple[core.Binder, int]]]
    )
    #: How many steps of `iter` are open.
    steps: int = 0
    #: Binders already blamed, whose count of uses says nothing more.
    blamed: set[core.Binder] = field(default_factory=set[core.Binder])
    #: Binders of `let` whose bound term uses no bound variable.
    closed: set[core.Binder] = field(default_factory=set[core.Binder])

    def open(self, binder: tree.Binder, type: tys.Type, reusable: bool = False) -> core.Binder:
        """Brings a variable into scope. It hides others of its name, used up or not."""
        new = core.Binder(binder.name, type, binder.span, reusable)
        self.bound.setdefault(binder.name, []).append((new, self.steps))
        return new

    def close(self, binder: core.Binder, uses: Uses) -> None:
        """Takes a variable out of scope, and out of `uses`, where it must stand exactly once."""
        self.bound[binder.name].pop()
        spans = uses.pop(binder, [])
        if len(spans) == 1 or binder in self.blamed or binder.reusable or binder.type is UNKNOWN:
            return
        is_data = tys.is_data(binder.type)
        if is_data and self.auto:
            return
        if spans:
            is_closed_function = binder in self.closed and isinstance(binder.type, tys.Arrow)
            self.mistakes.append(UsedTwice(binder.name, spans[0], spans[1], is_data, is_closed_function))
        else:
            self.mistakes.append(Unused(binder.name, binder.span, is_data))

    def use(self, name: str, span: Span) -> core.Binder | None:
        """The variable that a name stands for, if it is bound. A step may not look outside."""
        if not self.bound.get(name):
            return None
        binder, steps = self.bound[name][-1]
        if steps < self.steps and binder not in self.blamed and not binder.reusable:
            self.blamed.add(binder)
            self.mistakes.append(Captured(name, span, binder.span, tys.is_data(binder.type)))
        return binder

    def join(self, branches: list[tuple[str, Span, Uses]], before: Uses) -> Uses:
        """The uses of one of several branches, given with their names, which must agree on them.

        What was used before them, in the condition, they must not use at all, which `close` notices.
        """
        joined: Uses = {}
        for _, _, uses in branches:
            for binder, spans in uses.items():
                joined[binder] = max(joined.get(binder, []), spans, key=len)
        for binder, spans in joined.items():
            lacking = [(name, span) for name, span, uses in branches if binder not in uses]
            is_data = tys.is_data(binder.type)
            excused = binder in self.blamed or binder in before or (is_data and self.auto)
            if lacking and not excused:
                self.blamed.add(binder)
                branch, place = lacking[0]
                self.mistakes.append(BranchesDiffer(binder.name, spans[0], place, branch, is_data))
        return joined
