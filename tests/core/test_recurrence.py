"""Recurrences by every method: the loop's results, its gradients, and the choice."""

import pytest
import torch
from torch import Tensor

from cajal_core import CajalError, Program
from cajal_core.recurrence import METHODS, Method, plans, run_loop, run_matrix

SOURCE = """
space V[6]
extern step : V -o V
def run (v : V) (n : Nat) : V = iter n { zero => v | succ y => step y }
def each (!f : V -o V) (v : V) (n : Nat) : V = iter n { zero => v | succ y => f y }
def even (n : Nat) : Bool = iter n { zero => true | succ b => if b then false else true }
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


@pytest.mark.parametrize("method", METHODS)
def test_a_neuron_by_every_method(method: Method) -> None:
    program = Program(nat_size=50)
    program.run(SOURCE)
    matrix = torch.linalg.qr(torch.randn(6, 6))[0]
    v, n = torch.randn(3, 6), torch.rand(2, 1, 50)
    neuron = program.compile("run", link={"step": matrix})
    expected = run_loop(n, v, lambda state: state @ matrix.T)
    neuron.methods["y"] = method
    assert relative(neuron(v, n), expected) < 1e-5
    matrices = torch.linalg.qr(torch.randn(3, 6, 6))[0]
    each = program["each"]
    each.methods["y"] = method
    expected = run_loop(n, v, lambda state: (matrices @ state.unsqueeze(-1)).squeeze(-1))
    assert relative(each(matrices, v, n), expected) < 1e-5


def test_a_callable_step_is_looped_whatever_is_forced() -> None:
    program = Program(nat_size=50)
    program.run(SOURCE)
    neuron = program.compile("run", link={"step": torch.tanh})
    neuron.methods["y"] = "doubling"
    v, n = torch.randn(3, 6), torch.rand(3, 50)
    torch.testing.assert_close(neuron(v, n), run_loop(n, v, torch.tanh))


def test_the_choice() -> None:
    assert plans(1024, 64, 64, per_sample=False, step_operations=1)[0].method == "paterson-stockmeyer"
    assert plans(10, 784, 64, per_sample=False, step_operations=1)[0].method == "loop"
    assert plans(1024, 10, 64, per_sample=True, step_operations=1)[0].method != "loop"


def test_a_plan_is_a_table() -> None:
    program = Program(nat_size=1024)
    program.run(SOURCE)
    head, *rows = program["even"].plan(batch=64).splitlines()
    assert head.split() == ["state", "steps", "dim", "method", "operations", "multiplications", "memory"]
    assert [row.split()[3] for row in rows] == ["paterson-stockmeyer", "doubling", "loop"]
    assert "*" in rows[0]
    assert program.compile("run", link={"step": torch.tanh}).plan().splitlines()[1].split()[3:5] == [
        "loop",
        "*",
    ]


def test_a_recurrence_that_explodes_says_so() -> None:
    program = Program(nat_size=300)
    program.run(SOURCE)
    neuron = program.compile("run", link={"step": 4 * torch.eye(6)})
    with pytest.raises(CajalError, match="the recurrence of `y` over 300 steps grew past the largest number"):
        neuron(torch.ones(6), torch.eye(300)[299])
