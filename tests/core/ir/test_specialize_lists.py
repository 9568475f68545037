"""Calls where lists are held apart."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cajal_core.diagnostics.errors import InternalError
from cajal_core.ir import graph as ir
from cajal_core.ir.specialize import specialize
from cajal_core.ir.verify import verify_graph

Lowered = Callable[[str], ir.Graph]

HEAD = "extern h : List[2] Bool -o Bool\nextern l : Bool -o List[2] Bool\n"


def test_a_list_is_multiplied_out_for_a_matrix(lowered: Lowered) -> None:
    graph = lowered(HEAD + r"\xs:List[2] Bool. h xs")
    special = specialize(graph, 1, frozenset({"h"}))
    verify_graph(special)
    *_, dense, _ = [each for each in special.assignments if isinstance(each.operation, ir.Concat | ir.Apply)]
    assert isinstance(dense.operation, ir.Concat)
    assert [part.dim for part in dense.operation.parts] == [1, 2, 4]


def test_a_step_over_a_list_runs_over_the_axes_of_what_is_missing(lowered: Lowered) -> None:
    graph = lowered(r"\xs:List[4] Bool. \b:Bool. fold xs { nil => b | cons x y => if x then y else y }")
    special = specialize(graph, 1, frozenset())
    verify_graph(special)
    (loop,) = [each.operation for each in special.assignments if isinstance(each.operation, ir.Iterate)]
    assert len(loop.state.axes) == 1
    assert loop.items[0].axes == ()


def test_lists_that_no_tensor_holds_apart_are_mistakes_of_the_caller(lowered: Lowered) -> None:
    with pytest.raises(InternalError, match="the list xs"):
        specialize(lowered(r"\xs:List[2] Bool. drop xs in true"), 0, frozenset())
    graph = lowered(HEAD + r"\b:Bool. [x | x in l b]")
    with pytest.raises(InternalError, match="columns of l"):
        specialize(graph, 1, frozenset({"l"}))
