"""Closed code becomes a table, and what is not linear in what it rests on does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch

from cajal_core import Neuron, Program
from cajal_core.ir import graph as ir
from cajal_core.ir.specialize import specialize
from cajal_core.ir.tabulate import tabulate
from cajal_core.terms.values import OverflowMode

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


def test_basis_vectors_are_the_last_that_a_table_rests_on(lowered: Callable[[str], ir.Graph]) -> None:
    graph = specialize(lowered(r"\x:Nat[3]. \b:Bool. if b then x else succ x"), 1, frozenset())
    *code, matrix = graph.assignments
    assert isinstance(matrix.operation, ir.Matrix)
    columns = tabulate(replace(graph, assignments=tuple(code), result=matrix.operation.columns))
    x, basis, table = columns.assignments
    assert isinstance(table.operation, ir.Table) and isinstance(basis.operation, ir.Basis)
    assert table.operation.weights == (x.target, basis.target)


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


CHAINS = """
def and (x : Bool) (y : Bool) : Bool = if x then y else (drop y in false)
def or (x : Bool) (y : Bool) : Bool = if x then (drop y in true) else y
def xor (x : Bool) (y : Bool) : Bool = if x then (if y then false else true) else y
"""


@pytest.mark.parametrize("name", ["and", "or", "xor"])
@pytest.mark.parametrize("count", [3, 10, 32])
@pytest.mark.parametrize("is_balanced", [False, True])
def test_a_chain_is_many_small_tables(name: str, count: int, is_balanced: bool) -> None:
    """What a sample needs grows with the inputs, and not with the number of their values."""
    program = Program()
    program.run(CHAINS)
    terms = [f"x{place}" for place in range(count)]
    while len(terms) > 1:
        first, second, *rest = terms
        joined = f"{name} ({first}) ({second})"
        terms = [*rest, joined] if is_balanced else [joined, *rest]
    neuron = program.compile("".join([f"\\x{place}:Bool. " for place in range(count)]) + terms[0])
    tables = [each.operation for each in neuron.ir.assignments if isinstance(each.operation, ir.Table)]
    assert sum([4 ** len(table.weights) for table in tables]) <= 16 * (count - 1)
    assert len(neuron.ir.assignments) == count + len(tables)
    xs = torch.rand(count, 5, 2, dtype=torch.float64)
    true, both = xs[..., 0], xs.sum(-1)
    expected = {
        "and": true.prod(0),
        "or": both.prod(0) - (both - true).prod(0),
        "xor": (both.prod(0) - (xs[..., 1] - true).prod(0)) / 2,
    }[name]
    torch.testing.assert_close(neuron(*xs), torch.stack([expected, both.prod(0) - expected], -1))


def test_a_sum_of_bits_is_a_table_for_each_bit() -> None:
    """A table over a basis vector stands inside a sum of products, which is taken in the best order."""
    program = Program()
    program.run(CHAINS)
    program.run(
        """def add (a : Bool) (b : Bool) (c : Bool) : Bool * Bool =
  copy a as (a1, a2) in copy b as (b1, b2) in copy c as (c1, c2) in
    (xor (xor a1 b1) c1, if a2 then or b2 c2 else and b2 c2)"""
    )
    lets = [
        f"let (s{place}, c{place}) = add x{place} x{place + 4} {f'c{place - 1}' if place else 'false'} in"
        for place in range(4)
    ]
    lambdas = "".join([f"\\x{place}:Bool. " for place in range(8)])
    neuron = program.compile(f"{lambdas}{' '.join(lets)} (s0, s1, s2, s3, c3)")
    kinds = [type(each.operation) for each in neuron.ir.assignments]
    assert kinds.count(ir.Table) == 4
    assert kinds[-1] == ir.Einsum
    for a, b in ((0, 0), (5, 11), (15, 15), (9, 6)):
        bits = [1 - (number >> place & 1) for number in (a, b) for place in range(4)]
        found = neuron(*torch.eye(2)[bits]).flatten().argmax()
        assert found == sum([(1 - (a + b >> place & 1)) << 4 - place for place in range(5)])


@pytest.mark.parametrize("overflow", ["truncate", "saturate"])
def test_a_long_recurrence_over_an_index_is_one_table(overflow: OverflowMode) -> None:
    """Its states are not walked through one by one, of which there are 10,000 times 10,000."""
    program = Program(overflow=overflow)
    neuron = program.compile(
        r"\n:Nat[10000]. copy n as (a, b) in iter a { zero => b | succ k => succ (succ k) }"
    )
    assert operations(neuron) == ["Input", "Table"]
    found = neuron(torch.eye(10000)[[0, 1, 3333, 3334]])
    assert found.argmax(-1).tolist() == [0, 3, 9999, 9999 if overflow == "saturate" else 0]
    assert found.sum(-1).tolist() == [1, 1, 1, 1 if overflow == "saturate" else 0]


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


def test_a_step_that_takes_a_pair_apart_is_an_index_however_large_the_pair() -> None:
    """Where the pair goes is looked up for each pair, and not for each two numbers beside each pair."""
    program = Program(nat_size=300)
    step = "let (a, b) = p in drop a in copy b as (c, d) in (c, succ d)"
    body = f"let (a, b) = iter n {{ zero => (0, 0) | succ p => {step} }} in drop b in a"
    program.run(f"def pred (n : Nat) : Nat = {body}")
    assert operations(program["pred"]) == ["Input", "Table"]
    assert program["pred"](torch.eye(300)).argmax(-1).tolist() == [0, *range(299)]
