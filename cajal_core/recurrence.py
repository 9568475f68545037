"""Σ_i n[i] Sⁱ b, several ways, and which to take.

With S a matrix M (states are rows, so a step is `s @ M`) there is more than the loop:

- Paterson-Stockmeyer: with m = √N, baby steps b Mʲ for j < m and giant steps of G = Mᵐ,
  Σ_k (Σ_j n[km+j] b Mʲ) Gᵏ by Horner's rule: about 2√N products instead of N.
- doubling: the states [b, …, b M^(2ᵏ-1)] times M^(2ᵏ) are the next as many: log₂ N products, all
  states in memory. For a matrix per sample.

A step that runs through a callable can only be looped.
"""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import torch
from torch import Tensor

Method: TypeAlias = Literal["loop", "paterson-stockmeyer", "doubling"]
METHODS: tuple[Method, ...] = get_args(Method)

#: What an operation costs beside its arithmetic, in multiplications: the time to start it.
_START = 100_000


@dataclass(frozen=True, slots=True)
class Plan:
    """How a recurrence of N states of dimension D is run on a batch of B, and what that takes.

    `operations` counts tensor operations, `multiplications` the arithmetic in them, and `memory` the
    entries of the states and matrices that are alive at once for the gradient.
    """

    method: Method
    operations: int
    multiplications: int
    memory: int

    @property
    def cost(self) -> int:
        return self.operations * _START + self.multiplications


def plans(steps: int, dim: int, batch: int, per_sample: bool, step_operations: int) -> list[Plan]:
    """What each method takes, the cheapest first.

    `step_operations` is how many operations one step of the loop is; with `per_sample` the matrix has
    the batch's dimensions too.
    """
    matrices = batch if per_sample else 1
    product, cube = batch * dim * dim, matrices * dim**3
    baby, giant = _split(steps)
    doublings = max(1, (steps - 1).bit_length())
    loop = Plan(
        "loop",
        (steps - 1) * (step_operations + 2),
        (steps - 1) * (product + 2 * batch * dim),
        steps * batch * dim * (step_operations + 2),
    )
    if _stacks(dim, 0 if per_sample else batch):
        paterson_stockmeyer = Plan(
            "paterson-stockmeyer",
            step_operations + 2 * (baby.bit_length() + giant.bit_length()) + 6,
            cube * (baby + giant + 1) + (baby + giant) * product + batch * steps * dim,
            (baby + giant) * matrices * dim * dim + (baby + giant) * batch * dim,
        )
    else:
        paterson_stockmeyer = Plan(
            "paterson-stockmeyer",
            step_operations + 2 * baby.bit_length() + baby + 2 * giant + 3,
            cube * (2 * baby.bit_length() + 1) + (baby + giant) * product + batch * steps * dim,
            2 * baby.bit_length() * matrices * dim * dim + (baby + 2 * giant) * batch * dim,
        )
    doubling = Plan(
        "doubling",
        step_operations + 3 * doublings + 2,
        cube * (doublings + 1) + steps * product + batch * steps * dim,
        (doublings + 2) * matrices * dim * dim + 3 * steps * batch * dim,
    )
    return sorted([loop, paterson_stockmeyer, doubling], key=lambda plan: plan.cost)


def choose(
    forced: Method | None, weights: Tensor, base: Tensor, matrix: Tensor | None, step_operations: int
) -> Method:
    """The method that is forced, or else the cheapest for tensors of these shapes."""
    if matrix is None:
        return "loop"
    batch = torch.broadcast_shapes(weights.shape[:-1], base.shape[:-1], matrix.shape[:-2]).numel()
    found = plans(weights.shape[-1], base.shape[-1], batch, matrix.ndim > 2, step_operations)
    return forced or found[0].method


def run_loop(weights: Tensor, base: Tensor, step: Callable[[Tensor], Tensor]) -> Tensor:
    """The result, one step after the other. Weights (..., N), states (..., D)."""
    state, total = base, weights[..., 0:1] * base
    for index in range(1, weights.shape[-1]):
        state = step(state)
        total = total + weights[..., index : index + 1] * state
    return total


