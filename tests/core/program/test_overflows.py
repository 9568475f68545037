"""Overflows of terms that choose are the evaluator's."""

from __future__ import annotations

import copy
import pickle

import pytest

from cajal_core import Program

PRELUDE = """data Node = N1 | N2 | N3
def edge (v : Node) : Node = case v { N1 => N2 <|> N3 | N2 => N3 | N3 => fail }"""


@pytest.mark.parametrize(
    ("term", "lost"),
    [
        ("edge", []),  # the column of N3 is zero, since it fails
        (r"\n:Nat[3]. succ n <|> n", [("2",)]),  # the column of 2 is not zero
        (r"\n:Nat[3]. case n { 0 => fail | n => succ n }", [("2",)]),
        (r"\x:Bool. \n:Nat[3]. if x then succ n else (drop n in fail)", [("true", "2")]),
        (
            r"\xs:List[2] Bool. cons true xs <|> fail",
            [("[true, true]",), ("[true, false]",), ("[false, true]",), ("[false, false]",)],
        ),
        ("(fail : Bool)", []),
        ("succ (2 : Nat[3]) <|> 1", [()]),
        (r"\k:Bool. dict <true, true> <false, true> k", []),
    ],
)
def test_what_overflows_is_not_what_fails(term: str, lost: list[tuple[str, ...]]) -> None:
    program = Program()
    program.run(PRELUDE)
    assert program.compile(term).lost == lost


def test_a_definition_that_chooses_is_found_through_others() -> None:
    program = Program(nat_size=3)
    program.run("def f (n : Nat) : Nat = case n { 0 => fail | n => n }\ndef g (n : Nat) : Nat = succ (f n)")
    assert program["g"].lost == [("2",)]
    assert program.compile("g", overflow="saturate").lost == []


def test_a_copy_knows_what_a_pickle_cannot() -> None:
    neuron = Program(nat_size=3).compile(r"\n:Nat. succ n <|> n")
    assert copy.deepcopy(neuron).lost == neuron.lost == [("2",)]
    assert pickle.loads(pickle.dumps(neuron)).lost == []
    plain = Program(nat_size=3).compile(r"\n:Nat. succ n")
    assert pickle.loads(pickle.dumps(plain)).lost == [("2",)]


def test_long_evaluations_end() -> None:
    """Each of 512 basis arguments takes thousands of steps."""
    term = r"\n:Nat[512]. iter n { zero => (0 : Nat[512]) | succ m => succ m <|> fail }"
    assert Program().compile(term).lost == []
