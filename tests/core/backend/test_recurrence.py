"""Recurrences by every method: the loop's results and its gradients."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from cajal_core import CajalError, Program
from cajal_core.backend.plan import METHODS, Method
from cajal_core.backend.recurrence import run_jumps, run_loop, run_matrix, weighted

SOURCE = """
space V[6]
extern step : V -o V
def run (v : V) (n : Nat) : V = iter n { zero => v | succ y => step y }
def given (!f : V -o V) (v : V) (n : Nat) : V = iter n { zero => v | succ y => f y }
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


def overflowing(
    steps: int, dtype: torch.dtype, method: Method | None
) -> tuple[Callable[..., Tensor], Tensor, Tensor]:
    """A recurrence whose step overflows in a few steps, the matrix of the step, and a start."""
    program = Program(nat_size=steps)
    program.run(SOURCE)
    neuron = program["given"].to(dtype)
    if method:
        neuron.methods["y"] = method
    factor = {torch.float16: 10.0, torch.bfloat16: 1e5, torch.float32: 1e5, torch.float64: 1e45}[dtype]
    matrix = (factor * torch.eye(6, dtype=torch.float64)).to(dtype).requires_grad_()
    return neuron, matrix, torch.ones(6, dtype=dtype, requires_grad=True)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
@pytest.mark.parametrize("steps", [10, 16, 17, 64, 65, 200])
def test_a_weight_of_zero_does_not_see_its_state(steps: int, dtype: torch.dtype) -> None:
    neuron, matrix, v = overflowing(steps, dtype, None)
    n = torch.eye(steps, dtype=dtype)[2].requires_grad_()
    found = neuron(matrix, v, n)
    factor = matrix[0, 0].item()
    torch.testing.assert_close(found, torch.full_like(v, factor**2))
    by_matrix, by_start, by_weights = torch.autograd.grad(found.sum(), [matrix, v, n])
    assert by_matrix.isfinite().all()
    torch.testing.assert_close(by_matrix.diagonal(), torch.full_like(v, 2 * factor))
    torch.testing.assert_close(by_start, torch.full_like(v, factor**2))
    # The derivative by a weight of zero is its state, where that is a number.
    torch.testing.assert_close(by_weights[:3], torch.tensor([6, 6 * factor, 6 * factor**2], dtype=dtype))
    # Where it is none, the loop has gone on from other states, and none of those is given for it.
    states = 6 * torch.tensor(factor, dtype=torch.float64) ** torch.arange(3, steps)
    rest = by_weights[3:].double()
    right = torch.where(states > torch.finfo(dtype).max, rest.isinf(), (rest / states - 1).abs() < 0.1)
    assert (right | (rest == 0)).all()


@pytest.mark.parametrize("method", [None, *METHODS])
def test_by_every_method_and_beside_other_samples(method: Method | None) -> None:
    neuron, matrix, v = overflowing(40, torch.float32, method)
    n = torch.eye(40)[[0, 1, 3]].requires_grad_()
    found = neuron(matrix, v, n)
    assert found[:, 0].tolist() == pytest.approx([1.0, 1e5, 1e15])
    for gradient in torch.autograd.grad(found.sum(), [matrix, v]):
        assert gradient.isfinite().all()


@pytest.mark.parametrize("steps", [10, 16, 17, 64, 65, 200])
@pytest.mark.parametrize("method", [None, "loop", "doubling"])
def test_where_the_result_overflows_the_error_comes_at_every_length(
    steps: int, method: Method | None
) -> None:
    neuron, matrix, v = overflowing(steps, torch.float32, method)
    with pytest.raises(CajalError, match=f"the recurrence of `y` over {steps} steps grew past"):
        neuron(matrix, v, torch.eye(steps)[9])


def test_a_result_that_only_its_dtype_cannot_hold_is_an_error_too() -> None:
    neuron, matrix, v = overflowing(10, torch.float16, None)
    with pytest.raises(CajalError, match="grew past the largest number"):
        neuron(matrix, v, torch.eye(10, dtype=torch.float16)[5])


@pytest.mark.parametrize("steps", [5, 20, 80])
def test_a_callable_step_is_guarded_too(steps: int) -> None:
    program = Program(nat_size=steps)
    program.run(SOURCE)
    weight = torch.tensor(1.0, requires_grad=True)
    neuron = program.compile("run", link={"step": lambda y: torch.exp(weight * y)})
    v = torch.zeros(6, requires_grad=True)
    found = neuron(v, torch.eye(steps)[[1, 2]])
    torch.testing.assert_close(found[:, 0], torch.tensor([1.0, torch.e]))
    for gradient in torch.autograd.grad(found.sum(), [v, weight]):
        assert gradient.isfinite().all()


@pytest.mark.parametrize("steps", [10, 17, 40, 70])
def test_derivatives_of_derivatives_agree_however_they_are_taken(steps: int) -> None:
    program = Program(nat_size=steps)
    program.run(SOURCE)
    torch.manual_seed(0)
    matrix, v = torch.randn(6, 6, dtype=torch.float64) / 3, torch.randn(6, dtype=torch.float64)
    n = torch.rand(steps, dtype=torch.float64)

    def f(scale: Tensor) -> Tensor:
        return program["given"](matrix * scale, v, n).sum()

    at = torch.ones(6, 1, dtype=torch.float64)
    by = (torch.func.jacfwd, torch.func.jacrev)
    first, *others = [outer(inner(f))(at) for outer in by for inner in by]
    assert first.abs().max() > 0
    for other in others:
        torch.testing.assert_close(other, first)


@pytest.mark.parametrize("batch", [(), (1, 1), (3,)])
def test_a_weighted_sum_of_states_does_not_see_those_of_weight_zero(batch: tuple[int, ...]) -> None:
    states = [torch.rand(*batch, 2) for _ in range(3)]
    weights = torch.rand(3, 3) if batch else torch.rand(3)
    expected = sum(weights[..., i : i + 1] * state for i, state in enumerate(states))
    torch.testing.assert_close(weighted(weights, states), expected)
    weights[..., 2] = 0
    expected = sum(weights[..., i : i + 1] * state for i, state in enumerate(states))
    states[2] = torch.full_like(states[2], torch.inf)
    torch.testing.assert_close(weighted(weights, states), expected)
