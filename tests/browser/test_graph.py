"""The graph of a neuron in a page of its own, compared with what the compiler says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from playwright.sync_api import Browser, Page

import cajal_core as cajal
from cajal_kernel.views.graph.picture import graph_picture
from cajal_kernel.views.live.page import page as page_of
from cajal_kernel.views.picture import Subject

SOURCE = """
def not (x : Bool) : Bool = if x then false else true
def even (n : Nat) : Bool = iter n { zero => true | succ b => not b }
def xor (x : Bool) (y : Bool) : Bool = if x then not y else y
space Image[3, 8]
extern odd : Image -o Bool
learn turn : Bool -o Bool
def read (n : Nat[3]) (img : Image) (x : Bool) : Bool =
  xor (turn x) (iter n { zero => odd img | succ y => turn (not y) })
"""

Opened = Callable[[str], "Graph"]


class Graph:
    """The picture in a page, and the neuron that it is of."""

    def __init__(self, page: Page, neuron: cajal.Neuron) -> None:
        self.page, self.neuron = page, neuron

    def read(self, query: dict[str, Any] | None = None) -> Any:
        script = "query => document.querySelector('.cajal-graph').cajal.read(query)"
        return self.page.evaluate(script, query or {})

    def press(self, text: str) -> None:
        self.page.get_by_role("button", name=text, exact=True).click()

    def choose(self, box: str) -> dict[str, Any]:
        self.page.locator(f'.cajal-node[data-id="{box}"]').click()
        return self.read({"details": True})

    def open(self, drawing: str) -> None:
        self.page.get_by_label("Definitions").select_option(drawing)


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Opened]:
    program = cajal.Program()
    program.run(SOURCE)
    torch.manual_seed(0)
    program.link(odd=torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(24, 2)))
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))

    def graph(term: str) -> Graph:
        neuron = program[term]
        picture = graph_picture(Subject(term, neuron))
        assert picture.live is not None
        file = tmp_path / "graph.html"
        file.write_text(page_of(term, [picture.live], picture.text), encoding="utf-8")
        page.goto(file.as_uri())
        return Graph(page, neuron)

    yield graph
    page.close()
    assert errors == []


def assignments(code: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for line in code:
        yield line
        yield from assignments(line.get("step", []))


def expected(neuron: cajal.Neuron, *, written: bool) -> tuple[set[str], set[tuple[str, str, int, str, bool]]]:
    """The boxes and the wires of a graph in which everything is open, from the compiler's own data."""
    graph = neuron.wiring(written=written).graph
    lines = [line for line in assignments(graph["code"]) if line["op"] != "onehot"]
    values = {int(number): value for number, value in graph["values"].items()}
    names = {line["to"]: f"v{line['to']}" for line in lines}
    names |= {line["state"]: f"s{line['state']}" for line in lines if "state" in line}
    wires = set[tuple[str, str, int, str, bool]]()

    def wire(value: int, target: str, port: int, back: bool = False) -> None:
        if value in names:
            kind = values[value]
            sizes = " × ".join(str(size) for size in [*(axis[1] for axis in kind["axes"]), kind["dim"]])
            wires.add((names[value], target, port, f"{kind['type']} · {sizes}", back))

    for line in lines:
        if line["op"] == "iterate":
            wire(line["of"][0], names[line["to"]], 0)
            wire(line["state"], names[line["to"]], 1)
            wire(line["of"][1], names[line["state"]], 0)
            wire(line["result"], names[line["state"]], 1, back=True)
            continue
        for port, operand in enumerate(line["of"]):
            wire(operand, names[line["to"]], port)
    wire(graph["result"], "result", 0)
    return {*names.values(), "result"}, wires


def drawn(read: dict[str, Any]) -> tuple[set[str], set[tuple[str, str, int, str, bool]]]:
    wires = {
        (wire["source"], wire["target"], wire["port"], wire["text"], wire["back"]) for wire in read["wires"]
    }
    return {box["id"] for box in read["boxes"]}, wires


def test_boxes_and_wires_are_those_of_the_compiled_graph(opened: Opened) -> None:
    graph = opened("read")
    graph.open("2")
    assert drawn(graph.read()) == expected(graph.neuron, written=True)
    graph.press("as run")
    read = graph.read()
    assert read["level"] == "run"
    assert drawn(read) == expected(graph.neuron, written=False)
    types = {box["id"]: box["type"] for box in read["boxes"]}
    assert types["v2"] == "Image · 24"


