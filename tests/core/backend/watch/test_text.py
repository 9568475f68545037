"""A trace as text."""

import pytest
import torch

from cajal_core import Program


@pytest.mark.parametrize(
    ("vector", "shown"),
    [
        ([1.0, 0.0], "true"),
        ([0.3, 0.7], "false 0.7, true 0.3"),
        ([0.687, 0.847], "false 0.847, true 0.687 (no distribution: sum 1.53)"),
        ([1.5, -0.5], "true 1.5, false -0.5 (no distribution: less than 0)"),
        ([1e-30, 0.0], "true 1e-30 (no distribution: sum 1e-30)"),
        ([0.0, 0.5], "false 0.5 (no distribution: sum 0.5)"),
        ([0.0, 0.0], "the zero vector"),
        ([0.5, torch.nan], "false nan, true 0.5 (not finite)"),
    ],
)
def test_a_vector_is_printed_as_what_it_is(vector: list[float], shown: str) -> None:
    trace = Program().compile(r"\x:Bool. let y = x in y").trace(torch.tensor(vector))
    assert [line.split("  ")[-1] for line in str(trace).splitlines()[1:]] == [shown, shown]


def test_a_long_vector_shows_its_largest_entries() -> None:
    trace = Program().compile(r"\n:Nat[9]. n").trace(torch.full((9,), 1 / 9))
    assert str(trace).splitlines()[-1].endswith("0 0.111, 1 0.111, 2 0.111, 3 0.111, …")
    empty = Program().compile(r"\n:Nat[9]. n").trace(torch.rand(0, 9))
    assert str(empty).splitlines()[-1].endswith("an empty batch")


PROGRAM = """
extern net : Bool -o Bool
def not (x : Bool) : Bool = if x then false else true
def even (n : Nat[40]) : Bool = iter n { zero => true | succ b => net (not b) }
"""


EXPECTED = """\
where  what       name        type  first of the batch
4:33   state      b           Bool  39 steps
       step         0               true   weight 0
       step         1               false   weight 0
4:71   call           not     Bool  false
3:32   condition        if x  Bool  true
4:67   extern         net     Bool  false
       step         2               true   weight 0
4:71   call           not     Bool  true
3:32   condition        if x  Bool  false
4:67   extern         net     Bool  true
       …            2 steps         weight 0
       step         5               false   weight 1
4:71   call           not     Bool  false
3:32   condition        if x  Bool  true
4:67   extern         net     Bool  false
       …            34 steps        weight 0, past the count
       result                 Bool  false"""


def test_a_tree_has_calls_above_what_is_in_them_and_the_first_steps() -> None:
    program = Program()
    program.run(PROGRAM)
    lines = str(program.compile("even", link={"net": torch.eye(2)}).trace(torch.eye(40)[5])).splitlines()
    assert lines == EXPECTED.splitlines()


def test_a_long_tree_is_cut_and_says_so() -> None:
    program = Program()
    calls = "x"
    for _ in range(150):
        calls = f"not ({calls})"
    program.run(PROGRAM + f"def many (x : Bool) : Bool = {calls}")
    lines = str(program["many"].trace(torch.eye(2)[0])).splitlines()
    assert len(lines) == 203
    assert lines[-2].split() == ["…", "100", "more", "lines"]
    assert lines[-1].split() == ["result", "Bool", "true"]
