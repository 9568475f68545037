"""Questions about a graph, answered without running it, and how its assignments are rewritten."""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias, assert_never

from cajal_core.ir import graph as ir

#: Recurrences of no more states are looped at once: there is nothing to gain.
SHORT = 16


def recurrences(graph: ir.Graph) -> list[ir.Iterate]:
    """The recurrences of a graph, one before those in its step."""
    return list(loops_in(graph.assignments))


def loops_in(assignments: tuple[ir.Assignment, ...]) -> Iterator[ir.Iterate]:
    """The recurrences of a block, one before those in its step."""
    for assignment in assignments:
        if isinstance(assignment.operation, ir.Iterate):
            yield assignment.operation
            yield from loops_in(assignment.operation.step)


def step_work(loop: ir.Iterate) -> int:
    """About how many multiplications the step of a recurrence takes for one state."""
    return sum([_work(assignment.target, assignment.operation) for assignment in loop.step])


def _work(target: ir.Value, operation: ir.Operation) -> int:
    entries = math.prod([target.dim, *(axis.size for axis in target.axes)])
    match operation:
        case ir.Input() | ir.Given() | ir.OneHot() | ir.Basis():
            return 0
        case ir.Shift() | ir.Weigh() | ir.Outer() | ir.Matrix():
            return entries
        case ir.Choose(_, branches):
            return entries * len(branches)
        case ir.Table(weights):
            return math.prod([target.dim, *(weight.dim for weight in weights)])
        case ir.Contract(weights, _, _):
            return entries * weights.dim
        case ir.Apply(_, vector):
            return entries * vector.dim
        case ir.Einsum(_, indices):
            return math.prod(
                [index.size for index in {*itertools.chain(*indices)} if isinstance(index, ir.Axis)]
            )
        case ir.Call(_, arguments):
            return entries * math.prod([argument.dim for argument in arguments])
        case ir.Iterate(weights):
            steps = (
                weights.dim if weights.dim <= SHORT or not operation.jumps else 64 * math.isqrt(weights.dim)
            )
            return steps * (step_work(operation) + 2 * entries)
        case _:
            assert_never(operation)


def callees(loop: ir.Iterate) -> frozenset[str | int]:
    """What a step calls: parameters by name, arguments by position."""
    called = set[str | int]()
    for assignment in loop.step:
        operation = assignment.operation
        match operation:
            case ir.Call(callee):
                called.add(ir.key(callee))
            case ir.Iterate():
                called |= callees(operation)
            case (
                ir.Input() | ir.Given() | ir.OneHot() | ir.Basis() | ir.Shift() | ir.Choose() | ir.Table()
                | ir.Weigh() | ir.Outer() | ir.Contract() | ir.Matrix() | ir.Apply() | ir.Einsum()
            ):  # fmt: skip
                pass
            case _:
                assert_never(operation)
    return frozenset(called)


def free(loop: ir.Iterate) -> tuple[ir.Value, ...]:
    """The values that a step reads from outside, beside its state."""
    inside, read = {loop.state}, dict[ir.Value, None]()
    for assignment in loop.step:
        operation = assignment.operation
        read.update(dict.fromkeys(ir.operands(operation)))
        if isinstance(operation, ir.Iterate):
            read.update(dict.fromkeys(free(operation)))
        inside.add(assignment.target)
    read[loop.result] = None
    return tuple(value for value in read if value not in inside)


def rewritten(
    assignments: tuple[ir.Assignment, ...],
    needed: set[ir.Value],
    change: Callable[[ir.Value, ir.Operation, set[ir.Value]], ir.Operation],
) -> tuple[ir.Assignment, ...]:
    """The assignments that the needed values need, each with its operation changed, those of steps too.

    The last comes first, so that what a changed operation does not read is not kept. `change` is given what
    is needed so far, to which what the assignments read from outside is added.
    """
    kept = list[ir.Assignment]()
    for assignment in reversed(assignments):
        target = assignment.target
        if target not in needed:
            continue
        operation = change(target, assignment.operation, needed)
        if isinstance(operation, ir.Iterate):
            step = rewritten(operation.step, {operation.result}, change)
            operation = dataclasses.replace(operation, step=step)
            needed.update(free(operation))
        needed.update(ir.operands(operation))
        kept.append(ir.Assignment(target, operation))
    return tuple(reversed(kept))


