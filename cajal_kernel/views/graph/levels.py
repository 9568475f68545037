"""A neuron at its two levels, as it is written and as it runs, and the drawings of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cajal_kernel.views.graph.boxes import MOST, Source, graph_of
from cajal_kernel.views.graph.draw import svg
from cajal_kernel.views.graph.matrices import Matrices
from cajal_kernel.views.graph.notes import note
from cajal_kernel.views.graph.place import placed
from cajal_kernel.views.graph.program import Container, Program

if TYPE_CHECKING:
    import cajal_core as cajal
    from cajal_kernel.views.graph.model import Graph

Level = Literal["written", "run"]

TITLES: dict[Level, str] = {"written": "as written", "run": "as run"}


@dataclass(frozen=True, eq=False)
class Drawing:
    """A graph and its drawing. `depth` is how many levels of calls are open, None if they open singly."""

    level: Level
    depth: int | None
    graph: Graph
    svg: str


class NeuronGraph:
    """The graphs of a neuron, with some of the calls of definitions in it open."""

    def __init__(self, title: str, neuron: cajal.Neuron) -> None:
        self.title, self.neuron = title, neuron
        run = neuron.wiring()
        written = neuron.wiring(written=True)
        self.programs: dict[Level, Program] = {"written": Program(written.graph), "run": Program(run.graph)}
        self.matrices: dict[Level, Matrices] = {
            level: Matrices(neuron, program, level == "written") for level, program in self.programs.items()
        }
        self.code = run.code
        self._notes: dict[str, str] = {}

    def graph(self, level: Level, is_open: Callable[[Container], bool], most: int = MOST) -> Graph:
        source = Source(self.programs[level], self._note, self.matrices[level].small)
        return graph_of(source, is_open, most)

    def _note(self, name: str) -> str:
        if name not in self._notes:
            self._notes[name] = note(self.neuron, name)
        return self._notes[name]

    def to_depth(self, level: Level, depth: int, most: int = MOST) -> Graph:
        """The graph with those calls open that lie in fewer than so many others."""
        program = self.programs[level]
        return self.graph(
            level, lambda call: call.mark is not None and program.depth(call.mark) < depth, most
        )

    def drawings(self, wanted: Sequence[tuple[Level, int | None, Graph]]) -> list[Drawing] | None:
        """The drawings of some graphs; None where Graphviz gives up."""
        places = placed([graph for _, _, graph in wanted])
        if places is None:
            return None
        return [
            Drawing(level, depth, graph, svg(graph, place, self.alternative(level, graph)))
            for (level, depth, graph), place in zip(wanted, places, strict=True)
        ]

    def alternative(self, level: Level, graph: Graph) -> str:
        """What a drawing says, for those who do not see it."""
        names = ", ".join(box.title for box in graph.boxes[:12])
        rest = f" and {len(graph.boxes) - 12} more" if len(graph.boxes) > 12 else ""
        what = self.title or self.neuron.type
        return f"Graph of {what} {TITLES[level]}, {len(graph.boxes)} boxes: {names}{rest}"
