"""Learned tensors: how they are trained, and how they are read back."""

import itertools

import pytest
import torch

from cajal_core import CajalError, Program
from cajal_core.base import tys

SOURCE = """
data Dir = N | E | S
learn table : Dir -o Bool -o Dir
learn count : Nat[4] -o Nat[3]
learn pair : Bool * Unit -o Bool * Dir
learn start : Dir
space V[3]
learn map : V -o V
learn wide : V -o Bool
def look (d : Dir) (b : Bool) : Dir = table d b
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
    with torch.no_grad():
        tensor = neuron.learned[name]
        columns = tensor.reshape(tys.dim(tys.uncurry(neuron.type)[1]), -1)
        table = torch.zeros_like(columns).scatter_(0, columns.argmax(0)[None], 1)
        tensor.copy_((0.9 * table + 0.1 * columns).reshape(tensor.shape))
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
    neuron = program["look"]
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


@pytest.mark.parametrize("weight", [0.83, 0.81])
def test_a_definition_is_printed_where_each_column_is_near_to_its_value(
    program: Program, weight: float
) -> None:
    """Of two results the distance is √2 (1 - p), and a quarter is near."""
    neuron = program.compile("table")
    with torch.no_grad():
        tensor = neuron.learned["table"].reshape(3, -1)
        tensor.zero_()[0] = 1
        tensor[:2, 3] = torch.tensor([1 - weight, weight])
    readout = neuron.explain()["table"]
    assert readout.distance == pytest.approx(2**0.5 * (1 - weight), rel=1e-5)
    near = weight > 0.82
    assert (readout.is_near, readout.program is not None) == (near, near)
    assert ("no table is near" in str(readout), "def table" in str(readout)) == (not near, near)


def test_what_is_no_distribution_or_not_finite_says_so(program: Program) -> None:
    neuron = program.compile("count")
    with torch.no_grad():
        neuron.learned["count"].copy_(
            torch.tensor([[torch.nan, 1, 0.687, torch.inf], [0, 0, 0.847, 0], [0, 0, 0, 0]])
        )
    text = str(neuron.explain()).splitlines()
    assert text[1:] == [
        "  0 ↦ not finite",
        "  1 ↦ 0  (1.00, 0.00 bits)",
        "  2 ↦ 1  (0.85, no distribution: sum 1.53)",
        "  3 ↦ not finite",
        "  no table is near: the nearest is at distance nan",
    ]
    assert neuron.explain()["count"].program is None


def test_an_unknown_name_lists_what_is_learned(program: Program) -> None:
    with pytest.raises(CajalError, match="there is no learned tensor `nosuch`") as caught:
        program["look"].explain()["nosuch"]
    assert "learned: `table`" in str(caught.value)


def test_a_neuron_without_learned_tensors(program: Program) -> None:
    assert str(program.compile("true").explain()) == "nothing is learned here"


def test_a_negative_entry_is_no_certainty() -> None:
    program = Program()
    program.run("learn t : Bool -o Bool")
    neuron = program["t"]
    with torch.no_grad():
        neuron.learned["t"].copy_(torch.tensor([[2.0, -1], [-1, 2]]))
    assert "no distribution: an entry is -1" in str(neuron.explain())


@pytest.mark.parametrize(
    ("type", "program"),
    [
        ("Nat[9] -o Bool", "def t (x1 : Nat[9]) : Bool = drop x1 in true"),
        ("List[2] Bool -o Bool", "no definition is written for a table with a list among the arguments"),
        ("Nat[257] -o Bool", "no definition is written for a table with more than 256 rows"),
    ],
)
def test_a_table_that_is_not_written_says_why(type: str, program: str) -> None:
    neuron = Program().run(f"learn t : {type}\nt")[-1].neuron()
    with torch.no_grad():
        neuron.learned["t"].zero_()[0] = 1
    assert str(neuron.explain()).splitlines()[-1] == f"  {program}"
