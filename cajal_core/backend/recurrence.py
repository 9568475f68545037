"""The methods that run a recurrence, Σ_i n[i] Sⁱ b, on tensors; `plan` chooses one of them.

States are rows, so that a step by its matrix is `state @ M`. This one swaps two entries, and runs 0, 1 or 2
times with the weights 0.5, 0.25 and 0.25:

>>> weights, base = torch.tensor([0.5, 0.25, 0.25]), torch.tensor([1.0, 0.0])
>>> run_matrix("doubling", weights, base, torch.tensor([[0.0, 1.0], [1.0, 0.0]]))
tensor([0.7500, 0.2500])

It has over 300 lines, because all methods run one sum, and keep apart what weights of zero must not see.
"""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any, TypeAlias

import torch
from torch import Tensor

from cajal_core.backend.finite import is_differentiated, is_spoiled, is_transformed, may_look, seen
from cajal_core.backend.plan import SMALL, Method, split

#: What a step reads beside its state: an element of each input.
Items: TypeAlias = Sequence[Tensor]


def run_loop(
    weights: Tensor, base: Tensor, step: Callable[..., Tensor], items: Sequence[Items] | None = None
) -> Tensor:
    """The result, one step after the other. Weights (..., N), states (..., D).

    With items for each step, what has a weight beyond the last of them is not there.
    """
    state, total = base, weights[..., 0:1] * base
    for index, read in enumerate(_reads(weights, items), 1):
        state = step(state, *read)
        total = total + weights[..., index : index + 1] * state
    return total


def run_guarded(
    weights: Tensor, base: Tensor, step: Callable[..., Tensor], items: Sequence[Items] | None = None
) -> Tensor:
    """The same, where a weight of zero does not see its state, although that may have overflowed.

    A sample that has no weight left goes on from the base when its state overflows, so that no gradient meets
    what is not finite. The weights from there on have a gradient of zero: those states are not its own.
    """
    needed = (weights != 0).flip(-1).cumsum(-1).flip(-1) > 0
    gone: Tensor | None = None
    state, total = base, weights[..., 0:1] * seen(weights[..., 0:1], base)
    for index, read in enumerate(_reads(weights, items), 1):
        weight, before, state = weights[..., index : index + 1], state, step(state, *read)
        if is_spoiled(state) or not may_look(state):
            lost = ~needed[..., index : index + 1] & ~state.isfinite().all(-1, keepdim=True)
            if may_look(lost) and lost.any():
                state = step(torch.where(lost, base, before), *read)
            state = torch.where(lost, torch.nan_to_num(state, 0.0, 0.0, 0.0), state)
            gone = lost if gone is None else gone | lost
        reached = state if gone is None else torch.where(gone, 0.0, state)
        total = total + weight * seen(weight, reached)
    return total


def _reads(weights: Tensor, items: Sequence[Items] | None) -> Sequence[Items]:
    return [()] * (weights.shape[-1] - 1) if items is None else items


def backwards(
    weights: Tensor,
    base: Tensor,
    step: Callable[..., Tensor],
    items: Sequence[Items],
    *,
    is_guarded: bool = False,
) -> Iterator[Tensor]:
    """The states y_n, …, y₀ of a linear step; y₀ = Σ_i weights[i] · step(x₁, step(x₂, … step(xᵢ, base))).

    All lengths share a state: y_n = weights[n] · base, and y_{i-1} = step(xᵢ, yᵢ) + weights[i-1] · base.
    """

    def started(index: int) -> Tensor:
        weight = weights[..., index : index + 1]
        return weight * (seen(weight, base) if is_guarded else base)

    state = started(len(items))
    yield state
    for index in reversed(range(len(items))):
        state = step(state, *items[index]) + started(index)
        yield state


def whole_lengths(weights: Tensor) -> Tensor | None:
    """The only length that has a weight, (..., 1), None where several have one or none may be looked at."""
    if not may_look(weights):
        return None
    counts = weights != 0
    if bool((counts.sum(-1) > 1).any()):
        return None
    return counts.to(torch.long).argmax(-1, keepdim=True)


def lengths_with_weights(weights: Tensor) -> Tensor:
    """The lengths that have a weight in some sample; with gradients all, as that of a weight is its state."""
    if is_differentiated(weights) or not may_look(weights):
        return torch.arange(weights.shape[-1], device=weights.device)
    return (weights != 0).reshape(-1, weights.shape[-1]).any(0).nonzero().flatten()


def from_ends(
    lengths: Tensor, base: Tensor, step: Callable[..., Tensor], items: Sequence[Items]
) -> Iterator[Tensor]:
    """The states up to step(x₁, … step(x_n, base)), where n is the length (..., 1) of each sample."""
    state = base
    yield state
    for index in reversed(range(len(items))):
        state = torch.where(lengths > index, step(state, *items[index]), base)
        yield state


