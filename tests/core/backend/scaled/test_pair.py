"""Pairs: what is rescaled, weighed and added up keeps its value and its gradient."""

import pytest
import torch

from cajal_core.backend.scaled.pair import Pair, added, exponent_of, exponents_of, rescaled, true, weighted


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("size", [1e-37, 3e-10, 0.7, 5e20])
def test_rescaling_is_exact(dtype: torch.dtype, size: float) -> None:
    given = torch.tensor([size, -size / 3], dtype=dtype)
    pair = rescaled(given, None)
    assert 0.5 <= pair.tensor.abs().max() <= 1
    assert torch.equal(true(pair), given)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("size", ["tiny", "smallest_normal", "max"])
def test_the_ends_of_the_range_are_rescaled_to_finite_numbers(dtype: torch.dtype, size: str) -> None:
    info = torch.finfo(dtype)
    number = info.smallest_normal * info.eps if size == "tiny" else getattr(info, size)
    pair = rescaled(torch.tensor([number], dtype=dtype), None)
    assert 0 < pair.tensor.item() <= 1
    assert torch.equal(torch.ldexp(pair.tensor, exponents_of(pair)), torch.tensor([number], dtype=dtype))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_exponents_are_those_of_a_batch_that_is_mapped(dtype: torch.dtype) -> None:
    given = torch.tensor([3.0, -0.3, 1e-30, 1e30, 0.0, torch.inf, torch.nan, 5.0], dtype=dtype)
    mapped = torch.vmap(exponent_of)(given)
    assert mapped.tolist() == exponent_of(given).tolist() == [2, -1, -99, 100, 0, 0, 0, 3]
    assert mapped.dtype == exponent_of(given).dtype


def test_zero_keeps_its_exponent_and_its_gradient() -> None:
    given = torch.zeros(2, requires_grad=True)
    pair = rescaled(given, torch.tensor([-500]))
    assert exponents_of(pair).item() == -500
    pair.tensor.sum().backward()
    assert given.grad is not None and given.grad.tolist() == [1.0, 1.0]


def test_the_greater_scale_wins_whatever_stands_first() -> None:
    great, small = (
        Pair(torch.tensor([0.5]), torch.tensor([0])),
        Pair(torch.tensor([1.0]), torch.tensor([-900])),
    )
    zero = Pair(torch.tensor([0.0]), torch.tensor([5000]))
    for pairs in ([great, small, zero], [zero, small, great]):
        total = added(pairs)
        assert total.tensor.item() * 2.0 ** exponents_of(total).item() == 0.5


def test_a_weight_of_zero_does_not_decide_the_scale() -> None:
    states = torch.tensor([[1.0], [torch.inf], [1.0]])
    exponents = torch.tensor([[0], [0], [-3000]])
    total = weighted(torch.tensor([[0.0], [0.0], [0.5]]), states, exponents)
    assert total.tensor.item() == 0.5
    assert exponents_of(total).item() == -3000


def test_tiny_weights_of_great_states() -> None:
    states, exponents = torch.tensor([[1.0], [1.0]]), torch.tensor([[0], [50]])
    total = weighted(torch.tensor([[0.5], [2.0**-50]]), states, exponents)
    assert total.tensor.item() * 2.0 ** exponents_of(total).item() == 1.5
