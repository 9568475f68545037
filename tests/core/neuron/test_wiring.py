"""The graph of a neuron as plain data: levels, code, and parts that compute what the neuron does."""

from __future__ import annotations

import json

import torch

import cajal_core as cajal

SOURCE = """
def not (x : Bool) : Bool = if x then false else true
def even (n : Nat[4]) : Bool = iter n { zero => true | succ b => not b }
extern net : Bool -o Bool
learn turn : Bool -o Bool
def both (x : Bool) : Bool = net (turn x)
"""


def test_the_levels_are_the_program_and_what_runs() -> None:
    neuron = cajal.load(SOURCE)["even"]
    written, run = neuron.wiring(written=True), neuron.wiring()
    assert [line["op"] for line in written.graph["code"]] == ["input", "onehot", "onehot", "iterate"]
    assert [line["op"] for line in run.graph["code"]] == ["input", "table"]
    assert written.graph["result"] == run.graph["result"]
    assert json.loads(json.dumps(written.graph))["code"] == written.graph["code"]


def test_the_code_of_each_value_is_in_the_code_that_runs() -> None:
    program = cajal.load(SOURCE)
    program.link(net=torch.nn.Linear(2, 2))
    neuron = program["\\n:Nat[3]. \\x:Bool. iter n { zero => x | succ y => both y }"]
    wiring = neuron.wiring()
    numbers = {line["to"] for line in wiring.graph["code"]}
    assert numbers <= {*wiring.code}
    lines = {line.strip() for line in neuron.code.splitlines()}
    assert all(line.strip() in lines for code in wiring.code.values() for line in code.splitlines() if line)
    [loop] = [line for line in wiring.graph["code"] if line["op"] == "iterate"]
    assert "def step0(" in wiring.code[loop["to"]]
    assert "recur(0," in wiring.code[loop["to"]]


def test_a_part_is_linked_as_the_neuron_is_and_sees_what_it_learns() -> None:
    program, network = cajal.load(SOURCE), torch.nn.Linear(2, 2, bias=False)
    program.link(net=network)
    neuron = program["both"]
    wiring = neuron.wiring()
    turn, net = [line["to"] for line in wiring.graph["code"] if line["op"] == "call"]
    part = wiring.part(net)
    assert part is not None
    assert part.extern_net is network
    assert torch.equal(part.matrix(), network.weight)
    learned = wiring.part(turn)
    assert learned is not None
    with torch.no_grad():
        neuron.learned["turn"].copy_(torch.eye(2).flip(0))
    assert learned.matrix().tolist() == [[0, 1], [1, 0]]
    whole = wiring.part(net, [turn])
    assert whole is not None
    assert torch.equal(whole.matrix(), neuron.matrix())


def test_a_part_needs_no_links_until_it_runs() -> None:
    wiring = cajal.load(SOURCE)["both"].wiring()
    part = wiring.part(wiring.graph["result"])
    assert part is not None
    assert [*part.unlinked] == ["net"]


def test_a_part_leaves_the_neuron_as_it_was() -> None:
    neuron = cajal.load(SOURCE)["even"]
    timings, state = dict(neuron.timings), [*neuron.state_dict()]
    part = neuron.wiring(written=True).part(neuron.wiring().graph["result"])
    assert part is not None
    matrix = part.matrix()
    assert (dict(neuron.timings), [*neuron.state_dict()]) == (timings, state)
    assert torch.equal(matrix, neuron.matrix())


def test_a_part_has_the_dtype_of_the_neuron() -> None:
    neuron = cajal.load(SOURCE)["even"].double()
    part = neuron.wiring().part(neuron.wiring().graph["result"])
    assert part is not None
    assert part.matrix().dtype == torch.float64
