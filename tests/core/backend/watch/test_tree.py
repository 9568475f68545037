"""The tree of named values, and a value at one step."""

import pytest
import torch

from cajal_core import Program, Trace

SOURCE = """
extern net : Bool -o Bool
def not (x : Bool) : Bool = if x then false else true
def grid (!m : Nat[4]) (n : Nat[3]) : Bool =
  iter n { zero => true | succ y => iter m { zero => not y | succ z => net z } }
"""


@pytest.fixture
def trace() -> Trace:
    program = Program()
    program.run(SOURCE)
    neuron = program.compile("grid", link={"net": torch.tensor([[0.5, 0.25], [0.5, 0.75]])})
    return neuron.trace(torch.rand(5, 4), torch.rand(5, 3))


def names(trace: Trace, place: int | None = None) -> list[object]:
    return [(trace.entries[inner].name, names(trace, inner)) for inner in trace.inside(place)]


def test_what_is_inside_what(trace: Trace) -> None:
    assert names(trace) == [("y", [("not", [("if x", [])]), ("z", [("net", [])])])]


def test_the_values_of_each_step_follow_from_each_other(trace: Trace) -> None:
    y, z, net = (next(i for i, entry in enumerate(trace) if entry.name == name) for name in ("y", "z", "net"))
    flip = next(i for i, entry in enumerate(trace) if entry.name == "not")
    matrix = torch.tensor([[0.5, 0.25], [0.5, 0.75]])
    for outer in (1, 2):
        after = trace.at(flip, {y: outer})
        torch.testing.assert_close(after, trace.at(y, {y: outer - 1}).flip(-1).expand_as(after))
        total = torch.zeros(5, 2)
        for inner in range(4):
            steps = {y: outer, z: inner}
            state = trace.at(z, steps)
            total = total + trace.weight(z, steps).unsqueeze(-1) * state
            if inner:
                torch.testing.assert_close(state, trace.at(net, steps))
                torch.testing.assert_close(state, trace.at(z, {y: outer, z: inner - 1}) @ matrix.T)
        torch.testing.assert_close(trace.at(y, {y: outer}), total)
    result = sum(trace.weight(y, {y: step}).unsqueeze(-1) * trace.at(y, {y: step}) for step in range(3))
    torch.testing.assert_close(result, trace.result)


def test_a_step_that_there_is_not(trace: Trace) -> None:
    for steps, error in (({}, KeyError), ({0: 3}, IndexError), ({0: 0}, IndexError)):
        with pytest.raises(error):
            trace.at(trace.inside(0)[0], steps)
    with pytest.raises(ValueError, match="`if x`, at 1, is no iter"):
        trace.weight([entry.name for entry in trace].index("if x"), {})
