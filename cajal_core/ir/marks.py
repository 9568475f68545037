"""The marks of a graph under construction, each inside a call or an `iter`.

A call is marked when it returns, behind what is marked in it. So what is marked is first put into a *scope*,
and a mark says later which scopes are inside it:

>>> from cajal_core.base import source, tys
>>> def mark(name):
...     span = source.Span(source.Source("", name), 0, 1)
...     return ir.Mark("call", name, span, ir.Value(1, tys.Bool(), ()))
>>> marks = Marks(lambda: 0)
>>> with marks.inside() as scope:
...     marks.add(mark("inner"))
>>> marks.add(mark("outer"), scope)
>>> [(mark.name, mark.parent) for mark in marks.finished()]
[('inner', 1), ('outer', None)]
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from cajal_core.ir import graph as ir
from cajal_core.ir.analysis import free, rewritten


@dataclass(slots=True, eq=False)
class Scope:
    """What is evaluated in one call of a function, or in the step of an `iter`.

    Its values have the numbers behind `before`, up to `last`.
    """

    outer: Scope | None
    before: int
    last: int


class Marks:
    """Marks in the order in which their values are known. `values` tells how many values there are so far."""

    def __init__(self, values: Callable[[], int]) -> None:
        self._values = values
        self._marks = list[ir.Mark]()
        #: The scope that a mark stands in, and those that are inside it.
        self._places = list[tuple[Scope | None, tuple[Scope, ...]]]()
        self._scope: Scope | None = None

    @property
    def count(self) -> int:
        return len(self._marks)

    @contextmanager
    def inside(self) -> Generator[Scope]:
        """What is marked in the block stands in a new scope."""
        outer, scope = self._scope, Scope(self._scope, self._values(), self._values())
        self._scope = scope
        try:
            yield scope
        finally:
            self._scope, scope.last = outer, self._values()

    def add(self, mark: ir.Mark, *inside: Scope) -> None:
        """A mark in the present scope, or around it if that is among those inside the mark."""
        self._marks.append(mark)
        self._places.append((self._scope, inside))

    def forget(self, count: int) -> None:
        """Keeps so many of the first marks."""
        del self._marks[count:], self._places[count:]

    def finished(self) -> tuple[ir.Mark, ...]:
        """All marks, with their parents."""
        owners: dict[Scope, int] = {}
        for place, (_, inside) in enumerate(self._places):
            for scope in inside:
                owners.setdefault(scope, place)

        def parent(place: int) -> int | None:
            scope, own = self._places[place]
            while scope is not None and (scope not in owners or scope in own):
                scope = scope.outer
            return None if scope is None else owners[scope]

        def made(place: int) -> tuple[tuple[int, int], ...]:
            scopes = self._places[place][1]
            return tuple([(scope.before, scope.last) for scope in scopes if scope.last > scope.before])

        return tuple(
            [replace(mark, parent=parent(place), made=made(place)) for place, mark in enumerate(self._marks)]
        )


def marks_where(marks: tuple[ir.Mark, ...], keep: Callable[[ir.Mark], bool]) -> tuple[ir.Mark, ...]:
    """Some of the marks of a graph. Each is inside the nearest mark around it that is kept."""
    kept = [place for place, mark in enumerate(marks) if keep(mark)]
    places = {place: new for new, place in enumerate(kept)}

    def parent(mark: ir.Mark) -> int | None:
        outer = mark.parent
        while outer is not None and outer not in places:
            outer = marks[outer].parent
        return None if outer is None else places[outer]

    return tuple([replace(mark, parent=parent(mark)) for mark in map(marks.__getitem__, kept)])


def without_discarded(graph: ir.Graph) -> ir.Graph:
    """A graph without the recurrences and the calls that its result does not need, and without their marks.

    They stand in a component that is not picked, or `fail` uses up what they make. Other operations stay,
    since marks show values that are only summed up for them.
    """
    needed = {*_values(rewritten(graph.assignments, {graph.result}, lambda _, operation, __: operation))}
    discarded = set[ir.Value]()

    def kept(assignments: tuple[ir.Assignment, ...]) -> Iterator[ir.Assignment]:
        for target, operation in ((each.target, each.operation) for each in assignments):
            is_loop = isinstance(operation, ir.Iterate)
            read = {*ir.operands(operation), *(free(operation) if is_loop else ())}
            runs = is_loop or isinstance(operation, ir.Call)
            if target not in needed and (runs or read & discarded):
                discarded.update([target, *(_values((ir.Assignment(target, operation),)) if is_loop else ())])
            elif is_loop:
                yield ir.Assignment(target, replace(operation, step=tuple(kept(operation.step))))
            else:
                yield ir.Assignment(target, operation)

    code = tuple(kept(graph.assignments))
    marks = marks_where(graph.marks, lambda mark: mark.value not in discarded)
    return replace(graph, assignments=code, marks=marks) if discarded else graph


def _values(assignments: tuple[ir.Assignment, ...]) -> Iterator[ir.Value]:
    """The values of some code, with the states and the steps of recurrences."""
    for assignment in assignments:
        yield assignment.target
        if isinstance(assignment.operation, ir.Iterate):
            yield assignment.operation.state
            yield from _values(assignment.operation.step)
