"""Closed code becomes a table, and what is not linear in what it rests on does not."""

from __future__ import annotations

import pytest
import torch

from cajal_core import Neuron, Program
from cajal_core.ir import graph as ir

SOURCE = """
data Dir = N | E | S | W
space V[3]
extern p : Bool
extern f : Bool -o Bool
extern v : V
def not (x : Bool) : Bool = if x then false else true
def turn (d : Dir) : Dir = case d { N => E | E => S | S => W | W => N }
def even (n : Nat) : Bool = iter n { zero => true | succ b => not b }
def face (n : Nat) (d : Dir) : Dir = iter n { zero => d | succ e => turn e }
def two (x : Bool) : Bool * Bool = copy x as (y, z) in (not y, z)
def gate (x : Bool) (w : V) : V = if x then w else (drop (not true) in w)
def pick (x : Bool) : Bool -o Bool = if x then not else (\\y:Bool. y)
"""


@pytest.fixture
def program() -> Program:
    program = Program()
    program.run(SOURCE)
    return program


def operations(neuron: Neuron) -> list[str]:
    return [type(each.operation).__name__ for each in neuron.ir.assignments]


@pytest.mark.parametrize(
    ("term", "left"),
    [
        ("not", ["Input", "Table"]),
        ("even", ["Input", "Table"]),
        ("face", ["Input", "Input", "Table"]),
        ("two", ["Input", "Table"]),
        ("pick", ["Input", "Input", "Table"]),
        # Closed: a constant.
        ("even 7", ["Table"]),
        # Around what is called, a table on either side.
        (r"\n:Nat. not (f (even n))", ["Input", "Table", "Call", "Table"]),
        (r"\x:Bool. even (if f x then 3 else 4)", ["Input", "Call", "Table"]),
    ],
)
def test_what_is_left(program: Program, term: str, left: list[str]) -> None:
    assert operations(program[term]) == left


def test_what_is_used_twice_is_no_table(program: Program) -> None:
    """Σ_i p_i t(e_i, e_i) is not t(p, p)."""
    p = torch.tensor([0.3, 0.2])
    neuron = program.compile("if p then (if p then false else true) else true", link={"p": p})
    torch.testing.assert_close(neuron(), torch.stack([p[0] * p[1] + p[1], p[0] * p[0]]))


def test_what_one_branch_lacks_is_no_leaf(program: Program) -> None:
    """c₀ p + c₁ e₀ is not linear in p, which need not add up to one."""
    p, q = torch.tensor([0.3, 0.2]), torch.tensor([0.5, 0.4])
    program.run("extern q : Bool")
    neuron = program.compile("if q then p else true", link={"p": p, "q": q})
    torch.testing.assert_close(neuron(), q[0] * p + q[1] * torch.tensor([1.0, 0.0]))


def test_a_table_too_large_is_left_as_code() -> None:
    program = Program(nat_size=200)
    program.run("def add (m : Nat) (n : Nat) : Nat = iter m { zero => n | succ k => succ k }")
    assert operations(program["add"])[-1] == "Iterate"
    loop = program["add"].ir.assignments[-1].operation
    assert isinstance(loop, ir.Iterate)
    assert loop.jumps == (*range(1, 201),)


@pytest.mark.parametrize("size", [3, 5000])
def test_a_table_over_one_vector_is_a_product_or_an_index(size: int) -> None:
    program = Program(nat_size=size)
    program.run("def back (n : Nat) : Nat[3] = iter n { zero => 0 | succ k => succ k }")
    neuron = program.compile("back", overflow="saturate")
    assert ("index_add" in neuron.code) == (size == 5000)
    n = torch.rand(4, size, dtype=torch.float64)
    torch.testing.assert_close(neuron(n), torch.stack([n[:, 0], n[:, 1], n[:, 2:].sum(-1)], -1))
