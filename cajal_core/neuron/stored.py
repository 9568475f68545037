"""What torch saves of a module: each tensor once, its type, and the constructors of the data types in it."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from itertools import chain
from typing import Any, assert_never

import torch
from torch import Tensor, nn

from cajal_core.base import tys
from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.links import LinkFirst, NotPicklable
from cajal_core.diagnostics.training import OtherConstructors, OtherType

#: The entry of a `state_dict` with the data types: their declarations, one a line, as bytes.
_DATA_TYPES = "data_types"
#: The entry with the types of what is saved, one a line, as bytes: `learn_w : Bool -o Bool`.
_TYPES = "types"


class Stored(nn.Module):
    """A module whose `state_dict` has each tensor once, under its first name, and tells their types.

    Where a network was linked under two names, loading gives the tensor to both. A state without types, as
    older versions wrote it, loads too.
    """

    def stored_types(self) -> Mapping[str, tys.Type]:
        """The types of what has tensors, by their names in the state: `learn_w`."""
        raise NotImplementedError

    def missing_links(self) -> Iterable[str]:
        """The externs that have no network, though they may have been saved with one."""
        return ()

    def state_dict(self, *args: Any, prefix: str = "", keep_vars: bool = False, **kwargs: Any) -> Any:
        """As torch's, with each tensor once."""
        state = super().state_dict(*args, prefix=prefix, keep_vars=keep_vars, **kwargs)
        for name in self._repeated():
            state.pop(prefix + name, None)
        types = self.stored_types()
        if any(name.startswith(prefix) for name in state):
            declared = sorted(_declarations(types.values()).items())
            _note(state, prefix + _DATA_TYPES, [f"{name} = {cases}" for name, cases in declared])
            _note(state, prefix + _TYPES, [f"{name} : {type}" for name, type in types.items()])
        return state

    def load_state_dict(
        self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False
    ) -> Any:
        """As torch's.

        Raises:
            CajalError: if something had another type when the state was saved, or a data type other
                constructors or another order, or if the state has tensors of an extern that is not linked to
                a network.
            RuntimeError: where torch finds that names or shapes differ.
        """
        for path, module in self.named_modules():
            if isinstance(module, Stored):
                prefix = f"{path}." if path else ""
                module._check_types(state_dict, prefix)
                for name in module.missing_links() if strict else ():
                    own = f"{prefix}extern_{name}"
                    if any(key == own or key.startswith(f"{own}.") for key in state_dict):
                        raise CajalError(LinkFirst(name))
        return super().load_state_dict(state_dict, strict, assign)

    def _load_from_state_dict(  # pyright: ignore[reportIncompatibleMethodOverride]  # torch gives it in order
        self, state_dict: dict[str, Any], prefix: str, *args: Any
    ) -> None:
        self._check_types(state_dict, prefix)
        for entry in (_DATA_TYPES, _TYPES):
            state_dict.pop(prefix + entry, None)
        for name, first in self._repeated().items():
            if prefix + first in state_dict:
                state_dict.setdefault(prefix + name, state_dict[prefix + first])
        super()._load_from_state_dict(state_dict, prefix, *args)

    def _check_types(self, state: Mapping[str, Any], prefix: str) -> None:
        types = self.stored_types()
        now = _declarations(types.values())
        for line in _noted(state, prefix + _DATA_TYPES):
            name, _, constructors = line.partition(" = ")
            if now.get(name, constructors) != constructors:
                raise CajalError(OtherConstructors(name, constructors, now[name], prefix + _DATA_TYPES))
        for line in _noted(state, prefix + _TYPES):
            name, _, saved = line.partition(" : ")
            if name in types and str(types[name]) != saved:
                raise CajalError(OtherType(name.partition("_")[2], saved, str(types[name]), prefix + _TYPES))

    def _repeated(self) -> dict[str, str]:
        """The names of tensors that have an earlier name too, each with that."""
        first, repeated = dict[int, str](), dict[str, str]()
        for name, tensor in chain(
            self.named_parameters(remove_duplicate=False), self.named_buffers(remove_duplicate=False)
        ):
            if first.setdefault(id(tensor), name) != name:
                repeated[name] = first[id(tensor)]
        return repeated


class Callables(dict[str, Callable[..., Any]]):
    """Linked callables that are no modules: any of them is copied, but only one with a name pickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        for name, link in self.items():
            check_picklable(name, link)
        return Callables, (dict(self),)

    def __deepcopy__(self, memo: dict[int, Any]) -> Callables:
        return Callables({name: deepcopy(link, memo) for name, link in self.items()})


def check_picklable(name: str, link: object) -> None:
    """Does nothing for a link that can be pickled, and for tensors and modules, of which Python says it well.

    Raises:
        CajalError: for a lambda, a function inside another, or what holds one.
    """
    if isinstance(link, Tensor | nn.Module):
        return
    try:
        pickle.dumps(link)
    except Exception as error:
        raise CajalError(NotPicklable(name, getattr(link, "__qualname__", repr(link)))) from error


def _note(state: dict[str, Any], entry: str, lines: list[str]) -> None:
    """Puts lines into a state, if there are any: as a tensor, since tools expect tensors alone."""
    if lines:
        state[entry] = torch.tensor([*"\n".join(lines).encode()], dtype=torch.uint8)


def _noted(state: Mapping[str, Any], entry: str) -> list[str]:
    """The lines of an entry; none where it is missing, or another tool's."""
    saved = state.get(entry)
    if not isinstance(saved, Tensor):
        return []
    return bytes(saved.to(torch.uint8).flatten().tolist()).decode(errors="replace").splitlines()


def _declarations(types: Iterable[tys.Type]) -> dict[str, str]:
    """The data types that some types are made of: for each name its constructors, `N | E | S`."""
    return {data.name: " | ".join(_constructors(data)) for data in _data_types(types)}


def _constructors(data: tys.Data) -> Iterator[str]:
    """Each constructor with the types of its fields, as `Circle Nat[4]`."""
    for place, name in enumerate(data.constructors):
        texts = [str(field) for field in data.arguments(place)]
        yield " ".join([name, *[f"({text})" if " " in text else text for text in texts]])


def _data_types(types: Iterable[tys.Type]) -> Iterator[tys.Data]:
    pending, seen = [*types], set[int]()
    while pending:
        type = pending.pop()
        if id(type) in seen:  # a type may hold another many times
            continue
        seen.add(id(type))
        match type:
            case tys.Data():
                yield type
                pending += type.parts
            case tys.Product() | tys.With() | tys.Power() | tys.List() | tys.Arrow():
                pending += type.parts
            case tys.Bool() | tys.Nat() | tys.Unit() | tys.Space():
                pass
            case _:
                assert_never(type)
