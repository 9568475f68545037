"""Where boxes and wires go: Graphviz's `dot` places them, at sizes that we tell.

It runs in a process of its own, with a limit of time: its C code can be neither interrupted nor trusted with
the memory of a session. It measures no text, so no font of the machine decides a place.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from cajal_kernel.views.graph.sizes import SMALL, Size, size_of, text_width

if TYPE_CHECKING:
    from cajal_kernel.views.graph.model import Graph

SECONDS = 10
"""The most time that all drawings of a picture may take."""

_SCRIPT = """
import json, sys
from pygraphviz import AGraph
graphs = json.load(sys.stdin)
json.dump([AGraph(string=dot).draw(format="json0", prog="dot").decode() for dot in graphs], sys.stdout)
"""

Point = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Places:
    """Left and top of boxes; left, top, right and bottom of clusters; the points of the curves of wires."""

    width: float
    height: float
    boxes: dict[str, Point]
    sizes: dict[str, Size]
    clusters: dict[str, tuple[float, float, float, float]]
    wires: list[list[Point]]


def is_available() -> bool:
    """Whether pygraphviz is installed. It is not loaded here."""
    return find_spec("pygraphviz") is not None


def placed(graphs: Sequence[Graph]) -> list[Places] | None:
    """The places of each graph; None where they take too long or Graphviz fails at one."""
    texts = tuple("\n".join(_dot(graph)) for graph in graphs)
    try:
        made = _run(texts)
    except (subprocess.SubprocessError, OSError):
        return None
    return [_places(graph, json.loads(text)) for graph, text in zip(graphs, made, strict=True)]


@cache
def _run(texts: tuple[str, ...]) -> list[str]:
    command = [sys.executable, "-P", "-c", _SCRIPT]
    done = subprocess.run(  # noqa: S603  # our own command
        command, input=json.dumps(texts), capture_output=True, text=True, check=True, timeout=SECONDS
    )
    return json.loads(done.stdout)


def _dot(graph: Graph) -> Iterator[str]:
    """The graph in Graphviz's language. Boxes are empty tables with a cell for each port."""
    yield "digraph { node [shape=plain]; nodesep=0.25; ranksep=0.32; newrank=true;"
    yield from _inside(graph, None)
    names = {box.id: f"n{place}" for place, box in enumerate(graph.boxes)}
    inputs = [names[box.id] for box in graph.boxes if box.kind == "input"]
    if inputs:  # above all others, in the order of the program
        chain = f"{' -> '.join(inputs)} [style=invis]" if len(inputs) > 1 else inputs[0]
        yield f"{{ rank=same; {chain}; }}"
        fed = {wire.target for wire in graph.wires if not wire.back}
        for box in graph.boxes:
            if box.kind not in ("input", "state") and box.id not in fed:
                yield f"{inputs[0]} -> {names[box.id]} [style=invis weight=0];"
    for place, wire in enumerate(graph.wires):
        source, target = names[wire.source], names[wire.target]
        if wire.back:
            yield f"{source}:e -> {target}:e [id={place} constraint=false];"
        else:
            yield f"{source}:o:s -> {target}:i{wire.port}:n [id={place}];"
    loops = {box.id: box.path for box in graph.boxes if box.kind == "state"}
    sums = {box.path: names[box.id] for box in graph.boxes if box.kind == "sum"}
    for wire in graph.wires:
        if wire.back and (below := sums.get(loops[wire.target])):
            yield f"{names[wire.source]} -> {below} [style=invis];"
    yield "}"


def _inside(graph: Graph, outer: str | None) -> Iterator[str]:
    for place, box in enumerate(graph.boxes):
        if (box.path[-1] if box.path else None) == outer:
            yield f"n{place} [label=<{_table(size_of(box))}>];"
    for place, cluster in enumerate(graph.clusters):
        if cluster.outer == outer:
            title = f'<table border="0" fixedsize="true" width="{text_width(cluster.title, SMALL) + 10:.0f}"'
            yield f"subgraph cluster_{place} {{ margin=10; labeljust=l;"
            yield f'label=<{title} height="14"><tr><td></td></tr></table>>;'
            yield from _inside(graph, cluster.id)
            yield "}"


def _table(size: Size) -> str:
    upper = round(size.height / 2)
    widths = [round(width) for width in size.ports] or [round(size.width)]
    widths[-1] += round(size.width) - sum(widths)
    cell = '<td port="{}" colspan="{}" fixedsize="true" width="{}" height="{}"></td>'
    cells = "".join(cell.format(f"i{place}", 1, width, upper) for place, width in enumerate(widths))
    out = cell.format("o", len(widths), round(size.width), round(size.height) - upper)
    table = '<table border="0" cellborder="0" cellspacing="0" cellpadding="0" fixedsize="true"'
    return (
        f'{table} width="{round(size.width)}" height="{round(size.height)}">'
        f"<tr>{cells}</tr><tr>{out}</tr></table>"
    )


def _places(graph: Graph, drawn: dict[str, Any]) -> Places:
    """What Graphviz says, with y down."""
    left, bottom, right, top = map(float, drawn["bb"].split(","))
    objects = {each["name"]: each for each in drawn.get("objects", ())}
    sizes = {box.id: size_of(box) for box in graph.boxes}
    boxes: dict[str, Point] = {}
    for place, box in enumerate(graph.boxes):
        x, y = map(float, objects[f"n{place}"]["pos"].split(","))
        boxes[box.id] = (x - left - sizes[box.id].width / 2, top - y - sizes[box.id].height / 2)
    clusters: dict[str, tuple[float, float, float, float]] = {}
    for place, cluster in enumerate(graph.clusters):
        x0, y0, x1, y1 = map(float, objects[f"cluster_{place}"]["bb"].split(","))
        clusters[cluster.id] = (x0 - left, top - y1, x1 - left, top - y0)
    lines = {int(edge["id"]): edge["pos"] for edge in drawn.get("edges", ()) if "id" in edge}
    wires = [_points(lines[place], left, top) for place in range(len(graph.wires))]
    for wire, points in zip(graph.wires, wires, strict=True):
        if not wire.back:  # Graphviz rounds: the wire goes on where the line from its box ends
            points[0] = (points[0][0], boxes[wire.source][1] + sizes[wire.source].height)
    return Places(right - left, top - bottom, boxes, sizes, clusters, wires)


def _points(text: str, left: float, top: float) -> list[Point]:
    """The points of a Bézier curve, and behind them the tip of its arrow."""
    tip, points = [], list[Point]()
    for part in text.split():
        x, y = map(float, part.removeprefix("e,").split(","))
        (tip if part.startswith("e,") else points).append((x - left, top - y))
    return [*points, *tip]
