r"""A pass of the tensor IR that brings calls together which do not depend on each other.

A module that stands behind several of them is then called once, on all of their samples:

>>> functions = r"\f:Bool -o Bool. \g:Bool -o Bool."
>>> graph = lowered(functions + r"\x:Bool. \y:Bool. (if f x then false else true, g y)")
>>> print(ir.block_text(graph.assignments))
v1 : Bool = input(x)
v2 : Bool = input(y)
v3 : Bool = call(f, [v1])
v4 : Bool = onehot(1)
v5 : Bool = onehot(0)
v6 : Bool = choose(v3, [v4 v5])
v7 : Bool = call(g, [v2])
v8 : Bool * Bool = outer(v6, v7)
>>> print(ir.block_text(schedule(graph).assignments))
v1 : Bool = input(x)
v2 : Bool = input(y)
v3 : Bool = call(f, [v1])
v7 : Bool = call(g, [v2])
v4 : Bool = onehot(1)
v5 : Bool = onehot(0)
v6 : Bool = choose(v3, [v4 v5])
v8 : Bool * Bool = outer(v6, v7)

What is linked is known only when the code runs, so all calls whose values have the same shapes count. Other
assignments keep their order, but for those that such a call needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeAlias

from cajal_core.base import tys
from cajal_core.ir import graph as ir
from cajal_core.ir.analysis import free

#: The shapes of the arguments and of the result of a call.
_Shapes: TypeAlias = tuple[tuple[int, ...], ...]

#: Blocks with more calls stay as they are: the time for a block grows with the square of their number.
_MOST_CALLS = 256


def joinable(assignment: ir.Assignment) -> _Shapes | None:
    """The shapes of a call that may be made together with others of the same shapes, None of what is none.

    What is learned is a tensor, and a list is no tensor of samples.
    """
    call = assignment.operation
    if not isinstance(call, ir.Call) or isinstance(call.callee, ir.Learn) or not call.arguments:
        return None
    types = [*(value.type for value in call.arguments), assignment.target.type]
    if any(isinstance(type, tys.List) for type in types):
        return None
    return tuple([tys.shape(type) for type in types])


def has_joinable(assignments: tuple[ir.Assignment, ...]) -> bool:
    """Whether there are calls to bring together, in a block or in the steps inside it."""
    shapes = [*filter(None, map(joinable, assignments))]
    steps = [each.operation.step for each in assignments if isinstance(each.operation, ir.Iterate)]
    return len(set(shapes)) < len(shapes) or any(map(has_joinable, steps))


def schedule(graph: ir.Graph) -> ir.Graph:
    """The graph with its assignments in another order: calls of the same shapes stand beside each other."""
    return replace(graph, assignments=_scheduled(graph.assignments))


def together(assignments: Iterable[ir.Assignment]) -> Iterator[tuple[ir.Assignment, ...]]:
    """The assignments in their order, those calls in one tuple that stand together."""
    run, shapes = list[ir.Assignment](), None
    for assignment in assignments:
        own = joinable(assignment)
        reads = {*ir.operands(assignment.operation)}
        if run and (own is None or own != shapes or any(each.target in reads for each in run)):
            yield tuple(run)
            run.clear()
        if own is None:
            yield (assignment,)
        else:
            run.append(assignment)
            shapes = own
    if run:
        yield tuple(run)


def _scheduled(assignments: tuple[ir.Assignment, ...]) -> tuple[ir.Assignment, ...]:
    """A block in its new order, its steps too."""
    block = [
        replace(each, operation=replace(each.operation, step=_scheduled(each.operation.step)))
        if isinstance(each.operation, ir.Iterate)
        else each
        for each in assignments
    ]
    shapes = {place: own for place, each in enumerate(block) if (own := joinable(each))}
    if not len(set(shapes.values())) < len(shapes) <= _MOST_CALLS:
        return tuple(block)
    reads = _reads(block)
    behind = _behind(reads, shapes)
    order, done = list[int](), set[int]()

    def take(places: set[int]) -> None:
        taken = sorted(places - done)
        order.extend(taken)
        done.update(taken)

    made = 0
    for calls in _rounds(shapes, behind):
        # What stood before the first of them stays there, if it needs no call that is still to come.
        take({place for place in range(calls[0]) if place not in shapes and not behind[place] & ~made})
        take(_needed(calls, reads, done) - {*calls})
        take({*calls})
        made |= sum([1 << place for place in calls])
    take({*range(len(block))})
    return tuple([block[place] for place in order])


def _reads(block: list[ir.Assignment]) -> list[set[int]]:
    """The places of what each assignment reads, of a recurrence in its step too."""
    places, reads = dict[ir.Value, int](), list[set[int]]()
    for place, assignment in enumerate(block):
        operation = assignment.operation
        values = [*ir.operands(operation), *(free(operation) if isinstance(operation, ir.Iterate) else ())]
        reads.append({places[value] for value in values if value in places})
        places[assignment.target] = place
    return reads


def _behind(reads: list[set[int]], shapes: dict[int, _Shapes]) -> list[int]:
    """The calls that each assignment depends on, as a bit for each place."""
    behind = list[int]()
    for read in reads:
        bits = 0
        for place in read:
            bits |= behind[place] | (1 << place if place in shapes else 0)
        behind.append(bits)
    return behind


def _rounds(shapes: dict[int, _Shapes], behind: list[int]) -> Iterator[list[int]]:
    """The calls that are made together, one group after the other."""
    waiting = dict(shapes)
    while waiting:
        left = sum([1 << place for place in waiting])
        ready, joining = dict[_Shapes, list[int]](), dict.fromkeys(waiting.values(), 0)
        of_shapes = dict.fromkeys(waiting.values(), 0)
        for place, own in waiting.items():
            of_shapes[own] |= 1 << place
        for place, own in waiting.items():
            if not behind[place] & left:
                ready.setdefault(own, []).append(place)
            elif not behind[place] & of_shapes[own]:  # it could join, once calls of other shapes are made
                joining[own] += 1
        chosen = min(ready, key=lambda own: (joining[own], ready[own][0]))
        yield ready[chosen]
        for place in ready[chosen]:
            del waiting[place]


def _needed(calls: list[int], reads: list[set[int]], done: set[int]) -> set[int]:
    """What calls depend on and is not there yet, with themselves."""
    needed, pending = set[int](), [*calls]
    while pending:
        place = pending.pop()
        if place not in needed and place not in done:
            needed.add(place)
            pending += reads[place]
    return needed
