"""What is known of the recurrences of a neuron before it runs: their shapes, and what they depend on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from cajal_core.base import tys
from cajal_core.base.source import Span
from cajal_core.ir import graph as ir
from cajal_core.ir.analysis import callees, free, loops_in, reached_by, recurrences


@dataclass(frozen=True, slots=True)
class Recurrence:
    r"""An `iter` or a `fold` that runs in a neuron: `Neuron.dynamics` has its states and weights.

    `order` is "cons" or "snoc" for a fold, which has at most `steps` states, and None for an `iter`.

    `count` is the position of the argument that is the count itself, whose entries are the weights; None
    where the count is another term. `states_from` and `weights_from` are the positions of the arguments that
    they depend on, and `nonlinear` of those the ones in which states or weights are not known to be linear:
    a reusable argument, and what goes through a callable that is not known to be linear. `opaque` names such
    callables in the step; where there are none the step is linear. `inside` is the place, in the list of
    recurrences, of the one in whose step it stands.

    Inside a `copy`, or a `let` that takes a pair apart, the states run over the basis of what is taken
    apart. `axes` has a type for each of these dimensions, which stand behind the batch of the arguments, and
    `sources` the position of the argument that is taken apart, None where it is no argument. `states_over`
    and `weights_over` are the places of those that states and weights depend on.

    Example:
        >>> import cajal_core as cajal
        >>> term = r"\n:Nat[3]. \x:Bool. iter n { zero => x | succ b => if b then false else true }"
        >>> [recurrence] = cajal.Program().compile(term).recurrences
        >>> print(recurrence.name, recurrence.type, recurrence.steps)
        b Bool 3
        >>> recurrence.states_from, recurrence.weights_from, recurrence.nonlinear
        ((1,), (0,), ())
        >>> recurrence.count
        0
    """

    name: str
    type: tys.Type
    span: Span
    steps: int
    count: int | None
    states_from: tuple[int, ...]
    weights_from: tuple[int, ...]
    nonlinear: tuple[int, ...]
    opaque: tuple[str, ...]
    inside: int | None
    axes: tuple[tys.Type, ...]
    sources: tuple[int | None, ...]
    states_over: tuple[int, ...]
    weights_over: tuple[int, ...]
    order: Literal["cons", "snoc"] | None


def recurrences_of(graph: ir.Graph, whole: ir.Graph, bent: Collection[str | int]) -> list[Recurrence]:
    """Those of a graph, one before those in its step, which is a part of the whole one.

    `bent` are the callees that are not known to be linear.
    """
    reached = reached_by(graph)
    shown = {mark.value for mark in graph.marks if mark.kind == "state"}
    loops = [loop for loop in recurrences(graph) if loop.state in shown]
    targets = {
        assignment.operation.state: assignment.target
        for assignment in _assignments(graph.assignments)
        if isinstance(assignment.operation, ir.Iterate)
    }
    inputs = _inputs(whole)
    types, taken = _axes(whole, inputs)
    through = _through(graph, bent, reached)
    places = {loop.state: place for place, loop in enumerate(loops)}
    inside = {
        inner.state: loop.state for loop in loops for inner in loops_in(loop.step)
    }  # the innermost wins
    found = list[Recurrence]()
    for loop in loops:
        over = targets[loop.state].axes
        states, weights = reached[loop.state] | reached[loop.result], reached[loop.weights]
        sources = {position for axis in over if (position := taken.get(axis)) is not None}
        own = {axis for value in (loop.base, *free(loop)) for axis in value.axes}
        outer = inside.get(loop.state)
        found.append(
            Recurrence(
                loop.name,
                loop.state.type,
                loop.span,
                loop.weights.dim,
                inputs.get(loop.weights),
                tuple(sorted(states)),
                tuple(sorted(weights)),
                tuple(sorted((states | weights | sources) & through)),
                tuple([str(_name(graph, callee)) for callee in sorted(callees(loop) & set(bent), key=str)]),
                places.get(outer) if outer else None,
                tuple([types[axis] for axis in over]),
                tuple([taken.get(axis) for axis in over]),
                tuple([place for place, axis in enumerate(over) if axis in own]),
                tuple([place for place, axis in enumerate(over) if axis in loop.weights.axes]),
                None if loop.over is None else loop.order,
            )
        )
    return found


def _assignments(block: Sequence[ir.Assignment]) -> Iterator[ir.Assignment]:
    for assignment in block:
        yield assignment
        if isinstance(assignment.operation, ir.Iterate):
            yield from _assignments(assignment.operation.step)


def _inputs(graph: ir.Graph) -> Mapping[ir.Value, int]:
    """The values that are arguments, with the positions of these."""
    return {
        assignment.target: assignment.operation.argument.position
        for assignment in graph.assignments
        if isinstance(assignment.operation, ir.Input)
    }


def _axes(
    graph: ir.Graph, inputs: Mapping[ir.Value, int]
) -> tuple[Mapping[ir.Axis, tys.Type], Mapping[ir.Axis, int]]:
    """The type whose basis each axis runs over, and the argument that is taken apart by it."""
    types, taken = dict[ir.Axis, tys.Type](), dict[ir.Axis, int]()
    for assignment in _assignments(graph.assignments):
        operation = assignment.operation
        if isinstance(operation, ir.Basis):
            types[operation.axis] = assignment.target.type
        elif isinstance(operation, ir.Contract) and operation.weights in inputs:
            taken.update(dict.fromkeys(operation.over, inputs[operation.weights]))
    return types, taken


def _through(
    graph: ir.Graph, bent: Collection[str | int], reached: Mapping[ir.Value, frozenset[int]]
) -> set[int]:
    """The arguments that are reusable or go through one of the callees."""
    through = {argument.position for argument in graph.arguments if argument.reusable}
    for assignment in _assignments(graph.assignments):
        operation = assignment.operation
        if isinstance(operation, ir.Call) and ir.key(operation.callee) in bent:
            through.update(*(reached[argument] for argument in operation.arguments))
    return through


def _name(graph: ir.Graph, callee: str | int) -> str:
    return graph.arguments[callee].name if isinstance(callee, int) else callee
