"""The arguments of a call, as tensors and lists that fit together."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from inspect import isclass
from itertools import zip_longest
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias, cast

import torch
from torch import Tensor

from cajal_core.backend.values.lists import Apart, apart, given_sequence
from cajal_core.backend.values.sequence import Sequence as Lists
from cajal_core.backend.values.sequence import Whole, batch_of
from cajal_core.backend.values.tensors import as_tensor, wrong_shape
from cajal_core.base import tys
from cajal_core.diagnostics.calls import (
    AmbiguousArgument,
    BatchesDiffer,
    ClassGiven,
    GivenTwice,
    LacksArgument,
    NoSuchArgument,
    UnequalRanks,
)
from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.tensors import DevicesDiffer
from cajal_core.ir import graph as ir

#: An argument of function type may be a callable, and a list is held apart.
Given: TypeAlias = Tensor | Callable[..., Tensor] | Apart


class Inputs(NamedTuple):
    """Arguments of one floating dtype, and the batch (leading dimensions) that they broadcast to.

    `lengths` are those of lists, by the position of the argument, as far as they are known to be whole.
    """

    tensors: Sequence[Given]
    dtype: torch.dtype
    device: torch.device
    batch: tuple[int, ...]
    lengths: Mapping[int, Whole] = MappingProxyType({})


def by_position(names: Sequence[str], given: Sequence[Any], named: Mapping[str, Any]) -> Sequence[Any]:
    """What is given by position and by name, all by position.

    Raises:
        CajalError: if no argument or several have a name, one is given twice, or one before another is not.
    """
    if not named:
        return given
    places = dict[int, Any]()
    for name, value in named.items():
        if name not in names:
            raise CajalError(NoSuchArgument(name, tuple(names)))
        if names.count(name) > 1:
            raise CajalError(AmbiguousArgument(name, tuple(names)))
        if names.index(name) < len(given):
            raise CajalError(GivenTwice(name, names.index(name) + 1))
        places[names.index(name)] = value
    complete = [*given]
    for place in range(len(given), max(places) + 1):
        if place not in places:
            raise CajalError(LacksArgument(names[place], names[max(places)]))
        complete.append(places[place])
    return complete


def argument_value(name: str, type: tys.Type, value: Any) -> Tensor | Lists:
    """What is given for an argument: a tensor with batch dimensions, then those of the type; or lists.

    Raises:
        CajalError: if it is no tensor of real numbers, or does not end with its type's shape; for a list, as
            `given_sequence` does.
    """
    what, shape = f"the argument `{name}`", tys.shape(type)
    if isinstance(type, tys.List):
        return given_sequence(what, type, value, name)
    tensor = as_tensor(what, value)
    place = tensor.ndim - len(shape)
    if place < 0 or tensor.shape[place:] != shape:
        expected = f"(..., {', '.join(map(str, shape))})"
        raise CajalError(wrong_shape(what, type, tensor, expected, name))
    return tensor


def prepare(arguments: Sequence[ir.Argument], given: Sequence[Any], like: Tensor) -> Inputs:
    """The first arguments as tensors; without any, dtype and device are those of `like`.

    Raises:
        CajalError: if one is no tensor of real numbers, does not end with its type's shape, is on another
            device than the others, or has a batch of another rank, or one that does not broadcast.
    """
    dtype, device = like.dtype, like.device
    tensors: list[Given] = []
    batches: list[tuple[str, Sequence[int]]] = []  # written so that torch can compile it
    lengths: dict[int, Whole] = {}
    for argument, value in zip(arguments, given, strict=False):
        if isinstance(argument.type, tys.Arrow) and callable(value):
            if isclass(value):
                raise CajalError(ClassGiven(argument.name, value.__name__))
            tensors.append(cast("Callable[..., Tensor]", value))
            continue
        tensor = argument_value(argument.name, argument.type, value)
        parts = [tensor] if isinstance(tensor, Tensor) else [tensor.elements, tensor.lengths]
        if not batches:
            dtype, device = parts[0].dtype, parts[0].device
        for part in parts:
            is_whole = part is not parts[0] and not part.is_floating_point()  # such lengths become numbers
            if part.dtype != dtype and not is_whole:
                dtype = torch.promote_types(dtype, part.dtype)
            if part.device != device:  # torch mixes values with none, on `meta`, into any values
                first = f"`{batches[0][0]}` is" if batches else "its elements are"
                raise CajalError(DevicesDiffer(argument.name, str(part.device), str(device), first))
        if isinstance(tensor, Tensor):
            batches.append((argument.name, tensor.shape[: tensor.ndim - len(tys.shape(argument.type))]))
            tensors.append(tensor)
        else:
            assert isinstance(argument.type, tys.List)
            held = apart(tensor, argument.type.most)
            if tensor.known_lengths is not None:
                lengths[len(tensors)] = tensor.known_lengths
            batches.append((argument.name, tensor.lengths.shape if tensor.is_full else batch_of(*held)))
            tensors.append(held)
    if not dtype.is_floating_point:
        dtype = torch.get_default_dtype()
    if len({len(batch) for _, batch in batches}) > 1:
        _check_ranks(batches, {argument.name: argument.type for argument in arguments})
    tensors = [in_dtype(value, dtype) for value in tensors]
    return Inputs(tensors, dtype, device, _common(batches), lengths)


def in_dtype(value: Given, dtype: torch.dtype) -> Given:
    """What is given, with its numbers in a dtype."""
    if isinstance(value, tuple):
        elements, weights = cast("Apart", value)
        is_changed = not elements.dtype == weights.dtype == dtype
        return (elements.to(dtype), weights.to(dtype)) if is_changed else (elements, weights)
    return value.to(dtype) if isinstance(value, Tensor) and value.dtype != dtype else value


def _common(batches: list[tuple[str, Sequence[int]]]) -> tuple[int, ...]:
    """The batch of all arguments."""
    shapes = [shape for _, shape in batches]
    if torch.compiler.is_compiling():  # sizes may be symbols
        return cast("tuple[int, ...]", torch.broadcast_shapes(*shapes))
    if (common := broadcast(shapes)) is None:
        raise CajalError(BatchesDiffer(tuple([(name, tuple(shape)) for name, shape in batches])))
    return common


def _check_ranks(batches: Sequence[tuple[str, Sequence[int]]], types: Mapping[str, tys.Type]) -> None:
    """Refuses batches of unequal rank. One sample beside a batch is no mistake, be it (1, 1) or ()."""
    several = [(name, tuple(batch)) for name, batch in batches if not all(size == 1 for size in batch)]
    if len({len(batch) for _, batch in several}) < 2:
        return
    longest, batch = max(several, key=lambda pair: len(pair[1]))
    type = types[longest]
    space = None
    if isinstance(type, tys.Space) and batch[-1] == 1:
        space = f"space {type.name}[{', '.join(map(str, (1, *type.sizes)))}]"
    raise CajalError(UnequalRanks(tuple(several), space))


def broadcast(shapes: Sequence[Sequence[int]]) -> tuple[int, ...] | None:
    """The shape that some broadcast to, None if they do not. torch's own takes longer than a small neuron."""
    if not shapes or shapes.count(shapes[0]) == len(shapes):
        return tuple(shapes[0]) if shapes else ()
    sizes: list[int] = []
    for dimension in zip_longest(*map(reversed, shapes), fillvalue=1):
        wide = {size for size in dimension if size != 1}
        if len(wide) > 1:
            return None
        sizes.append(wide.pop() if wide else 1)
    return tuple(reversed(sizes))
