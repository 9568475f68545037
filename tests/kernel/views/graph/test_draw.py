"""The drawing: what it says, and that it can be read anywhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree import ElementTree as ET

import numpy as np

from cajal_kernel.views.graph.draw import svg
from cajal_kernel.views.graph.model import Box, Graph, Port, Weights, Wire
from cajal_kernel.views.graph.place import placed

Drawn = Callable[..., Graph]
SVG = "{http://www.w3.org/2000/svg}"


def drawing(graph: Graph) -> ET.Element:
    [places] = placed([graph]) or []
    return ET.fromstring(svg(graph, places, "a graph"))  # our own text


def of(root: ET.Element, name: str) -> list[ET.Element]:
    return [each for each in root.iter() if name in (each.get("class") or "").split()]


def test_every_box_wire_and_cluster_is_drawn_and_says_what_it_is(graph: Drawn) -> None:
    made = graph("nested")
    root = drawing(made)
    assert [node.get("data-id") for node in of(root, "cajal-node")] == [box.id for box in made.boxes]
    names = ["".join(text.itertext()) for text in of(root, "cajal-name")]
    assert names == [box.title for box in made.boxes]
    wires = [(node.get("data-source"), node.get("data-target")) for node in of(root, "cajal-wire")]
    assert wires == [(wire.source, wire.target) for wire in made.wires]
    texts = [node.find(f"{SVG}title") for node in of(root, "cajal-wire")]
    assert [text.text for text in texts if text is not None] == [wire.text for wire in made.wires]
    clusters = [node.get("data-id") for node in of(root, "cajal-cluster")]
    assert clusters == [cluster.id for cluster in made.clusters]


def test_weights_are_lines_by_size_and_sign() -> None:
    values = np.array([[1.0, -0.5, 0], [0, np.nan, 0.25]])
    weights = Weights(("a", "b", "c"), ("d", "e"), values, ("v1",))
    box = Box("v2", "learn", "t", "Bool · 2", (Port(),), weights=weights)
    root = drawing(Graph([Box("v1", "input", "x", "T · 3"), box], [Wire("v1", "v2", 0, "T · 3", 1)]))
    said = {"".join(line.itertext()): line for line in of(root, "cajal-weight")}
    assert [*said] == ["a → d: 1", "b → d: -0.5", "b → e: NaN", "c → e: 0.25"]
    widths = [
        float(said[name].get("stroke-width") or 0) for name in ("a → d: 1", "b → d: -0.5", "c → e: 0.25")
    ]
    assert widths == sorted(widths, reverse=True)
    dashes = {name: line.get("stroke-dasharray") for name, line in said.items()}
    assert dashes["a → d: 1"] is None
    assert dashes["b → d: -0.5"] != dashes["b → e: NaN"]
    assert dashes["b → d: -0.5"] is not None
    assert len({line.get("stroke") for line in said.values()}) == 3


def test_what_is_written_is_text_and_nothing_else() -> None:
    title = '</text><script>"&'
    box = Box("v1", "extern", title, title, (Port(title, title),), note=title)
    root = drawing(
        Graph([box, Box("result", "result", "r", "", (Port(),))], [Wire("v1", "result", 0, title, 1)])
    )
    assert {each.tag.removeprefix(SVG) for each in root.iter()} == {
        "svg",
        "title",
        "g",
        "path",
        "rect",
        "text",
    }
    assert title in [text.text for text in of(root, "cajal-name")]


def test_it_loads_nothing_and_has_no_ids(graph: Drawn) -> None:
    text = ET.tostring(drawing(graph("nested")), encoding="unicode")
    assert not re.search(r"""\sid=|href|url\(|<style|class="[^"]*jp-""", text)


def test_colours_are_translucent_or_grey(graph: Drawn) -> None:
    """They stand on white as on black."""
    for rectangle in drawing(graph("read")).iter(f"{SVG}rect"):
        assert rectangle.get("fill") == "none" or float(rectangle.get("fill-opacity") or 1) < 0.3
