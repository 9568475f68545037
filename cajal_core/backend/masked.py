"""The products of emitted code where no value may decide what runs: in them, zero times whatever is zero.

While torch compiles, exports, traces or batches a run, nothing can be mended later, as `finite` does it. So
the emitted code then runs with these functions in the place of those of `product`:

>>> weights, states = torch.tensor([1.0, 0.0]), torch.tensor([[1.0, 2.0], [torch.inf, torch.nan]])
>>> contract(weights, states)
tensor([1., 2.])

Sums of more than `LARGEST` products are taken as they are: a matrix product is then faster.
"""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math

import torch
from torch import Tensor

from cajal_core.backend import product
from cajal_core.backend.finite import is_recorded, is_transformed, seen

#: How many products for each sample a sum has at most that is masked.
LARGEST = 64


def is_needed() -> bool:
    """Whether torch records, replaces or batches what runs now, so that nothing can be mended later."""
    return is_recorded() or is_transformed()


def times(left: Tensor, right: Tensor) -> Tensor:
    """The product of two tensors that broadcast. Where one is zero the other is not seen."""
    return seen(right, left) * seen(left, right)


def choose(weights: Tensor, *branches: Tensor) -> Tensor:
    """Σ_i weights[..., i] · branches[i], each branch of shape (..., D)."""
    parts = weights.split(1, -1)
    total = parts[0] * seen(parts[0], branches[0])
    for part, branch in zip(parts[1:], branches[1:], strict=True):
        total = torch.addcmul(total, part, seen(part, branch))
    return total


def contract(row: Tensor, columns: Tensor) -> Tensor:
    """A row (..., K) times columns (..., K, D), as (..., D)."""
    if math.prod(columns.shape[-2:]) > LARGEST:
        return product.contract(row, columns)
    return times(row.unsqueeze(-1), columns).sum(-2)


def look_up(row: Tensor, table: Tensor) -> Tensor:
    """A row (..., K) times a table (K, D) of zeros and ones, as (..., D)."""
    if table.numel() > LARGEST:
        return product.look_up(row, table)
    return torch.where(table == 0, 0.0, row.unsqueeze(-1)).sum(-2)


def outer(left: Tensor, right: Tensor, first: Tensor, second: Tensor) -> Tensor:
    """The outer product of vectors (..., D) and (..., E), flattened row-major as (..., D·E).

    It is not masked where `look_up` would not mask a table of two columns over it.
    """
    if 2 * left.shape[-1] * right.shape[-1] > LARGEST:
        return product.outer(left, right, first, second)
    return times(left.unsqueeze(-1), right.unsqueeze(-2)).flatten(-2)
