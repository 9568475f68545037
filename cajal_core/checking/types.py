"""Types as they are written -> types."""

from __future__ import annotations

from typing import assert_never

from cajal_core.base import tys
from cajal_core.base.recursion import deep
from cajal_core.checking.context import Scope, Synonym
from cajal_core.checking.record import Record
from cajal_core.checking.spelling import unknown_name
from cajal_core.checking.unknown import UNKNOWN, Unknown, arrow, product
from cajal_core.diagnostics.lists import FewAlternatives
from cajal_core.diagnostics.scope import UnknownName
from cajal_core.diagnostics.types import EmptyNat
from cajal_core.syntax import tree
from cajal_core.syntax.habits import TYPE_WORDS

#: One for all that is declared, since a notebook may declare 20,000 functions of it.
_BOOL = tys.Bool()


@deep
def resolve(type: tree.Type, scope: Scope, record: Record) -> tys.Type | Unknown:
    """The type that is meant. Notes mistakes, and the declared types that are mentioned."""
    match type:
        case tree.BoolType():
            return _BOOL
        case tree.UnitType():
            return tys.Unit()
        case tree.ProductType(left, right):
            first = resolve(left, scope, record)
            return product(first, resolve(right, scope, record))
        case tree.NatType(size):  # T-NatType
            if size == 0:
                record.mistakes.append(EmptyNat(type.span))
            if size is None:
                record.uses_nat = True
                return scope.nat
            return tys.Nat(size)
        case tree.NamedType(name):  # T-NamedType
            record.types.add(name)
            if name not in scope.types:
                owner, instead = scope.constructors.get(name), None
                if owner:
                    hint, instead = f"`{name}` is a constructor of {owner.name}", owner.name
                else:
                    hint = f"declare it: `space {name}[…]` or `data {name} = …`"
                declared = () if record.is_full else (*scope.types, "Bool", "Nat", "Unit")
                if name in scope.coming:
                    hint = "a type is made of those above it, and not of itself; what repeats is a `List`"
                    record.mistakes.append(UnknownName(type.span, name, (), "type", hint))
                elif meant := TYPE_WORDS.get(name):
                    record.mistakes.append(UnknownName(type.span, name, (meant,), "type"))
                else:
                    record.mistakes.append(unknown_name(type.span, name, declared, "type", hint, instead))
            declaration = scope.types.get(name)
            if declaration is None:
                record.rests_on_unknown = True
                return UNKNOWN
            return declaration.type if isinstance(declaration, Synonym) else declaration
        case tree.WithType(parts):  # T-WithType
            resolved = [resolve(part, scope, record) for part in parts]
            known = [part for part in resolved if not isinstance(part, Unknown)]
            return tys.With(tuple(known)) if len(known) == len(resolved) else UNKNOWN
        case tree.PowerType(base, count):  # T-Power
            one = resolve(base, scope, record)
            if count < 2:
                record.mistakes.append(FewAlternatives(type.span, count))
            return UNKNOWN if isinstance(one, Unknown) else tys.Power(one, count)
        case tree.ListType(element, most):  # T-ListType
            one = resolve(element, scope, record)
            record.uses_nat |= most is None
            if isinstance(one, Unknown):
                return UNKNOWN
            return tys.List(one, scope.nat_size - 1 if most is None else most, most is not None)
        case tree.ArrowType(argument, result):
            left = resolve(argument, scope, record)
            return arrow(left, resolve(result, scope, record))
        case _:
            assert_never(type)
