"""Recurrences as products of matrices that are rescaled: `folds.products` and the leaps of `recurrence`.

The exponents of a tree of products add up to that of the whole, so none is kept for a matrix.

>>> halves = torch.full((1, 1, 5), 2.0**-100)
>>> product(halves, "snoc", (0, 1))
(tensor([[0.5000]]), tensor(-499))
"""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import torch
from torch import Tensor

from cajal_core.backend.finite import may_look
from cajal_core.backend.folds.ends import Ends, Order
from cajal_core.backend.folds.products import APART, halved, step_matrices
from cajal_core.backend.plan import split
from cajal_core.backend.recurrence import Jump
from cajal_core.backend.scaled.pair import (
    NOTHING,
    Pair,
    added,
    exponent_of,
    exponents_of,
    greatest,
    is_far_inside,
    level,
    magnitude,
    power,
    rescaled,
    scale_from,
    scale_of,
)

Rows: TypeAlias = tuple[int, int]
#: The rows of small matrices, whose entries stand apart.
_APART: Rows = (0, 1)

#: After so many rounds a quick product is rescaled.
_ROUNDS = 3
#: What a matrix in a quick product multiplies by at most. What is lost below the smallest number of a dtype,
#: times six such factors, is not seen beside what `is_far_inside`.
_QUICK = 50


def run_products(
    ends: Ends,
    base: Pair,
    step: Callable[..., Tensor],
    inputs: Sequence[Tensor],
    order: Order,
    rank: int,
    table: Tensor | None,
    *,
    quick: bool,
) -> Pair | None:
    """The state that lists end with, as `folds.products.run_products`.

    If it shall be quick, products are rescaled now and then, and the result is None where that is not enough.
    """
    dim = base.tensor.shape[-1]
    is_apart = dim <= APART
    matrices = step_matrices(ends, dim, step, inputs, rank, table)
    made = (quick_product if quick else product)(matrices, order, _APART if is_apart else (-2, -1))
    if made is None:
        return None
    whole, exponent = made
    if is_apart:
        whole = whole.movedim((0, 1), (-2, -1))
    state = (whole @ base.tensor.unsqueeze(-1)).squeeze(-1)
    return rescaled(state, exponents_of(base) + exponent.unsqueeze(-1))


def product(matrices: Tensor, order: Order, rows: Rows) -> tuple[Tensor, Tensor]:
    """The product of matrices (D, D, …, n) or (…, n, D, D), whose entries stand in the dimensions `rows`.

    Every product on the way is rescaled.
    """
    place = _place(rows)
    matrices, total = _in_range(matrices, *scale_of(matrices, rows, keepdim=False), rows)
    while matrices.shape[place] > 1:
        matrices = halved(matrices, order, apart=rows == _APART)
        matrices, own = _in_range(matrices, *scale_of(matrices, rows, keepdim=False), rows)
        total = total + own
    return matrices.squeeze(place), total


def quick_product(matrices: Tensor, order: Order, rows: Rows) -> tuple[Tensor, Tensor] | None:
    """The same, rescaled after some rounds; None where one has left the range meanwhile or is zero.

    The last round is not rescaled. What is lost in the rounds before is less than the smallest number of a
    dtype. So it does not count beside a product that is far above that, unless a great factor brings it back.
    """
    if not (may_look(matrices) and matrices.numel()):
        return None
    low, high = matrices.detach().aminmax()
    if not max(-low.item(), high.item()) * matrices.shape[rows[-1]] <= _QUICK:
        return None
    place, total = _place(rows), torch.zeros((), dtype=torch.int32, device=matrices.device)
    while True:
        for _ in range(_ROUNDS):
            if matrices.shape[place] > 1:
                matrices = halved(matrices, order, apart=rows == _APART)
        magnitudes = magnitude(matrices, rows, keepdim=False)
        if not is_far_inside(magnitudes):
            return None
        if matrices.shape[place] == 1:
            return matrices.squeeze(place), total
        matrices, own = _in_range(matrices, *scale_from(magnitudes), rows)
        total = total + own


