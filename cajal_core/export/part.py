r"""A part of a graph as a graph of its own, whose arguments are the values that the part reads.

>>> graph = lowered(r"\x:Bool. \y:Bool. (if x then false else true, y)")
>>> print(graph)
neuron (x : Bool, y : Bool) : Bool -o Bool -o Bool * Bool
  v1 : Bool = input(x)
  v2 : Bool = input(y)
  v3 : Bool = onehot(1)
  v4 : Bool = onehot(0)
  v5 : Bool = choose(v1, [v3 v4])
  v6 : Bool * Bool = outer(v5, v2)
  return v6
>>> print(part(graph, 5, {5}))
neuron (v1 : Bool) : Bool -o Bool
  v1 : Bool = input(v1)
  v3 : Bool = onehot(1)
  v4 : Bool = onehot(0)
  v5 : Bool = choose(v1, [v3 v4])
  return v5
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import assert_never

from cajal_core.base import tys
from cajal_core.ir import graph as ir
from cajal_core.ir.analysis import free


def part(graph: ir.Graph, result: int, inside: Collection[int]) -> ir.Graph | None:
    """The map from what a part reads to one of its values.

    Args:
        graph: A whole graph.
        result: The number of a value that the part makes. It may be made in the step of a recurrence.
        inside: The numbers of the values that the part makes. Constants need not be named.

    Returns:
        The graph. Its arguments are named by the numbers of the values that are read, `v4`. They stand in the
        order of the numbers; of a single operation, in that of its operands. None where one of them is a
        function or a list, where the result is a list that is held apart, or where the values run over axes
        that the part does not close. An argument that is a list would be held apart.
    """
    needed, kept = dict[int, ir.Value](), list[ir.Assignment]()
    for assignment in reversed([*_flat(graph.assignments)]):
        target, operation = assignment.target, assignment.operation
        if target.number == result:
            needed[result] = target
        if target.number not in needed or not (target.number in inside or _is_constant(operation)):
            continue
        del needed[target.number]
        kept.append(assignment)
        reads = [*ir.operands(operation), *(free(operation) if isinstance(operation, ir.Iterate) else ())]
        needed.update({value.number: value for value in reads})
    if not kept or result in needed:
        return None
    kept.reverse()
    operations = [each.operation for each in kept if not _is_constant(each.operation)]
    order = [value.number for value in ir.operands(operations[0])] if len(operations) == 1 else []
    read = [needed[number] for number in dict.fromkeys([*order, *sorted(needed)]) if number in needed]
    if ir.is_held(kept[-1].target, kept[-1].operation):
        return None
    if any(value.axes for value in (*read, kept[-1].target)):
        if not all(_is_pointwise(assignment.operation) for assignment in kept):
            return None
        kept = [ir.Assignment(_plain(each.target), ir.map_operands(each.operation, _plain)) for each in kept]
        read = [_plain(value) for value in read]
    called = [callee for assignment in _flat(tuple(kept)) for callee in _callees(assignment.operation)]
    if any(isinstance(callee, ir.Argument) for callee in called) or any(
        isinstance(value.type, tys.Arrow | tys.List) for value in read
    ):
        return None
    arguments = tuple([ir.Argument(place, str(value), value.type) for place, value in enumerate(read)])
    inputs = [
        ir.Assignment(value, ir.Input(argument)) for value, argument in zip(read, arguments, strict=True)
    ]
    type = kept[-1].target.type
    for argument in reversed(arguments):
        type = tys.Arrow(argument.type, type)
    parameters = tuple([parameter for parameter in graph.parameters if parameter in called])
    return ir.Graph(type, arguments, parameters, (*inputs, *kept), kept[-1].target)


def _flat(assignments: tuple[ir.Assignment, ...]) -> Iterator[ir.Assignment]:
    """All assignments, those of a step before their recurrence."""
    for assignment in assignments:
        if isinstance(assignment.operation, ir.Iterate):
            yield from _flat(assignment.operation.step)
        yield assignment


def _callees(operation: ir.Operation) -> Iterator[ir.Callee]:
    match operation:
        case ir.Call(callee) | ir.Given(callee):
            yield callee
        case ir.Input(argument):
            yield argument
        case (
            ir.OneHot() | ir.Zero() | ir.Basis() | ir.Shift() | ir.Choose() | ir.Table() | ir.Weigh()
            | ir.Sum() | ir.Slice() | ir.Concat() | ir.Outer() | ir.Contract() | ir.Total() | ir.Unstack()
            | ir.Stack() | ir.Item() | ir.Narrow() | ir.Elements() | ir.Lengths() | ir.Held() | ir.Matrix()
            | ir.Apply() | ir.Einsum() | ir.Iterate()
        ):  # fmt: skip
            pass
        case _:
            assert_never(operation)


def _is_constant(operation: ir.Operation) -> bool:
    """Whether an operation makes a basis vector, or has the tensor of a parameter that takes no arguments."""
    if isinstance(operation, ir.Call):
        return not operation.arguments and not isinstance(operation.callee, ir.Argument)
    return isinstance(operation, ir.OneHot | ir.Zero)


def _is_pointwise(operation: ir.Operation) -> bool:
    """Whether an operation does the same at each index of the axes."""
    match operation:
        case (
            ir.OneHot() | ir.Zero() | ir.Shift() | ir.Choose() | ir.Table() | ir.Weigh() | ir.Sum()
            | ir.Slice() | ir.Concat() | ir.Outer() | ir.Apply() | ir.Call()
        ):  # fmt: skip
            return True
        case (
            ir.Input() | ir.Given() | ir.Basis() | ir.Contract() | ir.Total() | ir.Unstack() | ir.Stack()
            | ir.Item() | ir.Narrow() | ir.Elements() | ir.Lengths() | ir.Held() | ir.Matrix() | ir.Einsum()
            | ir.Iterate()
        ):  # fmt: skip
            return False
        case _:
            assert_never(operation)


def _plain(value: ir.Value) -> ir.Value:
    return replace(value, axes=())
