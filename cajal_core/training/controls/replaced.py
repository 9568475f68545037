"""T and C as models: other graphs in the program's place, with the networks in front."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from torch import nn

from cajal_core.backend.executable import compile_graph
from cajal_core.base import tys
from cajal_core.base.passes import Passes
from cajal_core.ir import graph as ir
from cajal_core.neuron.encodings.encode import Encoded, encode
from cajal_core.neuron.encodings.functions import ENCODINGS
from cajal_core.neuron.module import Neuron
from cajal_core.neuron.networks import Linked
from cajal_core.training.controls.fresh import (
    Factory,
    Model,
    fed,
    fresh,
    links,
    neuron_of,
    trained,
    widened,
)
from cajal_core.training.controls.fronts import CHURCH, TABLE, Church, ImpossibleError, church, table


@dataclass(frozen=True, slots=True)
class Replaced:
    """What a model trains, and how it is made."""

    trains: Mapping[str, int]
    build: Callable[[], nn.Module]


def table_of(model: Model, factories: Mapping[str, Factory]) -> Replaced:
    """T, whose tensor is only made when it is built.

    Raises:
        ImpossibleError: if the program has none.
    """
    graph = table(_lowered(model), fed(model))
    [learn] = [parameter for parameter in graph.parameters if isinstance(parameter, ir.Learn)]
    made = fresh(model, factories)
    own = links(neuron_of(made))
    front = {**fed(made), **{name: own[name] for name in own if name in _names(graph)}}
    trains = trained(nn.Module(), front) | {TABLE: tys.dim(learn.type)}
    return Replaced(trains, partial(_table, model, factories, graph))


def _table(model: Model, factories: Mapping[str, Factory], graph: ir.Graph) -> nn.Module:
    made = fresh(model, factories)
    neuron = _compiled(graph, neuron_of(made))
    if not isinstance(made, Linked):
        return neuron
    made.neuron = neuron
    return made


def church_of(model: Model, factories: Mapping[str, Factory]) -> Replaced:
    """C.

    Raises:
        ImpossibleError: if the program has none, or it is not known how its networks are widened.
    """
    found = church(_lowered(model), fed(model))
    made, names = _church(model, factories, found)
    return Replaced(trained(made, names), lambda: _church(model, factories, found)[0])


def _church(
    model: Model, factories: Mapping[str, Factory], found: Church
) -> tuple[nn.Module, dict[str, Any]]:
    """The model, and what it trains by its names."""
    made = fresh(model, factories)
    old, feeding = neuron_of(made), fed(made)
    neuron, linked = _compiled(found.graph, old), links(old)
    wide, known = dict[str, nn.Module](), dict[int, nn.Module]()
    names: dict[str, Any] = {**links(neuron), **neuron.learned}
    for argument, extern in found.externs.items():
        name = extern.name if extern else argument
        network = linked[name] if extern else feeding.get(argument)
        if network is None:  # the caller gives the function
            continue
        if id(network) not in known:
            known[id(network)] = _widened(name, _encoded(made, argument, network), factories)
        wide[argument] = names[name] = known[id(network)]
    names |= {name: network for name, network in feeding.items() if name not in wide}
    if isinstance(made, Linked):
        made.neuron = neuron
        for name, network in wide.items():
            made.add_module(f"network_{name}", network)
            if name not in factories and made.encodings.get(name) in ENCODINGS:  # the network has it now
                made._encode[name] = "raw"  # pyright: ignore[reportPrivateUsage]
        return made, names
    return Linked(neuron, wide) if wide else neuron, names


def _widened(name: str, network: Any, factories: Mapping[str, Factory]) -> nn.Module:
    outputs = tys.dim(CHURCH)
    made = factories[name](outputs) if name in factories else _church_network(network)
    if not isinstance(made, nn.Module):
        factory = f"networks={{{name!r}: lambda outputs: …}}"
        raise ImpossibleError(f"it cannot be seen how `{name}` gets {outputs} outputs: give `{factory}`")
    return made


def _encoded(made: Model, argument: str, network: Any) -> Any:
    """What feeds an argument, with the encoding that a `Linked` has for it."""
    how = made.encodings.get(argument, "raw") if isinstance(made, Linked) else "raw"
    return network if how == "raw" or callable(how) else encode(network, how)


def _church_network(network: Any) -> nn.Module | None:
    """A network for a Church boolean from one for a Bool; None where its last layer cannot be seen.

    What was encoded is so still: for each pair of branches the weights of the Bool that comes out. They are a
    distribution where those of the condition were.
    """
    outputs = tys.dim(CHURCH)
    if not isinstance(network, Encoded) or network.dims != (-1,):
        return widened(network, outputs)
    inside = widened(network.network, outputs)
    if inside is None:
        return None
    return nn.Sequential(
        network.around(nn.Sequential(inside, nn.Unflatten(-1, (2, -1))), dim=-2), nn.Flatten(-2)
    )


def _lowered(model: Model) -> ir.Graph:
    return neuron_of(model)._lowered  # pyright: ignore[reportPrivateUsage]


def _names(graph: ir.Graph) -> set[str]:
    return {parameter.name for parameter in graph.parameters}


def _compiled(graph: ir.Graph, old: Neuron) -> Neuron:
    """The neuron of a graph, linked as an older one is, and where that is."""
    passes = Passes()
    neuron = Neuron(graph, compile_graph(graph, passes), passes)
    like = old._like  # pyright: ignore[reportPrivateUsage]
    neuron.to(like.device, like.dtype)
    kept = {name: link for name, link in links(old).items() if name in neuron.externs}
    shared = {name: old.learned[name] for name in neuron.learned if name in old.learned}
    for name, tensor in shared.items():
        neuron.learned[name].data = tensor.detach().clone()
    return neuron._hold(kept).train(old.training)  # pyright: ignore[reportPrivateUsage]
