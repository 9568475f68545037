"""What Python gives for a tensor: checked, and called what it is where it does not fit."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from cajal_core.base import tys
from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.tensors import Complex, NotATensor, NotDense, WrongShape

#: Dense tensors of such entries need no further look.
_COMMON = (torch.float32, torch.float64)


def as_tensor(what: str, given: Any) -> Tensor:
    """A tensor, or what torch makes one of.

    Raises:
        CajalError: if it makes none, or one whose entries are no plain real numbers.
    """
    is_common = isinstance(given, Tensor) and given.dtype in _COMMON
    if is_common and given.layout == torch.strided and not given.is_nested:
        return given
    try:
        tensor = torch.as_tensor(given)
    except (TypeError, ValueError, RuntimeError) as error:
        raise CajalError(NotATensor(what, given.__class__.__name__)) from error
    if tensor.is_complex():
        raise CajalError(Complex(what))
    if tensor.is_quantized:
        raise CajalError(NotDense(what, "quantized"))
    if tensor.is_nested:
        raise CajalError(NotDense(what, "nested"))
    if tensor.layout != torch.strided:
        raise CajalError(NotDense(what, "sparse"))
    if tensor.is_floating_point() and tensor.itemsize == 1:
        raise CajalError(NotDense(what, "float8"))
    return tensor


def wrong_shape(what: str, type: tys.Type, tensor: Tensor, expected: str, name: str) -> WrongShape:
    """The mistake of a tensor that does not end with its type's shape, with what would, of `name`, if that is
    known.
    """
    actual = tuple(tensor.shape)
    return WrongShape(what, str(type), expected, str(actual), _way_out(type, tensor, name))


def _way_out(type: tys.Type, tensor: Tensor, name: str) -> str | None:
    """What makes the shape of a type from that of a tensor, as an expression that torch takes."""
    shape, actual, dim = tys.shape(type), tuple(tensor.shape), tys.dim(type)
    if not tensor.is_floating_point():
        if isinstance(type, tys.Bool):
            return (
                f"true is [1, 0]: of truth values `torch.stack([{name} == 1, {name} == 0], -1)` makes vectors"
            )
        if isinstance(type, tys.Nat | tys.Data):
            return f"of indices `torch.nn.functional.one_hot({name}.long(), {dim})` makes vectors"
    if isinstance(type, tys.Arrow) and actual[-2:] == shape[::-1]:
        transposed = "T" if len(actual) == 2 else "mT"
        return f"column j of a matrix is the image of basis vector j: `{name}.{transposed}`"
    if isinstance(type, tys.Arrow) and actual == (shape[0], *tys.shape(type.argument)):
        return f"`{name}.flatten(1)`"
    if len(shape) > 1 and actual[-1:] == (dim,):
        return f"`{name}.unflatten(-1, {shape})`"
    if len(shape) > 1 and actual[-len(shape) - 1 :] == (*shape, 1):
        return f"`{name}.squeeze(-1)`"
    if len(shape) == 1:
        for count in range(2, len(actual) + 1):
            if math.prod(actual[-count:]) == dim:
                return f"`{name}.flatten({-count})`"
    return None
