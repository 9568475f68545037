"""Constructors, cases, alternatives, choice and dictionaries mean what the evaluator computes."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from cajal_core import CajalError, Program
from cajal_core.base import tys
from tests.core.ir.lowering.samples import basis, graph, printed, run

DECLARATIONS = r"""
data Token = Num Nat[3] | Plus | Stop
data Shape = Dot | Circle Nat[3] | Box Bool Nat[2]
data Node = N1 | N2 | N3
data Wrap = Wrap (Bool -o Bool)
def not (x : Bool) : Bool = if x then false else true
def edge (v : Node) : Node = case v { N1 => N2 <|> N3 | N2 => N3 | N3 => fail }
"""

TERMS = [
    r"\t:Token. case t { Num n => n | _ => (0 : Nat[3]) }",
    r"\t:Token. case t { Plus => Stop | x => x }",
    r"\a:Bool. \b:Nat[2]. Box a b",
    r"\s:Shape. case s { Box a n => Box (not a) n | Dot => Circle 2 | Circle n => Circle n }",
    r"\s:Shape. case s { Dot => true | Circle n => drop n in false | Box a n => drop n in not a }",
    r"\s:Shape. case s { x => x }",
    r"\s:Shape. copy s as (a, b, c) in (a, b, c)",
    r"\n:Nat[3]. copy Circle n as (a, b) in (a, b)",
    r"\x:Bool. case Wrap not { Wrap f => f x }",
    r"\v:Node. edge (edge v)",
    r"\n:Nat[4]. iter n { zero => N1 | succ v => edge v }",
    r"\n:Nat[5]. case n { zero => (0 : Nat[5]) | succ m => m }",
    r"\n:Nat[1]. case n { zero => true | succ m => drop m in false }",
    r"\n:Nat[5]. case n { zero => ((0 : Nat[5]), (0 : Nat[5])) | succ m => copy m as (a, b) in (a, b) }",
    r"\me:Bool. \n:Nat[6]. case n { 3 => drop me in true | 2 => me | _ => drop me in false }",
    r"\n:Nat[4]. case n { 0 => (3 : Nat[4]) | 2 => 1 | m => m }",
    r"\n:Nat[3]. (n : Nat[5])",
    r"\x:Bool. <x, not x>.2",
    r"\x:Bool. (<x, not x, x> : Bool ^ 3).2",
    r"\x:Bool. let p = <x, not x> in p.1",
    r"\x:Bool. (if x then <true, N1> else <false, N2>).2",
    r"\x:Bool. (if x then <\y:Bool. y, N1> else <not, N2>).1 true",
    r"\x:Bool. x <|> not x <|> (drop x in true)",
    r"\x:Bool. if x then fail else N1",
    r"\x:Bool. (if x then (\y:Bool. y <|> y) else (\y:Bool. fail)) true",
    r"\k:Bool. dict (<true, true, false> : Bool ^ 3) (<N1, N2, N3> : Node ^ 3) k",
    r"\k:Bool * Bool. dict (<(true, true), (false, true)> : (Bool * Bool) ^ 2) (<N1, N2> : Node ^ 2) k",
]


@pytest.mark.parametrize("term", TERMS)
def test_at_each_value_the_result_is_the_evaluators(term: str) -> None:
    program = Program(nat_size=4)
    program.run(DECLARATIONS)
    compiled = graph(program, term)
    arguments, result = tys.uncurry(compiled.type)
    for values in itertools.product(*map(basis, arguments)):
        words = " ".join(word for word, _ in values)
        try:
            expected = str(program.evaluate(f"({term}) {words}"))
        except CajalError as error:
            assert str(error).startswith("the term fails")
            expected = "the term fails"
        assert printed(run(compiled, [tensor for _, tensor in values]), result) == expected


def test_alternatives_are_rows() -> None:
    """`<s.3, s.2, s.1>` reverses three vectors, in the shape of `Bool ^ 3` and of `Bool & Bool & Bool`."""
    given = np.arange(6.0)
    for type in ("Bool ^ 3", "Bool & Bool & Bool"):
        compiled = graph(Program(), rf"\s:{type}. (<s.3, s.2, s.1> : Bool ^ 3)")
        assert run(compiled, [given]).tolist() == [4, 5, 2, 3, 0, 1]


def test_a_dictionary_of_tensors_is_the_sum_of_outer_products() -> None:
    keys, values = np.random.default_rng(0).random((2, 3)), np.random.default_rng(1).random((2, 4))
    compiled = graph(Program(), r"\ks:Nat[3] ^ 2. \vs:Nat[4] ^ 2. dict ks vs")
    matrix = [run(compiled, [keys, values, key]) for key in np.eye(3)]
    assert np.allclose(np.stack(matrix, -1), values.T @ keys)


def test_a_case_reads_its_weights_once() -> None:
    """A weighed scrutinee gives the sum over its values, whatever the arms do with their fields."""
    program = Program()
    program.run(DECLARATIONS)
    term = r"\s:Shape. case s { Dot => true | Circle n => drop n in false | Box a n => drop n in a }"
    weights = np.array([2, 1, 1, 1, 3, 4, 5, 6.0])  # Dot; Circle 0 to 2; Box true, Box false
    assert run(graph(program, term), [weights]).tolist() == [2 + 3 + 4, 3 + 5 + 6]
