"""The live pictures: what is sent to a page."""

from __future__ import annotations

import numpy as np

from cajal_kernel.views.basis import Axis
from cajal_kernel.views.curves import Curves, Line
from cajal_kernel.views.steps import Steps
from cajal_kernel.views.widgets import CurveWidget, StepsWidget


def test_the_widget_holds_the_points_that_the_page_draws() -> None:
    lines = (
        Line("loss", "a", np.arange(3.0), np.array([3.0, 2, 1])),
        Line("loss", "b", np.arange(9000.0), np.ones(9000)),
    )
    widget = CurveWidget(Curves("digits", lines, 3, 10, 1.0), "slot")
    numbers = np.frombuffer(widget.points, "<f4")
    assert numbers[:6].tolist() == [0, 1, 2, 3, 2, 1]
    sizes = [line["size"] for line in widget.lines]
    assert sizes[0] == 3
    assert sizes[1] <= 500
    assert len(numbers) == 2 * sum(sizes)
    assert widget.progress == {"name": "digits", "done": 3, "total": 10, "text": "3 of 10 steps, 1 s"}
    widget.show(Curves("digits", lines, 3), final=True)
    assert 500 < widget.lines[1]["size"] <= 4000
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


def test_the_page_loads_nothing_from_elsewhere() -> None:
    for widget in (StepsWidget, CurveWidget):
        for source in (str(widget._esm), str(widget._css)):
            assert "import " not in source
            assert "http" not in source.replace("http://www.w3.org/2000/svg", "")
