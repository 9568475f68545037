"""What stands in front of a program, and the programs that stand in its place: T and C.

An extern is in front where its call reads arguments that nothing else reads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from cajal_core.base import tys
from cajal_core.ir import graph as ir
from cajal_core.ir.analysis import rewritten
from cajal_core.ir.sizes import LARGEST_TENSOR
from cajal_core.terms.core import Extern, Learn

#: What Church's booleans are at the result of a condition.
CHURCH = tys.arrows((tys.Bool(), tys.Bool()), tys.Bool())
#: The name of the tensor that T learns; no name of the language begins with a capital.
TABLE = "T"


class ImpossibleError(Exception):
    """A program has no such control. The text says why."""


@dataclass(frozen=True, slots=True)
class Front:
    """A value that the program begins with: an argument, or what an extern makes of arguments."""

    value: ir.Value
    arguments: tuple[ir.Argument, ...]
    extern: Extern | None


def fronts(graph: ir.Graph, fed: Collection[str]) -> list[Front]:
    """The values that a program begins with, in the order of the arguments.

    In front of the arguments that are `fed` is a network already.
    """
    reads = Counter(_reads(graph.assignments))
    reads[graph.result] += 1
    inputs, first = dict[ir.Value, ir.Argument](), dict[int, Front]()
    for assignment in graph.assignments:
        value, operation = assignment.target, assignment.operation
        if isinstance(operation, ir.Input):
            inputs[value] = operation.argument
            first.setdefault(operation.argument.position, Front(value, (operation.argument,), None))
        elif isinstance(operation, ir.Call) and isinstance(operation.callee, Extern):
            own = [inputs[read] for read in operation.arguments if read in inputs and reads[read] == 1]
            is_front = own and len(own) == len(operation.arguments) and not value.axes
            if is_front and not any(argument.name in fed for argument in own):
                front = Front(value, tuple(own), operation.callee)
                first.update({argument.position: front for argument in own})
    for argument in graph.arguments:
        if argument.position not in first:
            raise ImpossibleError(f"the argument `{argument.name}` is a function, which is no vector")
    # An extern of several arguments stands where its first argument does.
    return [*dict.fromkeys([first[argument.position] for argument in graph.arguments])]


def _reads(assignments: tuple[ir.Assignment, ...]) -> Iterator[ir.Value]:
    """The values that operations read, once for each time."""
    for assignment in assignments:
        yield from ir.operands(assignment.operation)
        if isinstance(assignment.operation, ir.Iterate):
            yield from _reads(assignment.operation.step)
            yield assignment.operation.result


def table(graph: ir.Graph, fed: Collection[str]) -> ir.Graph:
    """T: a learned tensor in the program's place.

    Raises:
        ImpossibleError: if there is none, or it is too large.
    """
    begin, result = fronts(graph, fed), tys.uncurry(graph.type)[1]
    if not begin:
        raise ImpossibleError("the program has no arguments")
    for type in (*[front.value.type for front in begin], result):
        if isinstance(type, tys.List):
            raise ImpossibleError(f"{type} is held apart, as elements and lengths, and is no vector")
    learn = Learn(TABLE, tys.arrows(tuple([front.value.type for front in begin]), result))
    if (entries := tys.dim(learn.type)) > LARGEST_TENSOR:
        raise ImpossibleError(f"{learn.type} would have {entries:,} entries")
    read = {front.value for front in begin}
    call = ir.Assignment(
        ir.Value(_next(graph), result, ()), ir.Call(learn, tuple([front.value for front in begin]))
    )
    kept = rewritten(graph.assignments, read, lambda _value, operation, _needed: operation)
    externs = tuple(sorted({front.extern for front in begin if front.extern}, key=lambda one: one.name))
    arguments = tuple([replace(argument, reusable=False) for argument in graph.arguments])
    return ir.Graph(graph.type, arguments, (learn, *externs), (*kept, call), call.target)


@dataclass(frozen=True, slots=True)
class Church:
    """C: the graph, and for each argument that has become a function the extern that was in front of it."""

    graph: ir.Graph
    externs: dict[str, Extern | None]


def church(graph: ir.Graph, fed: Collection[str]) -> Church:
    """C: `if x then a else b` becomes `x a b`, where x says what an extern, a network or a caller says.

    Every Bool in front becomes such a function, and is `x true false` where it is no condition.

    Raises:
        ImpossibleError: if there is no such condition, or one decides between others than Bools.
    """
    begin = [
        front
        for front in fronts(graph, fed)
        if isinstance(front.value.type, tys.Bool) and len(front.arguments) == 1
    ]
    values = {front.value: front for front in begin}
    decides = False
    for assignment in graph.assignments:
        operation = assignment.operation
        if isinstance(operation, ir.Choose) and (front := values.get(operation.weights)):
            decides = True
            if not isinstance(assignment.target.type, tys.Bool):
                type = assignment.target.type
                whole = tys.arrows((type, type), type)
                between = f"`{_called(front)}` decides between values of {type}"
                text = f"{between}, and Church's boolean of these, {whole}, has {tys.dim(whole):,} entries"
                raise ImpossibleError(text)
    if not decides:
        raise ImpossibleError("no condition is a Bool that an extern or an argument says itself")
    functions = {
        value: replace(front.arguments[0], type=CHURCH, reusable=True) for value, front in values.items()
    }
    by_position = {argument.position: argument for argument in functions.values()}
    gone = {front.arguments[0].position for front in begin if front.extern}
    number, made = _next(graph), list[ir.Assignment]()
    for assignment in graph.assignments:
        target, operation = assignment.target, assignment.operation
        if isinstance(operation, ir.Input) and operation.argument.position in gone:
            continue
        if target in functions:
            bits = [ir.Value(number + place, tys.Bool(), ()) for place in range(2)]
            made += [ir.Assignment(bit, ir.OneHot(place)) for place, bit in enumerate(bits)]
            made.append(ir.Assignment(target, ir.Call(functions[target], tuple(bits))))
            number += 2
        elif isinstance(operation, ir.Choose) and operation.weights in functions:
            made.append(ir.Assignment(target, ir.Call(functions[operation.weights], operation.branches)))
        else:
            made.append(assignment)
    kept = rewritten(tuple(made), {graph.result}, lambda _value, operation, _needed: operation)
    arguments = tuple([by_position.get(argument.position, argument) for argument in graph.arguments])
    type = tys.arrows(tuple([argument.type for argument in arguments]), tys.uncurry(graph.type)[1])
    called = set(_callees(kept))
    parameters = tuple([parameter for parameter in graph.parameters if parameter in called])
    changed = ir.Graph(type, arguments, parameters, kept, graph.result, joins=graph.joins)
    return Church(changed, {front.arguments[0].name: front.extern for front in begin})


def _callees(assignments: tuple[ir.Assignment, ...]) -> Iterator[ir.Callee]:
    for assignment in assignments:
        operation = assignment.operation
        if isinstance(operation, ir.Call):
            yield operation.callee
        elif isinstance(operation, ir.Given):
            yield operation.source
        elif isinstance(operation, ir.Iterate):
            yield from _callees(operation.step)


def _called(front: Front) -> str:
    return front.extern.name if front.extern else front.arguments[0].name


def _next(graph: ir.Graph) -> int:
    """A number that no value has."""

    def numbers(assignments: tuple[ir.Assignment, ...]) -> Iterator[int]:
        for assignment in assignments:
            yield assignment.target.number
            if isinstance(assignment.operation, ir.Iterate):
                loop = assignment.operation
                yield from (value.number for value in (loop.state, *loop.items))
                yield from numbers(loop.step)

    return max(numbers(graph.assignments), default=0) + 1
