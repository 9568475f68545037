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


def test_text_is_short_and_counts_the_rest() -> None:
    data = curves(*[(f"m{i % 2}", f"run {i}", np.arange(3.0)) for i in range(40)])
    lines = curves_text(data).split("\n")
    assert len(lines) == 14
    assert lines[-1] == "  … and 28 more"


def test_text_tells_seeds_and_what_is_not_finite() -> None:
    lines = [
        Line("loss", "net", np.arange(3.0), np.array(v), s) for s, v in (("1", [1.0, 2, 3]), ("2", [3, 2, 2]))
    ]
    assert curves_text(Curves("", tuple(lines), 3)).split("\n") == [
        "3 steps",
        "  loss net (2 seeds)  ▁▁█  2 → 2.5 (2 to 3)",
    ]
    broken = curves(("loss", "", np.array([1, np.nan, np.inf])))
    assert curves_text(broken).endswith("▁××  1 → inf, NaN or infinite 2 times, first at step 1")
    (alternative,) = Page(curves_html(broken, curves_image(broken, "png"), "s")).all("img", "alt")
    assert alternative == "training curve of digits: loss 1 → inf, NaN or infinite 2 times, first at step 1"
