"""What of a neuron is saved, and how a neuron that is compiled again gets it back."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from types import FunctionType
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from cajal_core.backend.links import FixedList, Link
from cajal_core.backend.trial import check_callable
from cajal_core.base import tys
from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.links import NotAnExtern
from cajal_core.diagnostics.use.saving import (
    NeededLink,
    NetworksNeeded,
    NotStorable,
    OneForTwo,
    OtherEncoding,
    OtherMeaning,
    OtherNetwork,
)
from cajal_core.neuron.encodings.encode import Encoded, Function
from cajal_core.neuron.module import Neuron
from cajal_core.neuron.saving.file import Contents
from cajal_core.neuron.saving.origin import ProgramText


def contents(neuron: Neuron, program: ProgramText) -> Contents:
    """All that a file keeps of a neuron.

    Of a learned tensor that torch computes from others, as parametrizations and masks have it, its value is
    kept: the others are Python's.

    Raises:
        CajalError: if something linked holds what is no dense tensor.
    """
    neuron._prune()  # pyright: ignore[reportPrivateUsage]
    kept, links = _Kept(), dict[str, Any]()
    learned = {name: {"trained": tensor.requires_grad} for name, tensor in neuron.learned.items()}
    for name, tensor in neuron.learned.items():
        kept.put(f"learn_{name}", tensor)
    for name in neuron.externs:
        link = neuron._linked(name)  # pyright: ignore[reportPrivateUsage]
        if link is not None:
            links[name] = {"kind": _kind(link), "class": _class(link), "encodings": _encodings(link)}
        if isinstance(link, Tensor):
            links[name] |= {"trained": link.requires_grad, "parameter": isinstance(link, nn.Parameter)}
            kept.put(f"extern_{name}", link)
        elif isinstance(link, nn.Module):
            if isinstance(link, FixedList):
                links[name]["parameters"] = [key for key, _ in link.named_parameters()]
            for key, value in link.state_dict(keep_vars=True).items():
                kept.put(f"extern_{name}.{key}", value)
    like = neuron._like  # pyright: ignore[reportPrivateUsage]
    facts = {
        "types": _types(neuron),
        "learned": learned,
        "links": links,
        "shared": kept.shared,
        "methods": dict(neuron.methods),
        "dtype": str(like.dtype).removeprefix("torch."),
        "training": neuron.training,
    }
    return Contents(program, kept.tensors, facts)


def restore(neuron: Neuron, saved: Contents, links: Mapping[str, Link], path: str) -> None:
    """Gives a neuron that was compiled from a saved program all else that was saved.

    Raises:
        CajalError: if links are missing, there is no extern for one, or one does not take its tensors.
    """
    facts, types = saved.facts, _types(neuron)
    for name, type in facts["types"].items():
        if types.get(name) != type:
            raise CajalError(OtherMeaning(path, name, type, types.get(name, "nothing of that name")))
    for name in links:
        if name not in neuron.externs:
            raise CajalError(NotAnExtern(name, tuple(neuron.externs)))
    needed = tuple(
        [
            NeededLink(name, types[name], _described(link["class"]))
            for name, link in facts["links"].items()
            if link["kind"] in ("network", "function") and name not in links
        ]
    )
    if needed:
        raise CajalError(NetworksNeeded(path, needed, tuple(links)))
    tensors = {**saved.tensors, **{key: saved.tensors[first] for key, first in facts["shared"].items()}}
    _fill(links, facts["links"], tensors)
    devices = [tensor.device for _, tensor in _own_tensors(links)]
    neuron.to(devices[0] if devices else torch.device("cpu"), getattr(torch, facts["dtype"]))
    device = neuron._like.device  # pyright: ignore[reportPrivateUsage]
    for name, parameter in neuron.learned.items():
        parameter.data = tensors[f"learn_{name}"].to(device)
        parameter.requires_grad_(facts["learned"][name]["trained"])
    made = dict[str, Link]()
    for name, link in facts["links"].items():
        if name not in links:
            first = facts["shared"].get(f"extern_{name}", "").removeprefix("extern_")
            type = neuron.externs[name]
            made[name] = made[first] if first in made else _made(name, type, link, tensors, device)
    neuron.link({**made, **links})
    neuron.methods.update(facts["methods"])
    neuron.train(facts["training"])


class _Kept:
    """Tensors, each once; `shared` has for each other name the first."""

    def __init__(self) -> None:
        self.tensors, self.shared = dict[str, Tensor](), dict[str, str]()
        #: By their identity, with the tensors, so that no other one gets the same.
        self._first = dict[int, tuple[str, Any]]()

    def put(self, name: str, value: Any) -> None:
        first, _ = self._first.setdefault(id(value), (name, value))
        if first != name:
            self.shared[name] = first
            return
        if (kind := _not_dense(value)) is not None:
            raise CajalError(NotStorable(name, kind))
        self.tensors[name] = value.detach().cpu().contiguous()


def _not_dense(value: Any) -> str | None:
    """What a value is that is no tensor with plain numbers."""
    if not isinstance(value, Tensor):
        return f"of class {type(value).__name__}"
    if is_lazy(value) or value.is_meta:
        return "a tensor without values"
    if value.layout is not torch.strided or value.is_quantized:
        return "a sparse tensor" if not value.is_quantized else "a quantized tensor"
    return None


def _kind(link: Link) -> str:
    if isinstance(link, FixedList):
        return "list"
    if isinstance(link, Tensor):
        return "tensor"
    return "network" if isinstance(link, nn.Module) else "function"


def _class(link: object) -> str:
    if isinstance(link, Encoded):
        inside = link.network
        return link.as_call(inside.extra_repr() if isinstance(inside, Function) else f"{_class(inside)}(…)")
    return f"function {link.__name__}" if isinstance(link, FunctionType) else type(link).__name__


def _described(name: str) -> str:
    """A class of `_class` in a sentence."""
    if "(" in name:
        return f"`{name}`"
    return f"an {name}" if name[0] in "AEIOU" else f"a {name}"


def _encodings(link: Link) -> dict[str, str]:
    """How outputs are encoded in a network, by the names of what does it: no tensor has it."""
    modules = link.named_modules() if isinstance(link, nn.Module) else ()
    return {name: module.as_call() for name, module in modules if isinstance(module, Encoded)}


def _types(neuron: Neuron) -> dict[str, str]:
    """The type of the neuron, called by no name, and those of what it links and learns."""
    learned = {parameter.name: str(parameter.type) for parameter in neuron.ir.parameters}
    return {"": str(neuron.type), **learned}


def _own_tensors(links: Mapping[str, Link]) -> Iterator[tuple[str, Tensor]]:
    """The tensors of networks that are linked, by their names in a file."""
    for name, link in links.items():
        if isinstance(link, nn.Module):
            # The tensors themselves, one under each of its names.
            for key, tensor in link.state_dict(keep_vars=True).items():
                if isinstance(tensor, Tensor):
                    yield f"extern_{name}.{key}", tensor


def _fill(links: Mapping[str, Link], facts: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> None:
    """Puts what was saved of networks into those that are linked now."""
    networks = {name: _described(fact["class"]) for name, fact in facts.items() if fact["kind"] == "network"}
    for name, saved in networks.items():
        if name not in links:
            continue
        link, prefix = links[name], f"extern_{name}."
        state = {key.removeprefix(prefix): value for key, value in tensors.items() if key.startswith(prefix)}
        if not isinstance(link, nn.Module):
            if callable(link):
                check_callable(f"what is linked to `{name}`", link)
            if state:
                raise CajalError(
                    OtherNetwork(name, saved, _described(_class(link)), "it is no torch.nn.Module")
                )
            continue
        for key, tensor in chain(link.named_parameters(), link.named_buffers()):
            if key in state and not is_lazy(tensor):
                tensor.data = tensor.data.to(state[key].dtype)
        try:
            link.load_state_dict(state)
        except RuntimeError as error:
            reason = _difference(state, link) or str(error)
            raise CajalError(OtherNetwork(name, saved, _described(_class(link)), reason)) from error
        now = _encodings(link)  # with the steps that were saved, of which schedules make temperatures
        for key, encoding in facts[name].get("encodings", {}).items():
            if now.get(key, encoding) != encoding:
                raise CajalError(OtherEncoding(name, _described(encoding), _described(now[key])))
    first = dict[int, str]()
    for key, tensor in _own_tensors(links):
        other = first.setdefault(id(tensor), key)
        if key in tensors and other in tensors and not _same(tensors[key], tensors[other]):
            raise CajalError(OneForTwo(other.removeprefix("extern_"), key.removeprefix("extern_")))


def _difference(state: Mapping[str, Tensor], network: nn.Module) -> str | None:
    """The first tensor in which a network differs from what was saved."""
    own = network.state_dict()
    for key in dict.fromkeys([*own, *state]):
        if key not in state:
            return f"the file has no `{key}`"
        if key not in own:
            return f"it has no `{key}`"
        if own[key].shape != state[key].shape:
            return f"its `{key}` is {tuple(own[key].shape)}, that of the file {tuple(state[key].shape)}"
    return None


def _same(one: Tensor, other: Tensor) -> bool:
    return one is other or torch.equal(one, other)


def _made(
    name: str, type: tys.Type, fact: Mapping[str, Any], tensors: Mapping[str, Tensor], device: torch.device
) -> Link:
    """What an extern was linked to that needs no Python: a tensor, or a list."""
    key = f"extern_{name}"
    if fact["kind"] == "list":
        parts = [
            nn.Parameter(tensor) if part in fact["parameters"] else tensor
            for part in ("elements", "lengths")
            for tensor in [tensors[f"{key}.{part}"].to(device)]
        ]
        elements, lengths = parts
        return FixedList(elements, lengths, cast("tys.List", type).most)
    tensor, trained = tensors[key].to(device), fact["trained"]
    return nn.Parameter(tensor, trained) if fact["parameter"] else tensor.requires_grad_(trained)
