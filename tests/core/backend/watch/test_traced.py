"""Named values are asked for by name."""

import pytest
import torch

from cajal_core import CajalError, Program

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


def test_a_misspelt_name_is_told_the_nearest() -> None:
    program = Program()
    program.run(CALLS)
    with pytest.raises(CajalError, match="did you mean `twice`") as caught:
        program.compile("reused").probe("twise")
    assert "it has `net` (2 times), `twice`" in str(caught.value)
