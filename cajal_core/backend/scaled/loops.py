"""Recurrences one step after the other, whose states are rescaled at each step.

A step takes the state and the position of what it reads beside it, and returns a state in range.

>>> from cajal_core.backend.scaled.pair import rescaled
>>> def half(state: Pair, position: int) -> Pair:
...     return rescaled(state.tensor / 2, exponents_of(state))
>>> ends = Ends(longest=1000, shortest=1000, lengths=None)
>>> state = run_to_ends(ends, Pair(torch.tensor([0.5]), None), half, range(1000))
>>> state.tensor, state.exponent
(tensor([0.5000]), tensor([-1000], dtype=torch.int32))
"""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import torch
from torch import Tensor

from cajal_core.backend.finite import is_differentiated, may_look
from cajal_core.backend.folds.ends import Ends, run_to_ends
from cajal_core.backend.recurrence import lengths_with_weights, whole_lengths
from cajal_core.backend.scaled.pair import (
    Pair,
    added,
    exponents_of,
    is_far_inside,
    magnitude,
    scale_from,
    weighted,
)

Step: TypeAlias = Callable[[Pair, int], Pair]

#: So many states are added up at once.
_TOGETHER = 64
#: After so many steps a quick recurrence is rescaled.
_STEPS = 4


def quick_to_ends(
    ends: Ends, base: Pair, step: Callable[[Tensor, int], Tensor], positions: Sequence[int]
) -> Pair | None:
    """The state that each list ends with, by a step on tensors, rescaled after some steps.

    None where a state has left the range meanwhile or is zero, as in `products.quick_product`, and where no
    value may decide that.
    """
    state, reached = base, list[Tensor]()
    for start in range(0, len(positions), _STEPS):
        tensor = run_to_ends(ends, state.tensor, step, positions[start : start + _STEPS])
        if not (may_look(tensor) and tensor.numel()):
            return None
        magnitudes = magnitude(tensor)
        reached += magnitudes.aminmax()
        own, factor = scale_from(magnitudes)
        state = Pair(tensor * factor, exponents_of(state) + own)
    return state if is_far_inside(torch.stack(reached)) else None


def choose(chosen: Tensor, first: Pair, second: Pair) -> Pair:
    """One pair where something holds, else the other."""
    exponents = torch.where(chosen, exponents_of(first), exponents_of(second))
    return Pair(torch.where(chosen, first.tensor, second.tensor), exponents)


def forwards(weights: Tensor, base: Pair, step: Step, count: int) -> Pair:
    """Σ_i weights[i] · state i, after so many steps at most.

    With gradients all are added at once: a weight of zero has the derivative that its state has beside the
    result, and not beside the others of a part.
    """
    together = count + 1 if is_differentiated(weights) else _TOGETHER
    states, start, parts = [base], 0, list[Pair]()
    for position in range(count + 1):
        if len(states) == together or position == count:
            parts = [added([*parts, _weighed(weights[..., start : position + 1], states)])]
            states, start = states[-1:], position + 1
            if position < count:
                states = [step(states[0], position)]
        else:
            states.append(step(states[-1], position))
    return parts[0]


def _weighed(weights: Tensor, states: list[Pair]) -> Pair:
    """The sum of states with weights (…, I)."""
    tensors = torch.stack(torch.broadcast_tensors(*[state.tensor for state in states]))
    exponents = torch.stack(torch.broadcast_tensors(*map(exponents_of, states)))
    rows, rank = weights.movedim(-1, 0).unsqueeze(-1), max(tensors.ndim, exponents.ndim, weights.ndim + 1)
    return weighted(*[_ranked(each, rank) for each in (rows, tensors, exponents)])


def _ranked(each: Tensor, rank: int) -> Tensor:
    """A tensor with so many dimensions, of which the first stays the first."""
    return each.reshape(each.shape[0], *[1] * (rank - each.ndim), *each.shape[1:])


def backwards(weights: Tensor, base: Pair, step: Step, count: int) -> Pair:
    """y₀ of a linear step, where y_n = weights[n] · base and y_{i-1} = step(yᵢ, i - 1) + weights[i-1] · base.

    Both are brought to the greater of their scales before they are added.
    """
    is_seen = may_look(weights) and not is_differentiated(weights)
    weighs = (weights != 0).reshape(-1, weights.shape[-1]).any(0).tolist() if is_seen else None

    def started(index: int) -> Pair:
        rows = torch.stack([weights[..., index : index + 1]])
        return weighted(rows, base.tensor.unsqueeze(0), exponents_of(base).unsqueeze(0))

    state: Pair | None = None
    for index in range(count, -1, -1):
        if state is not None:
            state = step(state, index)
        if state is None or weighs is None or weighs[index]:
            state = started(index) if state is None else added([state, started(index)])
    assert state is not None
    return state


def apart(weights: Tensor, base: Pair, step: Step, count: int, rank: int) -> Pair:
    """The same of a step that need not be linear: each list starts at its own end.

    Where lengths are not whole, there is a run for each of `lengths_with_weights`. The runs stand in a
    dimension before the `rank` others of a batch and its axes.
    """
    positions = range(count - 1, -1, -1)
    length = None if is_differentiated(weights) else whole_lengths(weights)
    if length is not None:
        state = run_to_ends(Ends(count, 0, length), base, step, positions, choose)
        return Pair(weights.sum(-1, keepdim=True) * state.tensor, state.exponent)
    runs = lengths_with_weights(weights)
    ends = Ends(count, 0, runs.reshape(-1, *[1] * (rank + 1)))
    state = run_to_ends(ends, base, step, positions, choose)
    tensors = state.tensor
    if tensors.ndim < rank + 2:  # no step ran
        tensors = tensors.expand(len(runs), *[1] * (rank + 1 - tensors.ndim), *tensors.shape)
    exponents = exponents_of(state)
    exponents = exponents.expand(len(runs), *[1] * (rank + 1), 1) if exponents.ndim < rank + 2 else exponents
    rows = _ranked(weights.index_select(-1, runs).movedim(-1, 0).unsqueeze(-1), rank + 2)
    return weighted(rows, tensors, exponents)
