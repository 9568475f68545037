"""What terms become: operations for what is data, nothing for what only names or passes it on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from cajal_core import CajalError, Program
from cajal_core.ir import graph as ir
from cajal_core.ir.analysis import rewritten

Lowered = Callable[[str], ir.Graph]

NOT = "def not (x : Bool) : Bool = if x then false else true\n"


def kinds(graph: ir.Graph) -> list[str]:
    """The operations that the result needs; others are for traces."""
    needed = rewritten(graph.assignments, {graph.result}, lambda _, operation, __: operation)
    return [type(assignment.operation).__name__ for assignment in needed]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"\x:Bool. x", ["Input"]),
        (r"\x:Bool. let y = x in y", ["Input"]),
        (r"\x:Bool. (\y:Bool. y) x", ["Input"]),
        (NOT + r"\x:Bool. not (not x)", ["Input", "OneHot", "OneHot", "Choose", "Choose"]),
        (r"\x:Bool. drop x in ()", ["Input", "OneHot", "Weigh"]),
        (r"\n:Nat. succ n", ["Input", "Shift"]),
        (r"\x:Bool. copy x as (y, z) in (y, z)", ["Input", "Basis", "Outer", "Contract"]),
        (r"\p:Bool * Unit. let (x, u) = p in (u, x)", ["Input", "Basis", "Basis", "Outer", "Contract"]),
        (r"let (x, y) = (true, ()) in (y, x)", ["OneHot", "OneHot", "Outer"]),
        ("extern f : Bool -o Bool\nf", ["Input", "Call"]),
        # Of functions, the states are matrices where the step is linear in them.
        (
            r"iter (2 : Nat) { zero => \x:Bool. x | succ g => \x:Bool. g x }",
            ["Input", "OneHot", "Basis", "Basis", "Matrix", "Iterate", "Apply"],
        ),
    ],
)  # fmt: skip
def test_operations(lowered: Lowered, source: str, expected: list[str]) -> None:
    assert sorted(kinds(lowered(source))) == sorted(expected)


def test_arguments_have_their_own_names_where_they_are_written(lowered: Lowered) -> None:
    for source, names in ((r"\x:Bool. (\y:Bool. \z:Bool. (y, z)) x", ["x", "arg2"]), (NOT + "not", ["x"])):
        assert [argument.name for argument in lowered(source).arguments] == names


def test_marks_are_the_named_sub_terms(lowered: Lowered) -> None:
    graph = lowered(NOT + r"\x:Bool. let y = not x in if y then true else false")
    assert [(mark.kind, mark.name) for mark in graph.marks] == [
        ("condition", "if x"), ("call", "not"), ("let", "y"), ("condition", "if y"),
    ]  # fmt: skip


def test_a_list_is_marked_where_it_is_multiplied_out(lowered: Lowered) -> None:
    """What is held apart is not multiplied out to be shown. The state of a fold is, as that of `iter`."""

    def marks(given: str) -> list[tuple[str, str]]:
        fold = "fold ys { nil => c | cons x y => if x then y else not y }"
        graph = lowered(NOT + rf"\c:Bool. \b:Bool. \xs:List[2] Bool. let ys = {given} in {fold}")
        return [(mark.kind, mark.name) for mark in graph.marks]

    assert ("state", "y") in marks("drop b in xs")
    assert ("let", "ys") not in marks("drop b in xs")
    assert ("let", "ys") in marks("if b then xs else xs")


def test_a_succ_saturates_where_it_is_told_to() -> None:
    program = Program(nat_size=3)
    saturating = program.compile(r"\n:Nat. succ n", overflow="saturate")
    assert saturating(torch.eye(3)).argmax(-1).tolist() == [1, 2, 2]
    assert program.compile(r"\n:Nat. succ n")(torch.eye(3)).sum(-1).tolist() == [1, 1, 0]


def test_a_term_that_unfolds_to_too_much_is_refused(lowered: Lowered) -> None:
    doubled = [f"def d{i + 1} (x : Bool) : Bool = d{i} (d{i} x)" for i in range(30)]
    with pytest.raises(CajalError, match="unfolds to more than 300,000 steps"):
        lowered(NOT.replace("not", "d0") + "\n".join(doubled))
