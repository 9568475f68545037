"""A tensor that is kept in range beside a power of two for each sample, and how such pairs are added up.

The value of a pair is tensor · 2^exponent. A power of two scales without rounding, and whole exponents add
up without any error, however many there are:

>>> tiny = rescaled(torch.tensor([2.0**-100, 0.0]), torch.tensor([-200]))
>>> tiny[:2]
(tensor([0.5000, 0.0000]), tensor([-299]))
>>> added([tiny, rescaled(torch.tensor([0.0, 1.0]), torch.tensor([-300]))])[:2]
(tensor([0.5000, 0.5000]), tensor([-299]))

No gradient goes through an exponent. So the gradient of the tensor is that of the value times 2^-exponent. A
value of zero keeps its exponent, since its gradient need not be zero.

The entries of one vector share their exponent: those that are too small beside the greatest are zero.
"""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from cajal_core.backend.finite import may_look, seen

#: The level of zero, below all others.
NOTHING = -(2**30)


class Pair(NamedTuple):
    """tensor · 2^exponent: (*batch, *axes, D) and (*batch, *axes, 1). Constants have no exponent.

    With `is_raw` it has none yet, and the tensor is as it was given, perhaps far from 1.
    """

    tensor: Tensor
    exponent: Tensor | None
    is_raw: bool = False


def rescaled(tensor: Tensor, exponent: Tensor | None, dim: int | tuple[int, ...] = -1) -> Pair:
    """The same value, with a greatest magnitude from 1/2 to 1 over some dimensions, unless it is all zero."""
    own, factor = scale_of(tensor, dim)
    return Pair(tensor * factor, own if exponent is None else exponent + own)


def in_range(pair: Pair) -> Pair:
    """A pair that is not raw."""
    return rescaled(pair.tensor, None) if pair.is_raw else pair


def scale_of(
    tensor: Tensor, dim: int | tuple[int, ...] = -1, *, keepdim: bool = True
) -> tuple[Tensor, Tensor]:
    """The exponent of the greatest magnitude, and the factor that brings that to 1.

    They are 0 and 1 where all is zero, or something is not finite.
    """
    return scale_from(magnitude(tensor, dim, keepdim=keepdim))


def scale_from(magnitudes: Tensor) -> tuple[Tensor, Tensor]:
    """The same, of magnitudes."""
    own = exponent_of(magnitudes).clamp(min=-_most(magnitudes.dtype) - 23)  # its factor is finite
    return own, own.to(magnitudes.dtype).neg_().exp2_()


def magnitude(tensor: Tensor, dim: int | tuple[int, ...] = -1, *, keepdim: bool = True) -> Tensor:
    """The greatest magnitude, without gradient."""
    # Torch's norm of this order takes a hundred times as long.
    return tensor.detach().abs().amax(dim, keepdim=keepdim)


def exponent_of(tensor: Tensor) -> Tensor:
    """For each entry the whole e with a magnitude from 2^(e - 1) to 2^e, 0 where it is zero or not finite."""
    if may_look(tensor):
        return torch.frexp(tensor.detach()).exponent
    size = tensor.detach().abs()  # ONNX has no `frexp`, and `vmap` none for a batch
    is_plain = (size > 0) & size.isfinite()
    return torch.where(is_plain, torch.where(is_plain, size, 1.0).log2().floor() + 1, 0.0).int()


def is_far_inside(magnitudes: Tensor) -> bool:
    """Whether a few more products leave all of them in the range of their dtype. Zero is not inside.

    Neither are none at all, nor what may not be looked at.
    """
    if not (magnitudes.numel() and may_look(magnitudes)):
        return False
    low, high = magnitudes.aminmax()
    most = 2.0 ** (900 if magnitudes.dtype == torch.float64 else 90)
    return 1 / most < low.item() and high.item() < most


def power(exponent: Tensor, dtype: torch.dtype) -> Tensor:
    """2^exponent, held at a great number where it would be infinite."""
    return torch.exp2(exponent.clamp(max=_most(dtype)).to(dtype))


def _most(dtype: torch.dtype) -> int:
    """The greatest exponent of a factor. It leaves room for what the factor, or its gradient, multiplies."""
    return 1000 if dtype == torch.float64 else 100


def true(pair: Pair) -> Tensor:
    """The value itself, which may be too small or too great for its dtype."""
    if pair.exponent is None:
        return pair.tensor
    half = pair.exponent // 2
    return pair.tensor * power(half, pair.tensor.dtype) * power(pair.exponent - half, pair.tensor.dtype)


def level(tensor: Tensor, exponent: Tensor, dim: int | tuple[int, ...] = -1) -> Tensor:
    """The exponent of the greatest magnitude of a value."""
    most = magnitude(tensor, dim)
    return torch.where(most == 0, NOTHING, exponent + exponent_of(most))


def greatest(levels: Tensor, exponents: Tensor, dims: int | list[int]) -> Tensor:
    """The exponent that values with these levels and exponents are brought to over some dimensions.

    Where all are zero it is the greatest of their exponents, for the sake of the gradient.
    """
    top = levels.amax(dims, keepdim=True)
    return torch.where(top == NOTHING, exponents.amax(dims, keepdim=True), top)


def exponents_of(pair: Pair) -> Tensor:
    """The exponents of a pair, zeros for a constant."""
    if pair.exponent is None:
        return torch.zeros(1, dtype=torch.int32, device=pair.tensor.device)
    return pair.exponent


def levelled(pairs: Sequence[Pair]) -> tuple[list[Tensor], Tensor]:
    """The tensors of pairs that broadcast, brought to one exponent, and that."""
    exponents = torch.stack(torch.broadcast_tensors(*map(exponents_of, pairs)))
    levels = [level(pair.tensor, exponents_of(pair)) for pair in pairs]
    top = greatest(torch.stack(torch.broadcast_tensors(*levels)), exponents, 0).squeeze(0)
    return [pair.tensor * power(exponents_of(pair) - top, pair.tensor.dtype) for pair in pairs], top


def added(pairs: Sequence[Pair]) -> Pair:
    """The sum of pairs that broadcast."""
    if len(pairs) == 1:
        return pairs[0]
    tensors, top = levelled(pairs)
    total = tensors[0]
    for tensor in tensors[1:]:
        total = total + tensor
    return rescaled(total, top)


def weighted(weights: Tensor, states: Tensor, exponents: Tensor) -> Pair:
    """Σ_i weights[i] · states[i] · 2^exponents[i]: (I, …, 1), (I, …, D) and (I, …, 1).

    A weight of zero does not see a state that is not finite.
    """
    levels = torch.where(weights == 0, NOTHING, level(states, exponents + scale_of(weights)[0]))
    levels, exponents = torch.broadcast_tensors(levels, exponents)
    top = greatest(levels, exponents, 0)
    factors = weights * power(exponents - top, weights.dtype)
    return rescaled((factors * seen(weights, states)).sum(0), top.squeeze(0))


def aligned_sum(exponents: Sequence[Tensor | None]) -> Tensor | None:
    """The exponents of a product, whose factors have these."""
    known = [exponent for exponent in exponents if exponent is not None]
    return sum(known[1:], start=known[0]) if known else None
