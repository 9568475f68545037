"""The graph of a neuron in a page of its own, compared with what the compiler says."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from playwright.sync_api import Page

import cajal_core as cajal
from cajal_kernel.views.graph.picture import graph_picture
from cajal_kernel.views.live.page import page as page_of
from cajal_kernel.views.picture import Subject

from .conftest import NewPage

SOURCE = """
def not (x : Bool) : Bool = if x then false else true
def even (n : Nat) : Bool = iter n { zero => true | succ b => not b }
def xor (x : Bool) (y : Bool) : Bool = if x then not y else y
space Image[3, 8]
extern odd : Image -o Bool
learn turn : Bool -o Bool
def both (x : Bool) (y : Bool) : Bool = copy x as (a, b) in xor (turn a) (xor b y)
def parts (p : Bool * Bool) : Bool = let (a, b) = p in xor a b
def kept (n : Nat[4]) (b : Bool) : Bool = iter n { zero => b | succ y => copy y as (c, d) in xor (turn c) d }
data Light = Red | Green | Amber
learn next : Light -o Light
def is_green (l : Light) : Bool = case next l { Red => false | Green => true | Amber => false }
def lights (n : Nat[4]) (l : Light) : Bool = is_green (iter n { zero => l | succ k => next k })
def gate (x : Bool) (img : Image) (y : Bool) : Bool =
  if x then (drop odd img in not (turn y)) else (drop turn y in odd img)
def read (n : Nat[3]) (img : Image) (x : Bool) : Bool =
  xor (turn x) (iter n { zero => odd img | succ y => turn (not y) })