def run_apart(
    weights: Tensor, base: Tensor, step: Callable[..., Tensor], items: Sequence[Items], rank: int
) -> Tensor:
    """What `backwards` ends with, of a step that need not be linear: each list starts at its own end.

    Where lengths are not whole, there is a run for each of `lengths_with_weights`. The runs stand in a
    dimension before the `rank` others of a batch and its axes.
    """
    last = len(items)
    weights = weights[..., : last + 1]
    length = None if is_differentiated(weights) else whole_lengths(weights)
    if length is not None:
        return weights.sum(-1, keepdim=True) * last_of(from_ends(length, base, step, items))
    runs = lengths_with_weights(weights)
    states = last_of(from_ends(runs.reshape(-1, *[1] * (rank + 1)), base, step, items))
    weight = weights.index_select(-1, runs).movedim(-1, 0).unsqueeze(-1)
    weight = weight.reshape(len(runs), *[1] * (rank + 2 - weight.ndim), *weight.shape[1:])
    return (weight * seen(weight, states)).sum(0)


def last_of(states: Iterable[Tensor]) -> Tensor:
    """The last state; those before are not kept."""
    (last,) = deque(states, maxlen=1)
    return last


def run_matrix(method: Method, weights: Tensor, base: Tensor, matrix: Tensor) -> Tensor:
    """The result from the matrix of a step, (D, D) or (..., D, D). Weights (..., N), base (..., D)."""
    if method == "loop":
        rows = matrix.ndim > 2

        def step(state: Tensor) -> Tensor:
            return (state.unsqueeze(-2) @ matrix).squeeze(-2) if rows else state @ matrix

        return run_loop(weights, base, step)
    baby, giant = split(int(weights.shape[-1]))
    if method == "doubling":
        baby, giant = baby + giant, 0
    elif giant and matrix.ndim == 2 and int(matrix.shape[-1]) <= SMALL:
        return _all_powers(weights, base, matrix, baby, giant)
    return _leaps(weights, base, _squarings(matrix, baby, giant), baby, giant)


def run_jumps(weights: Tensor, base: Tensor, index: Tensor) -> Tensor:
    """The result where the step sends e_j to e_index[j], and to nothing where that is D: by pointer jumping.

    Weights (..., N), base (..., D), index (D,) of integers.
    """
    baby, giant = split(int(weights.shape[-1]))
    powers = [Jump(index)]
    while len(powers) < baby + giant:
        powers.append(powers[-1].squared())
    return _leaps(weights, base, powers, baby, giant)


@dataclass(frozen=True, slots=True)
class Jump:
    """A matrix of which each row is a basis vector or nothing, by the indices of its ones."""

    index: Tensor

    def times(self, rows: Tensor) -> Tensor:
        dim = rows.shape[-1]
        return rows.new_zeros(*rows.shape[:-1], dim + 1).index_add(-1, self.index, rows)[..., :dim]

    def squared(self) -> Jump:
        lost = self.index.new_tensor([len(self.index)])
        return Jump(torch.cat([self.index, lost])[self.index])


def _times(rows: Tensor, power: Tensor | Jump) -> Tensor:
    return power.times(rows) if isinstance(power, Jump) else rows @ power


def _squarings(matrix: Tensor, baby: int, giant: int) -> list[Tensor]:
    """M, M², M⁴, …: what `_leaps` takes."""
    levels, count = baby + giant, min(baby, baby + giant - 1)
    powers = [matrix]
    if count > 0 and is_transformed():  # a derivative forwards of another loses the outer one in a Function
        wide = matrix.to(_wide(matrix))
        for _ in range(count):
            wide = wide @ wide
            powers.append(wide.to(matrix.dtype))
    elif count > 0:
        powers += _Squarings.apply(matrix, count)
    while len(powers) < levels:
        powers.append(powers[-1] @ powers[-1])
    return powers


class _Squarings(torch.autograd.Function):
    """M², M⁴, … M^(2ᵏ), squared in float64 and given in M's dtype, which is what the gradient is taken in:
    it needs no more, and the wide squares need not be kept for it.
    """

    generate_vmap_rule = True

    @staticmethod
    def forward(matrix: Tensor, count: int) -> tuple[Tensor, ...]:
        squares: list[Tensor] = []
        wide = matrix.to(_wide(matrix))
        for _ in range(count):
            wide = wide @ wide
            squares.append(wide.to(matrix.dtype))
        return tuple(squares)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Tensor, int], output: tuple[Tensor, ...]) -> None:
        ctx.save_for_backward(inputs[0], *output)
        ctx.save_for_forward(inputs[0], *output)

    @staticmethod
    def jvp(ctx: Any, *grad_inputs: Any) -> tuple[Tensor, ...]:
        tangent: Tensor = grad_inputs[0]
        tangents: list[Tensor] = []
        for root in ctx.saved_tensors[:-1]:
            tangent = tangent @ root + root @ tangent
            tangents.append(tangent)
        return tuple(tangents)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        roots: tuple[Tensor, ...] = ctx.saved_tensors[:-1]
        total = gradients[-1]
        for place in reversed(range(len(roots))):
            # d(R R) = dR R + R dR
            root = roots[place].mT
            total = total @ root + root @ total
            total = total + gradients[place - 1] if place else total
        return total, None


