"""Syntax -> typed core: names, types and linear use (docs/spec.md, section 2).

A mistake is noted and the rest of the item is still checked, with `UNKNOWN` for types that cannot be
told; the core of an item with mistakes is never looked at. Rules for terms are in `check_term`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias, assert_never

from cajal_core.base import tys
from cajal_core.base.recursion import deep_recursion
from cajal_core.checking.context import Scope
from cajal_core.checking.expectation import UNKNOWN, Expected
from cajal_core.checking.insert_copies import insert
from cajal_core.checking.terms import TermChecker
from cajal_core.diagnostics.mistake import Mistake
from cajal_core.diagnostics.scope import LateReusable, RepeatedConstructor
from cajal_core.diagnostics.types import EmptySize
from cajal_core.syntax import tree
from cajal_core.syntax.printer import pretty
from cajal_core.terms import core
from cajal_core.terms.to_syntax import read_back, read_back_definition

Meaning: TypeAlias = core.Definition | core.Extern | core.Learn | tys.Space | tys.Data | core.Term


@dataclass(frozen=True, slots=True)
class Mentioned:
    """The names of the scope that an item mentions."""

    names: frozenset[str]
    types: frozenset[str]
    constructors: frozenset[str]


@dataclass(frozen=True, slots=True)
class Checked:
    """What an item means, None if there are mistakes, in it or in what it mentions.

    `declared` is the type that a declaration of a name states, also where its body is wrong.
    `elaborated` is the item with the copies and drops that were put in, if any were.
    """

    meaning: Meaning | None
    declared: tys.Type | None
    mistakes: tuple[Mistake, ...]
    mentioned: Mentioned
    elaborated: str | None = None


def check(item: tree.Item, scope: Scope) -> Checked:
    """Checks one item."""
    checker = TermChecker(scope)
    with deep_recursion():
        meaning, declared = _item(item, checker)
    elaborated, is_whole = None, not checker.mistakes and not checker.rests_on_unknown
    if scope.auto and is_whole:
        with deep_recursion():
            meaning, elaborated = _inserted(item, meaning)
    mentioned = Mentioned(frozenset(checker.names), frozenset(checker.types), frozenset(checker.constructors))
    return Checked(
        meaning if is_whole else None,
        None if declared is UNKNOWN else declared,
        tuple(checker.mistakes),
        mentioned,
        elaborated,
    )


def _inserted(item: tree.Item, meaning: Meaning) -> tuple[Meaning, str | None]:
    """The meaning with copies and drops put in, and its text if there are any."""
    if isinstance(item, tree.Def) and isinstance(meaning, core.Definition):
        body, changed = insert(meaning.body)
        meaning = replace(meaning, body=body)
        shown = read_back_definition(meaning, len(item.params), item.span)
        return meaning, pretty(shown) if changed else None
    if isinstance(meaning, core.Term):
        term, changed = insert(meaning)
        return term, pretty(read_back(term)) if changed else None
    return meaning, None


def _item(item: tree.Item, checker: TermChecker) -> tuple[Meaning, tys.Type | None]:
    """What the item means, and the type that it states."""
    match item:
        case tree.Def():  # T-Def
            definition, known = _definition(item, checker)
            return definition, definition.type if known else UNKNOWN
        case tree.Extern(name, type):  # T-Extern
            declared = checker.type(type)
            return core.Extern(name.name, declared), declared
        case tree.Learn(name, type):  # T-Learn
            declared = checker.type(type)
            return core.Learn(name.name, declared), declared
        case tree.Space(name, sizes):  # T-Space
            if 0 in sizes:
                checker.mistakes.append(EmptySize(item.span, f"the space `{name.name}`"))
            return tys.Space(name.name, sizes), None
        case tree.Data(name, constructors):  # T-Data
            checker.mistakes.extend(_repeated(item, checker.scope))
            return tys.Data(name.name, tuple([each.name for each in constructors])), None
        case tree.Show(term):  # T-Show
            return checker.whole(term), None
        case _:
            assert_never(item)


def _definition(item: tree.Def, checker: TermChecker) -> tuple[core.Definition, bool]:
    r"""`def f (x : A) : B = t` is `\x:A. t`. Also tells whether all of its stated type is known."""
    types = [checker.type(param.type) for param in item.params]
    result = checker.type(item.type)
    context, reusable = checker.context, list[core.Binder]()
    binders = list[core.Binder]()
    for param, type in zip(item.params, types, strict=True):
        binder = context.open(param.binder, type, param.reusable)
        binders.append(binder)
        if param.reusable and len(reusable) < len(binders) - 1:
            checker.mistakes.append(LateReusable(param.span, param.binder.name))
        if param.reusable:
            reusable.append(binder)
    term, uses = checker.check(item.body, Expected(result, "the declared type", "T-Def", item.type.span))
    declared = result
    for binder in reversed(binders):
        context.close(binder, uses)
        declared = tys.Arrow(binder.type, declared, binder.reusable)
        term = core.Lam(binder, term, declared, span=item.span)
    definition = core.Definition(
        item.name.name, declared, term, tuple(reusable), tuple(checker.parameters.values())
    )
    return definition, UNKNOWN not in (*types, result)


def _repeated(item: tree.Data, scope: Scope) -> list[Mistake]:
    """Constructors that are declared twice, here or in another data type."""
    mistakes, seen = list[Mistake](), set[str]()
    for constructor in item.constructors:
        owner = scope.constructors.get(constructor.name)
        if constructor.name in seen:
            mistakes.append(RepeatedConstructor(constructor.span, constructor.name, item.name.name))
        elif owner and owner.name != item.name.name:
            mistakes.append(RepeatedConstructor(constructor.span, constructor.name, owner.name))
        seen.add(constructor.name)
    return mistakes