"""

Opened = Callable[..., "Graph"]


class Graph:
    """The picture in a page, and the neuron that it is of."""

    def __init__(self, page: Page, neuron: cajal.Neuron) -> None:
        self.page, self.neuron = page, neuron

    def read(self, query: dict[str, Any] | None = None) -> Any:
        script = "query => document.querySelector('.cajal-graph').cajal.read(query)"
        return self.page.evaluate(script, query or {})

    def value(self, number: int) -> Any:
        return self.read({"value": number})

    def values(self) -> None:
        self.page.get_by_label("values", exact=True).check()

    def press(self, text: str) -> None:
        self.page.get_by_role("button", name=text, exact=True).click()

    def choose(self, box: str) -> dict[str, Any]:
        self.page.locator(f'.cajal-node[data-id="{box}"]').click()
        return self.read({"details": True})

    def open(self, drawing: str) -> None:
        self.page.get_by_label("Definitions").select_option(drawing)


@pytest.fixture
def opened(new_page: NewPage, tmp_path: Path) -> Opened:
    program = cajal.Program()
    program.run(SOURCE)
    torch.manual_seed(0)
    program.link(odd=torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(24, 2)))
    page = new_page()

    def graph(term: str, *inputs: torch.Tensor, unlink: str = "") -> Graph:
        if unlink:
            program.unlink(unlink)
        neuron = program[term]
        picture = graph_picture(Subject(term, neuron, inputs))
        assert picture.live is not None
        file = tmp_path / "graph.html"
        file.write_text(page_of(term, [picture.live], picture.text), encoding="utf-8")
        page.goto(file.as_uri())
        return Graph(page, neuron)

    return graph


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
    assert "Without a kernel" in graph.page.locator(".cajal-graph-drawing > .cajal-caption").last.inner_text()
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
    graph.values()
    graph.choose("v3")
    assert graph.page.evaluate("() => document.documentElement.scrollWidth") <= width


def mixtures(*shapes: list[int]) -> list[torch.Tensor]:
    """A batch of two mixtures, of each shape."""
    generator = torch.Generator().manual_seed(1)
    return [
        torch.rand(2, math.prod(shape), generator=generator).softmax(-1).reshape(2, *shape)
        for shape in shapes
    ]


@pytest.mark.parametrize(
    ("term", "shapes", "loop"),
    [
        ("read", ([3], [3, 8], [2]), "y"),
        ("both", ([2], [2]), None),
        ("parts", ([2, 2],), None),
        ("kept", ([4], [2]), "y"),
    ],
)
def test_wires_carry_what_the_trace_has(
    opened: Opened, term: str, shapes: tuple[list[int], ...], loop: str | None
) -> None:
    inputs = mixtures(*shapes)
    graph = opened(term, *inputs)
    graph.values()
    trace = graph.neuron.trace(*inputs)
    marks = graph.neuron.wiring(written=True).graph["marks"]
    result = graph.neuron.wiring(written=True).graph["result"]
    seen = dict[str, int]()
    places = list[tuple[dict[str, Any], int]]()
    for mark in marks:
        place = seen.get(mark["name"], 0)
        seen[mark["name"]] = place + 1
        places.append((mark, place))
    compared = 0
    for item in (0, 1):
        graph.page.get_by_label("item of the batch").fill(str(item))
        assert isinstance(trace.result, torch.Tensor)
        assert graph.value(result)["vectors"] == [pytest.approx(trace.result[item].tolist(), abs=1e-6)]
        for step in (0, 1):
            if loop:
                graph.page.get_by_label(f"step of the iter of {loop}").fill(str(step))
            for mark, place in places:
                expected = trace[mark["name"], place].detach()
                expected = expected if expected.ndim == 2 else expected[step]
                expected = expected[item if expected.shape[0] > 1 else 0]
                assert graph.value(mark["value"])["vectors"] == [pytest.approx(expected.tolist(), abs=1e-6)]
                compared += 1
    assert compared == 4 * len(marks) > 0


def ran(neuron: cajal.Neuron, inputs: list[torch.Tensor]) -> dict[str, list[torch.Tensor]]:
    """What the code of a neuron computed, by the names of its variables: a tensor for each run of a block."""
    frames = dict[int, tuple[Any, dict[str, torch.Tensor]]]()

    def line(frame: Any, _event: str, _value: object) -> Any:
        _, kept = frames.setdefault(id(frame), (frame, {}))
        kept.update({name: value for name, value in frame.f_locals.items() if re.fullmatch(r"v\d+", name)})
        return line

    def called(frame: Any, *_: object) -> Any:
        # What calls a step has the step's names, too.
        is_block = frame.f_code.co_filename == "<cajal neuron>" and frame.f_code.co_name != "<lambda>"
        return line if is_block else None

    before = sys.gettrace()
    sys.settrace(called)
    try:
        neuron(*inputs)
    finally:
        sys.settrace(before)
    made = dict[str, list[torch.Tensor]]()
    for _, kept in frames.values():
        for name, value in kept.items():
            made.setdefault(name, []).append(value.detach())
    return made


@pytest.mark.parametrize(
    ("term", "shapes", "loop", "least"),
    [
        ("read", ([3], [3, 8], [2]), "y", 11),
        ("lights", ([4], [3]), "k", 8),
        ("kept", ([4], [2]), "y", 6),
        ("gate", ([2], [3, 8], [2]), None, 6),
    ],
)
def test_wires_carry_what_ran(
    opened: Opened, term: str, shapes: tuple[list[int], ...], loop: str | None, least: int
) -> None:
    inputs = mixtures(*shapes)
    graph = opened(term, *inputs)
    graph.values()
    graph.press("as run")
    made = ran(graph.neuron, inputs)
    about = graph.neuron.wiring().graph
    inside = {
        f"v{number}"
        for line in assignments(about["code"])
        if "step" in line
        for number in (line["state"], *(each["to"] for each in line["step"]))
    }
    compared = set[str]()
    for item in (0, 1):
        graph.page.get_by_label("item of the batch").fill(str(item))
        for step in (0, 1) if loop else (0,):
            if loop:
                graph.page.get_by_label(f"step of the iter of {loop}").fill(str(step))
            for wire in graph.read()["wires"]:
                name = f"v{wire['value']}"
                if about["values"][wire["value"]]["axes"]:
                    continue  # a wire shows its sum
                expected = made[name][step if name in inside else 0]
                expected = expected[item if len(expected) > 1 else 0].flatten().tolist()
                assert graph.value(wire["value"])["vectors"] == [pytest.approx(expected, abs=1e-6)]
                compared.add(f"{name} {wire['target']}")
    assert len(compared) >= least


def test_wires_and_boxes_show_what_is_read(opened: Opened) -> None:
    graph = opened("read", *mixtures([3], [3, 8], [2]))
    graph.open("2")
    plain = graph.read()
    assert {box["now"] for box in plain["boxes"]} == {""}
    graph.values()
    read = graph.read()
    now = {box["id"]: box["now"] for box in read["boxes"]}
    choices = {line["to"] for line in assignments(graph.neuron.wiring(written=True).graph["code"])}
    colours = {"above": "rgb(38, 120, 226)", "below": "rgb(226, 104, 22)"}
    signs = set[str]()
    for wire in read["wires"]:
        value = graph.value(wire["value"])
        [vector] = value["vectors"]
        assert wire["title"] == f"{wire['text']}: {value['text']}"
        label, _, number = now[wire["source"]].removesuffix(" …").partition(", ")[0].rpartition(" ")
        if label in ("true", "false"):  # the greatest entry, in two digits
            greatest = max(vector, key=abs)
            assert vector[("true", "false").index(label)] == greatest
            assert float(number) == pytest.approx(greatest, rel=0.06)
        weighed = wire["port"] > 0 and wire["target"].startswith("v") and int(wire["target"][1:]) in choices
        if not weighed and not wire["text"].startswith("Image"):
            greatest = max(vector, key=abs)
            sign = "above" if greatest > 0 else "below"
            signs.add(sign)
            assert wire["look"]["stroke"] == colours[sign]
            assert wire["look"]["width"] == pytest.approx(0.9 + 2.3 * min(1, abs(greatest)), abs=0.01)
    assert signs == {"above", "below"}  # the network has entries below zero
    graph.page.get_by_label("values", exact=True).uncheck()
    assert graph.read() == plain
    graph.values()
    assert graph.read() == read


def test_a_branch_of_weight_zero_is_faint_and_follows_the_input(opened: Opened) -> None:
    graph = opened("xor")
    graph.values()

    def branches() -> dict[int, float]:
        read = graph.read()
        return {wire["port"]: wire["look"]["width"] for wire in read["wires"] if wire["target"] == "v6"}

    boxes = {box["id"]: box["name"] for box in graph.read()["boxes"]}
    assert boxes["v6"] == "if x"
    assert (branches()[1], branches()[2]) == pytest.approx((3.2, 0.8))
    graph.page.get_by_label("x : Bool").get_by_role("button", name="false").click()
    assert (branches()[1], branches()[2]) == pytest.approx((0.8, 3.2))
    said = graph.choose("v6")
    assert said["values"] == ["true1", "false0"]
    graph.page.get_by_label("y : Bool").get_by_role("button", name="false").click()
    assert graph.read({"details": True})["values"] == ["true0", "false1"]
    graph.press("back to what was given")
    x = y = torch.tensor([1.0, 0.0])
    assert graph.value(6)["vectors"] == [graph.neuron(x, y).tolist()]


def test_what_only_a_branch_of_weight_zero_needs_is_faint(opened: Opened) -> None:
    graph = opened("gate", torch.tensor([1.0, 0.0]), torch.rand(3, 8), torch.tensor([0.5, 0.5]))
    graph.open("1")
    graph.values()
    lines = {line["to"]: line for line in graph.neuron.wiring(written=True).graph["code"]}
    assert lines[11]["of"] == [1, 9, 10], "if x then v9 else v10"
    assert (lines[9]["of"], lines[8]["of"], lines[10]["of"]) == ([4, 8], [5, 6, 7], [5, 4])

    def dead() -> tuple[set[str], set[str]]:
        read = graph.read()
        wires = [wire for wire in read["wires"] if wire["isDead"]]
        assert all(wire["look"]["width"] == pytest.approx(0.8) for wire in wires)
        assert all(wire["title"].endswith("the result does not depend on it now") for wire in wires)
        boxes = {box["id"] for box in read["boxes"] if box["isDead"]}
        return boxes, {f"{wire['source']} {wire['target']}" for wire in wires}

    # Both networks are read by the other branch, too, and count.
    assert dead() == ({"v10"}, {"v10 v11", "v4 v10", "v5 v10"})
    graph.page.get_by_label("x : Bool").get_by_role("button", name="false").click()
    assert dead() == ({"v8", "v9"}, {"v9 v11", "v4 v9", "v8 v9", "v5 v8"})
    graph.open("0")
    [call] = [box["id"] for box in graph.read()["boxes"] if box["name"] == "not"]
    assert dead() == ({call, "v9"}, {"v9 v11", "v4 v9", f"{call} v9", f"v5 {call}"})
    graph.press("as run")  # one table of x and both networks
    assert dead() == (set(), set())
    graph.page.get_by_label("values", exact=True).uncheck()
    assert dead() == (set(), set())


def test_a_chosen_wire_keeps_the_colour_of_its_value(opened: Opened) -> None:
    graph = opened("xor")
    graph.values()
    before = {(wire["source"], wire["target"]): wire for wire in graph.read()["wires"]}
    graph.choose("v6")
    read = graph.read()
    lit = {(wire["source"], wire["target"]) for wire in read["wires"] if wire["isLit"]}
    assert lit == {wire for wire in before if "v6" in wire} != set(before)
    for wire in read["wires"]:
        assert wire["look"] == before[wire["source"], wire["target"]]["look"]
    paths = graph.page.locator(".cajal-lit > path:first-child")
    assert {paths.nth(k).get_attribute("d") for k in range(paths.count())} <= set(read["halos"])
    graph.page.locator(".cajal-graph-pane").click(position={"x": 5, "y": 300})
    assert graph.read()["halos"] == []


def test_a_number_has_three_digits_and_the_title_all(opened: Opened) -> None:
    graph = opened("lights", torch.eye(4)[0], torch.tensor([0.0, 0.1024, 0.8976]))
    graph.values()
    read = graph.read()
    assert {box["id"]: box["now"] for box in read["boxes"]}["v2"] in (
        "Amber 0.898, Green 0.102",
        "Amber 0.898 …",
    )
    [wire] = [wire for wire in read["wires"] if wire["source"] == "v2"]
    assert wire["title"] == "Light · 3: Amber 0.8976, Green 0.1024"


def test_the_drawing_has_the_width_until_there_is_something_beside_it(opened: Opened) -> None:
    graph = opened("read")

    def width() -> float:
        place = graph.page.locator(".cajal-graph-pane").bounding_box()
        assert place is not None
        return place["width"]

    assert width() > 1150
    graph.choose("v3")
    assert 700 < width() < 900
    frame = graph.page.locator(".cajal-graph-pane").bounding_box()
    box = graph.page.locator('.cajal-node[data-id="v3"]').bounding_box()
    assert frame
    assert box
    assert frame["x"] <= box["x"]
    assert box["x"] + box["width"] <= frame["x"] + frame["width"]
    graph.page.locator(".cajal-graph-pane").click(position={"x": 5, "y": 300})
    assert width() > 1150
    graph.values()
    assert 700 < width() < 900


def test_a_phone_reads_the_drawing_scrolls_the_page_and_pinches(opened: Opened) -> None:
    graph = opened("read")
    graph.page.set_viewport_size({"width": 400, "height": 500})
    assert graph.read()["scale"] >= 0.85
    graph.press("show all of it")
    whole = graph.read()["scale"]
    assert whole < 0.85
    graph.press("as at first, large enough to be read")
    first = graph.read()["scale"]
    assert first >= 0.85
    devtools = graph.page.context.new_cdp_session(graph.page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        given = [{"x": x, "y": y, "id": place} for place, (x, y) in enumerate(points)]
        devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": given})

    pane = graph.page.locator(".cajal-graph-pane")
    place = pane.bounding_box()
    assert place is not None
    y = place["y"] + 250
    for kind, apart in (("touchStart", 50), ("touchMove", 75), ("touchMove", 100)):
        touch(kind, (200 - apart, y), (200 + apart, y))
    touch("touchEnd")
    assert graph.read()["scale"] == pytest.approx(2 * first)
    assert graph.page.evaluate("() => window.scrollY") == 0
    touch("touchStart", (200, y))
    for down in range(10, 110, 10):
        touch("touchMove", (200, y - down))
    touch("touchEnd")
    graph.page.wait_for_function("() => window.scrollY > 50")


def test_steps_past_the_count_are_faint_and_those_past_the_last_do_not_run(opened: Opened) -> None:
    graph = opened("kept", torch.eye(4)[1], torch.tensor([1.0, 0.0]))
    graph.values()
    loop = next(line for line in graph.neuron.wiring(written=True).graph["code"] if line["op"] == "iterate")
    slider = graph.page.get_by_label("step of the iter of y")
    told = []
    for step in range(4):
        slider.fill(str(step))
        value = graph.value(loop["result"])
        [wire] = [wire for wire in graph.read()["wires"] if wire["back"]]
        assert (wire["look"]["width"] == pytest.approx(0.8)) == (step > 0)
        told.append((value["isPast"], value["text"] == "not run"))
    assert told == [(False, False), (True, False), (True, False), (True, True)]


def test_a_network_that_is_not_asked_again_is_told(opened: Opened) -> None:
    graph = opened("read")
    graph.values()
    remark = graph.page.locator(".cajal-graph-run > .cajal-caption")
    assert remark.inner_text() == ""
    graph.page.locator(".cajal-graph-run canvas").click()
    assert "Not asked again: odd." in remark.inner_text()
    graph.press("back to what was given")
    assert remark.inner_text() == ""


def test_a_neuron_that_does_not_run_says_why_and_has_no_switch(opened: Opened) -> None:
    graph = opened("read", unlink="odd")
    assert graph.page.get_by_label("values", exact=True).count() == 0
    assert "No values: " in graph.page.locator(".cajal-graph > .cajal-caption").first.inner_text()
    assert "odd" in graph.page.locator(".cajal-graph > .cajal-caption").first.inner_text()


def test_values_are_switched_on_by_keys(opened: Opened) -> None:
    graph = opened("even")
    box = graph.page.get_by_label("values", exact=True)
    box.focus()
    graph.page.keyboard.press("Space")
    assert graph.page.locator(".cajal-graph-run").is_visible()
    bar = graph.page.get_by_role("slider", name="n = 2")
    bar.focus()
    before = graph.read()
    graph.page.keyboard.press("ArrowUp")
    assert graph.read() != before
