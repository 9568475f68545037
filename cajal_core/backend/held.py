"""What a callable holds without being a module of torch: the networks and tensors that its code can reach.

>>> net = nn.Linear(5, 2)
>>> [(part.name, part.kind, part.is_trained) for part in held(lambda x: net(x).softmax(-1))]
[('net', 'Linear', True)]
"""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dis import get_instructions
from functools import partial
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType, ModuleType
from typing import TypeAlias, cast

from torch import Tensor, nn

#: What an object is called, the object, and the attributes that code reads of it.
_Step: TypeAlias = tuple[str, object, frozenset[str]]

#: Stands among the attributes that are read of an object by its own methods: it is not called.
_SELF = "."

#: Of more objects the rest is not looked at.
LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Held:
    """A module or a tensor that a callable holds, and what its code calls it."""

    name: str
    value: nn.Module | Tensor

    @property
    def kind(self) -> str:
        """The name of its class."""
        return self.value.__class__.__name__

    @property
    def is_trained(self) -> bool:
        """Whether it is or has a parameter that an optimizer would change."""
        if isinstance(self.value, nn.Module):
            return any(parameter.requires_grad for parameter in self.value.parameters())
        return isinstance(self.value, nn.Parameter) and self.value.requires_grad


def held(link: object) -> Iterator[Held]:
    """The modules and tensors that a callable is, is bound to, closes over, or names as globals.

    Functions of the same file are followed; of other objects only the attributes that the code names.
    """
    seen, known = set[tuple[int, frozenset[str]]](), set[int]()
    pending: list[_Step] = [("it", link, frozenset())]
    while pending and len(seen) < LIMIT:
        name, value, attributes = pending.pop()
        if (id(value), attributes) in seen:
            continue
        seen.add((id(value), attributes))
        if isinstance(value, nn.Module | Tensor):
            if id(value) not in known:
                known.add(id(value))
                yield Held(name, value)
        else:
            pending.extend(reversed(list(_inside(name, value, attributes))))


def _inside(name: str, value: object, attributes: frozenset[str]) -> Iterator[_Step]:
    """What an object holds, each with what it is called, and the attributes that are read of it."""
    match value:
        case FunctionType():
            codes = list(_codes(value.__code__))
            named = frozenset([attribute for code in codes for attribute in code.co_names])
            for variable, cell in zip(value.__code__.co_freevars, value.__closure__ or (), strict=True):
                try:
                    yield variable, cell.cell_contents, named
                except ValueError:  # it has no value yet
                    continue
            for default in (*(value.__defaults__ or ()), *(value.__kwdefaults__ or {}).values()):
                yield name, default, named
            for variable in _globals(codes):
                found = value.__globals__.get(variable)
                if not isinstance(found, FunctionType) or found.__globals__ is value.__globals__:
                    yield variable, found, named
        case MethodType():
            yield name, value.__func__, attributes
            if isinstance(value.__func__, FunctionType):
                yield name, value.__self__, _read_of_self(value.__func__)
        case BuiltinFunctionType():
            yield name, value.__self__, frozenset()
        case partial():
            for part in (value.func, *value.args, *value.keywords.values()):
                yield name, part, attributes
        case list() | tuple() | set() | frozenset():
            for element in cast("list[object]", value):
                yield name, element, attributes
        case Mapping():
            for element in cast("Mapping[object, object]", value).values():
                yield name, element, attributes
        case type() | ModuleType():
            return
        case _:
            if callable(value) and _SELF not in attributes:
                attributes |= {"__call__"}
            own = cast("dict[str, object]", getattr(value, "__dict__", {}))
            for attribute in sorted(attributes):
                if attribute in own:
                    yield f"{name}.{attribute}", own[attribute], attributes - {_SELF}
                elif isinstance(method := getattr(value.__class__, attribute, None), FunctionType):
                    yield name, method, attributes
                    yield name, value, _read_of_self(method)


def _read_of_self(method: FunctionType) -> frozenset[str]:
    return frozenset([_SELF, *[attribute for code in _codes(method.__code__) for attribute in code.co_names]])


def _codes(code: CodeType) -> Iterator[CodeType]:
    """The code of a function, and of those that it defines."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _globals(codes: list[CodeType]) -> list[str]:
    """The global names that code reads, each once."""
    read = [
        instruction.argval
        for code in codes
        for instruction in get_instructions(code)
        if instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME")
    ]
    return list(dict.fromkeys(read))
