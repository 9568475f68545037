"""Questions about a graph, answered without running it, and how its assignments are rewritten.

This is more than 300 lines, because each of the questions is asked of all operations of the closed union.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal, TypeAlias, assert_never

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
        case (
            ir.Input() | ir.Given() | ir.OneHot() | ir.Zero() | ir.Basis() | ir.Elements() | ir.Lengths()
            | ir.Held() | ir.Item() | ir.Narrow() | ir.Slice() | ir.Unstack()
        ):  # fmt: skip
            return 0
        case ir.Shift() | ir.Weigh() | ir.Concat() | ir.Outer() | ir.Stack() | ir.Matrix():
            return entries
        case ir.Sum(parts):
            return entries * len(parts)
        case ir.Total(_, over):
            return entries * math.prod([axis.size for axis in over])
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
                ir.Input() | ir.Given() | ir.OneHot() | ir.Zero() | ir.Basis() | ir.Shift() | ir.Choose()
                | ir.Table() | ir.Weigh() | ir.Sum() | ir.Slice() | ir.Concat() | ir.Outer() | ir.Contract()
                | ir.Total() | ir.Unstack() | ir.Stack() | ir.Item() | ir.Narrow() | ir.Elements()
                | ir.Lengths() | ir.Held() | ir.Matrix() | ir.Apply() | ir.Einsum()
            ):  # fmt: skip
                pass
            case _:
                assert_never(operation)
    return frozenset(called)


def free(loop: ir.Iterate) -> tuple[ir.Value, ...]:
    """The values that a step reads from outside, beside its state and its items."""
    inside, read = {loop.state, *loop.items}, dict[ir.Value, None]()
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
                case ir.Input(argument) | ir.Given(ir.Argument() as argument):
                    sources |= {argument.position}
                case ir.Call(callee):
                    called[ir.key(callee)] = called.get(ir.key(callee), frozenset()) | sources
                    if isinstance(callee, ir.Argument):
                        sources |= {callee.position}
                case ir.Iterate(_, base, inputs=inputs, items=items):
                    outside = frozenset[int]().union(*(reach[value] for value in free(operation)))
                    reach.update({item: reach[value] for item, value in zip(items, inputs, strict=True)})
                    read = frozenset[int]().union(*(reach[value] for value in inputs))
                    reach[operation.state] = reach[base] | outside | read
                    visit(operation.step)
                    sources |= reach[operation.result]
                case (
                    ir.Given() | ir.OneHot() | ir.Zero() | ir.Basis() | ir.Shift() | ir.Choose() | ir.Table()
                    | ir.Weigh() | ir.Sum() | ir.Slice() | ir.Concat() | ir.Outer() | ir.Contract()
                    | ir.Total() | ir.Unstack() | ir.Stack() | ir.Item() | ir.Narrow() | ir.Elements()
                    | ir.Lengths() | ir.Held() | ir.Matrix() | ir.Apply() | ir.Einsum()
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

#: A part of an argument: its position, what of it, and a place. Parts of a list that is held apart are its
#: lengths, the element at a place, and each of the elements from a place on, of which each is a factor.
_Part: TypeAlias = tuple[int, Literal["whole", "lengths", "at", "from"], int]
_ByPart: TypeAlias = Mapping[_Part, int | None]

_STATE: _Part = (-1, "whole", 0)
_ITEM: _Part = (-2, "whole", 0)


def degrees(graph: ir.Graph) -> Degrees:
    """The degree of the result in each argument, as a polynomial.

    A list has the greatest of those in its lengths and in each of its elements.
    """
    parts = _degrees(graph.assignments, {}, set())[graph.result]
    return {
        position: _of_argument(parts, position) for position in dict.fromkeys([part[0] for part in parts])
    }


def _of_argument(parts: _ByPart, position: int) -> int | None:
    whole, lengths, places = 0, 0, dict[tuple[str, int], int]()
    for (argument, kind, place), degree in parts.items():
        if argument != position:
            continue
        if degree is None:
            return None
        match kind:
            case "whole":
                whole = degree
            case "lengths":
                lengths = degree
            case "at" | "from":
                places[kind, place] = degree
    elements = [
        sum(
            [
                degree
                for (kind, own), degree in places.items()
                if own == place or (kind == "from" and own < place)
            ]
        )
        for _, place in places
    ]
    return whole + max([lengths, *elements])


def _degrees(
    assignments: tuple[ir.Assignment, ...], outside: Mapping[ir.Value, _ByPart], positions: set[ir.Axis]
) -> Mapping[ir.Value, _ByPart]:
    """The degrees of values. Over `positions` of a list, those of all of its elements together."""
    degrees = dict(outside)
    for assignment in assignments:
        operation, target = assignment.operation, assignment.target
        axes = frozenset([axis for value in ir.operands(operation) for axis in value.axes])
        within = axes - ir.closed_axes(operation)

        def of(value: ir.Value, within: frozenset[ir.Axis] = within & positions) -> _ByPart:
            # What is the same at all positions is a factor at each.
            return _times(degrees[value], [axis.size for axis in within if axis not in value.axes])

        match operation:
            case ir.Input(argument) | ir.Given(ir.Argument() as argument):
                degree: _ByPart = {(argument.position, "whole", 0): 1}
            case ir.Choose(weights, branches):
                degree = _sum(of(weights), _greatest([of(branch) for branch in branches]))
            case ir.Sum(parts) | ir.Concat(parts):
                degree = _greatest([of(part) for part in parts])
            case ir.Elements(sequence, axis):
                positions.add(axis)
                degree = _of_list(degrees[sequence], "from")
            case ir.Lengths(sequence):
                degree = _of_list(degrees[sequence], "lengths")
            case ir.Stack(elements, rest, _, axis):
                positions.add(axis)
                degree = _sum(*map(of, elements), _moved(of(rest), -len(elements)) if rest else {})
            case ir.Narrow(elements, _, start, axis):
                positions.add(axis)
                degree = _moved(degrees[elements], start)
            case ir.Item(elements, _, position):
                degree = {
                    (argument, "at", place + position) if kind == "from" else (argument, kind, place): power
                    for (argument, kind, place), power in degrees[elements].items()
                }
            case ir.Call(callee, arguments):
                degree = _sum(*map(of, arguments))
                match callee:
                    case ir.Extern():
                        degree = dict.fromkeys(degree)
                    case ir.Argument(position):
                        calls = [axis.size for axis in target.axes if axis in positions]
                        degree = _sum(degree, _times({(position, "whole", 0): 1}, calls))
                    case ir.Learn():
                        pass
                    case _:
                        assert_never(callee)
            case ir.Iterate(weights, base, _, state, step, result, inputs=inputs, items=items):
                inside = {**degrees, state: {_STATE: 1}, **{item: {_ITEM: 1} for item in items}}
                after = _degrees(step, inside, positions)[result]
                once = {part: power for part, power in after.items() if part not in (_STATE, _ITEM)}
                read = _sum(*map(of, inputs))
                if after.get(_ITEM, 1) is None:
                    read = dict.fromkeys(read)
                degree = _sum(of(base), read, _times(once, [weights.dim - 1]))
                if after.get(_STATE, 1) is None:
                    degree = dict.fromkeys(degree)
                degree = _sum(of(weights), degree)
            case (
                ir.OneHot() | ir.Zero() | ir.Basis() | ir.Shift() | ir.Weigh() | ir.Slice() | ir.Outer()
                | ir.Contract() | ir.Total() | ir.Unstack() | ir.Held() | ir.Matrix() | ir.Apply()
                | ir.Table() | ir.Einsum() | ir.Given()
            ):  # fmt: skip
                # Linear in each operand, or in none.
                degree = _sum(*map(of, ir.operands(operation)))
            case _:
                assert_never(operation)
        degrees[target] = degree
    return degrees


def _of_list(degrees: _ByPart, kind: Literal["from", "lengths"]) -> _ByPart:
    """The degrees of the elements, or of the lengths, of a list with these degrees."""
    return {(part[0], kind, 0) if part[1] == "whole" else part: power for part, power in degrees.items()}


def _moved(degrees: _ByPart, places: int) -> _ByPart:
    """The degrees where the first position is that at some place of before."""
    return {
        (argument, kind, place + places) if kind == "from" else (argument, kind, place): power
        for (argument, kind, place), power in degrees.items()
    }


def _times(degrees: _ByPart, counts: Iterable[int]) -> _ByPart:
    count = math.prod(counts)
    return {part: power and power * count for part, power in degrees.items()}


def _sum(*summands: _ByPart) -> _ByPart:
    total: dict[_Part, int | None] = {}
    for degrees in summands:
        for part, degree in degrees.items():
            so_far = total.get(part, 0)
            total[part] = None if degree is None or so_far is None else so_far + degree
    return total


def _greatest(alternatives: list[_ByPart]) -> _ByPart:
    greatest: dict[_Part, int | None] = {}
    for degrees in alternatives:
        for part, degree in degrees.items():
            so_far = greatest.get(part, 0)
            greatest[part] = None if degree is None or so_far is None else max(so_far, degree)
    return greatest
