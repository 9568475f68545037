"""States, weights and their sum at any input, against the tensors and the neuron's own result."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import cajal_core as cajal
from cajal_kernel.errors import MagicError
from cajal_kernel.views.dynamics.runs import neuron_runs

from .conftest import runs


@pytest.mark.parametrize("name", ["even", "add", "nested", "pairs", "boom", "rotate"])
def test_the_sum_at_a_mixture_is_the_result_of_the_neuron(program: cajal.Program, name: str) -> None:
    made, neuron = runs(program, name), program[name]
    generator = np.random.default_rng(1)
    values = [generator.random(each.dim) for each in made.inputs]
    if name == "boom":
        values[0][40:] = 0  # later states are not finite
    given = [
        torch.tensor(value, dtype=torch.float32).reshape(cajal.shape(each.type))
        for each, value in zip(made.inputs, values, strict=True)
    ]
    result = made.runs[made.main].at(values)[2][-1]
    np.testing.assert_allclose(result, neuron(*given).detach().flatten().numpy(), rtol=2e-4)


def test_states_and_weights_are_those_of_dynamics(program: cajal.Program) -> None:
    made = runs(program, "add")
    [run] = made.runs
    assert run.states.shape == (1, 10, 10, 10)  # over n alone
    assert (run.over, run.weights, run.count) == ((1,), None, 0)
    [found] = program["add"].dynamics()
    for m, n in ((2, 3), (9, 0)):
        states, weights, running = run.at([np.eye(10)[m], np.eye(10)[n]])
        assert states.tolist() == found.states[:, m, n].tolist()
        assert weights.tolist() == found.weights[m, n].tolist()
        assert running[-1].argmax() == m + n


def test_what_a_copy_takes_apart_and_both_depend_on_is_mixed_once(program: cajal.Program) -> None:
    made = runs(program, "pairs")
    [run] = made.runs
    assert (run.over, run.weighs) == ((0,), (0,))
    value = np.arange(6) / 15
    [found] = program["pairs"].dynamics()
    weighed = torch.tensor(value).float().reshape(3, 2, 1) * found.weights
    expected = torch.einsum("kbi,ikbj->j", weighed, found.states)
    np.testing.assert_allclose(run.at([value])[2][-1], expected.numpy(), rtol=1e-5)


def test_a_value_bound_inside_is_an_input_of_its_own(program: cajal.Program) -> None:
    made = runs(program, "mul")
    assert [each.text() for each in made.inputs] == [
        "m = 3",
        "n = 1",
        "inside, of Nat[5] = 4",
        "inside, of Nat[20] = 0",
    ]
    inner, outer = made.runs
    assert (inner.over, inner.weighs, outer.over, made.main) == ((3,), (2,), (1,), 1)
    assert inner.at([np.eye(4)[0], np.eye(5)[0], np.eye(5)[3], np.eye(20)[2]])[2][-1].argmax() == 5


def test_one_in_the_step_of_another_has_a_run_for_each_of_its_steps(program: cajal.Program) -> None:
    outer, inner = runs(program, "nested").runs
    assert (outer.inside, inner.inside, len(inner.states)) == (None, 0, 4)
    values = [np.eye(5)[4], np.eye(9)[0]]
    assert [inner.at(values, run)[0][:, :].argmax(1).tolist() for run in range(3)] == [
        [0, 1, 2],
        [2, 3, 4],
        [4, 5, 6],
    ]


def test_a_picture_begins_at_the_largest_count_whose_state_is_not_zero(program: cajal.Program) -> None:
    program.run("def double (n : Nat) : Nat = iter n { zero => 1 | succ k => succ (succ k) }")
    [count] = runs(program, "double").inputs
    assert count.text() == "n = 4"
    assert [each.text() for each in runs(program, "nested").inputs] == ["n = 4", "x = 0"]


def test_states_that_a_page_has_no_room_for_are_those_of_one_input(program: cajal.Program) -> None:
    program.run(
        "learn m : Nat[64] -o Nat[64]\n"
        "def long (n : Nat[1024]) (x : Nat[64]) : Nat[64] = iter n { zero => x | succ y => m y }"
    )
    made = runs(program, "long")
    [run] = made.runs
    assert (run.states.shape, run.fixed, run.over) == ((1, 1024, 64), (1,), ())
    [run] = neuron_runs("long", program["long"], [None, torch.eye(64)[5]]).runs
    assert run.states[0, 0].argmax() == 5


def test_many_steps_and_inputs_take_no_more_than_their_states(program: cajal.Program) -> None:
    arms = " | ".join(f"C{index} => C{(index + 1) % 8}" for index in range(8))
    program.run(f"data Eight = {' | '.join(f'C{index}' for index in range(8))}")
    program.run(f"def spin (n : Nat[1024]) : Eight = iter n {{ zero => C0 | succ y => case y {{ {arms} }} }}")
    made = runs(program, "spin")
    [run] = made.runs
    assert (run.states.shape, run.fixed) == ((1, 1024, 8), ())
    assert run.at(made.values)[2][-1].argmax() == 1023 % 8


def test_what_is_not_known_to_be_linear_is_run_at_basis_vectors_or_as_it_is(program: cajal.Program) -> None:
    [opaque], [dilate], [repeat] = (runs(program, name).runs for name in ("opaque", "dilate", "repeat"))
    assert (opaque.over, opaque.nonlinear, opaque.fixed, opaque.opaque) == ((1,), (1,), (), ("net",))
    assert (dilate.over, dilate.fixed) == ((), (0,))
    assert (repeat.over, repeat.fixed) == ((), (0,))


def test_without_a_recurrence_there_is_nothing_to_show(program: cajal.Program) -> None:
    with pytest.raises(MagicError, match=r"No `iter` runs in `not`"):
        runs(program, "not")


def test_too_many_states_of_one_input_are_refused(program: cajal.Program) -> None:
    program.run(
        "space Large[1024]\nextern f : Large -o Large\n"
        "def run (x : Large) (n : Nat[8192]) : Large = iter n { zero => x | succ y => f y }"
    )
    program.link(f=torch.nn.Identity())
    with pytest.raises(MagicError, match=r"The states of `y` in `run` are 8,388,608 numbers") as caught:
        runs(program, "run")
    assert "Make Nat smaller." in str(caught.value)