def test_members_of_clusters_are_what_is_evaluated_in_them(opened: Opened) -> None:
    graph = opened("read")
    graph.open("2")
    read = graph.read()
    [loop] = [line for line in graph.neuron.wiring(written=True).graph["code"] if line["op"] == "iterate"]
    inside = {f"v{line['to']}" for line in assignments(loop["step"]) if line["op"] != "onehot"}
    members = {box["id"] for box in read["boxes"] if f"i{loop['to']}" in box["path"]}
    assert members == inside | {f"s{loop['state']}", f"v{loop['to']}"}
    titles = {cluster["id"]: cluster["title"] for cluster in read["clusters"]}
    paths = [[titles[each] for each in box["path"]] for box in read["boxes"] if box["name"] == "if x"]
    assert sorted(paths) == [["iter, state y", "not"], ["xor"], ["xor", "not"]]


def test_a_box_tells_its_matrix_its_source_and_its_code(opened: Opened) -> None:
    graph = opened("read")
    [turn] = [box for box in graph.read()["boxes"] if box["name"] == "turn" and not box["path"]]
    said = graph.choose(turn["id"])
    tensor = graph.neuron.learned["turn"].tolist()
    assert said["columns"] == said["rows"] == ["true", "false"]
    for row, entries in zip(tensor, said["entries"], strict=True):
        assert entries == pytest.approx(row, abs=5e-4)
    assert said["lit"] == "(turn x)"
    assert said["code"] in graph.neuron.code
    weights = dict(text.rsplit(": ", 1) for text in turn["weights"])
    assert float(weights["true → false"]) == pytest.approx(tensor[1][0], rel=1e-5)


def test_a_folded_program_says_what_it_stands_for(opened: Opened) -> None:
    graph = opened("even")
    inside = next(box for box in graph.read()["boxes"] if box["name"] == "if x")
    said = graph.choose(inside["id"])
    assert said["heads"][-1] == "Runs as part of v6"
    graph.press("as run")
    said = graph.choose("v6")
    assert said["entries"] == graph.neuron.matrix().tolist()
    assert said["folds"] == "if x · iter b"
    assert said["code"] in graph.neuron.code


def test_definitions_open_and_close_level_by_level_without_a_kernel(opened: Opened) -> None:
    graph = opened("read")
    graph.open("0")
    closed = graph.read()
    xor = next(box for box in closed["boxes"] if box["name"] == "xor")
    assert xor["opens"]
    graph.page.locator(f'[data-id="{xor["id"]}"]').dblclick()
    read = graph.read()
    assert xor["id"] in read["open"]
    assert xor["id"] in [cluster["id"] for cluster in read["clusters"]]
    assert "Without a kernel" in graph.page.locator(".cajal-graph > .cajal-caption").inner_text()
    graph.page.get_by_role("button", name="Close definition").click()
    assert graph.read()["open"] == []


def test_the_drawing_is_read_at_a_point_zoomed_and_moved(opened: Opened) -> None:
    graph = opened("even")
    box = graph.page.locator('.cajal-node[data-id="v1"]')

    def middle() -> list[float]:
        place = box.locator("rect").first.bounding_box()
        assert place is not None
        return [place["x"] + place["width"] / 2, place["y"] + place["height"] / 2]

    before = middle()
    assert graph.read({"at": before}) == "v1"
    assert graph.read({"at": [2, 2]}) is None
    scale = graph.read()["scale"]
    graph.press("zoom in")
    assert graph.read()["scale"] == pytest.approx(1.25 * scale)
    graph.page.locator(".cajal-graph-pane").focus()
    graph.page.keyboard.press("0")
    assert middle() == pytest.approx(before, abs=0.6)
    graph.page.keyboard.press("ArrowRight")
    assert middle() == pytest.approx([before[0] - 40, before[1]], abs=0.6)
    graph.page.mouse.move(before[0], before[1] + 60)
    graph.page.mouse.down()
    graph.page.mouse.move(before[0] + 40, before[1] + 60, steps=4)
    graph.page.mouse.up()
    assert middle() == pytest.approx(before, abs=6)


def test_boxes_are_chosen_by_keys(opened: Opened) -> None:
    graph = opened("even")
    graph.page.locator(".cajal-graph-pane").focus()
    graph.page.keyboard.press("Tab")
    graph.page.keyboard.press("Enter")
    chosen = graph.read()["chosen"]
    focused = graph.page.evaluate("() => document.activeElement.dataset.id")
    assert chosen == focused
    assert chosen is not None


@pytest.mark.parametrize("width", [400, 800])
def test_narrow_pages_have_no_scroll_bar_across(opened: Opened, width: int) -> None:
    graph = opened("read")
    graph.page.set_viewport_size({"width": width, "height": 800})
    graph.choose("v3")
    assert graph.page.evaluate("() => document.documentElement.scrollWidth") <= width
