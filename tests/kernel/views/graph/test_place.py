"""Places, by Graphviz."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest

from cajal_kernel.views.graph import place
from cajal_kernel.views.graph.model import Graph
from cajal_kernel.views.graph.place import is_available, placed

Drawn = Callable[..., Graph]


def test_wires_lead_from_box_to_port(graph: Drawn) -> None:
    made = graph("nested")
    [places] = placed([made]) or []
    for wire, points in zip(made.wires, places.wires, strict=True):
        (left, top), size = places.boxes[wire.source], places.sizes[wire.source]
        (x, y), (to, down) = points[0], points[-1]
        (target_left, target_top), target = places.boxes[wire.target], places.sizes[wire.target]
        if wire.back:
            assert abs(to - target_left - target.width) < 2
            continue
        assert abs(x - left - size.width / 2) < 2
        assert abs(y - top - size.height) < 2
        assert abs(to - target_left - target.port(wire.port)) < 2
        assert abs(down - target_top) < 2


def test_boxes_lie_in_their_clusters_and_on_no_other_box(graph: Drawn) -> None:
    made = graph("nested")
    [places] = placed([made]) or []

    def frame(name: str) -> tuple[float, float, float, float]:
        (left, top), size = places.boxes[name], places.sizes[name]
        return left, top, left + size.width, top + size.height

    for box in made.boxes:
        left, top, right, bottom = frame(box.id)
        assert min(left, top) >= -1
        assert right <= places.width + 1
        assert bottom <= places.height + 1
        for cluster in made.clusters:
            x0, y0, x1, y1 = places.clusters[cluster.id]
            inside = x0 <= left and right <= x1 and y0 <= top and bottom <= y1
            assert inside == (cluster.id in box.path)
        for other in made.boxes:
            if other is not box:
                x0, y0, x1, y1 = frame(other.id)
                assert x1 <= left + 1 or right <= x0 + 1 or y1 <= top + 1 or bottom <= y0 + 1


def test_inputs_are_above_all_others_in_the_order_of_the_program(graph: Drawn) -> None:
    [places] = placed([graph(r"\a:Bool. \b:Bool. \c:Bool. xor (xor c b) a")]) or []
    lefts = [places.boxes[f"v{number}"] for number in (1, 2, 3)]
    assert lefts == sorted(lefts)
    assert max(top for _, top in lefts) <= min(top for _, top in places.boxes.values())


def test_two_runs_give_the_same_places(graph: Drawn) -> None:
    first = placed([graph("nested"), graph("even")]) or []
    place._run.cache_clear()
    second = placed([graph("nested"), graph("even")]) or []
    assert [each.boxes for each in first] == [each.boxes for each in second]
    assert [each.wires for each in first] == [each.wires for each in second]


@pytest.mark.parametrize("failing", ["time", "crash"])
def test_a_layout_that_fails_or_takes_too_long_is_none(
    graph: Drawn, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    place._run.cache_clear()
    script = "import time; time.sleep(60)" if failing == "time" else "import os; os.abort()"
    monkeypatch.setattr(place, "_SCRIPT", script)
    monkeypatch.setattr(place, "SECONDS", 0.5)
    assert placed([graph("not")]) is None


def test_whether_graphviz_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_available()
    monkeypatch.setattr(place, "find_spec", lambda _: None)
    assert not is_available()


def test_nothing_of_graphviz_is_loaded_here() -> None:
    code = "from cajal_kernel.views.graph import picture; import sys; print('pygraphviz' in sys.modules)"
    done = subprocess.run([place.sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