def _place(rows: Rows) -> int:
    """The dimension of the matrices."""
    return -1 if rows == _APART else -3


def _in_range(matrices: Tensor, own: Tensor, factors: Tensor, rows: Rows) -> tuple[Tensor, Tensor]:
    """Matrices that are rescaled, each by itself, and the sum of their exponents."""
    scaled = matrices * (factors if rows == _APART else factors[..., None, None])
    return scaled, own.sum(-1)


def leaps(weights: Tensor, base: Pair, matrix: Tensor | Jump) -> Pair:
    """Σ_i weights[i] · Mⁱ base, in the leaps of `recurrence.run_matrix`. Weights (…, N), states are rows.

    Each state has an exponent of its own, and so has each power of the matrix.
    """
    baby, giant = split(int(weights.shape[-1]))
    powers = _powers(matrix, baby + giant)
    states = Pair(base.tensor.unsqueeze(-2), exponents_of(base).unsqueeze(-1))
    for leap in powers[:baby]:
        states = _joined(states, _times(states, leap))
    missing = 2 ** (baby + giant) - int(weights.shape[-1])
    rows = torch.nn.functional.pad(weights, (0, missing)).unflatten(-1, (2**giant, 2**baby))
    total = _blocks(rows, states)
    for leap in reversed(powers[baby:]):
        tensors, exponents = total.tensor.unflatten(-2, (2, -1)), exponents_of(total).unflatten(-2, (2, -1))
        near, far = [
            Pair(tensor, exponent)
            for tensor, exponent in zip(tensors.unbind(-3), exponents.unbind(-3), strict=True)
        ]
        total = added([near, _times(far, leap)])
    return Pair(total.tensor.squeeze(-2), exponents_of(total).squeeze(-2))


def _powers(matrix: Tensor | Jump, levels: int) -> list[Pair | Jump]:
    """M, M², M⁴, … A square has twice the relative error of its root, so that they are squared in float64."""
    if isinstance(matrix, Jump):
        jumps = [matrix]
        while len(jumps) < levels:
            jumps.append(jumps[-1].squared())
        return [*jumps]
    wide = rescaled(matrix if matrix.device.type == "mps" else matrix.to(torch.float64), None, (-2, -1))
    powers = list[Pair | Jump]()
    for _ in range(levels):
        powers.append(Pair(wide.tensor.to(matrix.dtype), wide.exponent))
        wide = rescaled(wide.tensor @ wide.tensor, 2 * exponents_of(wide), (-2, -1))
    return powers


def _times(rows: Pair, leap: Pair | Jump) -> Pair:
    if isinstance(leap, Jump):
        return rescaled(leap.times(rows.tensor), rows.exponent)
    return rescaled(rows.tensor @ leap.tensor, exponents_of(rows) + exponents_of(leap))


def _joined(first: Pair, second: Pair) -> Pair:
    """The rows of one before those of the other."""
    count = second.tensor.shape[-2]
    leading = torch.broadcast_shapes(first.tensor.shape[:-2], second.tensor.shape[:-2])
    one, other = [exponents_of(each).expand(*leading, count, 1) for each in (first, second)]
    tensors = [each.tensor.expand(*leading, *each.tensor.shape[-2:]) for each in (first, second)]
    return Pair(torch.cat(tensors, -2), torch.cat([one, other], -2))


def _blocks(weights: Tensor, states: Pair) -> Pair:
    """Weights (…, K, m) times states (…, m, D), as (…, K, D)."""
    exponents = exponents_of(states).mT
    levels = level(states.tensor, exponents_of(states)).mT
    mantissas = exponent_of(weights)
    levels = torch.where((weights == 0) | (levels == NOTHING), NOTHING, levels + mantissas)
    exponents, levels = torch.broadcast_tensors(exponents, levels)
    top = greatest(levels, exponents, -1)
    return rescaled((weights * power(exponents - top, weights.dtype)) @ states.tensor, top)
