"""What is known of recurrences before they run."""

from __future__ import annotations

import pytest
import torch

from cajal_core import Program

SOURCE = """
extern net : Bool -o Bool
def not (x : Bool) : Bool = if x then false else true
def add (m : Nat) (n : Nat) : Nat = iter m { zero => n | succ k => succ k }
def both (n : Nat[4]) (x : Bool) : Bool =
  copy x as (x1, x2) in if x1 then iter n { zero => x2 | succ b => not b } else (drop x2 in drop n in true)
def nested (n : Nat[5]) (x : Bool) : Bool =
  iter n { zero => x | succ y => iter (3 : Nat[4]) { zero => y | succ z => not z } }
def repeat (!f : Bool -o Bool) (n : Nat) : Bool = iter n { zero => true | succ b => f b }
def through (n : Nat) (x : Bool) : Bool = iter n { zero => x | succ b => net b }
def before (n : Nat) (x : Bool) : Bool = iter n { zero => net x | succ b => not b }
"""


@pytest.fixture
def program() -> Program:
    program = Program()
    program.run(SOURCE)
    return program


def test_what_states_and_weights_depend_on(program: Program) -> None:
    [add] = program["add"].recurrences
    assert (add.name, str(add.type), add.steps, add.span.text[:6]) == ("k", "Nat", 10, "iter m")
    assert (add.states_from, add.weights_from, add.nonlinear) == ((1,), (0,), ())


def test_what_a_copy_takes_apart_is_named(program: Program) -> None:
    [both] = program["both"].recurrences
    assert ([*map(str, both.axes)], both.sources) == (["Bool"], (1,))
    assert (both.states_over, both.weights_over) == ((0,), ())
    assert (both.states_from, both.weights_from) == ((), (0,))


def test_one_in_the_step_of_another(program: Program) -> None:
    assert [(each.name, each.inside) for each in program["nested"].recurrences] == [("y", None), ("z", 0)]
    assert program["not"].recurrences == []


def test_a_reusable_argument_is_not_linear(program: Program) -> None:
    [repeat] = program["repeat"].recurrences
    assert (repeat.states_from, repeat.nonlinear, repeat.opaque) == ((0,), (0,), ())


def test_what_goes_through_a_callable_is_not_known_to_be_linear(program: Program) -> None:
    program.link(net=lambda x: x**2)
    [through], [before] = program["through"].recurrences, program["before"].recurrences
    assert (through.nonlinear, through.opaque) == ((1,), ("net",))
    assert (before.nonlinear, before.opaque) == ((1,), ())
    program.link(net=torch.eye(2))
    [through] = program["through"].recurrences
    assert (through.nonlinear, through.opaque) == ((), ())
