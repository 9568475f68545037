"""The graph of a neuron as plain data: its levels, and the code of its operations."""

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
