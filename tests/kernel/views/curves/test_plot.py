"""The image of a training."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from cajal_kernel.views.curves import plot
from cajal_kernel.views.curves.data import Curves, Line
from cajal_kernel.views.curves.plot import curves_image
from tests.kernel.views.conftest import curves, picture


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Figure]:
    """The figures that are drawn."""
    figures: list[Figure] = []

    def keep(width: float, height: float) -> Figure:
        figures.append(Figure(figsize=(width, height), dpi=50))
        return figures[-1]

    monkeypatch.setattr(plot, "figure", keep)
    return figures


def seeds(*values: Any, log: tuple[str, ...] = ()) -> Curves:
    lines = [
        Line("loss", "net", np.arange(float(len(line))), np.array(line, float), str(seed))
        for seed, line in enumerate(values)
    ]
    return Curves("digits", tuple(lines), log=log)


def test_seeds_are_one_line_and_a_band(drawn: list[Figure]) -> None:
    curves_image(seeds([1, 2, 3], [3, 2, 1]), "png")
    axes: Any = drawn[0].axes[0]
    (band,), lines = axes.collections, [line for line in axes.lines if len(line.get_xdata())]
    assert [line.get_ydata().tolist() for line in lines] == [[2, 2, 2]]
    points = np.asarray(band.get_paths()[0].vertices)
    assert (points[:, 1].min(), points[:, 1].max()) == (1, 3)
    texts = [text.get_text() for text in drawn[0].legends[0].get_texts()]
    assert texts == ["net (2 seeds)", "line: mean of seeds, band: least to greatest"]


def test_what_is_not_finite_is_marked_where_it_happens(drawn: list[Figure]) -> None:
    curves_image(curves(("loss", "", np.array([1, np.nan, 2, np.inf, 3, -np.inf]))), "png")
    axes: Any = drawn[0].axes[0]
    marks = {line.get_marker(): line.get_xdata().tolist() for line in axes.lines}
    assert (marks["x"], marks["^"], marks["v"]) == ([1], [3], [5])


def test_a_logarithmic_axis_says_what_it_cannot_show(drawn: list[Figure]) -> None:
    for values in ([1, 0.1, 0.01], [1, 0, 0.01], [0, -1, -2]):
        curves_image(seeds(values, log=("loss",)), "png")
    titles = [figure.axes[0].get_title(loc="left") for figure in drawn]
    assert titles == [
        "loss (log)",
        "loss (log; 1 value ≤ 0 at the lower edge)",
        "loss (linear: no value is above 0)",
    ]
    assert [figure.axes[0].get_yscale() for figure in drawn] == ["log", "log", "linear"]


def test_the_legend_has_a_dozen_runs_inside_the_image(drawn: list[Figure]) -> None:
    data = curves(*[("loss", f"a run with a longer name {i}", np.arange(3.0) + i) for i in range(12)])
    curves_image(data, "png")
    bounds = drawn[0].legends[0].get_window_extent()
    assert len(drawn[0].legends[0].get_texts()) == 12
    assert 0 <= bounds.x0 < bounds.x1 <= drawn[0].bbox.x1
    assert bounds.y0 > drawn[0].axes[0].get_window_extent().y1
    looks = {
        (line.get_color(), str(line.get_linestyle()), line.is_dashed())
        for line in drawn[0].legends[0].get_lines()
    }
    assert len(looks) >= 6


def test_an_image_is_the_same_at_every_run_and_small() -> None:
    data = seeds(*np.random.default_rng(0).normal(size=(5, 20_000)))
    assert curves_image(data, "svg") == curves_image(data, "svg")
    png = curves_image(data, "png")
    assert png == curves_image(data, "png")
    assert len(png) < 300_000
    assert picture(png)[0, 0, 3] == 0
