"""Parts of graphs: what they read becomes their arguments, and they compute what they computed inside."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cajal_core.export.part import part
from cajal_core.ir import graph as ir
from cajal_core.ir.verify import verify_graph

Lowered = Callable[[str], ir.Graph]
SOURCE = """
def not (x : Bool) : Bool = if x then false else true
def even (n : Nat) : Bool = iter n { zero => true | succ b => not b }
"""


def of(graph: ir.Graph, operation: type) -> ir.Assignment:
    """The first assignment of an operation, in a step too."""
    pending = [*graph.assignments]
    while pending:
        assignment = pending.pop(0)
        if isinstance(assignment.operation, operation):
            return assignment
        if isinstance(assignment.operation, ir.Iterate):
            pending += assignment.operation.step
    raise LookupError(operation)


def test_a_part_of_a_step_takes_the_state(lowered: Lowered) -> None:
    graph = lowered(SOURCE + r"\n:Nat. even n")
    choice = of(graph, ir.Choose).target
    made = part(graph, choice.number, {choice.number})
    assert made is not None
    verify_graph(made)
    [argument] = made.arguments
    loop = of(graph, ir.Iterate).operation
    assert isinstance(loop, ir.Iterate)
    assert argument.name == str(loop.state)
    assert str(made.type) == "Bool -o Bool"


def test_a_recurrence_has_its_step_with_it(lowered: Lowered) -> None:
    graph = lowered(SOURCE + r"\n:Nat. \x:Bool. iter n { zero => x | succ b => not b }")
    loop = of(graph, ir.Iterate).target
    made = part(graph, loop.number, {loop.number})
    assert made is not None
    verify_graph(made)
    assert [str(argument.type) for argument in made.arguments] == ["Nat", "Bool"]


def test_arguments_of_one_operation_stand_in_the_order_of_its_operands(lowered: Lowered) -> None:
    graph = lowered(r"\x:Bool. \y:Bool. (y, x)")
    pair = of(graph, ir.Outer)
    made = part(graph, pair.target.number, {pair.target.number})
    assert made is not None
    names = [argument.name for argument in made.arguments]
    assert names == [str(value) for value in ir.operands(pair.operation)] == ["v2", "v1"]


def test_of_several_operations_they_stand_in_the_order_of_their_numbers(lowered: Lowered) -> None:
    graph = lowered(SOURCE + r"\x:Bool. \y:Bool. (not y, not x)")
    inside = {each.target.number for each in graph.assignments if not isinstance(each.operation, ir.Input)}
    made = part(graph, graph.result.number, inside)
    assert made is not None
    assert [argument.name for argument in made.arguments] == ["v1", "v2"]


@pytest.mark.parametrize(
    ("source", "operation"),
    [
        (r"\f:Bool -o Bool. \x:Bool. f x", ir.Call),  # calls an argument
        (r"\p:Bool * Bool. let (a, b) = p in (b, a)", ir.Contract),  # sums over axes that stand open
        ("def g (n : Nat) : Bool -o Bool = iter n { zero => \\x:Bool. x | succ f => f }\ng 1 true", ir.Apply),
    ],
)
def test_what_is_no_map_between_types_has_no_part(lowered: Lowered, source: str, operation: type) -> None:
    graph = lowered(source)
    number = of(graph, operation).target.number
    assert part(graph, number, {number}) is None


def test_what_is_done_at_each_index_is_done_without_axes(lowered: Lowered) -> None:
    graph = lowered(SOURCE + r"\p:Bool * Bool. let (a, b) = p in (not b, a)")
    choice = of(graph, ir.Choose).target
    assert choice.axes
    made = part(graph, choice.number, {choice.number})
    assert made is not None
    verify_graph(made)
    assert not made.result.axes


def test_a_value_that_is_not_made_inside_has_no_part(lowered: Lowered) -> None:
    graph = lowered(r"\x:Bool. x")
    assert part(graph, graph.result.number, set()) is None
    assert part(graph, 99, {99}) is None
