"""What is run of a neuron for its recurrences, and what a picture begins with."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import cajal_core as cajal
from cajal_kernel.errors import MagicError
from cajal_kernel.views.dynamics.evaluate import neuron_runs

from .conftest import runs


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
    with pytest.raises(MagicError, match=r"No `iter` or `fold` runs in `not`"):
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
