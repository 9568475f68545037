"""Traces: what a run shows of its named sub-terms, without changing it."""

import pytest
import torch

from cajal_core import CajalError, Program, Trace

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
        ("extern", "odd", "Bool", "odd v"),
        ("let", "c", "Bool", "odd v"),
        ("condition", "if c", "Bool", "c"),
        ("call", "not", "Bool", "not x"),
    ]
    torch.testing.assert_close(trace["odd"], v)
    torch.testing.assert_close(trace["c"], v)
    torch.testing.assert_close(trace["not"], x.flip(-1))
    assert str(trace).splitlines()[0].split() == "where what name type first of the batch".split()


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
    with pytest.raises(CajalError, match="a trace needs its argument, got 0"):
        program["even"].trace()


def kinds(trace: Trace) -> list[tuple[str, str]]:
    return [(entry.kind, entry.name) for entry in trace]


CALLS = """
extern net : Bool -o Bool
extern unit : Bool
learn flip : Bool -o Bool
def not (x : Bool) : Bool = if x then false else true
def f (x : Bool) : Bool = net x
def twice (!h : Bool -o Bool) (x : Bool) : Bool = h (h x)
def reused (x : Bool) : Bool = twice net x
def all (x : Bool) : Bool = if net (flip x) then (if unit then true else false) else unit
def given (h : Bool -o Bool) (x : Bool) : Bool = not (h x)
def steps (n : Nat[3]) : Bool = iter n { zero => unit | succ y => net y }
"""


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("f", [(2,)], [("extern", "net")]),
        ("reused", [(2,)], [("extern", "net"), ("extern", "net"), ("call", "twice")]),
        (
            "all",
            [(2,)],
            [
                ("learn", "flip"),
                ("extern", "net"),
                ("condition", "if net (flip x)"),
                ("extern", "unit"),
                ("condition", "if unit"),
                ("extern", "unit"),
            ],
        ),
        ("given", [(2, 2), (2,)], [("argument", "h"), ("condition", "if x"), ("call", "not")]),
        ("steps", [(3,)], [("extern", "unit"), ("state", "y"), ("extern", "net")]),
    ],
)
def test_what_is_linked_learned_or_given_is_traced(
    name: str, given: list[tuple[int, ...]], expected: list[tuple[str, str]]
) -> None:
    program = Program()
    program.run(CALLS)
    neuron = program.compile(name)
    links = {"net": torch.nn.Linear(2, 2), "unit": torch.rand(2)}
    neuron.link(**{extern: links[extern] for extern in neuron.externs})
    inputs = [torch.rand(shape) for shape in given]
    trace = neuron.trace(*inputs)
    assert kinds(trace) == expected
    torch.testing.assert_close(trace.result, neuron(*inputs))
    shown = [line.split()[1:3] for line in str(trace).splitlines() if line[0].isdigit()]
    assert {kind for kind, _ in shown} == {kind for kind, _ in expected}


def test_code_that_is_not_needed_is_not_traced() -> None:
    """A recurrence of functions that runs through a callable is unrolled, after it was tried as matrices."""
    program = Program()
    program.run(CALLS)
    term = r"\n:Nat[3]. \x:Bool. (iter n { zero => \y:Bool. y | succ h => \y:Bool. net (h y) }) x"
    neuron = program.compile(term, link={"net": torch.nn.Linear(2, 2)})
    assert neuron.dynamics(torch.rand(3), torch.rand(2)) == []
    assert kinds(neuron.trace(torch.rand(3), torch.rand(2))) == [("extern", "net"), ("extern", "net")]
