"""Recurrences that read an element at each step, beside their sums written out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from cajal_core.backend.recurrence import (
    Items,
    backwards,
    from_ends,
    last_of,
    run_apart,
    run_guarded,
    run_loop,
    whole_lengths,
)

torch.manual_seed(0)
BATCH, LENGTH, DIM = 4, 5, 3
MIX = torch.rand(DIM, 2, DIM, dtype=torch.float64)
BASE = torch.rand(DIM, dtype=torch.float64)
ELEMENTS = torch.rand(BATCH, LENGTH, 2, dtype=torch.float64)
ITEMS: list[Items] = [(element,) for element in ELEMENTS.unbind(-2)]
WEIGHTS = torch.rand(BATCH, LENGTH + 3, dtype=torch.float64)


def linear(state: Tensor, item: Tensor) -> Tensor:
    return torch.einsum("...d,...e,ded->...d", state, item, MIX) + torch.einsum(
        "...d,...e,def->...f", state, item, MIX
    )


def opaque(state: Tensor, item: Tensor) -> Tensor:
    return linear(state, item).tanh()


def expected(step: Callable[[Tensor, Tensor], Tensor], weights: Tensor, *, is_cons: bool) -> Tensor:
    """Σ over lengths, a recurrence for each."""
    total = torch.zeros(BATCH, DIM, dtype=torch.float64)
    for length in range(LENGTH + 1):
        state, order = BASE, range(length)
        for index in reversed(order) if is_cons else order:
            state = step(state, ELEMENTS[:, index])
        total = total + weights[:, length : length + 1] * state
    return total


@pytest.mark.parametrize("step", [linear, opaque])
@pytest.mark.parametrize("run", [run_loop, run_guarded])
def test_from_the_first_element_on(run: Callable[..., Tensor], step: Callable[..., Tensor]) -> None:
    found = run(WEIGHTS, BASE, step, ITEMS)
    torch.testing.assert_close(found, expected(step, WEIGHTS, is_cons=False))


@pytest.mark.parametrize("is_guarded", [False, True])
def test_from_the_last_element_on(is_guarded: bool) -> None:
    states = [*backwards(WEIGHTS, BASE, linear, ITEMS, is_guarded=is_guarded)]
    assert len(states) == LENGTH + 1
    torch.testing.assert_close(states[-1], expected(linear, WEIGHTS, is_cons=True))
    assert last_of(iter(states)) is states[-1]


def test_lists_of_several_lengths_share_no_state_of_an_opaque_step() -> None:
    found = run_apart(WEIGHTS, BASE, opaque, ITEMS, rank=1)
    torch.testing.assert_close(found, expected(opaque, WEIGHTS, is_cons=True))
    sparse = WEIGHTS * torch.tensor([0, 1, 0, 1, 0, 0, 0, 0], dtype=torch.float64)
    seen = list[torch.Size]()

    def watched(state: Tensor, item: Tensor) -> Tensor:
        seen.append(torch.broadcast_shapes(state.shape[:-1], item.shape[:-1]))
        return opaque(state, item)

    found = run_apart(sparse, BASE, watched, ITEMS, rank=1)
    torch.testing.assert_close(found, expected(opaque, sparse, is_cons=True))
    assert seen[-1] == (2, BATCH)  # a run for each of the two lengths


def test_whole_lengths_take_one_run() -> None:
    lengths = torch.tensor([0, 5, 2, 3])
    weights = torch.nn.functional.one_hot(lengths, LENGTH + 1).to(torch.float64)
    length = whole_lengths(weights)
    assert length is not None
    assert length.flatten().tolist() == lengths.tolist()
    assert whole_lengths(WEIGHTS) is None
    shapes = {step_shape.shape for step_shape in from_ends(length, BASE, opaque, ITEMS)}
    assert shapes == {(DIM,), (BATCH, DIM)}
    found = run_apart(weights, BASE, opaque, ITEMS, rank=1)
    torch.testing.assert_close(found, expected(opaque, weights, is_cons=True))


def test_each_length_has_the_gradient_of_its_own_state() -> None:
    weights = torch.nn.functional.one_hot(torch.tensor([0, 5, 2, 3]), LENGTH + 1).to(torch.float64)
    gradients = [
        torch.autograd.grad(run(own).sum(), own)[0]
        for own, run in (
            (weights.clone().requires_grad_(), lambda own: run_apart(own, BASE, opaque, ITEMS, rank=1)),
            (weights.clone().requires_grad_(), lambda own: expected(opaque, own, is_cons=True)),
        )
    ]
    torch.testing.assert_close(*gradients)


def test_what_stands_beyond_the_end_is_not_seen() -> None:
    items: list[Items] = [
        (torch.where(torch.arange(BATCH)[:, None] > 1, torch.nan, item),) for (item,) in ITEMS
    ]
    weights = torch.zeros(BATCH, LENGTH + 1, dtype=torch.float64)
    weights[:2, 2], weights[2:, 0] = 1, 1
    found = run_apart(weights, BASE, opaque, items, rank=1)
    torch.testing.assert_close(found, expected(opaque, weights, is_cons=True))


def test_without_elements_the_base_is_weighed() -> None:
    for run in (run_loop, run_guarded):
        assert torch.equal(run(WEIGHTS, BASE, linear, []), WEIGHTS[:, :1] * BASE)
    assert torch.equal(last_of(backwards(WEIGHTS, BASE, linear, [])), WEIGHTS[:, :1] * BASE)
    assert torch.equal(run_apart(WEIGHTS, BASE, opaque, [], rank=1), WEIGHTS[:, :1] * BASE)
