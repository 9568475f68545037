"""What the pictures share: numbers, colours, headings, images."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from cajal_kernel.views import paint
from cajal_kernel.views.basis import Axis
from cajal_kernel.views.matrix.data import Matrix
from cajal_kernel.views.matrix.table import matrix_html
from cajal_kernel.views.paint import (
    heading,
    heading_text,
    left,
    painted,
    precise,
    right,
    round_up,
    rule,
    short,
    tint,
)
from tests.kernel.views.conftest import Page


@pytest.mark.parametrize(
    ("value", "brief", "exact"),
    [
        (0.0, "0", "0"),
        (1.0, "1", "1"),
        (-2.0, "-2", "-2"),
        (0.98734567, "0.987", "0.987346"),
        (1e-7, "1e-07", "1e-07"),
        (123456.7, "1.2e+05", "123457"),
        (np.nan, "NaN", "NaN"),
        (np.inf, "+∞", "+∞"),
    ],
)
def test_numbers(value: float, brief: str, exact: str) -> None:
    assert (short(value), precise(value)) == (brief, exact)


def test_the_sign_decides_the_colour_and_the_size_its_strength() -> None:
    assert tint(1, 1).startswith("rgba(38,120,226,0.58")
    assert tint(-0.5, 1).startswith("rgba(226,104,22,0.29")
    assert tint(float("nan"), 1) != tint(0, 1)


def test_headings() -> None:
    assert heading_text("not", "Bool -o Bool") == "not : Bool -o Bool"
    assert heading_text("not true", "Bool", "false") == "not true : Bool = false"
    assert heading_text("f", "A", note="extern") == "f : A   -- extern"
    assert Page(heading("not true", "Bool", "false")).text == "not true : Bool = false"


def test_names_are_escaped() -> None:
    evil = Axis("<b onclick=x>", "T", ("<script>", '"'))
    page = Page(heading("<i>", "<u>", "<s>", "<p>") + matrix_html(Matrix("", "", (evil,), evil, np.eye(2))))
    assert "<script>" in page.text
    assert {tag for tag, _ in page.tags} <= {"div", "span", "b", "table", "thead", "tbody", "tr", "th", "td"}


def test_an_image_has_the_colours_of_the_page() -> None:
    """Blue above zero and orange below, and nothing where there is nothing."""
    colours = painted(np.array([[1.0, -0.5], [0.0, np.nan]]), scale=1)
    assert (colours[0, 0, :3] * 255).round().tolist() == [38, 120, 226]
    assert (colours[0, 1, :3] * 255).round().tolist() == [226, 104, 22]
    assert colours[..., 3].round(2).tolist() == [[0.9, 0.45], [0, 0.9]]


def test_the_live_pictures_have_the_colours_of_the_static_ones() -> None:
    css = (Path(paint.__file__).parent / "js" / "shared" / "live.css").read_text(encoding="utf-8")
    assert tuple(re.findall(r"--cajal-run-\d: (#\w+);", css)) == paint.COLOURS


def test_wide_letters_take_two_columns_of_a_terminal() -> None:
    assert (left("数", 4), right("数", 4), right("ab", 4)) == ("数  ", "  数", "  ab")
    assert rule("数 │ a") == "───┼──"


@pytest.mark.parametrize(
    ("least", "stride"), [(0.2, 1), (1, 1), (1.5, 2), (3, 5), (7, 10), (11, 20), (51, 100)]
)
def test_strides_are_round(least: float, stride: int) -> None:
    assert round_up(least) == stride
