"""The two contexts of the typing rules: Δ, the names of a program, and Γ, the bound variables."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import NamedTuple, TypeAlias

from cajal_core.base import tys
from cajal_core.base.source import Span
from cajal_core.checking.mend import dropped, used_once
from cajal_core.checking.record import Record
from cajal_core.checking.unknown import Unknown
from cajal_core.diagnostics.linear import (
    Binding,
    Branch,
    BranchesDiffer,
    Captured,
    Repeated,
    Side,
    Unused,
    UsedTwice,
    Variable,
    no_edits,
)
from cajal_core.syntax import tree
from cajal_core.terms import core


@dataclass(frozen=True, slots=True)
class Synonym:
    """`type name = type`: another name for a type."""

    name: str
    type: tys.Type


@dataclass(frozen=True, slots=True)
class Scope:
    """Δ: what an item sees. A name or type that is declared but broken is None."""

    names: Mapping[str, core.Definition | core.Extern | core.Learn | None]
    types: Mapping[str, tys.Space | tys.Data | Synonym | None]
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

        def mark(named: tys.Space | tys.Data) -> str:
            # A type of a module may have a name that is hidden here.
            is_other = named.name in self.types and self.types[named.name] != named
            return " (old)" if is_other else ""

        return tys.pretty(type, mark, 120)


@dataclass(slots=True, eq=False)
class BoundVariable:
    """A bound variable while it is in scope; two of the same name are two variables."""

    #: What stands for it in the core.
    binder: core.Binder
    type: tys.Type | Unknown
    #: How many steps it stands inside.
    steps: int
    binding: Binding = "lambda"
    #: Where a `let` binds it, the variables that the bound term uses.
    made_of: tuple[str, ...] = ()
    #: Whether its use was called a mistake already, so that a count of its uses says nothing more.
    blamed: bool = False

    @property
    def is_data(self) -> bool:
        return not isinstance(self.type, Unknown) and tys.is_data(self.type)


#: Where a term uses each bound variable, in order.
Uses: TypeAlias = dict[BoundVariable, list[Span]]


def add(uses: Uses, more: Uses) -> None:
    """Adds the uses of another part of a term."""
    for variable, spans in more.items():
        uses.setdefault(variable, []).extend(spans)


@dataclass(slots=True)
class Context:
    """Γ: the variables in scope, each to be used exactly once. Notes the mistakes of linear use."""

    record: Record
    #: Whether data may be used any number of times, since copies and drops will be put in.
    auto: bool = False
    #: For each name its variables, innermost last.
    bound: dict[str, list[BoundVariable]] = field(default_factory=dict[str, list[BoundVariable]])
    #: What runs any number of times around this place, outermost first.
    steps: list[Repeated] = field(default_factory=list["Repeated"])
    #: A type in words.
    show: Callable[[tys.Type], str] = str

    def open(
        self,
        binder: tree.Binder,
        type: tys.Type | Unknown,
        reusable: bool = False,
        binding: Binding = "lambda",
        made_of: tuple[str, ...] = (),
    ) -> BoundVariable:
        """Brings a variable into scope. It hides others of its name, used up or not."""
        typed = core.Binder(binder.name, self.record.core_type(type), binder.span, reusable)
        variable = BoundVariable(typed, type, len(self.steps), binding, made_of)
        self.bound.setdefault(binder.name, []).append(variable)
        return variable

    def close(
        self,
        variable: BoundVariable,
        uses: Uses,
        scope: tree.Term | None = None,
        beside: Collection[BoundVariable] = (),
        absorbs: bool = False,
    ) -> None:
        """Takes a variable out of its scope, and out of `uses`, where it must stand exactly once.

        Variables `beside` it are bound by the same term after it, and hide it if they have its name. With
        `absorbs`, a `fail` in the scope uses up what has no use.
        """
        binder = variable.binder
        self.bound[binder.name].pop()
        spans = uses.pop(variable, [])
        if len(spans) == 1 or variable.blamed or binder.reusable or isinstance(variable.type, Unknown):
            return
        is_data = variable.is_data
        if (is_data and self.auto) or (absorbs and not spans):
            return
        told = self.told(variable)
        hidden = any(other.binder.name == binder.name for other in beside)
        mend = partial(used_once, binder.name, binder.span, scope, hidden) if scope else no_edits
        if spans:
            self.record.mistakes.append(UsedTwice(told, spans[0], spans[1], mend))
        else:
            self.record.mistakes.append(Unused(told, hidden, mend))

    def meant(self, state: tree.Binder, type: tys.Type | Unknown, before: int) -> None:
        """Where a step leaves its state unused, and uses a variable of its type from outside, that was meant.

        The mistakes of the step are those that were noted after the first `before`.
        """
        mistakes = self.record.mistakes
        shown = "" if isinstance(type, Unknown) else self.show(type)
        unused = [
            mistake
            for mistake in mistakes[before:]
            if isinstance(mistake, Unused) and mistake.variable.bound == state.span
        ]
        for place, mistake in enumerate(mistakes[before:], before):
            if not unused or not isinstance(mistake, Captured) or mistake.variable.type != shown:
                continue
            mistakes[place] = replace(mistake, state=state.name)
            mistakes[before:] = [other for other in mistakes[before:] if other not in unused]
            return

    def told(self, variable: BoundVariable) -> Variable:
        """The variable, as mistakes speak of it."""
        type = "" if isinstance(variable.type, Unknown) else self.show(variable.type)
        binder, is_data = variable.binder, variable.is_data
        return Variable(binder.name, binder.span, type, is_data, variable.binding, variable.made_of)

    def innermost(self, name: str) -> BoundVariable | None:
        """The variable that a name stands for, if it is bound."""
        variables = self.bound.get(name)
        return variables[-1] if variables else None

    def use(self, name: str, span: Span) -> BoundVariable | None:
        """The variable that a name stands for, if it is bound. A step may not look outside."""
        variable = self.innermost(name)
        if variable is None:
            return None
        if variable.steps < len(self.steps) and not variable.blamed and not variable.binder.reusable:
            variable.blamed = True
            repeated = self.steps[variable.steps]
            self.record.mistakes.append(Captured(self.told(variable), span, repeated=repeated))
        return variable

    def join(self, branches: list[tuple[Branch, Span, Uses, bool]], before: Uses) -> Uses:
        """The uses of one of several branches, which must agree on them.

        What was used before them, in the condition, they must not use at all, which `close` notices. A branch
        whose flag is set has a `fail`, which uses up what the others use.
        """
        joined: Uses = {}
        for _, _, uses, _ in branches:
            for variable, spans in uses.items():
                joined[variable] = max(joined.get(variable, []), spans, key=len)
        for variable, spans in joined.items():
            lacking = [
                (branch, span)
                for branch, span, uses, absorbs in branches
                if variable not in uses and not absorbs
            ]
            is_data = variable.is_data
            excused = variable.blamed or variable in before or (is_data and self.auto)
            if lacking and not excused:
                variable.blamed = True
                branch, place = lacking[0]
                places = [span for _, span in lacking]
                is_side = isinstance(branch, Side) and branch.operator == "<|>"
                mend = partial(dropped, variable.binder.name, places, is_side)
                self.record.mistakes.append(
                    BranchesDiffer(self.told(variable), spans[0], place, branch, mend)
                )
        return joined


class Typed(NamedTuple):
    """A term of the core, with what the rules say of it."""

    term: core.Term
    #: That of the core term, where it can be told.
    type: tys.Type | Unknown
    uses: Uses
    #: Whether a `fail` in it may use up more variables.
    absorbs: bool = False


class Binds(NamedTuple):
    """A pattern and the type of what it binds."""

    pattern: tree.Pattern
    type: tys.Type | Unknown
    binding: Binding
    made_of: tuple[str, ...] = ()
