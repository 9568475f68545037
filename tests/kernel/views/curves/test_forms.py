"""Training curves as data and in their three forms."""

from __future__ import annotations

import base64
import re

import numpy as np
import pytest

from cajal_kernel.views.curves.data import Curves, Line
from cajal_kernel.views.curves.forms import curves_bundle, curves_html, curves_text
from cajal_kernel.views.curves.plot import curves_image
from tests.kernel.views.conftest import Page, curves, picture


def test_a_thinned_line_keeps_spikes_and_ends() -> None:
    values = np.zeros(100_000)
    values[54_321], values[777] = 9.0, -9.0
    thin = Line("loss", "", np.arange(100_000.0), values).thinned(4000)
    assert len(thin.steps) <= 4000
    assert (thin.steps[0], thin.steps[-1]) == (0, 99_999)
    assert (thin.values.max(), thin.values.min()) == (9, -9)
    assert (np.diff(thin.steps) > 0).all()


def test_a_short_line_stays_as_it_is() -> None:
    line = Line("loss", "", np.arange(3.0), np.array([1.0, np.nan, 2.0]))
    thin = line.thinned(4000)
    assert np.array_equal([thin.steps, thin.values], [line.steps, line.values], equal_nan=True)
    assert (thin.means[:, 2].tolist(), thin.odd) == ([1, 0, 1], 1)


def test_progress_in_words() -> None:
    assert Curves("", (), 1, None, 0.2).progress == "1 step, 0 s"
    assert Curves("", (), 412, 800, 12.4, 71.0).progress == "412 of 800 steps, 12 s, 1 min 11 s left"


def test_curves_as_text() -> None:
    falling = np.array([1, 0.5, 0])
    text = curves_text(curves(("loss", "direct", falling), ("accuracy", "direct", 1 - falling)))
    assert text.split("\n") == [
        "digits: 100 of 100 steps",
        "  loss direct      █▅▁  1 → 0",
        "  accuracy direct  ▁▅█  0 → 1",
    ]
    long = curves_text(curves(("loss", "", np.linspace(1, 0, 4800))))
    assert len(re.findall("[▁▂▃▄▅▆▇█]", long)) == 24


@pytest.mark.filterwarnings("error")
def test_curves_with_no_numbers_are_drawn_all_the_same() -> None:
    broken = curves(("loss", "", np.full(5, np.nan)), ("loss", "b", np.array([1.0])))
    assert "×××××" in curves_text(broken)
    assert picture(curves_image(broken, "png")).size
    assert curves_text(Curves("", ())) == "0 steps"


FAR = np.array([1e308, -1e308, 1e308])
NAMES = ["$\\frac$", "$x_", "_", "\x00\x1b[2J", "a\nb", "a\ud800", "損失", "", "m" * 5000, "<script>"]
ARRAYS = [
    FAR,
    np.array([np.nan] * 3),
    np.array([0, np.inf, -np.inf]),
    np.array([5e-324, 0, 1]),
    np.full(3, 7.0),
]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_names_of_any_kind_are_drawn(name: str) -> None:
    data = Curves(name, (Line(name, name, np.arange(3.0), np.arange(3.0)),), 3)
    bundle = curves_bundle(data, "s")
    assert picture(curves_image(data, "png")).size
    for form in ("text/plain", "text/html"):
        assert bundle[form].encode()
        assert all(sign.isprintable() for sign in bundle[form].replace("\n", ""))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("steps", ARRAYS, ids=str)
@pytest.mark.parametrize("values", ARRAYS, ids=str)
def test_numbers_of_any_size_are_drawn(steps: np.ndarray, values: np.ndarray) -> None:
    assert (
        curves_bundle(Curves("", (Line("loss", "", steps, values),), 3), "s")["text/html"].count("<img") == 1
    )


def test_many_panels_and_runs_are_a_picture_of_bounded_size() -> None:
    many = [Line(f"m{i}", "", np.arange(2.0), np.arange(2.0)) for i in range(200)]
    runs = [Line("m", f"r{i}", np.arange(2.0), np.arange(2.0)) for i in range(200)]
    for lines in (many, runs):
        data = Curves("", tuple(lines))
        png = curves_image(data, "png")
        height, width, _ = picture(png).shape
        assert max(height, width) < 4000
        assert ("176 more metrics are not drawn" in curves_html(data, png, "s")) == (lines is many)


def test_curves_as_html() -> None:
    data = curves(("loss", "", np.arange(3.0)))
    page = Page(curves_html(data, curves_image(data, "png"), "cajal-slot"))
    image = base64.b64decode(page.all("img", "src")[0].partition(",")[2])
    assert image.startswith(b"\x89PNG")
    assert "100 of 100 steps" in page.text
    assert any("mathjax_ignore" in value for value in page.all("div", "class"))
    assert not Page(curves_html(Curves("", ()), None, "s")).all("img", "src")


def test_the_image_is_transparent_and_not_empty() -> None:
    pixels = picture(curves_image(curves(("loss", "", np.exp(-np.arange(100) / 30))), "png"))
    assert pixels[0, 0, 3] == 0
    assert pixels[..., 3].max() > 200


def test_a_bundle_has_an_image_once_there_is_a_point() -> None:
    assert "<img" not in curves_bundle(Curves("", ()), "s")["text/html"]
    bundle = curves_bundle(curves(("loss", "", np.arange(3.0))), "cajal-slot")
    assert bundle["text/html"].count("<img") == 1
