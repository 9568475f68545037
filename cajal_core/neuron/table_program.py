"""A table -> the Cajal definition that computes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

from cajal_core.base import tys
from cajal_core.diagnostics.errors import InternalError


def definition(name: str, arguments: Sequence[tys.Type], result: tys.Type, values: Sequence[str]) -> str:
    """`def name (x1 : A1) … : B = …`, whose result at the i-th choice of arguments is `values[i]`.

    The choices are counted with the last argument running fastest.
    """
    names = [f"x{number + 1}" for number in range(len(arguments))]
    parameters = "".join(f" ({x} : {type})" for x, type in zip(names, arguments, strict=True))
    body = _Table(iter(values)).choices(list(zip(names, arguments, strict=True)))
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


class _Table:
    """Takes the values one after the other, as it comes to their places."""

    def __init__(self, values: Iterator[str]) -> None:
        self.values = values
        self.fresh = 0

    def choices(self, pending: list[tuple[str, tys.Type]]) -> str:
        """The term that looks at the pending variables in turn."""
        if not pending:
            return next(self.values)
        (x, type), rest = pending[0], pending[1:]
        match type:
            case tys.Bool():
                return f"if {x} then {self.choices(rest)} else {self.choices(rest)}"
            case tys.Data(_, constructors):
                arms = list[str]()
                for place, constructor in enumerate(constructors):
                    fields = [(self.name(), field) for field in type.arguments(place)]
                    pattern = " ".join([constructor, *[name for name, _ in fields]])
                    arms.append(f"{pattern} => {self.choices([*fields, *rest])}")
                return f"case {x} {{ {' | '.join(arms)} }}"
            case tys.Product(left, right):
                first, second = self.name(), self.name()
                body = self.choices([(first, left), (second, right), *rest])
                return f"let ({first}, {second}) = {x} in {body}"
            case tys.Nat(size):
                return self.counted(x, type, size, rest)
            case tys.Unit():
                return f"drop {x} in {self.choices(rest)}"
            case tys.Space() | tys.Arrow() | tys.With() | tys.Power() | tys.List():
                raise InternalError(f"a table over {type}, whose values are not its basis vectors")
            case _:
                assert_never(type)

    def counted(self, x: str, type: tys.Nat, left: int, rest: list[tuple[str, tys.Type]]) -> str:
        """A Nat with so many values left: it is zero, or its predecessor is looked at."""
        if left == 1:
            return f"drop {x} in {self.choices(rest)}"
        tested, kept, before, after = self.name(), self.name(), self.name(), self.name()
        zero = f"iter {tested} {{ zero => true | succ y => drop y in false }}"
        # The state runs (0, 0), (0, 1), (1, 2), …: the number before, and the number.
        step = "let (a, b) = p in drop a in copy b as (c, d) in (c, succ d)"
        pair = f"iter {kept} {{ zero => ((0 : {type}), (0 : {type})) | succ p => {step} }}"
        then = f"(drop {kept} in {self.choices(rest)})"
        smaller = self.counted(before, type, left - 1, rest)
        other = f"let ({before}, {after}) = {pair} in drop {after} in {smaller}"
        return f"copy {x} as ({tested}, {kept}) in if {zero} then {then} else {other}"

    def name(self) -> str:
        self.fresh += 1
        return f"v{self.fresh}"
