"""Recurrences one step after the other agree with sums over states in float64."""

from collections.abc import Callable

import pytest
import torch

from cajal_core.backend.folds.ends import Ends, run_to_ends
from cajal_core.backend.scaled.loops import apart, backwards, choose, forwards, quick_to_ends
from cajal_core.backend.scaled.pair import Pair, exponents_of, rescaled

COUNT = 150
FACTORS = torch.linspace(0.001, 0.1, COUNT)
WEIGHTS = torch.stack(
    [torch.rand(COUNT + 1, generator=torch.Generator().manual_seed(0)), torch.zeros(COUNT + 1)]
)
WEIGHTS[0, :100] = 0
WEIGHTS[1, 60] = 0.5
BASE = Pair(torch.tensor([[0.75, 0.5], [1.0, 0.25]]), None)


def step(state: Pair, position: int) -> Pair:
    return rescaled(state.tensor * FACTORS[position], exponents_of(state))


def value(pair: Pair) -> torch.Tensor:
    return pair.tensor.double() * 2.0 ** exponents_of(pair).double()


def expected(weights: torch.Tensor) -> torch.Tensor:
    """Factors commute, so that both orders have this sum."""
    products = torch.cat([torch.ones(1, dtype=torch.float64), FACTORS.double().cumprod(0)])
    return (weights.double() * products).sum(-1, keepdim=True) * BASE.tensor.double()


def close(found: torch.Tensor, wanted: torch.Tensor) -> None:
    assert (wanted > 0).all() and (wanted < 1e-100).all()
    assert ((found - wanted) / wanted).abs().max() < 1e-5


def test_sums_over_all_states() -> None:
    close(value(forwards(WEIGHTS, BASE, step, COUNT)), expected(WEIGHTS))
    close(value(backwards(WEIGHTS, BASE, step, COUNT)), expected(WEIGHTS))
    close(value(apart(WEIGHTS, BASE, step, COUNT, 1)), expected(WEIGHTS))


@pytest.mark.parametrize("run", [forwards, backwards])
def test_gradients_of_weights(run: Callable[..., Pair]) -> None:
    of = WEIGHTS.clone().requires_grad_()
    made = run(of, BASE, step, COUNT)
    made.tensor.sum().backward()
    wanted = torch.cat([torch.ones(1, dtype=torch.float64), FACTORS.double().cumprod(0)])
    wanted = wanted * BASE.tensor.double().sum(-1, keepdim=True) / 2.0 ** exponents_of(made).double()
    assert of.grad is not None
    # Derivatives beyond the range of float32 are held, those below it are zero.
    fits = (wanted < 2.0**90) & (wanted > 2.0**-90)
    assert fits.any()
    assert ((of.grad.double() - wanted) / wanted)[fits].abs().max() < 1e-4
    assert of.grad.isfinite().all()


def test_states_at_the_ends_of_lists() -> None:
    lengths = torch.tensor([[COUNT], [90]])
    ends, wanted = Ends(COUNT, 90, lengths), torch.nn.functional.one_hot(lengths.squeeze(-1), COUNT + 1)
    close(value(run_to_ends(ends, BASE, step, range(COUNT), choose)), expected(wanted))
    quick = quick_to_ends(ends, BASE, lambda state, position: state * FACTORS[position], range(COUNT))
    assert quick is not None
    close(value(quick), expected(wanted))


@pytest.mark.parametrize("factor", [0.0, 1e-30, 1e30, torch.nan])
def test_a_state_that_leaves_the_range_between_two_scalings_is_told(factor: float) -> None:
    ends = Ends(COUNT, COUNT, None)
    assert quick_to_ends(ends, BASE, lambda state, _: state * factor, range(COUNT)) is None


def test_a_step_that_is_not_seen_leaves_the_scale() -> None:
    def erased(state: Pair, _: int) -> Pair:
        return rescaled(state.tensor * 0, exponents_of(state))

    found = forwards(torch.tensor([1.0, 0.0]), Pair(torch.tensor([0.5]), None), erased, 1)
    assert value(found).tolist() == [0.5]
