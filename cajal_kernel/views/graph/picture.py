"""The picture of a neuron as a graph, in its forms: text, images that a saved notebook keeps, live."""

from __future__ import annotations

import base64
from html import escape
from typing import TYPE_CHECKING, Any

from cajal_kernel.views.graph.details import Details
from cajal_kernel.views.graph.levels import TITLES, Drawing, NeuronGraph
from cajal_kernel.views.graph.place import is_available
from cajal_kernel.views.graph.text import graph_text
from cajal_kernel.views.graph.values import run_of
from cajal_kernel.views.live.picture import Live
from cajal_kernel.views.paint import QUIET, counted, heading, heading_text
from cajal_kernel.views.picture import Picture, Subject

if TYPE_CHECKING:
    from cajal_kernel.views.graph.levels import Level
    from cajal_kernel.views.graph.model import Graph

READABLE = 24
"""Definitions are open at first as long as there are no more boxes than this."""

STATIC = 100_000
"""The most bytes of one static drawing, so that both take less than 300 kB as base64."""

DEPTHS = 4
"""The most levels of open definitions that a page is sent, and the level at which all are open."""

MISSING = "To see it drawn, run `%pip install 'pygraphviz>=2.0'` in a cell: it brings Graphviz along."
FAILED = "Graphviz found no layout for it."


def graph_picture(subject: Subject) -> Picture:
    """The graph as the program is written and as it runs. Where Graphviz is missing, it is text.

    The live form runs the neuron in the page and shows the value on each wire, on the batch of the subject
    or on what an explorer begins with. Where no page can run it, it says why.
    """
    neuron = subject.neuron
    with neuron.evaluating():
        graphs = NeuronGraph(subject.title, neuron)
        written = _written(graphs)
        run = graphs.to_depth("run", 0)
    sizes = [counted(_size(graph), "operation") for graph in (written[-1], run)]
    counts = f"as written {sizes[0]}, as run {sizes[1]}"
    head = heading_text(subject.title, str(neuron.type), note=counts)
    text = f"{head}\n{_texts(written[-1], run)}"
    drawings = None
    if is_available():
        wanted: list[tuple[Level, int | None, Graph]] = [
            ("written", depth, graph) for depth, graph in enumerate(written)
        ]
        drawings = graphs.drawings([*wanted, ("run", 0, run)])
    html = heading(subject.title, str(neuron.type), note=counts)
    if drawings is None:
        why = FAILED if is_available() else MISSING
        table = f'<pre style="margin:0;overflow-x:auto">{escape(_texts(written[-1], run))}</pre>'
        remark = f'<div style="{QUIET}">{escape(why)}</div>'
        return Picture(f"{text}\n-- {why}", html + table + remark)
    first = _first(written)
    kept = _within(graphs, [drawings[first], drawings[-1]])
    return Picture(text, html + _static(kept), _live(subject, graphs, drawings, first))


def _written(graphs: NeuronGraph) -> list[Graph]:
    """The program with no call open, with those of each depth, and with all."""
    deepest = graphs.programs["written"].deepest
    depths = [*range(min(deepest, DEPTHS)), deepest]
    return [graphs.to_depth("written", depth) for depth in depths]


def _first(written: list[Graph]) -> int:
    """Which of them is shown first."""
    return max([place for place, graph in enumerate(written) if len(graph.boxes) <= READABLE], default=0)


def _size(graph: Graph) -> int:
    return sum(box.kind not in ("input", "result", "state") for box in graph.boxes) + graph.left_out


def _texts(written: Graph, run: Graph) -> str:
    return f"as written\n{graph_text(written)}\n\nas run\n{graph_text(run)}"


# The form that a notebook keeps


def _within(graphs: NeuronGraph, drawings: list[Drawing]) -> list[Drawing]:
    """The drawings, with fewer boxes where they are too large to be kept."""
    kept = list[Drawing]()
    for drawing in drawings:
        smaller, most = drawing, len(drawing.graph.boxes)
        while len(smaller.svg.encode()) > STATIC:
            most = most * 2 // 3
            graph = graphs.to_depth(drawing.level, drawing.depth or 0, most)
            made = graphs.drawings([(drawing.level, drawing.depth, graph)])
            if made is None:
                break
            [smaller] = made
        kept.append(smaller)
    return kept


def _static(drawings: list[Drawing]) -> str:
    """Images side by side. Front ends that distrust a notebook keep an image of SVG, and no SVG itself."""
    figures: list[str] = []
    for drawing in drawings:
        source = base64.b64encode(drawing.svg.encode()).decode("ascii")
        alternative = drawing.svg.partition("<title>")[2].partition("</title>")[0]
        out = f"; {counted(drawing.graph.left_out, 'more box')} left out".replace("boxs", "boxes")
        caption = TITLES[drawing.level] + (out if drawing.graph.left_out else "")
        figures.append(
            f'<div style="max-width:100%"><div style="{QUIET}">{escape(caption)}</div>'
            f'<img src="data:image/svg+xml;base64,{source}" alt="{alternative}" '
            'style="max-width:100%;height:auto" /></div>'
        )
    style = "display:flex;flex-wrap:wrap;gap:8px 40px;align-items:flex-start"
    return f'<div style="{style}">{"".join(figures)}</div>'


# The live form


def _live(subject: Subject, graphs: NeuronGraph, drawings: list[Drawing], first: int) -> Live:
    """Every drawing, what is said of each box of any, and what runs the neuron. The page asks for more.

    A question with `open` is answered by a drawing, one with `inputs` by what the networks answer to them.
    The sources are those of the graph that the page runs, and are sent alone where it cannot.
    """
    details = Details(graphs)
    run, why = run_of(subject)
    spec: dict[str, Any] = {
        "title": subject.title,
        "type": str(graphs.neuron.type),
        "drawings": [_encoded(drawing) for drawing in drawings],
        "first": first,
        **(
            {"graph": run.spec["graph"], "items": run.spec["items"]}
            if run
            else {"sources": graphs.programs["written"].graph["sources"], "why": why}
        ),
        "boxes": {
            level: details.of([drawing.graph for drawing in drawings if drawing.level == level], level)
            for level in TITLES
        },
    }

    def answer(question: dict[str, Any]) -> Live:
        if run and run.answer and "inputs" in question:
            return run.answer(question)
        opened = set(question["open"])
        with graphs.neuron.evaluating():
            graph = graphs.graph("written", lambda call: call.id in opened)
            made = graphs.drawings([("written", None, graph)])
            if made is None:
                raise RuntimeError(FAILED)
            said = Details(graphs)
            boxes = {"written": said.of([graph], "written")}
        return Live("graph", {"drawings": [_encoded(made[0])], "boxes": boxes}, said.arrays())

    return Live("graph", spec, {**details.arrays(), **(run.arrays if run else {})}, answer)


def _encoded(drawing: Drawing) -> dict[str, Any]:
    return {
        "level": drawing.level,
        "depth": drawing.depth,
        "svg": drawing.svg,
        "open": [cluster.id for cluster in drawing.graph.clusters if cluster.kind == "call"],
        "leftOut": drawing.graph.left_out,
    }
