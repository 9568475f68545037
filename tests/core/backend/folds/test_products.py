"""A fold as a product of matrices gives what a plain loop over each list gives."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from cajal_core.backend.folds.products import (
    APART,
    Order,
    by_table,
    product,
    run_products,
    run_to_ends,
    step_table,
)

BATCH, LONGEST, ELEMENT = 4, 9, 3
#: Small matrices stand apart by their entries, larger ones do not.
DIMS = (2, 5, 7, 9)
LENGTHS = [0, 1, 6, LONGEST]
ORDERS: tuple[Order, ...] = ("cons", "snoc")


def random(*shape: int) -> Tensor:
    return torch.randn(*shape, dtype=torch.float64)


def bilinear(dim: int) -> Callable[..., Tensor]:
    """A random step that is linear in state and element."""
    table = random(dim, ELEMENT, dim) / dim
    return lambda state, element: torch.einsum("...d,...e,dek->...k", state, element, table)


def curved(dim: int) -> Callable[..., Tensor]:
    """A random step that is linear in the state alone, and reads two elements."""
    table = random(dim, ELEMENT, ELEMENT, dim) / dim
    return lambda state, one, other: torch.einsum(
        "...d,...e,...f,defk->...k", state, one, other.tanh(), table
    )


def looped(
    lengths: list[int], base: Tensor, step: Callable[..., Tensor], inputs: list[Tensor], order: Order
) -> Tensor:
    """The definition: one list after the other, one element after the other."""
    states = list[Tensor]()
    for sample, length in enumerate(lengths):
        state = base[sample]
        for position in range(length) if order == "snoc" else reversed(range(length)):
            state = step(state, *[each[position, sample] for each in inputs])
        states.append(state)
    return torch.stack(states)


def test_both_ways_to_multiply_are_tried() -> None:
    assert min(DIMS) <= APART < max(DIMS)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("dim", DIMS)
@pytest.mark.parametrize("count", [1, 2, 3, 8, LONGEST])
def test_lists_of_one_length(dim: int, order: Order, count: int) -> None:
    step, base, elements = bilinear(dim), random(BATCH, dim), random(count, BATCH, ELEMENT)
    table = step_table(step, dim, ELEMENT, 1, base)
    assert table is not None
    expected = looped([count] * BATCH, base, step, [elements], order)
    for given in (None, table):
        torch.testing.assert_close(run_products(None, base, step, [elements], order, 1, given), expected)
    for taken in (step, by_table(table)):
        items = [(elements[position],) for position in range(count)]
        torch.testing.assert_close(run_to_ends(None, count, base, taken, items, order), expected)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("dim", DIMS)
def test_lists_of_several_lengths(dim: int, order: Order) -> None:
    """What stands beyond the end of a list is read and has no effect."""
    step, base, elements = bilinear(dim), random(BATCH, dim), random(LONGEST, BATCH, ELEMENT)
    lengths, table = torch.tensor(LENGTHS).unsqueeze(-1), step_table(step, dim, ELEMENT, 1, base)
    expected = looped(LENGTHS, base, step, [elements], order)
    for given in (None, table):
        torch.testing.assert_close(run_products(lengths, base, step, [elements], order, 1, given), expected)
    items = [(elements[position],) for position in range(LONGEST)]
    torch.testing.assert_close(run_to_ends(lengths, 0, base, step, items, order), expected)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("dim", DIMS)
def test_a_step_that_reads_two_elements(dim: int, order: Order) -> None:
    step, base = curved(dim), random(BATCH, dim)
    inputs = [random(LONGEST, BATCH, ELEMENT), random(LONGEST, BATCH, ELEMENT)]
    lengths = torch.tensor(LENGTHS).unsqueeze(-1)
    expected = looped(LENGTHS, base, step, inputs, order)
    torch.testing.assert_close(run_products(lengths, base, step, inputs, order, 1, None), expected)
    items = [tuple([each[position] for each in inputs]) for position in range(LONGEST)]
    torch.testing.assert_close(run_to_ends(lengths, 0, base, step, items, order), expected)


def test_no_list_is_compared_before_the_shortest_ends() -> None:
    """A step before it is taken by all, as no list has ended: `shortest` is trusted."""
    base, elements = torch.zeros(2, 1), torch.ones(3, 2, 1)
    items = [(elements[position],) for position in range(3)]
    lengths = torch.tensor([[0], [3]])
    for shortest, counts in ((0, [[0.0], [3.0]]), (2, [[2.0], [3.0]])):
        ends = run_to_ends(lengths, shortest, base, torch.add, items, "snoc")
        torch.testing.assert_close(ends, torch.tensor(counts))


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("dim", [5, 7])
def test_its_gradients_are_those_of_the_loop(dim: int, order: Order) -> None:
    weights = (random(dim, ELEMENT, dim) / dim).requires_grad_()
    base, elements = random(BATCH, dim).requires_grad_(), random(LONGEST, BATCH, ELEMENT).requires_grad_()

    def step(state: Tensor, element: Tensor) -> Tensor:
        return torch.einsum("...d,...e,dek->...k", state, element, weights)

    lengths, leaves = torch.tensor(LENGTHS).unsqueeze(-1), (weights, base, elements)
    expected = torch.autograd.grad(looped(LENGTHS, base, step, [elements], order).sin().sum(), leaves)
    for table in (None, weights):
        run = run_products(lengths, base, step, [elements], order, 1, table)
        torch.testing.assert_close(torch.autograd.grad(run.sin().sum(), leaves), expected)


def test_a_step_that_varies_by_sample_has_no_table() -> None:
    of_each = random(BATCH, 2)
    assert (
        step_table(lambda state, element: state * of_each * element.sum(-1, True), 2, 3, 1, of_each) is None
    )
    table = step_table(lambda state, element: state * element.sum(-1, True), 2, 3, 1, of_each)
    assert table is not None
    torch.testing.assert_close(table, torch.eye(2, dtype=torch.float64).unsqueeze(1).expand(2, 3, 2))


def test_the_last_matrix_is_outermost_for_snoc() -> None:
    matrices = random(3, 3, 5)
    m = matrices.unbind(-1)
    torch.testing.assert_close(product(matrices, "snoc"), m[4] @ m[3] @ m[2] @ m[1] @ m[0])
    torch.testing.assert_close(product(matrices, "cons"), m[0] @ m[1] @ m[2] @ m[3] @ m[4])
