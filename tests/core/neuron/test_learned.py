"""Learned tensors: their start, their gradients, and how they are read back."""

import itertools

import pytest
import torch
from torch import nn

from cajal_core import CajalError, Program

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


def test_a_learned_tensor_is_a_parameter_of_its_neuron(program: Program) -> None:
    first, second = program["use"], program["use"]
    assert [name for name, _ in first.named_parameters()] == ["learn_table"]
    assert first.learned["table"].shape == (6, 3)
    assert not torch.equal(first.learned["table"], second.learned["table"])
    first(torch.rand(4, 3), torch.rand(2)).sum().backward()
    assert first.learned["table"].grad is not None
    assert first.double()(torch.rand(3).double(), torch.rand(2).double()).dtype == torch.float64


def test_maps_between_data_start_stochastic_and_others_normal(program: Program) -> None:
    table = program["use"].learned["table"].detach().reshape(3, 6)
    assert (table > 0).all()
    torch.testing.assert_close(table.sum(0), torch.ones(6))
    assert (program["all"].learned["map"] < 0).any()


def test_the_start_can_be_set(program: Program) -> None:
    neuron = program["all"].initialize("stochastic", map="identity")
    assert torch.equal(neuron.learned["map"], torch.eye(3))
    torch.testing.assert_close(neuron.learned["wide"].sum(0), torch.ones(3))
    with pytest.raises(CajalError, match="there is no learned tensor `mop`"):
        neuron.initialize(mop="normal")
    with pytest.raises(CajalError, match="`wide : V -o Bool` has no identity"):
        neuron.initialize(wide="identity")
    with pytest.raises(CajalError, match="no way to start is called 'zeros'"):
        neuron.initialize("zeros")  # type: ignore[arg-type]


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


def test_one_name_is_one_tensor(program: Program) -> None:
    twice = program.compile(r"\d:Dir. \b:Bool. \c:Bool. table (table d b) c")
    assert len(list(twice.parameters())) == 1
    identity = nn.Parameter(torch.eye(3))
    assert identity is not twice.learned["table"]
