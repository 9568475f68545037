"""Traces: what a run shows of its named sub-terms, without changing it."""

import pytest
import torch

from cajal_core import CajalError, Program

SOURCE = """
def not (x : Bool) : Bool = if x then false else true
space V[2]
extern odd : V -o Bool
def repair (v : V) (x : Bool) : Bool = let c = odd v in if c then x else not x
def even (n : Nat[4]) : Bool = iter n { zero => true | succ b => not b }
def both (x : Bool) : Bool * Bool = copy x as (a, b) in let c = not a in (c, b)
"""


@pytest.fixture
def program() -> Program:
    program = Program()
    program.run(SOURCE)
    return program


def test_every_named_sub_term_is_shown(program: Program) -> None:
    neuron = program.compile("repair", link={"odd": torch.eye(2)})
    v, x = torch.rand(5, 2), torch.rand(5, 2)
    trace = neuron.trace(v, x)
    torch.testing.assert_close(trace.result, neuron(v, x))
    assert [(e.kind, e.name, str(e.type), e.span.text) for e in trace if e.span.line == 5] == [
        ("let", "c", "Bool", "odd v"),
        ("condition", "if", "Bool", "c"),
        ("call", "not", "Bool", "not x"),
    ]
    torch.testing.assert_close(trace["c"], v)
    torch.testing.assert_close(trace["not"], x.flip(-1))
    assert str(trace).splitlines()[0].split() == [
        "where",
        "what",
        "name",
        "type",
        "first",
        "of",
        "the",
        "batch",
    ]


def test_values_carry_gradients_to_a_loss_on_the_condition(program: Program) -> None:
    network = torch.nn.Linear(2, 2)
    neuron = program.compile("repair", link={"odd": network})
    trace = neuron.trace(torch.rand(5, 2), torch.rand(5, 2))
    trace["c"].square().sum().backward()
    assert network.weight.grad is not None


def test_the_states_of_a_recurrence_step_by_step(program: Program) -> None:
    trace = program["even"].trace(torch.eye(4))
    [state] = [entry for entry in trace if entry.kind == "state"]
    assert state.steps
    assert state.value[:, 0, 0].tolist() == [1, 0, 1, 0]
    [call] = [entry for entry in trace if entry.kind == "call"]
    assert call.value[:, 0].tolist() == [0, 1, 0]


def test_inside_a_copy_a_value_is_weighed_by_what_is_copied(program: Program) -> None:
    x = torch.tensor([[0.25, 0.75], [1.0, 0.0]])
    torch.testing.assert_close(program["both"].trace(x)["c"], x.flip(-1))


def test_a_trace_needs_all_arguments(program: Program) -> None:
    with pytest.raises(CajalError, match="a trace needs all 1 arguments, got 0"):
        program["even"].trace()


def test_an_iter_in_a_step_shows_each_of_its_runs() -> None:
    program = Program()
    program.run(
        "def nested (n : Nat[4]) : Nat[9] = "
        "iter n { zero => 0 | succ y => iter (2 : Nat[3]) { zero => y | succ z => succ z } }"
    )
    trace = program["nested"].trace(torch.eye(4)[1])
    [inner] = [entry for entry in trace if entry.name == "z"]
    assert inner.steps == 2
    assert inner.value.argmax(-1).tolist() == [[0, 1, 2], [2, 3, 4], [4, 5, 6]]
    assert "0 (1.00), 1 (1.00), 2 (1.00), 2 (1.00), 3 (1.00), 4 (1.00)" in str(trace)
