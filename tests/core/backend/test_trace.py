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
    assert "0, 1, 2, 2, 3, 4" in str(trace)


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
    assert len(str(trace).splitlines()) == len(expected) + 2  # the header and the result


def test_each_value_of_a_name_can_be_had() -> None:
    program = Program()
    program.run(CALLS)
    neuron = program.compile("reused", link={"net": torch.nn.Linear(2, 2)})
    trace = neuron.trace(torch.rand(2))
    assert trace["net"] is trace["net", 0] is trace[neuron.probe("net")]
    assert trace["net", 1] is trace["net", -1] is trace[neuron.probe("net", -1)]
    assert trace["net", 1].equal(trace["twice"])
    assert (neuron.probe("net", 1).span.text, neuron.probe("net").span.text) == ("h (h x)", "(h x)")
    assert ("net" in trace, "nosuch" in trace) == (True, False)


def test_an_unknown_name_lists_what_there_is() -> None:
    program = Program()
    program.run(CALLS)
    neuron = program.compile("reused", link={"net": torch.nn.Linear(2, 2)})
    for ask in (neuron.trace(torch.rand(2)).__getitem__, neuron.probe):
        with pytest.raises(CajalError, match="no value called `odd`") as caught:
            ask("odd")
        assert "it has `net` (2 times), `twice`" in str(caught.value)
    with pytest.raises(CajalError, match="a trace has `net` 2 times, and none at index 2"):
        neuron.probe("net", 2)
    with pytest.raises(CajalError, match="names no part of itself"):
        Program().compile("true").probe("x")


@pytest.mark.parametrize(
    ("vector", "shown"),
    [
        ([1.0, 0.0], "true"),
        ([0.3, 0.7], "false 0.7, true 0.3"),
        ([0.687, 0.847], "false 0.847, true 0.687 (no distribution: sum 1.53)"),
        ([1.5, -0.5], "true 1.5, false -0.5 (no distribution: less than 0)"),
        ([1e-30, 0.0], "true 1e-30 (no distribution: sum 1e-30)"),
        ([0.0, 0.5], "false 0.5 (no distribution: sum 0.5)"),
        ([0.0, 0.0], "the zero vector, as of an overflow"),
        ([0.5, torch.nan], "false nan, true 0.5 (not finite)"),
    ],
)
def test_a_vector_is_printed_as_what_it_is(vector: list[float], shown: str) -> None:
    trace = Program().compile(r"\x:Bool. let y = x in y").trace(torch.tensor(vector))
    assert [line.split("  ")[-1] for line in str(trace).splitlines()[1:]] == [shown, shown]


def test_a_long_vector_shows_its_largest_entries() -> None:
    trace = Program().compile(r"\n:Nat[9]. n").trace(torch.full((9,), 1 / 9))
    assert str(trace).splitlines()[-1].endswith("0 0.111, 1 0.111, 2 0.111, 3 0.111, …")
    empty = Program().compile(r"\n:Nat[9]. n").trace(torch.rand(0, 9))
    assert str(empty).splitlines()[-1].endswith("an empty batch")


def test_an_iter_inside_a_pair_taken_apart_is_traced_over_all_of_the_pair() -> None:
    """Its count and its base run over the bases of different parts."""
    neuron = Program().compile(
        r"\p:Nat[3] * Bool. let (k, b) = p in iter k { zero => b | succ y => if y then false else true }"
    )
    p = torch.rand(5, 3, 2)
    torch.testing.assert_close(neuron.trace(p).result, neuron(p))
    [dynamics] = neuron.dynamics(p)
    assert dynamics.states.shape == (3, 3, 2, 2)
    [dynamics] = neuron.dynamics()
    total = torch.einsum("kbi,ikbj->kbj", dynamics.weights, dynamics.states)
    torch.testing.assert_close(total.flatten(0, 1).T, neuron.matrix())


def test_code_that_is_not_needed_is_not_traced() -> None:
    """A recurrence of functions that runs through a callable is unrolled, after it was tried as matrices."""
    program = Program()
    program.run(CALLS)
    term = r"\n:Nat[3]. \x:Bool. (iter n { zero => \y:Bool. y | succ h => \y:Bool. net (h y) }) x"
    neuron = program.compile(term, link={"net": torch.nn.Linear(2, 2)})
    assert neuron.dynamics(torch.rand(3), torch.rand(2)) == []
    assert kinds(neuron.trace(torch.rand(3), torch.rand(2))) == [("extern", "net"), ("extern", "net")]
