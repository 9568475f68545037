"""Recurrences by every method: the loop's results and its gradients."""

import pytest
import torch
from torch import Tensor

from cajal_core import CajalError, Program
from cajal_core.backend.plan import METHODS, Method
from cajal_core.backend.recurrence import run_jumps, run_loop, run_matrix

SOURCE = """
space V[6]
extern step : V -o V
def run (v : V) (n : Nat) : V = iter n { zero => v | succ y => step y }
"""


def relative(found: Tensor, expected: Tensor) -> float:
    return float(((found - expected).norm() / expected.norm()).detach())


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("steps", [1, 2, 5, 17, 64, 100])
@pytest.mark.parametrize("per_sample", [False, True])
@pytest.mark.parametrize(("dim", "batch"), [(3, (4,)), (6, (2, 3)), (40, (2,)), (5, ())])
def test_every_method_agrees_with_the_loop(
    method: Method, steps: int, per_sample: bool, dim: int, batch: tuple[int, ...]
) -> None:
    torch.manual_seed(steps)
    matrix = torch.linalg.qr(torch.randn(*(batch if per_sample else ()), dim, dim))[0].requires_grad_()
    base, weights = (
        torch.randn(*batch, dim, requires_grad=True),
        torch.rand(*batch, steps, requires_grad=True),
    )
    leaves = [matrix, base, weights]
    expected = run_matrix("loop", weights, base, matrix)
    found = run_matrix(method, weights, base, matrix)
    assert relative(found, expected) < 1e-5
    direction = torch.randn_like(expected)
    for ours, theirs in zip(
        torch.autograd.grad(found, leaves, direction, allow_unused=True),
        torch.autograd.grad(expected, leaves, direction, allow_unused=True),
        strict=True,
    ):
        if ours is None or theirs is None:  # one state has no matrix
            assert ours is None or not ours.any()
        else:
            assert relative(ours, theirs) < 1e-5 or not theirs.any()


@pytest.mark.parametrize("dim", [2, 17])
@pytest.mark.parametrize("per_sample", [False, True])
def test_gradients_have_gradients(dim: int, per_sample: bool) -> None:
    torch.manual_seed(0)
    shape = (2, dim, dim) if per_sample else (dim, dim)
    matrix = (torch.randn(*shape, dtype=torch.float64) / dim).requires_grad_()
    base, weights = (torch.randn(2, size, dtype=torch.float64, requires_grad=True) for size in (dim, 9))
    inputs = (weights, base, matrix)
    assert torch.autograd.gradgradcheck(
        lambda *given: run_matrix("paterson-stockmeyer", *given), inputs, fast_mode=True
    )


@pytest.mark.parametrize("steps", [1, 2, 5, 17, 64])
def test_jumps_agree_with_the_loop(steps: int) -> None:
    base, weights = torch.randn(3, 5, requires_grad=True), torch.rand(2, 1, steps, requires_grad=True)
    index = torch.tensor([1, 2, 2, 5, 0])  # e_3 is lost
    matrix = torch.zeros(5, 6)
    matrix[range(5), index] = 1
    expected = run_loop(weights, base, lambda state: state @ matrix[:, :5])
    found = run_jumps(weights, base, index)
    torch.testing.assert_close(found, expected)
    leaves = [base, weights]
    for ours, theirs in zip(
        torch.autograd.grad(found.square().sum(), leaves),
        torch.autograd.grad(expected.square().sum(), leaves),
        strict=True,
    ):
        torch.testing.assert_close(ours, theirs)


@pytest.mark.parametrize(("steps", "factor"), [(33, 10.0), (65, 3.0)])
@pytest.mark.parametrize("method", [None, *METHODS])
def test_powers_that_no_state_has_are_not_taken(steps: int, factor: float, method: Method | None) -> None:
    """They may be infinite, and zero times that is not zero."""
    program = Program(nat_size=steps)
    program.run(SOURCE)
    neuron = program.compile("run", link={"step": factor * torch.eye(6)})
    if method:
        neuron.methods["y"] = method
    v = torch.ones(6, requires_grad=True)
    found = neuron(v, torch.eye(steps)[1])
    assert found.tolist() == [factor] * 6
    assert torch.autograd.grad(found.sum(), v)[0].tolist() == [factor] * 6


def test_there_is_no_such_method() -> None:
    program = Program(nat_size=50)
    program.run(SOURCE)
    neuron = program.compile("run", link={"step": torch.eye(6)})
    neuron.methods["y"] = "krylov"  # type: ignore[assignment]  # as a user may
    with pytest.raises(CajalError, match="there is no method 'krylov'"):
        neuron(torch.ones(6), torch.rand(50))
