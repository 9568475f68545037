"""Models whose networks and learned tensors start anew, and what they train."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any, TypeAlias, cast

from torch import Tensor, nn

from cajal_core.backend.links import Link
from cajal_core.base import tys
from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.use.controls import NoSuchNetwork, NotAFactory, NotFresh
from cajal_core.neuron.module import Neuron
from cajal_core.neuron.networks import Linked

#: Makes a network of so many outputs.
Factory: TypeAlias = Callable[[int], Link]
Model: TypeAlias = Neuron | Linked


def checked_factories(networks: Mapping[str, Factory] | None) -> dict[str, Factory]:
    """Factories by the names of networks.

    Raises:
        CajalError: if one is no function, such as a network itself, or they have no names.
    """
    given = cast("object", networks or {})
    if not isinstance(given, Mapping):
        raise CajalError(NotAFactory(None, type(given).__name__))
    factories = dict(cast("Mapping[str, Factory]", given))
    for name, factory in factories.items():
        if isinstance(factory, nn.Module) or not callable(cast("object", factory)):
            raise CajalError(NotAFactory(name, type(factory).__name__))
    return factories


def neuron_of(model: Model) -> Neuron:
    """The neuron of a model."""
    return model.neuron if isinstance(model, Linked) else model


def fed(model: Model) -> dict[str, nn.Module]:
    """The networks that feed arguments."""
    if not isinstance(model, Linked):
        return {}
    names = [argument.name for argument in model.neuron.arguments]
    networks = {name: getattr(model, f"network_{name}", None) for name in names}
    return {name: network for name, network in networks.items() if network is not None}


def links(neuron: Neuron) -> dict[str, Link]:
    """What externs are linked to."""
    linked = {name: neuron._linked(name) for name in neuron.externs}  # pyright: ignore[reportPrivateUsage]
    return {name: link for name, link in linked.items() if link is not None}


def fresh(model: Model, networks: Mapping[str, Factory]) -> Model:
    """A copy of a model that has learned nothing. What has factories comes from these.

    All else that is trained is reset as torch's layers reset themselves. What is not trained, such as a
    frozen network, stays as it is.

    Raises:
        CajalError: if a factory is for no extern and no argument with a network, or something trained has no
            factory and cannot reset itself.
    """
    copied = deepcopy(model)
    neuron, feeding = neuron_of(copied), fed(copied)
    known = {**links(neuron), **feeding}
    outputs = {name: tys.dim(tys.uncurry(type)[1]) for name, type in neuron.externs.items()}
    types = {argument.name: argument.type for argument in neuron.arguments}
    outputs |= {name: tys.dim(types[name]) for name in feeding}
    for name in networks:
        if name not in outputs:
            raise CajalError(NoSuchNetwork(name, tuple(outputs)))
    # A network under several names is made once, by the first factory that there is for one of them.
    made = dict[object, Any]()
    for name, factory in networks.items():
        key = id(known[name]) if name in known else name
        if key not in made:
            made[key] = factory(outputs[name])
    seen = set[int]()
    for name in outputs:
        key = id(known[name]) if name in known else name
        if key not in made:
            if name in known:
                _reset(name, known[name], seen)
        elif name in feeding:
            copied.add_module(f"network_{name}", made[key])
        else:
            neuron.link({name: made[key]})
    neuron.initialize()
    return copied


def _reset(name: str, link: Any, seen: set[int]) -> None:
    """Resets what is trained of a network, each module once."""
    if isinstance(link, Tensor) and link.requires_grad:
        raise CajalError(NotFresh(name, "a tensor that is trained"))
    for module in link.modules() if isinstance(link, nn.Module) else ():
        trains = [tensor.requires_grad for tensor in module.parameters(recurse=False)]
        if id(module) in seen or (trains and not any(trains)):
            continue
        seen.add(id(module))
        reset = getattr(module, "reset_parameters", None) or getattr(module, "_reset_parameters", None)
        if isinstance(module, Neuron):
            module.initialize()
        elif callable(reset):
            reset()
        elif trains:
            raise CajalError(NotFresh(name, f"a {type(module).__name__}"))


def trained(model: nn.Module, names: Mapping[str, Any]) -> dict[str, int]:
    """How many numbers each part trains, by the names that share it; what is shared is counted once."""
    grouped = dict[int, list[str]]()
    for name, part in names.items():
        grouped.setdefault(id(part), []).append(name)
    counts, seen = dict[str, int](), set[int]()
    for group in grouped.values():
        if count := _count(names[group[0]], seen):
            counts[", ".join(group)] = count
    rest = _count(model, seen)
    return counts | ({"other": rest} if rest else {})


def _count(part: Any, seen: set[int]) -> int:
    """How many numbers a part trains beside those of tensors that were seen."""
    tensors = [part] if isinstance(part, Tensor) else part.parameters() if isinstance(part, nn.Module) else ()
    own = {id(tensor): tensor for tensor in tensors if tensor.requires_grad and id(tensor) not in seen}
    seen |= {*own}
    return sum([tensor.numel() for tensor in own.values()])


def parts(model: Model) -> dict[str, Any]:
    """The parts of a model that may be trained, by the names of arguments, externs and learned tensors."""
    neuron = neuron_of(model)
    return {**fed(model), **links(neuron), **neuron.learned}


def widened(network: Any, outputs: int) -> nn.Module | None:
    """A network whose last layer is a linear one of another width; None where that cannot be seen.

    The layers before it stay the same objects.
    """
    if isinstance(network, nn.Sequential) and len(network):
        *before, end = network.children()
        last = widened(end, outputs)
        return None if last is None else nn.Sequential(*before, last)
    if type(network) is not nn.Linear:
        return None
    weight, has_bias = network.weight, "bias" in dict(network.named_parameters())
    return nn.Linear(network.in_features, outputs, has_bias).to(weight.device, weight.dtype)
