"""A neuron as plain data: its graph, its tensors, and what its networks answer to a batch."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import pad

from cajal_core.backend.arguments import Given, Inputs
from cajal_core.backend.links import Link, call_link
from cajal_core.backend.positions import vector_of
from cajal_core.backend.watch.recorder import Recorder
from cajal_core.base import tys
from cajal_core.export.encode import Plain, encode, held_dim
from cajal_core.ir import graph as ir
from cajal_core.neuron.linear import is_linear


@dataclass(frozen=True, slots=True)
class Portable:
    r"""A neuron and a batch that it was given, for an interpreter that is not torch, such as that of a page.

    `graph` is the code as dictionaries, lists, texts and numbers. `inputs` has each argument, `(batch, dim)`,
    of a list the numbers of its k elements and the weights of its k + 1 lengths, one after the other;
    one of function type that came as a callable is None. `tensors` has what is linked or learned, flattened,
    by its name: tensors, and the matrices of callables of one argument that are known to be linear. `answers`
    has, for the value of each call of another callable, what it returned: `(runs, batch, entries)`, a run for
    each step of the recurrences around the call. All are of dtype float64 on the CPU. `batch` is the shape of
    the batch.

    Example:
        >>> import cajal_core as cajal
        >>> import torch
        >>> neuron = cajal.load("def not (x : Bool) : Bool = if x then false else true")["not"]
        >>> portable = neuron.portable(torch.eye(2))
        >>> portable.batch, portable.inputs[0].tolist(), [line["op"] for line in portable.graph["code"]]
        ((2,), [[1.0, 0.0], [0.0, 1.0]], ['input', 'onehot', 'onehot', 'choose'])
    """

    graph: Plain
    batch: tuple[int, ...]
    inputs: tuple[Tensor | None, ...]
    tensors: Mapping[str, Tensor]
    answers: Mapping[int, Tensor]


def made_portable(graph: ir.Graph, links: Mapping[str, Link], given: Inputs, watch: Recorder) -> Portable:
    """The data of a graph that has run on a batch, while `watch` saw it."""
    tensors = {name: plain(link.flatten()) for name, link in links.items() if isinstance(link, Tensor)}
    inputs = [
        _flat(argument, value, tuple(given.batch))
        for argument, value in zip(graph.arguments, given.tensors, strict=True)
    ]
    uncalled = {*tensors, *(str(place) for place, value in enumerate(inputs) if value is not None)}
    for parameter in graph.parameters:
        if parameter.name not in tensors and is_linear(link := links[parameter.name]):
            tensors.update(_matrix(parameter, link, given))
    answers: dict[int, list[Tensor]] = {}
    for (target, callee), answer in zip(_calls(graph.assignments, uncalled), watch.answers, strict=True):
        if callee in tensors:
            continue
        dim = held_dim(target.type) if isinstance(target.type, tys.List) else target.dim
        shape = *(axis.size for axis in target.axes), dim
        missing = [1] * (len(given.batch) + len(shape) - answer.ndim)
        whole = _rows(answer.reshape(*missing, *answer.shape), given.batch, shape)
        answers.setdefault(target.number, []).append(whole)
    stacked = {number: torch.stack(runs) for number, runs in answers.items()}
    return Portable(encode(graph), given.batch, tuple(inputs), tensors, stacked)


def whole_lists(arguments: Sequence[ir.Argument], given: Inputs) -> Inputs:
    """The same inputs, where each list has as many elements as its type allows, those that lack as zeros."""
    tensors = list[Given]()
    for argument, value in zip(arguments, given.tensors, strict=True):
        if isinstance(argument.type, tys.List) and isinstance(value, tuple):
            elements, weights = value
            tensors.append((pad(elements, (0, 0, 0, argument.type.most - elements.shape[-2])), weights))
        else:
            tensors.append(value)
    return given._replace(tensors=tensors)


def _flat(argument: ir.Argument, value: Given, batch: tuple[int, ...]) -> Tensor | None:
    """An argument, (batch, dim), None for a callable. A list is one vector, as `encode` has it."""
    if isinstance(value, tuple) and isinstance(argument.type, tys.List):
        return _rows(vector_of(*value), batch, (held_dim(argument.type),))
    return _rows(value, batch, tys.shape(argument.type)) if isinstance(value, Tensor) else None


def plain(tensor: Tensor) -> Tensor:
    """The numbers of a tensor of any device and dtype."""
    return tensor.detach().to(device="cpu", dtype=torch.float64)


def _rows(tensor: Tensor, batch: tuple[int, ...], shape: tuple[int, ...]) -> Tensor:
    """A tensor that broadcasts to (*batch, *shape), flattened to (batch, entries)."""
    return plain(tensor).expand(*batch, *shape).reshape(math.prod(batch), math.prod(shape))


def _matrix(parameter: ir.Extern | ir.Learn, link: Link, given: Inputs) -> dict[str, Tensor]:
    """The matrix of a linear callable of one argument, flattened, by its name; nothing of others."""
    types, _ = tys.uncurry(parameter.type)
    if isinstance(link, Tensor) or len(types) != 1 or isinstance(types[0], tys.List):
        return {}
    basis = torch.eye(tys.dim(types[0]), dtype=given.dtype, device=given.device)
    columns = call_link(f"the extern `{parameter.name}`", parameter.type, link, [basis], given.dtype)
    # A list that is held apart has no matrix.
    return {parameter.name: plain(columns.mT.flatten())} if isinstance(columns, Tensor) else {}


def _calls(
    assignments: tuple[ir.Assignment, ...], uncalled: Collection[str]
) -> Iterator[tuple[ir.Value, str]]:
    """The value and the callee of each call of what is no tensor, in order, once for each run."""
    for assignment in assignments:
        operation = assignment.operation
        if isinstance(operation, ir.Call) and str(ir.key(operation.callee)) not in uncalled:
            yield assignment.target, str(ir.key(operation.callee))
        elif isinstance(operation, ir.Iterate):
            step = [*_calls(operation.step, uncalled)]
            for _ in range(operation.weights.dim - 1):
                yield from step