def called_with(graph: ir.Graph) -> dict[str | int, frozenset[int]]:
    """For each callee, an extern's name or an argument's position, the arguments that reach it."""
    return _reach(graph)[0]


def reached_by(graph: ir.Graph) -> dict[ir.Value, frozenset[int]]:
    """For each value the arguments, by position, that it depends on."""
    return _reach(graph)[1]


def _reach(graph: ir.Graph) -> tuple[dict[str | int, frozenset[int]], dict[ir.Value, frozenset[int]]]:
    reach: dict[ir.Value, frozenset[int]] = {}
    called: dict[str | int, frozenset[int]] = {}

    def visit(assignments: tuple[ir.Assignment, ...]) -> None:
        for assignment in assignments:
            operation = assignment.operation
            sources = frozenset[int]().union(*(reach[value] for value in ir.operands(operation)))
            match operation:
                case ir.Input(argument):
                    sources |= {argument.position}
                case ir.Call(callee):
                    called[ir.key(callee)] = called.get(ir.key(callee), frozenset()) | sources
                    if isinstance(callee, ir.Argument):
                        sources |= {callee.position}
                case ir.Iterate(_, base):
                    outside = frozenset[int]().union(*(reach[value] for value in free(operation)))
                    reach[operation.state] = reach[base] | outside
                    visit(operation.step)
                    sources |= reach[operation.result]
                case (
                    ir.Given() | ir.OneHot() | ir.Basis() | ir.Shift() | ir.Choose() | ir.Table() | ir.Weigh()
                    | ir.Outer() | ir.Contract() | ir.Matrix() | ir.Apply() | ir.Einsum()
                ):  # fmt: skip
                    pass
                case _:
                    assert_never(operation)
            reach[assignment.target] = sources

    visit(graph.assignments)
    return called, reach


#: For each argument's position, the degree of a value in it: 0 where it is not mentioned, None where
#: what only Python knows stands between.
Degrees: TypeAlias = Mapping[int, int | None]

_STATE = -1


def degrees(graph: ir.Graph) -> Degrees:
    """The degree of the result in each argument, as a polynomial."""
    return _degrees(graph.assignments, {})[graph.result]


def _degrees(
    assignments: tuple[ir.Assignment, ...], outside: Mapping[ir.Value, Degrees]
) -> Mapping[ir.Value, Degrees]:
    degrees = dict(outside)
    for assignment in assignments:
        operation = assignment.operation
        match operation:
            case ir.Input(argument):
                degree: Degrees = {argument.position: 1}
            case ir.Choose(weights, branches):
                degree = _sum(degrees[weights], _greatest([degrees[branch] for branch in branches]))
            case ir.Call(callee, arguments):
                degree = _sum(*(degrees[argument] for argument in arguments))
                match callee:
                    case ir.Extern():
                        degree = dict.fromkeys(degree)
                    case ir.Argument(position):
                        degree = _sum(degree, {position: 1})
                    case ir.Learn():
                        pass
                    case _:
                        assert_never(callee)
            case ir.Iterate(weights, base, _, state, step, result):
                after = _degrees(step, {**degrees, state: {_STATE: 1}})[result]
                once = {position: power for position, power in after.items() if position != _STATE}
                steps = {position: power and power * (weights.dim - 1) for position, power in once.items()}
                degree = _sum(degrees[base], steps)
                if after.get(_STATE, 1) is None:
                    degree = dict.fromkeys(degree)
                degree = _sum(degrees[weights], degree)
            case (
                ir.OneHot() | ir.Basis() | ir.Shift() | ir.Weigh() | ir.Outer() | ir.Contract() | ir.Matrix()
                | ir.Apply() | ir.Table() | ir.Einsum() | ir.Given()
            ):  # fmt: skip
                # Linear in each operand, or in none.
                degree = _sum(*(degrees[operand] for operand in ir.operands(operation)))
            case _:
                assert_never(operation)
        degrees[assignment.target] = degree
    return degrees


def _sum(*parts: Degrees) -> Degrees:
    total: dict[int, int | None] = {}
    for part in parts:
        for position, degree in part.items():
            so_far = total.get(position, 0)
            total[position] = None if degree is None or so_far is None else so_far + degree
    return total


def _greatest(parts: list[Degrees]) -> Degrees:
    greatest: dict[int, int | None] = {}
    for part in parts:
        for position, degree in part.items():
            so_far = greatest.get(position, 0)
            greatest[position] = None if degree is None or so_far is None else max(so_far, degree)
    return greatest
