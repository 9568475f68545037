"""What a curve leaves behind in a notebook: little."""

from __future__ import annotations

import gc
import tracemalloc

import numpy as np
import pytest
from IPython.utils.capture import capture_output
from ipywidgets.widgets import widget as registry

from cajal_kernel.views import Curve
from cajal_kernel.views.curves import output
from cajal_kernel.views.curves.data import Curves, Line
from cajal_kernel.views.curves.live import curves_live
from cajal_kernel.views.live.widget import OPEN, live_widget


def models() -> int:
    return len(registry._instances)


@pytest.fixture(autouse=True)
def _no_images(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is sent to the notebook is its own, and drawing it takes a while."""
    monkeypatch.setattr(output, "curves_bundle", lambda *_: {"text/plain": ""})


def work(count: int) -> None:
    """So many curves and views, each with half a megabyte of numbers in its model, closed."""
    lines = tuple(Line(f"m{i}", "", np.arange(4000.0), np.ones(4000)) for i in range(8))
    for _ in range(count):
        curve = Curve("digits")
        curve.show()
        for step in range(2000):
            curve.add(step, loss=1.0, accuracy=1.0, norm=1.0, rate=1.0)
        curve.close()
        live_widget(curves_live(Curves("views", lines)), "slot").close()


@pytest.mark.usefixtures("shell")
def test_closed_curves_and_views_give_their_memory_back() -> None:
    with capture_output():
        work(2)
        known = models()
        tracemalloc.start()
        try:
            gc.collect()
            before = tracemalloc.get_traced_memory()[0]
            work(30)
            gc.collect()
            after = tracemalloc.get_traced_memory()[0]
        finally:
            tracemalloc.stop()
    assert models() <= known
    assert after - before < 5e6


@pytest.mark.usefixtures("shell")
def test_finished_curves_stay_live_until_newer_ones_are() -> None:
    with capture_output():
        before = models()
        for _ in range(OPEN + 5):
            with Curve("digits") as curve:
                curve.add(0, loss=1.0)
        assert models() <= before + 2 * OPEN  # a widget, and its layout


@pytest.mark.usefixtures("shell")
def test_a_curve_that_is_closed_can_be_added_to() -> None:
    with capture_output():
        with Curve("digits") as curve:
            curve.add(0, loss=1.0)
        curve.close()
        curve.close()
        curve.add(1, loss=0.5)
    assert curve.data.done == 2
