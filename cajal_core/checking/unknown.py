"""The type that cannot be told, because a mistake hides it.

The checker goes on after a mistake. It gives the type `Unknown` to a name that is not declared, and to
what is made from it: in `(nott true, 3)` the pair has no type that can be told, and nothing more is said
about it until `nott` is mended. So the rules work with `tys.Type | Unknown`. No `tys.Type` has an unknown
part, and the typed core has no place for one; `Record.core_type` says what stands there instead.
"""

from __future__ import annotations

from dataclasses import dataclass

from cajal_core.base import tys


@dataclass(frozen=True, slots=True)
class Unknown:
    """It agrees with every type, and is never shown."""


UNKNOWN = Unknown()


def agree(first: tys.Type | Unknown, second: tys.Type | Unknown) -> bool:
    """Whether two types are the same, or one of them cannot be told.

    Reusable arguments are not told from others: the name of a wrong definition has its stated type, `!`
    included, for the rest of the cell.
    """
    while isinstance(first, tys.Arrow) and isinstance(second, tys.Arrow):
        if first.argument != second.argument:
            return False
        first, second = first.result, second.result
    return isinstance(first, Unknown) or isinstance(second, Unknown) or first == second


def product(left: tys.Type | Unknown, right: tys.Type | Unknown) -> tys.Product | Unknown:
    """`left * right`"""
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return UNKNOWN
    return tys.Product(left, right)


def arrow(argument: tys.Type | Unknown, result: tys.Type | Unknown) -> tys.Arrow | Unknown:
    """`argument -o result`"""
    if isinstance(argument, Unknown) or isinstance(result, Unknown):
        return UNKNOWN
    return tys.Arrow(argument, result)
