"""Sums of products in which zero times whatever is zero, where numbers are no longer finite.

By the arithmetic of floating point, 0 · inf is NaN, so that a branch or a state of weight zero would be seen.
These functions cost more than plain products, so they are called where a result is not finite:

>>> weights, states = torch.tensor([1.0, 0.0]), torch.tensor([[1.0, 2.0], [torch.inf, torch.nan]])
>>> weights @ states, absorbing(torch.matmul, weights, states)
(tensor([nan, nan]), tensor([1., 2.]))

While torch traces or batches a run, no value may decide what is done: `may_look` says so.
"""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.autograd.forward_ad import unpack_dual

_tracing_state: Any = torch._C._get_tracing_state  # pyright: ignore[reportPrivateUsage]
_modes: Any = torch._C._len_torch_dispatch_stack  # pyright: ignore[reportAttributeAccessIssue, reportPrivateUsage]
_mode: Any = torch._C._get_dispatch_mode  # pyright: ignore[reportAttributeAccessIssue, reportPrivateUsage]
_keys: Any = torch._C._TorchDispatchModeKey  # pyright: ignore[reportAttributeAccessIssue, reportPrivateUsage]
#: The modes that write operations down, or run them on tensors without values.
_MODES = _keys.FUNCTIONAL, _keys.PROXY, _keys.FAKE
_functorch: Any = torch._C._functorch  # pyright: ignore[reportAttributeAccessIssue, reportPrivateUsage]


def is_recorded() -> bool:
    """Whether torch writes down or replaces the operations that run now.

    It does for `torch.compile`, `torch.export`, `torch.jit.trace` and `make_fx`, and with fake tensors.
    Tensors that are made meanwhile belong to that run alone.
    """
    return (
        torch.compiler.is_compiling()
        or _tracing_state() is not None  # torch.jit.is_tracing takes longer
        # Most calls meet no mode at all, and other modes, such as a counter of operations, replace nothing.
        or (_modes() > 0 and any(_mode(key) is not None for key in _MODES))
    )


def is_transformed() -> bool:
    """Whether torch.func (`vmap`, `jacfwd`, …) runs this. Torch has no public name for it."""
    return _functorch.maybe_current_level() is not None


def is_differentiated(tensor: Tensor) -> bool:
    """Whether a derivative in a tensor is taken, backwards or forwards: that in a zero need not be zero."""
    return tensor.requires_grad or (not is_recorded() and unpack_dual(tensor).tangent is not None)


def may_look(tensor: Tensor) -> bool:
    """Whether the values of a tensor may decide what is done next."""
    return _visible(tensor) is not None


def is_spoiled(tensor: Tensor) -> bool:
    """Whether some entries are seen not to be finite, or so large that their sum is not."""
    visible = _visible(tensor)
    return visible is not None and not math.isfinite(visible.detach().sum().item())


def _visible(tensor: Tensor) -> Tensor | None:
    """The tensor whose values may be looked at, None if none may."""
    of_tensor: Any = tensor.__class__
    plain: Any = Tensor
    if is_recorded() or of_tensor.__torch_dispatch__ is not plain.__torch_dispatch__:
        return None
    inside = _plain(tensor)
    if inside is None or inside.is_meta or (inside.is_cuda and torch.cuda.is_current_stream_capturing()):
        return None
    return inside


def _plain(tensor: Tensor) -> Tensor | None:
    """The tensor that torch.func has wrapped, None if that stands for a batch."""
    if not is_transformed():
        return tensor
    while _functorch.is_functorch_wrapped_tensor(tensor):
        if _functorch.is_batchedtensor(tensor):
            return None
        tensor = _functorch.get_unwrapped(tensor)
    return tensor


def seen(weights: Tensor, values: Tensor) -> Tensor:
    """The values, with zeros for those that are not finite and have weight zero. Both broadcast.

    A weight of zero still has its gradient, which is the value, where that is finite.
    """
    return torch.where(weights == 0, torch.nan_to_num(values, 0.0, 0.0, 0.0), values)


def absorbing(operation: Callable[..., Tensor], *operands: Tensor) -> Tensor:
    """An operation, where a product with a factor of zero is zero, whatever the other factors are.

    Each entry of its result is a sum of products of entries of its operands. Gradients are finite where the
    result is.
    """
    value = operation(*operands)
    if not is_spoiled(value):
        return value
    # How many products there are without a zero in them, and how many of those are of finite factors.
    with torch.no_grad():
        nonzero = [(operand != 0).to(value.dtype) for operand in operands]
        finite = [mask * operand.isfinite() for mask, operand in zip(nonzero, operands, strict=True)]
        overflows = operation(*nonzero) != operation(*finite)
    of_finite = operation(*[torch.nan_to_num(operand, 0.0, 0.0, 0.0) for operand in operands])
    return torch.where(overflows, value.detach(), of_finite)


def without_lost(call: Callable[..., Tensor], *arguments: Tensor) -> Tensor:
    """A call on samples (*batch, dim), without a gradient through those whose result is not finite.

    The derivative there is not finite either, and would spoil that of weights which the samples share. So
    there is a second call, with other samples in their place.
    """
    result = call(*arguments)
    if not arguments or not is_spoiled(result):
        return result
    lost = ~result.isfinite().all(-1).flatten()
    if lost.all():
        return result.detach()
    leading, kept = result.shape[:-1], torch.arange(len(lost), device=lost.device)
    kept = torch.where(lost, (~lost).nonzero()[0], kept)
    samples = [argument.expand(*leading, -1).reshape(len(lost), -1)[kept] for argument in arguments]
    again = call(*samples).reshape(result.shape)
    return torch.where(lost.reshape(*leading, 1), result.detach(), again)
