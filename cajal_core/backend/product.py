"""Products of tensors over batches: of matrices and vectors, and of vectors with each other.

Emitted code calls these, and those of `masked` instead where no value may decide what runs.
"""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math

import torch
from torch import Tensor

#: Outer products of fewer entries are quicker as products of matrices throughout.
_SMALL = 2**12
#: A vector of no more entries is taken apart, since broadcasting it is slower.
_SHORT = 4


def times(left: Tensor, right: Tensor) -> Tensor:
    """The product of two tensors that broadcast."""
    return left * right


def choose(weights: Tensor, *branches: Tensor) -> Tensor:
    """Σ_i weights[..., i] · branches[i], each branch of shape (..., D)."""
    parts = weights.split(1, -1)
    total = parts[0] * branches[0]
    for part, branch in zip(parts[1:], branches[1:], strict=True):
        total = torch.addcmul(total, part, branch)
    return total


def contract(row: Tensor, columns: Tensor) -> Tensor:
    """A row (..., K) times columns (..., K, D), as (..., D)."""
    return (row.unsqueeze(-2) @ columns).squeeze(-2)


def look_up(row: Tensor, table: Tensor) -> Tensor:
    """A row (..., K) times a table (K, D) of zeros and ones, as (..., D)."""
    return row @ table


def apply(matrix: Tensor, vector: Tensor) -> Tensor:
    """A matrix (..., D, E) times a vector (..., E), as (..., D).

    One matrix for all vectors is one product of matrices, which is much faster than one for each.
    """
    leading = matrix.shape[:-2]
    if math.prod(leading) == 1 and len(leading) < vector.ndim:
        return vector @ matrix.reshape(matrix.shape[-2:]).mT
    return (matrix @ vector.unsqueeze(-1)).squeeze(-1)


def outer(left: Tensor, right: Tensor, first: Tensor, second: Tensor) -> Tensor:
    """The outer product of vectors (..., D) and (..., E), flattened row-major as (..., D·E).

    `first` (D, D·E) and `second` (E, D·E) repeat the entries of each, so that the products with them need no
    more than to be multiplied. For few entries on a CPU that is fastest, and more so backwards. But both
    products are then kept for the gradient, so of many entries neither is made: only the vectors are kept.
    Elsewhere what counts is the number of operations.
    """
    # While torch compiles the batch is a symbol, and the choice must not depend on it.
    if left.is_cpu and not torch.compiler.is_compiling():
        if left.numel() * right.shape[-1] < _SMALL:
            return (left @ first) * (right @ second)
        if left.shape[-1] <= _SHORT:
            return torch.cat([entry * right for entry in torch.split(left, 1, -1)], -1)
    return (left.unsqueeze(-1) * right.unsqueeze(-2)).flatten(-2)
