"""What a page says of a box that is chosen: its place in the source, its code, its matrix."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from cajal_kernel.views.graph.boxes import NAMES, recurrence
from cajal_kernel.views.graph.notes import structure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cajal_kernel.views.graph.levels import Level, NeuronGraph
    from cajal_kernel.views.graph.model import Box, Graph, Weights

LINES = 40
"""The most lines of code that a box shows."""

LISTED = 12
"""The most operations that are listed by name."""


class Details:
    """Collects what is said of boxes, and the numbers of their matrices, one after another."""

    def __init__(self, graphs: NeuronGraph) -> None:
        self.graphs = graphs
        self.written, self.run = graphs.programs["written"], graphs.programs["run"]
        self.code = graphs.code
        self.numbers: list[NDArray[np.float64]] = []
        self.count = 0

    def of(self, graphs: Iterable[Graph], level: Level) -> dict[str, Any]:
        """What is said of each box of some graphs, by its id."""
        boxes = {box.id: box for graph in graphs for box in graph.boxes}
        matrices = self.graphs.matrices[level].made
        return {name: self.box(box, level, matrices.get(name)) for name, box in boxes.items()}

    def arrays(self) -> dict[str, NDArray[np.float64]]:
        return {"matrices": np.concatenate([*self.numbers, np.zeros(0)])}

    def box(self, box: Box, level: Level, weights: Weights | None) -> dict[str, Any]:
        said: dict[str, Any] = {"title": box.title, "kind": box.kind, "note": box.note, "out": box.out}
        said["values"] = [f"v{value}" for value in box.values]
        said["at"] = self.place(box)
        said["code"], said["runs"] = self.code_of(box, level)
        said["written"] = level == "written" or bool(box.values and self.is_written(box.values[-1]))
        if level == "run" and box.values:
            said["folds"] = self.folds(box.values[-1])
        if box.kind == "extern":
            said["structure"] = structure(self.graphs.neuron, box.title)
        if weights:
            said["weights"] = {
                "names": [self.argument(name) for name in weights.names],
                "columns": weights.columns,
                "rows": weights.rows,
                "linear": weights.is_linear,
                "start": self.count,
            }
            self.numbers.append(weights.values.ravel())
            self.count += weights.values.size
        return said

    def place(self, box: Box) -> list[int] | None:
        if box.id.startswith("c") and box.opens:
            return self.written.graph["marks"][int(box.id[1:])]["at"]
        value = box.values[-1] if box.values else None
        given = {**self.written.states, **self.written.items}
        if value in given:
            value = given[value]["to"]
        return self.written.place(value) if value in self.written.made else None

    def code_of(self, box: Box, level: Level) -> tuple[str, list[int]]:
        """The lines that compute the values of a box, else those of the values that they became part of."""
        own = [value for value in box.values if value in self.code]
        runs = own if own or level == "run" else self.merged(box.values)
        lines = "\n".join(self.code[value] for value in runs).split("\n")
        shown = lines[:LINES] + ([f"# … {len(lines) - LINES} more lines"] if len(lines) > LINES else [])
        return "\n".join(shown), [] if own else runs

    def merged(self, values: Iterable[int]) -> list[int]:
        """The first values behind these, in the order of the program, that are computed when it runs."""
        behind, found = set(values), list[int]()
        behind |= {self.written.states[value]["to"] for value in values if value in self.written.states}
        if hit := [value for value in behind if value in self.code]:
            return hit
        for assignment in self.written.assignments_by_need():
            reads = {*assignment["of"], assignment.get("result")}
            if reads & behind and assignment["to"] not in behind:
                if assignment["to"] in self.code:
                    found.append(assignment["to"])
                else:
                    behind.add(assignment["to"])
        return found

    def is_written(self, value: int) -> bool:
        """Whether what runs is the operation of the program as written, with the same operands."""
        value = self.run.states[value]["to"] if value in self.run.states else value
        run, written = self.run.made.get(value), self.written.made.get(value)
        return bool(run and written and (run["op"], run["of"]) == (written["op"], written["of"]))

    def folds(self, value: int) -> list[str]:
        """The operations of the program as written that one operation stands for; none if just itself."""
        if value not in self.written.made or value not in self.run.made:
            return []
        stop, pending, seen = {*self.run.made[value]["of"], *self.run.states}, [value], dict[int, None]()
        while pending:
            number = pending.pop()
            given = number in self.written.states or number in self.written.items
            if number in seen or given or (number in stop and number != value):
                continue
            seen[number] = None
            assignment = self.written.made[number]
            pending += [*assignment["of"], *([assignment["result"]] if "result" in assignment else [])]
        names = [self.named(number) for number in sorted(seen) if self.written.constant(number) is None]
        same = self.run.made[value]["op"] == self.written.made[value]["op"]
        if same and len(names) <= 1:
            return []
        return names[:LISTED] + ([f"… {len(names) - LISTED} more"] if len(names) > LISTED else [])

    def argument(self, value: str) -> str:
        """What the box is called that a value comes from."""
        number = int(value[1:])
        if number in self.written.states:
            return str(self.written.states[number]["name"])
        if number in self.written.items:
            return "element"
        return self.named(number) if number in self.written.made else value

    def named(self, number: int) -> str:
        assignment = self.written.made[number]
        if assignment["op"] == "input":
            return str(self.written.graph["arguments"][assignment["position"]]["name"])
        if assignment["op"] == "iterate":
            return f"{recurrence(assignment)} {assignment['name']}"
        if assignment["op"] == "choose":
            return self.written.choice(assignment)
        callee = assignment.get("callee")
        if isinstance(callee, int):
            return str(self.written.graph["arguments"][callee]["name"])
        copied = (self.written.copying(assignment) or "").partition(" = ")[0]
        return str(callee or copied or NAMES.get(assignment["op"], assignment["op"]))
