"""Types as they are written -> types."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import assert_never

from cajal_core.base import tys
from cajal_core.base.confusables import difference, twin
from cajal_core.base.source import Span
from cajal_core.checking.context import Scope
from cajal_core.checking.expectation import UNKNOWN
from cajal_core.diagnostics.mistake import Mistake
from cajal_core.diagnostics.scope import UnknownName
from cajal_core.diagnostics.types import EmptySize
from cajal_core.syntax import tree


def resolve(type: tree.Type, scope: Scope, mistakes: list[Mistake], mentioned: set[str]) -> tys.Type:
    """The type that is meant. Notes mistakes, and the names of declared types that are mentioned."""
    match type:
        case tree.BoolType():
            return tys.Bool()
        case tree.UnitType():
            return tys.Unit()
        case tree.ProductType(left, right):
            first = resolve(left, scope, mistakes, mentioned)
            return tys.Product(first, resolve(right, scope, mistakes, mentioned))
        case tree.NatType(size):  # T-NatType
            if size == 0:
                mistakes.append(EmptySize(type.span, "Nat"))
            return scope.nat if size is None else tys.Nat(size)
        case tree.NamedType(name):  # T-NamedType
            mentioned.add(name)
            if name not in scope.types:
                if owner := scope.constructors.get(name):
                    hint = f"`{name}` is a constructor of {owner.name}"
                else:
                    hint = f"declare it: `space {name}[…]` or `data {name} = …`"
                known = [*scope.types, "Bool", "Nat", "Unit"]
                mistakes.append(unknown(type.span, name, known, "type", hint))
            return scope.types.get(name) or UNKNOWN
        case tree.ArrowType(argument, result):
            left = resolve(argument, scope, mistakes, mentioned)
            return tys.Arrow(left, resolve(result, scope, mistakes, mentioned))
        case _:
            assert_never(type)


def unknown(
    where: Span, name: str, known: Iterable[str], kind: str = "name", hint: str | None = None
) -> UnknownName:
    """The mistake of a name that is not known, with what may have been meant by it, or else the hint."""
    known = list(known)
    if same := twin(name, known):
        return UnknownName(where, name, (), kind, difference(name, same))
    return UnknownName(where, name, nearest(name, known), kind, hint)


def nearest(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """At most two known names that are spelt like this one."""
    return tuple(dict.fromkeys(difflib.get_close_matches(name, list(known), n=2, cutoff=0.6)))
