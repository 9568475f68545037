"""A fold as a product of matrices gives what a plain loop over each list gives."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from cajal_core.backend.folds.ends import Ends, Order, positions_in, run_to_ends
from cajal_core.backend.folds.products import APART, by_table, product, run_products, step_table

BATCH, LONGEST, ELEMENT = 4, 9, 3
#: Small matrices stand apart by their entries, larger ones do not.
DIMS = (2, 5, 7, 9)
LENGTHS = [0, 1, 6, LONGEST]
ENDS = Ends(LONGEST, 0, torch.tensor(LENGTHS).unsqueeze(-1))
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


def in_steps(
    ends: Ends, base: Tensor, step: Callable[..., Tensor], inputs: list[Tensor], order: Order
) -> Tensor:
    def read(state: Tensor, position: int) -> Tensor:
        return step(state, *[each[position] for each in inputs])

    return run_to_ends(ends, base, read, positions_in(order, ends.longest))


def test_both_ways_to_multiply_are_tried() -> None:
    assert min(DIMS) <= APART < max(DIMS)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("dim", DIMS)
@pytest.mark.parametrize("count", [1, 2, 3, 8, LONGEST])
def test_lists_of_one_length(dim: int, order: Order, count: int) -> None:
    step, base, elements = bilinear(dim), random(BATCH, dim), random(count, BATCH, ELEMENT)
    table = step_table(step, dim, ELEMENT, 1, base)
    assert table is not None
    expected, ends = looped([count] * BATCH, base, step, [elements], order), Ends(count, count, None)
    for given in (None, table):
        torch.testing.assert_close(run_products(ends, base, step, [elements], order, 1, given), expected)
    for taken in (step, by_table(table)):
        torch.testing.assert_close(in_steps(ends, base, taken, [elements], order), expected)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("dim", DIMS)
def test_lists_of_several_lengths(dim: int, order: Order) -> None:
    """What stands beyond the end of a list is read and has no effect."""
    step, base, elements = bilinear(dim), random(BATCH, dim), random(LONGEST, BATCH, ELEMENT)
    table = step_table(step, dim, ELEMENT, 1, base)
    expected = looped(LENGTHS, base, step, [elements], order)
    for given in (None, table):
        torch.testing.assert_close(run_products(ENDS, base, step, [elements], order, 1, given), expected)
    torch.testing.assert_close(in_steps(ENDS, base, step, [elements], order), expected)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("dim", DIMS)
def test_a_step_that_reads_two_elements(dim: int, order: Order) -> None:
    step, base = curved(dim), random(BATCH, dim)
    inputs = [random(LONGEST, BATCH, ELEMENT), random(LONGEST, BATCH, ELEMENT)]
    expected = looped(LENGTHS, base, step, inputs, order)
    torch.testing.assert_close(run_products(ENDS, base, step, inputs, order, 1, None), expected)
    torch.testing.assert_close(in_steps(ENDS, base, step, inputs, order), expected)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("dim", [5, 7])
def test_its_gradients_are_those_of_the_loop(dim: int, order: Order) -> None:
    weights = (random(dim, ELEMENT, dim) / dim).requires_grad_()
    base, elements = random(BATCH, dim).requires_grad_(), random(LONGEST, BATCH, ELEMENT).requires_grad_()

    def step(state: Tensor, element: Tensor) -> Tensor:
        return torch.einsum("...d,...e,dek->...k", state, element, weights)

    leaves = weights, base, elements
    expected = torch.autograd.grad(looped(LENGTHS, base, step, [elements], order).sin().sum(), leaves)
    for table in (None, weights):
        run = run_products(ENDS, base, step, [elements], order, 1, table)
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
    torch.testing.assert_close(product(matrices, "snoc", apart=True), m[4] @ m[3] @ m[2] @ m[1] @ m[0])
    torch.testing.assert_close(product(matrices, "cons", apart=True), m[0] @ m[1] @ m[2] @ m[3] @ m[4])
