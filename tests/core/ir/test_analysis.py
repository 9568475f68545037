"""Questions about graphs of programs of a line or two."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from cajal_core.ir import graph as ir
from cajal_core.ir.analysis import (
    called_with,
    callees,
    degrees,
    free,
    recurrences,
    rewritten,
)  # fmt: skip

Lowered = Callable[[str], ir.Graph]

EXTERNS = "extern f : Bool -o Bool\nlearn w : Bool -o Bool\n"
LOOP = "iter n { zero => x | succ y => f (w y) }"
NESTED = "iter (2 : Nat) { zero => x | succ y => iter (1 : Nat) { zero => y | succ z => f z } }"
ROOT = "def g (!f : Bool -o Bool) (n : Nat) (x : Bool) : Bool = iter n { zero => x | succ y => f y }"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"\x:Bool. \y:Bool. if x then y else (drop y in true)", {0: 1, 1: 1}),
        (r"def twice (!x : Bool) : Bool * Bool = (x, x)", {0: 2}),
        ("true", {}),
        # What an extern does is not known; a learned tensor is a matrix.
        (r"\x:Bool. f x", {0: None}),
        (r"\x:Bool. w x", {0: 1}),
        (r"\g:Bool -o Bool. \x:Bool. g x", {0: 1, 1: 1}),
        # Of three states, the last has run through `f` twice.
        (ROOT, {0: 2, 1: 1, 2: 1}),
    ],
)
def test_degrees(lowered: Lowered, source: str, expected: Mapping[int, int | None]) -> None:
    assert degrees(lowered(EXTERNS + source)) == expected


def test_a_step_and_what_it_reads(lowered: Lowered) -> None:
    graph = lowered(EXTERNS + r"\b:Bool. \n:Nat. \x:Bool. drop b in " + LOOP)
    (loop,) = recurrences(graph)
    assert callees(loop) == {"f", "w"}
    assert free(loop) == ()
    choice = "iter n { zero => x | succ y => if c then y else y }"
    graph = lowered(f"def g (!c : Bool) (n : Nat) (x : Bool) : Bool = {choice}")
    (loop,) = recurrences(graph)
    assert [str(value) for value in free(loop)] == ["v1"]


def test_recurrences_come_before_those_in_their_steps(lowered: Lowered) -> None:
    graph = lowered(EXTERNS + rf"\x:Bool. {NESTED}")
    assert [loop.name for loop in recurrences(graph)] == ["y", "z"]
    assert callees(recurrences(graph)[0]) == {"f"}


def test_which_arguments_reach_a_callee(lowered: Lowered) -> None:
    graph = lowered(EXTERNS + r"\x:Bool. \n:Nat. \g:Bool -o Bool. if g true then " + LOOP + " else " + LOOP)
    assert called_with(graph) == {2: frozenset(), "w": {0}, "f": {0}}


def test_rewriting_keeps_what_is_needed(lowered: Lowered) -> None:
    graph = lowered(r"\x:Bool. if x then false else true")

    def first(_: ir.Value, operation: ir.Operation, __: set[ir.Value]) -> ir.Operation:
        return ir.OneHot(0) if isinstance(operation, ir.Choose) else operation

    kept = rewritten(graph.assignments, {graph.result}, first)
    assert [type(assignment.operation) for assignment in kept] == [ir.OneHot]