def _wide(matrix: Tensor) -> torch.dtype:
    """What powers are taken in. A square has twice the relative error of its root, so that many squarings in
    float32 leave less than the loop does; Apple's GPUs have no float64.
    """
    return matrix.dtype if matrix.device.type == "mps" else torch.float64


def _leaps(weights: Tensor, base: Tensor, powers: list[Tensor] | list[Jump], baby: int, giant: int) -> Tensor:
    """Baby steps b Mʲ by doubling, their sums Σ_j n[km + j] b Mʲ, and of these Σ_k … M^(km) by halving.

    `powers` has M^(2ᵏ) for each k below baby + giant. The last baby steps are kept apart from the others, and
    the first sums are taken by halves, since tensors that are joined and cut are kept for the gradient too.
    """
    steps = int(weights.shape[-1])
    states, further = base.unsqueeze(-2), None
    for power in powers[:baby]:
        if further is not None:
            states = torch.cat([states.expand(*further.shape[:-2], *states.shape[-2:]), further], -2)
        # No power is taken that only padding weighs: it may be infinite, and zero times that is no zero.
        further = _times(states[..., : steps - states.shape[-2], :], power)
    if not giant:
        return _sums(weights.unsqueeze(-2), states, further).squeeze(-2)
    weights = _padded(weights, 2**baby, 2**giant)
    half = weights.shape[-2] // 2
    far = _sums(weights[..., half:, :], states, further)
    total = _sums(weights[..., :half, :], states, further) + _times(far, powers[baby + giant - 1])
    for power in reversed(powers[baby : baby + giant - 1]):
        near, far = total.unflatten(-2, (2, -1)).unbind(-3)
        total = near + _times(far, power)
    return total.squeeze(-2)


def _sums(weights: Tensor, states: Tensor, further: Tensor | None) -> Tensor:
    """Weights (..., K, m) times states (..., m, D), of which the second half may stand apart."""
    if further is None:
        return weights @ states
    count = states.shape[-2]
    return weights[..., :count] @ states + weights[..., count:] @ further


def _all_powers(weights: Tensor, base: Tensor, matrix: Tensor, baby: int, giant: int) -> Tensor:
    """The same with a small matrix, of which all baby steps are one product, and all giant steps another."""
    leap = matrix.to(_wide(matrix))
    identity = torch.eye(matrix.shape[-1], dtype=leap.dtype, device=leap.device)
    steps = torch.cat([identity, leap], -1)
    for _ in range(1, baby):
        leap = leap @ leap
        steps = torch.cat([steps, leap @ steps], -1)
    dim, blocks = base.shape[-1], -(-int(weights.shape[-1]) // 2**baby)
    leap = leap @ leap
    leaps = torch.cat([identity, leap])
    for level in range(1, giant):
        leap = leap @ leap
        leaps = torch.cat([leaps, leaps[: (blocks - 2**level) * dim] @ leap])
    states = (base @ steps.to(matrix.dtype)).unflatten(-1, (-1, dim))
    total = _padded(weights, 2**baby, blocks) @ states
    return total.flatten(-2) @ leaps.to(matrix.dtype)


def _padded(weights: Tensor, baby: int, giant: int) -> Tensor:
    """The weights (..., N) as (..., giant, baby), with zeros where there are too few."""
    missing = baby * giant - int(weights.shape[-1])
    padded = torch.nn.functional.pad(weights, (0, missing)) if missing else weights
    return padded.unflatten(-1, (giant, baby))


def step_matrix(step: Callable[[Tensor], Tensor], dim: int, batch: int, like: Tensor) -> Tensor:
    """The matrix of a linear step, row j the image of e_j: (D, D), or (..., D, D) if it varies by sample.

    `batch` is how many dimensions the batch has.
    """
    basis = torch.eye(dim, dtype=like.dtype, device=like.device)
    images = step(basis.reshape(dim, *[1] * batch, dim))
    if math.prod(images.shape[1:-1]) == 1:
        return images.reshape(dim, dim)
    return images.movedim(0, -2)


def weighted(weights: Tensor, states: Sequence[Tensor]) -> Tensor:
    """Σ_i weights[i] · states[i], where a weight of zero does not see its state. (..., N), each (..., D)."""
    if all(state.numel() == state.shape[-1] for state in states):
        rows = torch.stack([state.flatten() for state in states])
        if may_look(rows) and not is_spoiled(rows):
            total, rank = weights @ rows, max(weights.ndim, *(state.ndim for state in states))
            return total.reshape(*[1] * (rank - total.ndim), *total.shape)
    # One after the other: all weighted states at once would take the steps times the memory.
    parts = (
        weights[..., index : index + 1] * seen(weights[..., index : index + 1], state)
        for index, state in enumerate(states)
    )
    return reduce(add, parts)