def run_matrix(method: Method, weights: Tensor, base: Tensor, matrix: Tensor) -> Tensor:
    """The result from the matrix of a step, (D, D) or (..., D, D). Weights (..., N), base (..., D)."""
    if method == "loop":
        return run_loop(weights, base, lambda state: _times(state, matrix))
    return (_paterson_stockmeyer if method == "paterson-stockmeyer" else _doubling)(weights, base, matrix)


def _times(rows: Tensor, matrix: Tensor) -> Tensor:
    """Rows (..., D) times one matrix, or one for each."""
    return rows @ matrix if matrix.ndim == 2 else (rows.unsqueeze(-2) @ matrix).squeeze(-2)


def _paterson_stockmeyer(weights: Tensor, base: Tensor, matrix: Tensor) -> Tensor:
    steps, dim = weights.shape[-1], base.shape[-1]
    baby, giant = _split(steps)
    padded = torch.nn.functional.pad(weights, (0, baby * giant - steps)).unflatten(-1, (giant, baby))
    if _stacks(dim, base.shape[:-1].numel() if matrix.ndim == 2 else 0):
        # All powers at once, and all steps of a kind as one product.
        powers = _powers(matrix, baby)
        states = (base.unsqueeze(-2) @ powers.movedim(-3, -2).flatten(-2)).unflatten(-1, (baby, dim))
        sums = padded @ states.squeeze(-3)
        leaps = _powers(powers[..., -1, :, :] @ matrix, giant).flatten(-3, -2)
        return (sums.flatten(-2).unsqueeze(-2) @ leaps).squeeze(-2)
    states = [base]
    while len(states) < baby:
        states.append(_times(states[-1], matrix))
    sums = padded @ torch.stack(states, -2)
    leap = torch.linalg.matrix_power(matrix, baby)
    total = sums[..., -1, :]
    for index in range(giant - 2, -1, -1):
        total = _times(total, leap) + sums[..., index, :]
    return total


def _split(steps: int) -> tuple[int, int]:
    """Baby and giant steps, whose product is enough."""
    baby = math.isqrt(max(0, steps - 1)) + 1
    return baby, -(-steps // baby)


def _stacks(dim: int, rows: int) -> bool:
    """Whether powers of the matrix are cheaper than the states of so many rows; 0 for a matrix each."""
    return dim <= max(32, 2 * rows)


def _powers(matrix: Tensor, count: int) -> Tensor:
    """The first powers of a matrix, (..., count, D, D), by doubling."""
    identity = torch.eye(matrix.shape[-1], dtype=matrix.dtype, device=matrix.device)
    powers = torch.stack([identity.expand_as(matrix), matrix], -3)[..., :count, :, :]
    while powers.shape[-3] < count:
        known = powers.shape[-3]
        leap = powers[..., -1:, :, :] @ matrix.unsqueeze(-3)
        powers = torch.cat([powers, powers[..., : count - known, :, :] @ leap], -3)
    return powers


def _doubling(weights: Tensor, base: Tensor, matrix: Tensor) -> Tensor:
    steps = weights.shape[-1]
    states, power = base.unsqueeze(-2), matrix
    while states.shape[-2] < steps:
        further = (states @ power)[..., : steps - states.shape[-2], :]
        leading = torch.broadcast_shapes(states.shape[:-2], further.shape[:-2])
        parts = [part.expand(*leading, *part.shape[-2:]) for part in (states, further)]
        states = torch.cat(parts, -2)
        if states.shape[-2] < steps:
            power = power @ power
    return (weights.unsqueeze(-2) @ states).squeeze(-2)


def step_matrix(step: Callable[[Tensor], Tensor], dim: int, batch: int, like: Tensor) -> Tensor:
    """The matrix of a linear step, row j the image of e_j: (D, D), or (..., D, D) if it varies by sample.

    `batch` is how many dimensions the batch has.
    """
    basis = torch.eye(dim, dtype=like.dtype, device=like.device)
    images = step(basis.reshape(dim, *[1] * batch, dim))
    if images.shape[1:-1].numel() == 1:
        return images.reshape(dim, dim)
    return images.movedim(0, -2)
