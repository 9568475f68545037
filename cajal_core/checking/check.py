"""Syntax -> typed core: names, types and linear use (docs/spec.md, section 2).

    def f (x : Bool) : Bool = x      becomes      Definition f : Bool -o Bool = Lam x (Var x)

A mistake is noted and the rest of the item is still checked, with `Unknown` for types that cannot be
told; the core of an item with mistakes is thrown away. Rules for terms are in `terms`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, assert_never

from cajal_core.base import tys
from cajal_core.checking.context import Binds, Scope, Synonym
from cajal_core.checking.expectation import Expectation
from cajal_core.checking.terms import Opened, TermChecker
from cajal_core.checking.unknown import UNKNOWN, Unknown
from cajal_core.diagnostics.errors import InternalError
from cajal_core.diagnostics.linear import LateReusable
from cajal_core.diagnostics.mistake import Mistake
from cajal_core.diagnostics.scope import RepeatedConstructor
from cajal_core.diagnostics.types import EmptySpace
from cajal_core.syntax import tree
from cajal_core.terms import core

#: What an item becomes in the core: what it declares, or its term.
Elaborated: TypeAlias = (
    core.Definition | core.Extern | core.Learn | tys.Space | tys.Data | Synonym | core.Term
)


@dataclass(frozen=True, slots=True)
class Mentioned:
    """What an item takes of its scope: names, and the size of a `Nat` that has none of its own."""

    names: frozenset[str]
    types: frozenset[str]
    constructors: frozenset[str]
    nat_size: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """What the rules say of an item.

    `elaborated` is None if there are mistakes, in the item or in what it mentions. `declared` is the type
    that a declaration of a name states, also where its body is wrong. `with_copies` is the item's text with
    the copies and drops that `elaborate` put in, None if it put in none.
    """

    elaborated: Elaborated | None
    declared: tys.Type | None
    mistakes: tuple[Mistake, ...]
    mentioned: Mentioned
    with_copies: str | None = None


def check(item: tree.Item, scope: Scope) -> Checked:
    """Checks one item. With `scope.auto`, data need not be used exactly once."""
    checker = TermChecker(scope)
    elaborated, declared = _item(item, checker)
    record = checker.record
    return Checked(
        elaborated if record.is_right else None,
        None if isinstance(declared, Unknown) else declared,
        tuple(record.mistakes),
        Mentioned(
            frozenset(record.names), frozenset(record.types), frozenset(record.constructors), record.uses_nat
        ),
    )


def _item(item: tree.Item, checker: TermChecker) -> tuple[Elaborated, tys.Type | Unknown | None]:
    """The core of the item, and the type that it states."""
    match item:
        case tree.Def():  # T-Def
            definition, is_stated = _definition(item, checker)
            return definition, definition.type if is_stated else UNKNOWN
        case tree.Extern(name, type):  # T-Extern
            declared = checker.type(type)
            return core.Extern(name.name, checker.record.core_type(declared)), declared
        case tree.Learn(name, type):  # T-Learn
            declared = checker.type(type)
            return core.Learn(name.name, checker.record.core_type(declared)), declared
        case tree.Space(name, sizes):  # T-Space
            if 0 in sizes:
                checker.note(EmptySpace(item.span, name.name))
            return tys.Space(name.name, sizes), None
        case tree.Data(name, constructors):  # T-Data
            checker.record.mistakes.extend(_repeated(item, checker.scope))
            names = tuple([constructor.name.name for constructor in constructors])
            fields = [
                tuple([checker.record.core_type(checker.type(type)) for type in constructor.fields])
                for constructor in constructors
            ]
            return tys.Data(name.name, names, tuple(fields)), None
        case tree.Synonym(name, type):  # T-Synonym
            return Synonym(name.name, checker.record.core_type(checker.type(type))), None
        case tree.Use():
            raise InternalError("a module is used by the cell, and checked by itself")
        case tree.Show(term):  # T-Show
            return checker.whole(term), None
        case _:
            assert_never(item)


def _definition(item: tree.Def, checker: TermChecker) -> tuple[core.Definition, bool]:
    r"""`def f (x : A) : B = t` is `\x:A. t`. Also tells whether its stated type can be told."""
    types = [checker.type(param.type) for param in item.params]
    result = checker.type(item.type)
    context, reusable = checker.context, list[core.Binder]()
    opened, binders = Opened(), list[core.Binder]()
    for param, type in zip(item.params, types, strict=True):
        if param.reusable:
            assert isinstance(param.pattern, tree.Binder)
            variable = context.open(param.pattern, type, True, binding="def")
            opened.variables.append(variable)
            binders.append(variable.binder)
            if len(reusable) < len(binders) - 1:
                first = next(other.span for other in item.params if not other.reusable)
                checker.note(LateReusable(param.span, param.pattern.name, first))
            reusable.append(variable.binder)
        else:
            binders.append(checker.open(Binds(param.pattern, type, "def"), opened))
    body = checker.check(item.body, Expectation(result, "the declared type", "T-Def", item.type.span))
    term, declared = opened.around(body.term), checker.record.core_type(result)
    checker.close(opened, body, item.body)
    for binder in reversed(binders):
        declared = tys.Arrow(binder.type, declared, binder.reusable)
        term = core.Lam(binder, term, declared, span=item.span)
    parameters = tuple(checker.record.parameters.values())
    definition = core.Definition(item.name.name, declared, term, tuple(reusable), parameters)
    return definition, UNKNOWN not in (*types, result)


def _repeated(item: tree.Data, scope: Scope) -> list[Mistake]:
    """Constructors that are declared twice, here or in another data type."""
    mistakes, seen = list[Mistake](), set[str]()
    for constructor in item.constructors:
        name, where = constructor.name.name, constructor.name.span
        owner = scope.constructors.get(name)
        if name in seen:
            mistakes.append(RepeatedConstructor(where, name, item.name.name))
        elif owner and owner.name != item.name.name:
            mistakes.append(RepeatedConstructor(where, name, owner.name))
        seen.add(name)
    return mistakes
