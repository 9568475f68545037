"""A table -> the Cajal definition that computes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import accumulate, pairwise
from math import prod
from typing import TypeAlias, assert_never

from cajal_core.base import tys
from cajal_core.base.recursion import deep
from cajal_core.diagnostics.errors import InternalError

#: So many constructors with the same result are named, since their names say something. More are `_`.
_MOST_NAMED = 4

#: Variables that are not looked at yet.
_Pending: TypeAlias = Sequence[tuple[str, tys.Type]]


def definition(name: str, arguments: Sequence[tys.Type], result: tys.Type, values: Sequence[str]) -> str:
    """`def name (x1 : A1) … : B = …`, whose result at the i-th choice of arguments is `values[i]`.

    The choices are counted with the last argument running fastest. What makes no difference is dropped.
    """
    for type in arguments:
        if not tys.is_data(type) or holds_list(type):
            raise InternalError(f"a table over {type}, whose values are not counted in that order")
    names = [f"x{number + 1}" for number in range(len(arguments))]
    parameters = "".join(f" ({x} : {type})" for x, type in zip(names, arguments, strict=True))
    body = _choice(list(zip(names, arguments, strict=True)), values, 1)
    return f"def {name}{parameters} : {result} = {body}"


def holds_list(type: tys.Type) -> bool:
    """Whether a list stands in a type. Its values come by their lengths, which `case` sees last."""
    pending, seen = [type], set[int]()
    while pending:
        type = pending.pop()
        if isinstance(type, tys.List):
            return True
        if id(type) not in seen and isinstance(type, tys.Product | tys.Data):
            seen.add(id(type))
            pending += type.parts
    return False


@deep
def _choice(pending: _Pending, values: Sequence[str], fresh: int) -> str:
    """The term that looks at the pending variables in turn, and names its own from `v` and `fresh` on."""
    dropped = list[str]()
    while pending and _is_repeated(values, tys.dim(pending[0][1])):
        values = values[: len(values) // tys.dim(pending[0][1])]
        dropped.append(pending[0][0])
        pending = pending[1:]
    if dropped:
        names = ", ".join(dropped)
        return f"drop {names if len(dropped) == 1 else f'({names})'} in {_choice(pending, values, fresh)}"
    if not pending:
        return values[0]
    (x, type), rest = pending[0], pending[1:]
    match type:
        case tys.Bool():
            yes, no = (_choice(rest, part, fresh) for part in _split(values, 2))
            return f"if {x} then {yes} else {no}"
        case tys.Data(_, constructors):
            fields = [type.arguments(place) for place in range(len(constructors))]
            arms = _arms([*zip(constructors, fields, strict=True)], rest, values, fresh, _MOST_NAMED)
            return f"case {x} {{ {' | '.join(arms)} }}"
        case tys.Nat(size):
            arms = _arms([(str(number), ()) for number in range(size)], rest, values, fresh, 1)
            return f"case {x} {{ {' | '.join(arms)} }}"
        case tys.Product(left, right):
            first, second = f"v{fresh}", f"v{fresh + 1}"
            body = _choice([(first, left), (second, right), *rest], values, fresh + 2)
            return f"let ({first}, {second}) = {x} in {body}"
        case tys.Unit() | tys.Space() | tys.Arrow() | tys.With() | tys.Power() | tys.List():
            raise InternalError(f"a table looks at a value of type {type}")
        case _:
            assert_never(type)


def _arms(
    constructors: Sequence[tuple[str, Sequence[tys.Type]]],
    rest: _Pending,
    values: Sequence[str],
    fresh: int,
    most_named: int,
) -> list[str]:
    """An arm for each constructor. The commonest table of the rest has one arm where many share it."""
    sizes = [prod(map(tys.dim, fields)) for _, fields in constructors]
    count = len(values) // sum(sizes)
    blocks = [values[start * count : end * count] for start, end in pairwise(accumulate(sizes, initial=0))]
    shared = [
        tuple(block[:count]) if _is_repeated(block, size) else None
        for block, size in zip(blocks, sizes, strict=True)
    ]
    counted = Counter([own for own in shared if own is not None]).most_common(1)
    common = counted[0][0] if counted and counted[0][1] > most_named else None
    arms = list[str]()
    for (constructor, fields), block, own in zip(constructors, blocks, shared, strict=True):
        if own is None or own != common:
            bound = [(f"v{fresh + place}", field) for place, field in enumerate(fields)]
            pattern = " ".join([constructor, *[name for name, _ in bound]])
            arms.append(f"{pattern} => {_choice([*bound, *rest], block, fresh + len(bound))}")
    if common is not None:
        arms.append(f"_ => {_choice(rest, common, fresh)}")
    return arms


def _split(values: Sequence[str], parts: int) -> list[Sequence[str]]:
    size = len(values) // parts
    return [values[start : start + size] for start in range(0, len(values), size)]


def _is_repeated(values: Sequence[str], times: int) -> bool:
    """Whether the values are the same ones, so many times."""
    first, *others = _split(values, times)
    return all(other == first for other in others)
