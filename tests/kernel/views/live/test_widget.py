"""The live pictures of a notebook: what is sent to a page, what a page asks, and how many stay open."""

from __future__ import annotations

from collections import deque

import ipywidgets as widgets
import numpy as np
import pytest

from cajal_kernel.views.curves.data import Curves, Line
from cajal_kernel.views.curves.live import curves_live
from cajal_kernel.views.live.modules import style
from cajal_kernel.views.live.picture import Live
from cajal_kernel.views.live.widget import OPEN, LiveWidget, keep_open, live_widget

EMPTY = curves_live(Curves("", ()))


def test_a_widget_holds_the_numbers_that_the_page_draws() -> None:
    lines = (
        Line("loss", "a", np.arange(3.0), np.array([3.0, 2, 1])),
        Line("loss", "b", np.arange(9000.0), np.ones(9000)),
    )
    thinned = [line.thinned(500) for line in lines]
    widget = live_widget(curves_live(Curves("digits", lines, 3, 10, 1.0), thinned), "slot")
    numbers = np.frombuffer(widget.data, "<f8")
    assert numbers[:6].tolist() == [0, 1, 2, 3, 2, 1]
    sizes = [line["size"] for line in widget.spec["lines"]]
    assert sizes[0] == 3
    assert sizes[1] <= 500
    assert len(numbers) == 2 * sum(sizes) + 3 * sum(line["buckets"] for line in widget.spec["lines"])
    assert widget.spec["text"] == "3 of 10 steps, 1.0 s"
    widget.show(curves_live(Curves("digits", lines, 3)))
    assert 500 < widget.spec["lines"][1]["size"] <= 4000
    widget.close()


def test_a_question_of_the_page_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(question: dict[str, int]) -> Live:
        return Live("curves", {"half": 1 / question["of"]})

    sent: list[object] = []
    monkeypatch.setattr(LiveWidget, "send", lambda _, content, buffers=None: sent.append((content, buffers)))
    widget = live_widget(Live("curves", EMPTY.spec, {}, answer), "slot")
    assert widget.asks
    widget._asked(widget, {"number": 7, "question": {"of": 2}}, [])
    widget._asked(widget, {"number": 8, "question": {"of": 0}}, [])
    assert sent == [
        ({"number": 7, "spec": {"half": 0.5, "$arrays": {}}}, [b""]),
        ({"number": 8, "error": "ZeroDivisionError: division by zero"}, None),
    ]
    widget.close()


def test_so_many_pictures_stay_live(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cajal_kernel.views.live.widget._open", deque())
    made = [live_widget(EMPTY, "slot") for _ in range(OPEN + 5)]
    for widget in made:
        keep_open(widget)
    assert [widget.comm is None for widget in made] == [True] * 5 + [False] * OPEN
    keep_open(made[5])  # a curve goes on: it is the newest now
    keep_open(live_widget(EMPTY, "slot"))
    assert [widget.comm is None for widget in made[5:8]] == [False, True, False]
    widgets.Widget.close_all()  # as a user may
    for _ in range(OPEN):
        keep_open(live_widget(EMPTY, "slot"))
    made[0].show(curves_live(Curves("digits", (), 1)))  # without a page, and no error


def test_the_page_loads_nothing_from_elsewhere() -> None:
    widget = live_widget(EMPTY, "slot")
    for source in (str(widget.traits()["_esm"].default_value), style()):
        assert "\nimport " not in source
        assert "http" not in source.replace("http://www.w3.org/2000/svg", "")
    widget.close()
