"""Calls of a neuron inside a larger module are traced while the module is called."""

from __future__ import annotations

import pytest
import torch
from torch import nn

import cajal_core as cajal

PROGRAM = """
extern odd : Bool -o Bool
def flip (x : Bool) : Bool = if odd x then false else true
def same (x : Bool) (y : Bool) : Bool = if x then y else flip y
def eq (x : Bool) (y : Bool) : Bool = if x then y else (if y then false else true)
"""


class Counted(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(2, 2)
        self.calls = 0

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.calls += 1
        return self.layer(x)


@pytest.fixture
def neurons() -> tuple[cajal.Neuron, Counted]:
    torch.manual_seed(0)
    program, counted = cajal.load(PROGRAM), Counted()
    program.link(odd=counted)
    neuron = program["same"]
    counted.calls = 0
    return neuron, counted


def test_one_pass_makes_the_result_and_the_trace(neurons: tuple[cajal.Neuron, Counted]) -> None:
    neuron, counted = neurons
    model = cajal.Linked(neuron, x=nn.Linear(3, 2), y=nn.Linear(3, 2))
    inputs = torch.rand(5, 3), torch.rand(5, 3)
    with neuron.tracing() as traces:
        result = model(*inputs)
    assert counted.calls == 1 and len(traces) == 1
    assert result is traces[0].result
    torch.testing.assert_close(result, model(*inputs))
    torch.testing.assert_close(traces[0]["odd"], counted(model.get_submodule("network_y")(inputs[1])))
    traces[0]["odd"].sum().backward()
    assert model.get_parameter("network_y.weight").grad is not None


def test_each_call_in_the_block_has_a_trace() -> None:
    neuron = cajal.load(PROGRAM)["eq"]
    first, second = torch.rand(2, 2), torch.rand(7, 2)
    with neuron.tracing() as traces:
        neuron(first, y=first)
        neuron(second, second)
        neuron(first)  # a matrix
        neuron.log(first, first)
    neuron(first, first)
    assert [trace.batch for trace in traces] == [(2,), (7,)]


def test_blocks_may_stand_in_each_other(neurons: tuple[cajal.Neuron, Counted]) -> None:
    neuron, _ = neurons
    x = torch.rand(2, 2)
    with neuron.tracing() as outer:
        with neuron.tracing() as inner:
            neuron(x, x)
        neuron(x, x)
    assert len(outer) == len(inner) == 1


def test_an_error_ends_it(neurons: tuple[cajal.Neuron, Counted]) -> None:
    neuron, _ = neurons
    with pytest.raises(cajal.CajalError), neuron.tracing() as traces:
        neuron(torch.rand(3), torch.rand(3))
    neuron(torch.rand(2), torch.rand(2))
    assert traces == []
