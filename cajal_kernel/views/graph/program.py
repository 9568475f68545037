"""The graph that the compiler hands over, as a drawing needs it: what is used, what lies inside what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

Assignment = dict[str, Any]


@dataclass(frozen=True)
class Container:
    """What values lie inside: a call of a definition, or the step of a recurrence.

    `mark` is its place among the marks of the graph, `value` the recurrence.
    """

    id: str
    mark: int | None
    value: int | None = None


class Program:
    """A graph as `cajal.Wiring` has it, without what its result does not need."""

    def __init__(self, graph: dict[str, Any]) -> None:
        self.graph = graph
        #: The type, the dimension and the axes of each value, whose number JSON writes as a text.
        self.values = {int(number): value for number, value in graph["values"].items()}
        #: The assignments by their values, and the recurrences by their states.
        self.made: dict[int, Assignment] = {}
        self.states: dict[int, Assignment] = {}
        #: The recurrences by what their steps read of their inputs.
        self.items: dict[int, Assignment] = {}
        #: For each value the recurrences in whose steps it is computed, the outermost first.
        self._loops: dict[int, tuple[int, ...]] = {}
        self._read(graph["code"], ())
        self.live = self._needed()

    def _read(self, code: list[Assignment], loops: tuple[int, ...]) -> None:
        for assignment in code:
            number = assignment["to"]
            self.made[number], self._loops[number] = assignment, loops
            if assignment["op"] == "iterate":
                inside = (*loops, number)
                self.states[assignment["state"]] = assignment
                self.items.update(dict.fromkeys(assignment["items"], assignment))
                self._loops.update(dict.fromkeys([assignment["state"], *assignment["items"]], inside))
                self._read(assignment["step"], inside)

    def _needed(self) -> set[int]:
        needed, pending = set[int](), [self.graph["result"]]
        while pending:
            number = pending.pop()
            if number in needed:
                continue
            needed.add(number)
            if number in self.states or number in self.items:
                continue
            assignment = self.made[number]
            pending += assignment["of"]
            if assignment["op"] == "iterate":
                pending += [assignment["state"], assignment["result"]]
        return needed

    def assignments(self) -> Iterator[Assignment]:
        """All that the result needs, a recurrence before its step."""

        def block(code: list[Assignment]) -> Iterator[Assignment]:
            for assignment in code:
                if assignment["to"] in self.live:
                    yield assignment
                    yield from block(assignment.get("step", []))

        yield from block(self.graph["code"])

    def wire_text(self, number: int) -> str:
        """The type of a value and its dimension, behind the sizes of its axes: `Bool · 3 × 2`."""
        value = self.values[number]
        sizes = [*(size for _, size in value["axes"]), value["dim"]]
        return f"{value['type']} · {' × '.join(map(str, sizes))}"

    def labels(self, number: int) -> list[str] | None:
        """The names of the basis vectors of a value."""
        return self.graph["types"][self.values[number]["type"]]["labels"]

    def constant(self, number: int) -> str | None:
        """The basis vector that a value is, by its name; None for another value."""
        assignment = self.made.get(number)
        if assignment is None or assignment["op"] != "onehot":
            return None
        labels = self.labels(number)
        return labels[assignment["index"]] if labels else f"e{assignment['index']}"

    @cached_property
    def conditions(self) -> dict[int, str]:
        """The names of conditions, `if odd x`, by their values."""
        return self._names_of("condition")

    def _names_of(self, kind: str) -> dict[int, str]:
        """The name of the first mark of a kind, by its value."""
        return {
            value: mark["name"]
            for value, marks in self._marks.items()
            for mark in reversed(marks)
            if mark["kind"] == kind
        }

    def choice(self, assignment: Assignment) -> str:
        """What a choice is called: by its condition, or else by what it is in a program."""
        weights = assignment["of"][0]
        plain = "if" if self.values[weights]["type"] == "Bool" else "case"
        return self.conditions.get(weights, plain)

    @cached_property
    def _marks(self) -> dict[int, list[dict[str, Any]]]:
        """The marks of each value. Inside a `copy` a mark has a sum, and stands for what is summed, too."""
        marks = dict[int, list[dict[str, Any]]]()
        for mark in self.graph["marks"]:
            marks.setdefault(mark["value"], []).append(mark)
        for mark in self.graph["marks"]:
            value = mark["value"]
            while value in self.made and self.made[value]["op"] == "contract":
                value = self.made[value]["of"][1]
                marks.setdefault(value, []).append(mark)
        return marks

    @cached_property
    def _lets(self) -> dict[int, str]:
        """The names that `let` gives, by their values."""
        return self._names_of("let")

    @cached_property
    def _parts(self) -> dict[int, str]:
        """The names of the parts into which `let` takes a pair apart, by the axes that they run over."""
        names = dict[int, str]()
        for assignment in self.made.values():
            part = assignment["of"][1] if assignment["op"] == "contract" else None
            if part in self.made and self.made[part]["op"] == "basis" and assignment["to"] in self._lets:
                [[axis, _]] = self.values[part]["axes"]
                names[axis] = self._lets[assignment["to"]]
        return names

    @cached_property
    def _sums(self) -> dict[int, Assignment]:
        """For each axis the first sum that closes it."""
        sums = dict[int, Assignment]()
        for assignment in self.made.values():
            if assignment["op"] == "contract":
                for axis, _ in assignment["over"]:
                    sums.setdefault(axis, assignment)
        return sums

    def copying(self, assignment: Assignment) -> str | None:
        """How a value is copied: for each of its basis vectors, and then summed over them.

        `x = each of true, false` and `sum over x`; None for an operation that does neither.
        """
        if assignment["op"] == "contract":
            return f"sum over {self._summed(assignment)}"
        if assignment["op"] != "basis":
            return None
        number = assignment["to"]
        [[axis, size]] = self.values[number]["axes"]
        labels = self.labels(number)
        each = f"each of {', '.join(labels)}" if labels else f"each of {size}"
        closing = self._sums.get(axis)
        if closing is None:
            return each
        name = self._summed(closing) if len(closing["over"]) == 1 else self._parts.get(axis)
        return f"{name} = {each}" if name else each

    def _summed(self, assignment: Assignment) -> str:
        """What a sum runs over, by its name: the value, its parts, or its type where it has no name."""
        number = assignment["of"][0]
        if name := self._name(number):
            return name
        parts = [self._parts.get(axis) for axis, _ in assignment["over"]]
        named = [part for part in parts if part]
        return f"({', '.join(named)})" if len(named) == len(parts) > 1 else self.values[number]["type"]

    def _name(self, number: int) -> str | None:
        """What a value that is copied is called in the program."""
        if number in self.states:
            return str(self.states[number]["name"])
        if number in self.items:
            return "element"
        if number in self._lets:
            return self._lets[number]
        assignment = self.made[number]
        if assignment["op"] == "input":
            return str(self.graph["arguments"][assignment["position"]]["name"])
        return None

    @cached_property
    def _state_marks(self) -> dict[int, int]:
        marks = self.graph["marks"]
        return {mark["value"]: place for place, mark in enumerate(marks) if mark["kind"] == "state"}

    @cached_property
    def _calls(self) -> dict[int, int]:
        """For each value the innermost call of a definition that computes it, by the place of its mark."""
        inner: dict[int, tuple[int, int]] = {}
        for place, mark in enumerate(self.graph["marks"]):
            ranges = mark.get("made", ()) if mark["kind"] == "call" else ()
            size = sum(last - first for first, last in ranges)
            for first, last in ranges:
                for number in range(first + 1, last + 1):
                    if number not in inner or size < inner[number][0]:
                        inner[number] = size, place
        return {number: place for number, (_, place) in inner.items()}

    def path(self, number: int) -> tuple[Container, ...]:
        """The calls and steps around a value, the outermost first."""
        loops = self._loops[number]
        by_mark = {self._state_marks.get(self.made[loop]["state"]): loop for loop in loops}
        call = self._calls.get(number)
        chain = self._chain(call)
        if loops and (innermost := self._state_marks.get(self.made[loops[-1]]["state"])) not in chain:
            chain = self._chain(innermost)
        found = list[Container]()
        for place in chain:
            if self.graph["marks"][place]["kind"] == "call":
                found.append(Container(f"c{place}", place))
            elif place in by_mark:
                found.append(Container(f"i{by_mark[place]}", place, by_mark[place]))
            else:  # it was moved out of the step, and with it out of what is inside the step
                break
        shown = {container.value for container in found}
        return (*found, *(Container(f"i{loop}", None, loop) for loop in loops if loop not in shown))

    def _chain(self, place: int | None) -> list[int]:
        """A mark and those around it, the outermost first."""
        chain = list[int]()
        while place is not None:
            if self.graph["marks"][place]["kind"] in ("call", "state"):
                chain.append(place)
            place = self.graph["marks"][place].get("parent")
        return chain[::-1]

    def depth(self, mark: int) -> int:
        """How many calls of definitions are around a call."""
        return sum(self.graph["marks"][place]["kind"] == "call" for place in self._chain(mark)) - 1

    @cached_property
    def deepest(self) -> int:
        """How deeply calls are nested: 0 where there are none."""
        marks = {each.mark for number in self.live for each in self.path(number) if each.value is None}
        return max((self.depth(mark) + 1 for mark in marks if mark is not None), default=0)

    def place(self, number: int) -> list[int] | None:
        """Where in the sources a value is written: the source, and the offsets of start and end."""
        assignment = self.made[number]
        if "at" in assignment:
            return assignment["at"]
        if assignment["op"] == "choose" and (at := self._marked(assignment["of"][0], {"condition"})):
            return at
        kinds = {"extern", "learn", "argument"} if assignment["op"] == "call" else {"call", "let"}
        if at := self._marked(number, kinds):
            return at
        around = [each.mark for each in self.path(number) if each.mark is not None]
        return self.graph["marks"][around[-1]]["at"] if around else None

    def _marked(self, value: int, kinds: set[str]) -> list[int] | None:
        """The place of the first mark of a value that is of one of some kinds."""
        marks = self._marks.get(value, [])
        return next((mark["at"] for mark in marks if mark["kind"] in kinds), None)

    def assignments_by_need(self) -> Iterator[Assignment]:
        """All that the result needs, a recurrence behind its step."""

        def block(code: list[Assignment]) -> Iterator[Assignment]:
            for assignment in code:
                if assignment["to"] in self.live:
                    yield from block(assignment.get("step", []))
                    yield assignment

        yield from block(self.graph["code"])
