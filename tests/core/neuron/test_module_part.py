"""Parts of a neuron compute what they do in it, linked as it is."""

from __future__ import annotations

import torch

import cajal_core as cajal

SOURCE = """
def not (x : Bool) : Bool = if x then false else true
def even (n : Nat[4]) : Bool = iter n { zero => true | succ b => not b }
extern net : Bool -o Bool
learn turn : Bool -o Bool
def both (x : Bool) : Bool = net (turn x)
"""


def test_a_part_is_linked_as_the_neuron_is_and_sees_what_it_learns() -> None:
    program, network = cajal.load(SOURCE), torch.nn.Linear(2, 2, bias=False)
    program.link(net=network)
    neuron = program["both"]
    turn, net = [line["to"] for line in neuron.wiring().graph["code"] if line["op"] == "call"]
    part = neuron.part(net)
    assert part is not None
    assert part.extern_net is network
    assert torch.equal(part.matrix(), network.weight)
    learned = neuron.part(turn)
    assert learned is not None
    with torch.no_grad():
        neuron.learned["turn"].copy_(torch.eye(2).flip(0))
    assert learned.matrix().tolist() == [[0, 1], [1, 0]]
    whole = neuron.part(net, [turn])
    assert whole is not None
    assert torch.equal(whole.matrix(), neuron.matrix())


def test_a_part_needs_no_links_until_it_runs() -> None:
    neuron = cajal.load(SOURCE)["both"]
    part = neuron.part(neuron.wiring().graph["result"])
    assert part is not None
    assert [*part.unlinked] == ["net"]


def test_a_part_leaves_the_neuron_as_it_was() -> None:
    neuron = cajal.load(SOURCE)["even"]
    timings, state = dict(neuron.timings), [*neuron.state_dict()]
    part = neuron.part(neuron.wiring().graph["result"], written=True)
    assert part is not None
    matrix = part.matrix()
    assert (dict(neuron.timings), [*neuron.state_dict()]) == (timings, state)
    assert torch.equal(matrix, neuron.matrix())


def test_a_part_has_the_dtype_of_the_neuron() -> None:
    neuron = cajal.load(SOURCE)["even"].double()
    part = neuron.part(neuron.wiring().graph["result"])
    assert part is not None
    assert part.matrix().dtype == torch.float64
