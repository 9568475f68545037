"""A neuron and a batch as plain data."""

from __future__ import annotations

import pytest
import torch
from torch import nn

import cajal_core as cajal

PROGRAM = """
extern net : Bool -o Bool
extern turn : Bool -o Bool
def f (n : Nat[4]) (x : Bool) : Bool = iter n { zero => turn x | succ b => net b }
"""


def test_what_networks_answer_is_there_for_each_step_and_each_of_the_batch() -> None:
    net, turn = nn.Sequential(nn.Linear(2, 2), nn.Softmax(-1)), nn.Linear(2, 2, bias=False)
    neuron = cajal.load(PROGRAM)["f"].link(net=net, turn=turn)
    counts, states = torch.eye(4)[[3, 1, 0]], torch.rand(3, 2)
    portable = neuron.portable(counts, states)
    assert portable.batch == (3,)
    torch.testing.assert_close(portable.tensors["turn"], turn.weight.detach().double().flatten())
    [answers] = portable.answers.values()
    expected, state = [], turn(states)
    for _ in range(3):
        state = net(state)
        expected.append(state)
    torch.testing.assert_close(answers, torch.stack(expected).detach().double())


def test_a_batch_that_broadcasts_is_flattened() -> None:
    neuron = cajal.load(PROGRAM)["f"].link(net=nn.Softmax(-1), turn=torch.eye(2))
    portable = neuron.portable(torch.eye(4).reshape(1, 4, 4), torch.rand(2, 1, 2))
    assert portable.batch == (2, 4)
    assert [tuple(value.shape) for value in portable.inputs if value is not None] == [(8, 4), (8, 2)]
    assert [tuple(answer.shape) for answer in portable.answers.values()] == [(3, 8, 2)]


def test_an_argument_may_be_a_callable() -> None:
    neuron = cajal.Program().compile(r"\f : Bool -o Bool. \x : Bool. f x")
    portable = neuron.portable(lambda x: x**2, torch.tensor([0.5, 0.5]))
    assert portable.inputs[0] is None
    [answer] = portable.answers.values()
    assert answer.tolist() == [[[0.25, 0.25]]]
    given = neuron.portable(torch.eye(2), torch.tensor([0.5, 0.5]))
    assert (given.inputs[0].tolist(), given.answers) == ([[1, 0, 0, 1]], {})  # type: ignore[union-attr]


def test_all_arguments_are_needed() -> None:
    with pytest.raises(cajal.CajalError, match="2 arguments"):
        cajal.load(PROGRAM)["f"].link(net=torch.eye(2), turn=torch.eye(2)).portable(torch.eye(4))


def test_answers_are_those_of_the_run_that_counts() -> None:
    """Where a number that is not finite gets in the way, a network is asked twice."""
    source = "extern net : Bool -o Bool\ndef f (x : Bool) (y : Bool) : Bool = if x then net y else net y"
    neuron = cajal.load(source)["f"].link(net=lambda x: x / x.sum(-1, keepdim=True))
    portable = neuron.portable(torch.tensor([1.0, 0.0]), torch.tensor([0.0, 0.0]))
    assert {tuple(answer.shape) for answer in portable.answers.values()} == {(1, 1, 2)}
