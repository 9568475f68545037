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

from cajal_core.backend.finite import seen

#: How many products for each sample a sum has at most that is masked.
LARGEST = 64


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
        return (row.unsqueeze(-2) @ columns).squeeze(-2)
    return times(row.unsqueeze(-1), columns).sum(-2)


def look_up(row: Tensor, table: Tensor) -> Tensor:
    """A row (..., K) times a table (K, D) of zeros and ones, as (..., D)."""
    if table.numel() > LARGEST:
        return row @ table
    return torch.where(table == 0, 0.0, row.unsqueeze(-1)).sum(-2)


def outer(left: Tensor, right: Tensor, _first: Tensor, _second: Tensor) -> Tensor:
    """The outer product of vectors (..., D) and (..., E), flattened row-major as (..., D·E)."""
    return times(left.unsqueeze(-1), right.unsqueeze(-2)).flatten(-2)


def einsum(equation: str, *operands: Tensor) -> Tensor:
    """`torch.einsum` of an equation with an ellipsis in front of the letters of each operand."""
    inputs, output = equation.replace("...", "").split("->")
    terms = inputs.split(",")
    letters = output + "".join(sorted({*inputs} - {*output, ","}))
    sizes = {
        letter: size
        for term, operand in zip(terms, operands, strict=True)
        for letter, size in zip(term, operand.shape[operand.ndim - len(term) :], strict=True)
    }
    if len(terms) != 2 or math.prod(list(sizes.values())) > LARGEST:
        return torch.einsum(equation, *operands)
    left, right = [_spread(operand, term, letters) for term, operand in zip(terms, operands, strict=True)]
    product = times(left, right)
    summed = len(letters) - len(output)
    return product.sum([*range(-summed, 0)]) if summed else product


def _spread(operand: Tensor, term: str, letters: str) -> Tensor:
    """The operand with a dimension for each letter, in their order, of one for those that it lacks."""
    own = "".join([letter for letter in letters if letter in term])
    ordered = operand if own == term else torch.einsum(f"...{term}->...{own}", operand)
    return ordered[(..., *[slice(None) if letter in term else None for letter in letters])]
