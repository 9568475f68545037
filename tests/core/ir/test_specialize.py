"""Graphs for one kind of call. That they compute the same is a law of `tests/laws`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cajal_core.ir import graph as ir
from cajal_core.ir.specialize import specialize
from cajal_core.ir.verify import verify_graph

Lowered = Callable[[str], ir.Graph]


def test_what_is_known_already_stays(lowered: Lowered) -> None:
    graph = lowered(r"\x:Bool. if x then false else true")
    assert specialize(graph, 1, frozenset()).assignments == graph.assignments


def test_a_tensor_stands_outside_of_the_steps(lowered: Lowered) -> None:
    graph = specialize(
        lowered("extern f : Bool -o Bool\n" + r"\x:Bool. \n:Nat. iter n { zero => x | succ y => f y }"),
        2,
        frozenset({"f"}),
    )
    verify_graph(graph)
    *before, last = graph.assignments
    assert isinstance(last.operation, ir.Iterate)
    assert [type(assignment.operation) for assignment in last.operation.step] == [ir.Apply]
    assert ir.Given in {type(assignment.operation) for assignment in before}


@pytest.mark.parametrize("given", [0, 1, 2])
def test_arguments_that_do_not_come_are_columns(lowered: Lowered, given: int) -> None:
    graph = lowered(r"\p:Bool * Unit. \n:Nat. (p, n)")
    left = specialize(graph, given, frozenset())
    verify_graph(left)
    assert len(left.arguments) == given
    assert left.result.type == left.type
    matrices = [assignment for assignment in left.assignments if isinstance(assignment.operation, ir.Matrix)]
    assert len(matrices) == 2 - given


def test_a_basis_of_functions_is_one_axis(lowered: Lowered) -> None:
    graph = lowered(r"\f:Bool -o Bool. \x:Bool. f x")
    left = specialize(graph, 0, frozenset())
    verify_graph(left)
    bases = [code.operation.axis for code in left.assignments if isinstance(code.operation, ir.Basis)]
    assert [axis.size for axis in bases] == [2, 4]
