"""Losses of results that are probabilities: finite, and with a gradient where a program is sure and wrong."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from cajal_core.backend.finite import may_look
from cajal_core.backend.values.tensors import as_tensor
from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.learning.losses import (
    NegativeWeights,
    NoDistributions,
    NoEntries,
    NoLikelihood,
    NotLogarithms,
    SumAboveOne,
    TargetOutOfRange,
    WrongTarget,
)

#: Within these a result is a distribution with errors of rounding, in half precision too.
_LEAST, _MOST = -0.001, 1.05
#: The steepest slope below the least weight with a logarithm of its own: that of -log at a millionth.
_STEEPEST = 2.0**20
#: What a logarithm of -inf counts as: less than all but the longest recurrences give.
_LEAST_LOG = -(2.0**14)


def nll(result: Any, target: Any, *, log: bool = False) -> Tensor:
    """The mean negative log-likelihood of targets under results that are distributions: a scalar.

    For a weight p it is, with `tiny` the least normal number of the dtype::

        l(p) = -log p                  where p >= e = tiny ** 0.8
        l(p) = -log e + s (e - p)      below,    s = min(1 / e, 2 ** 20)

    e is 5e-31 in float32 and bfloat16, 8e-247 in float64, 4e-4 in float16. Down to e the slope is that of the
    logarithm, so that a softmax keeps its gradient: p shrinks with the gap g of two logits as exp(-g), which
    is 9e-27 for g = 60, and 1/p makes up for it. Below e the slope is bounded. 1/e itself would do harm where
    p is exactly 0, as it may be for an entry of a learned table: Adam squares a gradient, which overflows in
    float32 from about 1e21 on, and it never moves that entry again.

    Args:
        result: Weights (…, k) of the k values, none negative, with a sum of at most 1 each. A sum below 1, as
            where a program overflows or fails, is part of the likelihood and is not divided away.
        target: Indices (…) of the true values, whole numbers (of a `Bool`, 0 is `true` and 1 `false`); or
            distributions (…, k), and then the loss is the cross-entropy of the two.
        log: Whether `result` is already a logarithm, such as `neuron.log` gives. One of -inf counts as
            -16384, without a gradient, since none is left of it.

    Returns:
        A scalar, in the dtype of `result`, or float32 where that is of half precision.

    Raises:
        CajalError: if results are raw numbers (negative, or with a sum above 1), or no logarithms where `log`
            says so; or if the target has another shape, dtype or range. Numbers are not looked at while torch
            compiles or batches the call.

    Example:
        >>> import cajal_core as cajal
        >>> import torch
        >>> result = torch.tensor([[0.5, 0.5], [1.0, 0.0]], requires_grad=True)
        >>> cajal.nll(result[:1], torch.tensor([1]))
        tensor(0.6931, grad_fn=<MeanBackward0>)
        >>> cajal.nll(result, torch.tensor([0, 1])).backward()  # the second is sure and wrong
        >>> result.grad
        tensor([[-1.0000e+00,  0.0000e+00],
                [ 0.0000e+00, -5.2429e+05]])
    """
    weights = _checked(result, log)
    target = as_tensor("the target", target)
    shape, given = tuple(weights.shape), tuple(target.shape)
    if given == shape:
        _check_distributions(target)
        losses = _each(weights, log)
        return (target.to(losses.dtype) * losses).sum(-1).mean()
    if given != shape[:-1] or target.is_floating_point() or target.dtype == torch.bool:
        raise CajalError(WrongTarget(shape, given, str(target.dtype).removeprefix("torch.")))
    if target.numel() and may_look(target):
        least, greatest = target.aminmax()
        for index in (int(least), int(greatest)):
            if not 0 <= index < shape[-1]:
                raise CajalError(TargetOutOfRange(index, shape[-1]))
    return _each(weights.gather(-1, target.long().unsqueeze(-1)), log).mean()


def likelihood_loss(result: Any, *, log: bool = False) -> Tensor:
    """The mean negative log-likelihood where the result itself says how likely the data are: a scalar.

    It is that of `nll`, for a program whose result is a `Unit`, of which the one entry is the likelihood, or
    a `Bool`, of which it is that of `true`. Where the likelihood is small and `log` is used, the program
    should fail and not say `false`: the two entries share one scale (`Neuron.scaled`).

    Args:
        result: Weights (…, 1) or (…, 2), as for `nll`.
        log: Whether `result` is already a logarithm, such as `neuron.log` gives.

    Raises:
        CajalError: as `nll` does; or if the last dimension of `result` is neither 1 nor 2.

    Example:
        >>> import cajal_core as cajal
        >>> import torch
        >>> source = "def all (xs : List[999] Bool) : Bool = fold xs "
        >>> source += "{ nil => true | cons x y => if x then y else fail }"
        >>> neuron, xs = cajal.load(source)["all"], torch.full((8, 999, 2), 0.5)
        >>> cajal.likelihood_loss(neuron.log(xs), log=True)
        tensor(692.4540)
    """
    weights = _checked(result, log)
    if weights.shape[-1] not in (1, 2):
        raise CajalError(NoLikelihood(tuple(weights.shape)))
    return _each(weights[..., 0], log).mean()


def _each(weights: Tensor, log: bool) -> Tensor:
    """The loss l of each weight, or of each logarithm of one."""
    dtype = weights.dtype
    wide = weights.float() if dtype.itemsize < 4 else weights
    if log:
        return -torch.where(wide == -torch.inf, _LEAST_LOG, wide)
    least = torch.finfo(dtype).tiny ** 0.8
    return min(1 / least, _STEEPEST) * (least - wide).clamp_min(0) - wide.clamp_min(least).log()


def _check_distributions(target: Tensor) -> None:
    """Does nothing for targets that are distributions, but for rounding.

    Raises:
        CajalError: for others, as far as numbers may be looked at.
    """
    if target.numel() and may_look(target):
        least, total = target.min().item(), target.sum(-1).max().item()
        if least < _LEAST or total > _MOST:
            raise CajalError(NoDistributions(least if least < _LEAST else total, least < _LEAST))


def _checked(result: Any, log: bool) -> Tensor:
    """The results as floating numbers (…, k).

    Raises:
        CajalError: if they are seen to be no weights, or no logarithms of weights.
    """
    weights = as_tensor("the result", result)
    if not weights.is_floating_point():
        weights = weights.to(torch.get_default_dtype())
    if not weights.ndim or not weights.shape[-1]:
        raise CajalError(NoEntries(tuple(weights.shape)))
    if weights.numel() and may_look(weights):
        seen = weights.detach()
        if log:
            if (greatest := seen.max().item()) > _MOST - 1:
                raise CajalError(NotLogarithms(greatest))
        else:
            if (least := seen.min().item()) < _LEAST:
                raise CajalError(NegativeWeights(least))
            if (greatest := seen.sum(-1).max().item()) > _MOST:
                raise CajalError(SumAboveOne(greatest))
    return weights
