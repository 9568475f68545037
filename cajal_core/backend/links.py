"""What Python puts into a neuron: tensors, modules and callables, checked and called."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, cast

import torch
from torch import Tensor, nn

from cajal_core.backend.product import product
from cajal_core.base import tys
from cajal_core.diagnostics.errors import CajalError, calls_link
from cajal_core.diagnostics.links import BadReturn, NotAnExtern
from cajal_core.diagnostics.tensors import Complex, NotATensor, NotDense, WrongShape

#: What an extern may be linked to: a tensor of its type's shape, or a callable on tensors.
Link: TypeAlias = Tensor | nn.Module | Callable[..., Tensor]


def check_link(name: str, externs: Mapping[str, tys.Type], link: Any) -> Link:
    """The link, if it fits the extern.

    Raises:
        CajalError: if there is no such extern, or a tensor's shape is not its type's.
    """
    if name not in externs:
        raise CajalError(NotAnExtern(name, tuple(externs)))
    if callable(link):
        return cast("Link", link)
    tensor = as_tensor(f"what is linked to `{name}`", link)
    expected, actual = tys.shape(externs[name]), tuple(tensor.shape)
    if actual != expected:
        raise CajalError(WrongShape(f"the extern `{name}`", str(externs[name]), str(expected), str(actual)))
    return tensor


def as_tensor(what: str, given: Any) -> Tensor:
    """A tensor, or what torch makes one of.

    Raises:
        CajalError: if it makes none, or one whose entries are no plain real numbers.
    """
    try:
        tensor = torch.as_tensor(given)
    except (TypeError, ValueError, RuntimeError) as error:
        raise CajalError(NotATensor(what, given.__class__.__name__)) from error
    if tensor.is_complex():
        raise CajalError(Complex(what))
    if tensor.layout != torch.strided or tensor.is_quantized:
        raise CajalError(NotDense(what))
    return tensor


def call_link(what: str, type: tys.Type, link: Callable[..., Tensor], arguments: Sequence[Tensor]) -> Tensor:
    """A callable applied to flattened arguments (..., dim), as a flattened result of their dtype.

    Raises:
        CajalError: if it returns another shape than the type's; `what` names it.
    """
    types, result_type = tys.uncurry(type)
    leading = torch.broadcast_shapes(*[argument.shape[:-1] for argument in arguments])
    count = math.prod(leading)
    flat = [
        argument.expand(*leading, argument.shape[-1]).reshape(count, *tys.shape(argument_type))
        for argument, argument_type in zip(arguments, types, strict=True)
    ]
    result = _called(what, type, link, flat)
    if isinstance(result, Tensor) and flat and result.dtype != flat[0].dtype:
        result = result.to(flat[0].dtype)
    expected = (count, *tys.shape(result_type))
    actual = tuple(result.shape) if isinstance(result, Tensor) else result.__class__.__name__
    if actual != expected:
        raise CajalError(BadReturn(what, str(type), str(expected), str(actual)))
    return result.reshape(*leading, tys.dim(result_type))


@calls_link
def _called(what: str, type: tys.Type, link: Callable[..., Tensor], arguments: list[Tensor]) -> Any:
    """What a callable returns. What it raises is its own, with a note of how it was called."""
    if torch.compiler.is_compiling():
        return link(*arguments)
    try:
        return link(*arguments)
    except Exception as error:
        shapes = ", ".join([str(tuple(argument.shape)) for argument in arguments])
        error.add_note(f"raised by what is linked to {what} : {type}, called with {shapes or 'nothing'}")
        raise


def multiply(type: tys.Type, tensor: Tensor, axes: int, arguments: Sequence[Tensor]) -> Tensor:
    """A tensor (*batch, *shape of its type) applied to arguments (*batch, *axes, dim), one after the other.

    The tensor has no dimensions for the axes that the arguments run over, so it gets them here.
    """
    shape = tys.shape(type) if isinstance(type, tys.Arrow) else (tys.dim(type),)
    batch = tensor.shape[: tensor.ndim - len(tys.shape(type))]
    # As a matrix from the start: a gradient that went through a flat one would be copied.
    value = tensor.reshape(*batch, *[1] * axes, *shape)
    for place, argument in enumerate(arguments):
        assert isinstance(type, tys.Arrow)
        type = type.result
        matrix = value.unflatten(-1, (tys.dim(type), argument.shape[-1])) if place else value
        value = product(matrix, argument)
    return value
