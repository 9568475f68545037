"""Learned tensors: how they are trained, and how they are read back."""

import itertools

import pytest
import torch

from cajal_core import Program

SOURCE = """
data Dir = N | E | S
learn table : Dir -o Bool -o Dir
learn count : Nat[4] -o Nat[3]
learn pair : Bool * Unit -o Bool * Dir
learn start : Dir
space V[3]
learn map : V -o V
learn wide : V -o Bool
def use (d : Dir) (b : Bool) : Dir = table d b
def all (v : V) : Bool = wide (map v)
"""


@pytest.fixture
def program() -> Program:
    program = Program()
    program.run(SOURCE)
    return program


@pytest.mark.parametrize("name", ["table", "count", "pair", "start"])
def test_the_program_read_back_is_the_table(program: Program, name: str) -> None:
    torch.manual_seed(5)
    neuron = program.compile(name)
    readout = neuron.explain()[name]
    assert readout.program is not None
    [result] = program.run(readout.program.replace(f"def {name}", "def found"))
    table = result.neuron().matrix()
    learned = neuron.matrix().detach()
    assert readout.distance == pytest.approx(float((learned - table).norm()), rel=1e-5)
    # One result for each choice of arguments, and no other result has a larger entry.
    assert float(table.sum()) == len(readout.rows)
    assert float((table * learned).sum()) == pytest.approx(sum(row.weight for row in readout.rows), rel=1e-5)
    assert all(row.weight == pytest.approx(max(row.weight, 1 / 6)) for row in readout.rows)


def test_a_lookup_is_trained_until_it_prints_the_right_table(program: Program) -> None:
    torch.manual_seed(0)
    neuron = program["use"]
    turn = {0: 1, 1: 2, 2: 0}
    inputs = list(itertools.product(range(3), range(2)))
    wanted = torch.tensor([turn[d] if b == 0 else d for d, b in inputs])
    d, b = (
        torch.eye(size)[list(column)] for size, column in zip((3, 2), zip(*inputs, strict=True), strict=True)
    )
    optimizer = torch.optim.Adam(neuron.parameters(), lr=0.05)
    for _ in range(300):
        optimizer.zero_grad()
        (neuron(d, b) - torch.eye(3)[wanted]).square().sum().backward()
        optimizer.step()
    readout = neuron.explain()["table"]
    assert [(*row.inputs, row.result) for row in readout.rows][:3] == [
        ("N", "true", "E"),
        ("N", "false", "N"),
        ("E", "true", "S"),
    ]
    assert readout.distance is not None
    assert readout.distance < 0.05
    assert all(row.entropy < 0.1 for row in readout.rows)
    assert "N, true ↦ E" in str(readout)


def test_other_maps_show_their_largest_entries(program: Program) -> None:
    neuron = program["all"]
    with torch.no_grad():
        neuron.learned["map"].copy_(torch.tensor([[0.1, 0, 0], [0, 0, -7.0], [0, 0, 0]]))
    readout = neuron.explain()["map"]
    assert readout.program is None
    assert readout.largest[0] == ("[2] ↦ [1]", -7.0)


def test_a_neuron_without_learned_tensors(program: Program) -> None:
    assert str(program.compile("true").explain()) == "nothing is learned here"
