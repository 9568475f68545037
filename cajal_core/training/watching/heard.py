"""What the links in a module say of one batch, heard while the module is called."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from cajal_core.backend.values.sequence import Sequence
from cajal_core.base import tys
from cajal_core.neuron.encodings.encode import Encoded
from cajal_core.neuron.module import Neuron
from cajal_core.neuron.networks import Linked
from cajal_core.training.watching.uses import Uses


@dataclass(slots=True, eq=False)
class Link:
    """A network that stands for an extern, or feeds an argument, and what it said."""

    #: The names of all that it stands for.
    names: list[str]
    type: tys.Type
    uses: Uses
    #: What learns in it.
    parameters: Iterable[Tensor]
    #: What it said in each call, (samples, columns, dim); a matrix says a vector in each column.
    calls: list[Tensor] = field(default_factory=list[Tensor])
    #: Whether it was given different samples.
    varies: bool = False
    is_extern: bool = False
    #: Whether it was said that what it says is no distribution.
    is_raw: bool = False

    @property
    def name(self) -> str:
        return ", ".join(dict.fromkeys(self.names))

    @property
    def said(self) -> Tensor:
        """All that it said, (samples, columns, dim)."""
        return torch.cat(self.calls)


@contextmanager
def hearing(
    modules: Collection[nn.Module], neurons: Mapping[Neuron, Mapping[str, Uses]]
) -> Generator[list[Link]]:
    """The links in modules that learn and say data, with what they say in the block: externs, then arguments.

    Whoever calls it restores the modes of modules.
    """
    links, by_module, raw = list[Link](), dict[nn.Module, Link](), _raw_arguments(modules)
    for part in modules:
        if isinstance(part, Encoded):  # in train mode it keeps the entropy of a call, which is not a step's
            part.training = False
    with ExitStack() as stack:
        for neuron, uses in neurons.items():
            for name, type in neuron.externs.items():
                network = getattr(neuron, f"extern_{name}", None)
                takes, said = tys.uncurry(type)
                said = _of(said)
                if not isinstance(network, nn.Module) or not takes or not tys.is_data(said):
                    continue
                if network in by_module:
                    by_module[network].names.append(name)
                elif trained := [part for part in network.parameters() if part.requires_grad]:
                    link = Link([name], said, uses.get(name, Uses()), trained, is_extern=True)
                    link.is_raw = _is_raw(network)
                    links.append(link)
                    by_module[network] = link
                    stack.callback(network.register_forward_hook(_hear_extern(link)).remove)
            hear = _hear_arguments(neuron, uses, links, raw)
            stack.callback(neuron.register_forward_pre_hook(hear, with_kwargs=True).remove)
        yield links


def _hear_extern(link: Link) -> Callable[[nn.Module, tuple[Any, ...], Any], None]:
    def hear(_: nn.Module, given: tuple[Any, ...], said: Any) -> None:
        tensor = _tensor(said)
        if not isinstance(tensor, Tensor) or tensor.numel() % tys.dim(link.type):
            return  # the model calls it elsewhere, too
        link.calls.append(_samples(link.type, tensor))
        parts = [_tensor(part) for part in given]
        link.varies |= any(bool((part != part[:1]).any()) for part in parts)

    return hear


def _hear_arguments(
    neuron: Neuron, uses: Mapping[str, Uses], links: list[Link], raw: Collection[tuple[Neuron, str]]
) -> Callable[[nn.Module, tuple[Any, ...], dict[str, Any]], None]:
    types, heard = {argument.name: argument.type for argument in neuron.arguments}, dict[str, Link]()

    def hear(_: nn.Module, given: tuple[Any, ...], named: dict[str, Any]) -> None:
        for name, value in [*zip(types, given, strict=False), *named.items()]:
            type = types.get(name)
            is_map = isinstance(type, tys.Arrow)
            said = _of(type.result if is_map else type) if type else None
            tensor = _tensor(value)
            # A leaf is a parameter or a point to take the gradient at, and no network's result.
            if said is None or not tys.is_data(said) or getattr(tensor, "grad_fn", None) is None:
                continue
            if name not in heard:
                heard[name] = Link([name], said, uses.get(name, Uses()), [*_leaves(tensor)], varies=True)
                heard[name].is_raw = (neuron, name) in raw
                links.append(heard[name])
            columns = tensor.detach().flatten(0, -3).mT if is_map else _samples(said, tensor)
            heard[name].calls.append(columns)

    return hear


def _raw_arguments(modules: Iterable[nn.Module]) -> set[tuple[Neuron, str]]:
    """The arguments that are said to be fed with what is no distribution."""
    raw = set[tuple[Neuron, str]]()
    for part in modules:
        if isinstance(part, Linked):
            for name, encoding in part.encodings.items():
                # A `Linked` is raw unless something else is said.
                if encoding in ("sigmoid", "norm") or _is_raw(getattr(part, f"network_{name}", None)):
                    raw.add((part.neuron, name))
    return raw


def _is_raw(network: object) -> bool:
    """Whether it is said of a network that it makes no distribution."""
    return isinstance(network, Encoded) and network.how in ("raw", "sigmoid", "norm")


def _tensor(value: Any) -> Any:
    """What is given or returned; of lists their elements."""
    return value.elements if isinstance(value, Sequence) else value


def _of(type: tys.Type) -> tys.Type:
    """What a network says once, or several times in a list."""
    if isinstance(type, tys.List):
        return type.element
    return type.base if isinstance(type, tys.Power) else type


def _samples(type: tys.Type, said: Tensor) -> Tensor:
    """Vectors (samples, 1, dim) of a type. Lists may be padded with what is no number."""
    rows = said.detach().reshape(-1, 1, tys.dim(type))
    return rows[rows.isfinite().all(-1).all(-1)]


def _leaves(tensor: Tensor) -> Iterator[Tensor]:
    """The leaves that a tensor was computed from and that get its gradient."""
    pending, seen = [tensor.grad_fn], set[Any]()
    while pending:
        node: Any = pending.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        if hasattr(node, "variable"):
            yield node.variable
        pending += [following for following, _ in node.next_functions]
