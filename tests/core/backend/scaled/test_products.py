"""Products of matrices in range agree with those in float64, also where plain products leave the range."""

import math

import pytest
import torch

from cajal_core.backend.folds.ends import Order
from cajal_core.backend.folds.products import APART
from cajal_core.backend.recurrence import Jump
from cajal_core.backend.scaled.pair import Pair, exponents_of
from cajal_core.backend.scaled.products import leaps, product, quick_product


@pytest.mark.parametrize("dim", [2, APART + 2])
@pytest.mark.parametrize("count", [1, 2, 7, 100])
@pytest.mark.parametrize("order", ["snoc", "cons"])
@pytest.mark.parametrize("size", [0.2, 1e-6])
def test_trees_agree_with_float64(dim: int, count: int, order: Order, size: float) -> None:
    torch.manual_seed(0)
    matrices = torch.rand(count, dim, dim) * size
    expected, log = torch.eye(dim, dtype=torch.float64), 0.0
    for matrix in matrices.double():
        expected = matrix @ expected if order == "snoc" else expected @ matrix
        log += math.log(expected.max().item())
        expected = expected / expected.max()
    is_apart = dim <= APART
    given, rows = (matrices.permute(1, 2, 0), (0, 1)) if is_apart else (matrices, (-2, -1))
    made = [product(given, order, rows)]
    quick = quick_product(given, order, rows)
    assert (quick is None) == (size == 1e-6 and count >= 7)
    for whole, exponent in [*made, *([] if quick is None else [quick])]:
        found = math.log(whole.double().max().item()) + exponent.item() * math.log(2)
        assert abs(found - log) < 1e-5
        torch.testing.assert_close(whole.double() / whole.double().max(), expected, rtol=1e-5, atol=1e-6)


def test_a_quick_product_of_what_is_zero_is_none() -> None:
    assert quick_product(torch.zeros(2, 2, 4), "snoc", (0, 1)) is None
    whole, _ = product(torch.zeros(2, 2, 4), "snoc", (0, 1))
    assert not whole.any()


@pytest.mark.parametrize("factors", [[1e-30, 1e-15, 1e30, 1.0], [1e-20, 1e-20, 1e25, 1.0], [torch.nan] * 4])
def test_a_quick_product_loses_nothing_that_a_great_factor_brings_back(factors: list[float]) -> None:
    assert quick_product(torch.tensor(factors).reshape(1, 1, 4), "snoc", (0, 1)) is None


@pytest.mark.parametrize("steps", [2, 5, 40, 700])
@pytest.mark.parametrize("first", [0, 1, 690])
def test_leaps_agree_with_float64(steps: int, first: int) -> None:
    torch.manual_seed(0)
    matrix, base, weights = torch.rand(3, 3) * 0.3, torch.rand(2, 3), torch.rand(2, steps)
    weights[:, : min(first, steps - 1)] = 0
    expected, state = torch.zeros(2, 3, dtype=torch.float64), base.double()
    for weight in weights.double().unbind(-1):
        expected, state = expected + weight.unsqueeze(-1) * state, state @ matrix.double()
    made = leaps(weights, Pair(base, None), matrix)
    found = made.tensor.double() * 2.0 ** exponents_of(made).double()
    assert (expected > 0).all()
    assert (expected < 1e-100).all() == (steps == 700 and first == 690)
    assert ((found - expected) / expected).abs().max() < 1e-5


def test_jumps() -> None:
    made = leaps(
        torch.tensor([0.0, 0.0, 1.0]),
        Pair(torch.tensor([1.0, 0.0, 0.0]), None),
        Jump(torch.tensor([1, 2, 3])),
    )
    assert (made.tensor * 2.0 ** exponents_of(made)).tolist() == [0.0, 0.0, 1.0]
