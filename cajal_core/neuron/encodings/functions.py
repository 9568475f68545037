"""What an encoding does to numbers: one function for links and for the arguments of a neuron."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math
from typing import Literal, TypeAlias, assert_never, get_args

import torch
from torch import Tensor

Encoding: TypeAlias = Literal["softmax", "sigmoid", "raw", "simplex", "norm"]
ENCODINGS: tuple[Encoding, ...] = get_args(Encoding)

#: The dimensions of one vector, which are negative: they count from the end.
Dims: TypeAlias = tuple[int, ...]


def encoded(how: Encoding, values: Tensor, dims: Dims) -> Tensor:
    """Values of any shape, with each vector along `dims` encoded."""
    match how:
        case "raw":
            return values
        case "softmax":
            return torch.softmax(values, dims[0]) if len(dims) == 1 else log_softmax(values, dims).exp()
        case "sigmoid":
            return torch.sigmoid(values)
        case "simplex":
            return on_simplex(values, dims)
        case "norm":
            return of_length_one(values, dims)
        case _:
            assert_never(how)


def log_softmax(values: Tensor, dims: Dims) -> Tensor:
    """The logarithm of a softmax over several dimensions, of which torch's own takes one."""
    if len(dims) == 1:
        return torch.log_softmax(values, dims[0])
    return values - torch.logsumexp(values, dims, keepdim=True)


def on_simplex(values: Tensor, dims: Dims) -> Tensor:
    """Vectors that are not negative and add up to 1. One without a positive entry becomes uniform."""
    positive = values.clamp(min=0)
    total = positive.sum(dims, keepdim=True)
    has_any = total > 0
    # The least positive number would do for a divisor, but not for the gradient of what is not taken.
    share = positive / torch.where(has_any, total, torch.ones_like(total))
    return torch.where(has_any, share, 1 / math.prod([values.shape[dim] for dim in dims]))


def of_length_one(values: Tensor, dims: Dims) -> Tensor:
    """Vectors divided by their Euclidean length; a vector of zeros stays, with a gradient of 1."""
    length = torch.linalg.vector_norm(values, dim=dims, keepdim=True)
    return values / torch.where(length > 0, length, torch.ones_like(length))


def mean_entropy(values: Tensor, dims: Dims, weights: Tensor | None = None) -> Tensor:
    """The mean entropy of the softmax of each vector, in nats; `weights` (…) is how much each one counts."""
    log = log_softmax(values, dims)
    # A masked class has a logarithm of -inf, and weighs nothing.
    entropies = -(log.exp() * log.clamp(min=torch.finfo(log.dtype).min)).sum(dims)
    if weights is None:
        return entropies.mean()
    kept = torch.where(weights > 0, weights * entropies, torch.zeros_like(entropies))
    return kept.sum() / torch.where(weights.sum() > 0, weights.sum(), torch.ones_like(weights.sum()))
