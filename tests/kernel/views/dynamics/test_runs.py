"""States, weights and their sum at any input, against the tensors and the neuron's own result."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import cajal_core as cajal

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


def test_one_in_the_step_of_another_has_a_run_for_each_of_its_steps(program: cajal.Program) -> None:
    outer, inner = runs(program, "nested").runs
    assert (outer.inside, inner.inside, len(inner.states)) == (None, 0, 4)
    values = [np.eye(5)[4], np.eye(9)[0]]
    assert [inner.at(values, run)[0][:, :].argmax(1).tolist() for run in range(3)] == [
        [0, 1, 2],
        [2, 3, 4],
        [4, 5, 6],
    ]
