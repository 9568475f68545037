"""The live pictures: what is sent to a page."""

from __future__ import annotations

from collections import deque

import ipywidgets as widgets
import numpy as np
import pytest

from cajal_kernel.views.basis import Axis
from cajal_kernel.views.curves import Curves, Line
from cajal_kernel.views.steps import Steps
from cajal_kernel.views.widgets import OPEN, CurveWidget, StepsWidget, keep_open


def test_the_widget_holds_the_points_that_the_page_draws() -> None:
    lines = (
        Line("loss", "a", np.arange(3.0), np.array([3.0, 2, 1])),
        Line("loss", "b", np.arange(9000.0), np.ones(9000)),
    )
    widget = CurveWidget(Curves("digits", lines, 3, 10, 1.0), "slot")
    numbers = np.frombuffer(widget.points, "<f8")
    assert numbers[:6].tolist() == [0, 1, 2, 3, 2, 1]
    sizes = [line["size"] for line in widget.lines]
    assert sizes[0] == 3
    assert sizes[1] <= 500
    assert len(numbers) == 2 * sum(sizes)
    assert widget.progress == {"name": "digits", "done": 3, "total": 10, "text": "3 of 10 steps, 1 s"}
    widget.show(Curves("digits", lines, 3), final=True)
    assert 500 < widget.lines[1]["size"] <= 4000
    widget.close()


@pytest.mark.filterwarnings("error")
def test_points_are_sent_as_they_are() -> None:
    steps, values = np.array([16_777_216.0, 16_777_217.0, 1e308]), np.array([1e39, np.inf, -1e308])
    widget = CurveWidget(Curves("a\ud800", (Line("a\nb", "\x1b", steps, values),)), "slot")
    numbers = np.frombuffer(widget.points, "<f8").tolist()
    assert numbers == [16_777_216, 16_777_217, 1e308, 1e39, np.inf, -1e308]
    assert widget.lines == [{"metric": "a\\nb", "run": "\\x1b", "size": 3}]
    assert widget.progress["name"] == "a\\ud800"
    widget.close()


def test_all_steps_are_sent_at_once_as_floats() -> None:
    digits = tuple(map(str, range(10)))
    states = np.tile(np.array([[1.0, 0], [0, 1]] * 5), (10, 1, 1))
    state = Axis("b", "Bool", ("true", "false"))
    steps = Steps("even", (Axis("n", "Nat", digits),), state, states, np.eye(10))
    widget = StepsWidget(steps, "slot")
    numbers = np.frombuffer(widget.data, "<f4")
    assert numbers.size == 10 * 10 * 2 + 10 * 10
    assert numbers[:200].reshape(10, 10, 2)[4, 3].tolist() == [0, 1]
    assert numbers[200:].reshape(10, 10)[4].argmax() == 4
    assert (widget.count, widget.labels, widget.inputs[4]) == (10, ["true", "false"], "n = 4")
    widget.close()


def test_so_many_pictures_stay_live(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cajal_kernel.views.widgets._open", deque())
    made = [CurveWidget(Curves("", ()), "slot") for _ in range(OPEN + 5)]
    for widget in made:
        keep_open(widget)
    assert [widget.comm is None for widget in made] == [True] * 5 + [False] * OPEN
    keep_open(made[5])  # a curve goes on: it is the newest now
    keep_open(CurveWidget(Curves("", ()), "slot"))
    assert [widget.comm is None for widget in made[5:8]] == [False, True, False]
    widgets.Widget.close_all()  # as a user may
    for _ in range(OPEN):
        keep_open(CurveWidget(Curves("", ()), "slot"))
    made[0].show(Curves("digits", (), 1), final=True)  # without a page, and no error


def test_the_page_loads_nothing_from_elsewhere() -> None:
    for widget in (StepsWidget, CurveWidget):
        for source in (str(widget._esm), str(widget._css)):
            assert "import " not in source
            assert "http" not in source.replace("http://www.w3.org/2000/svg", "")
