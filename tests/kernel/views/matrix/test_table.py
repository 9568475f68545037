"""A small matrix as HTML."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from cajal_kernel.views.matrix.data import Matrix
from cajal_kernel.views.matrix.table import matrix_html
from cajal_kernel.views.matrix.text import matrix_text
from tests.kernel.views.conftest import AND, Page, adder, boolean


def test_a_vector_needs_no_header() -> None:
    vector = Matrix("b", "Bool", (), boolean(""), np.array([[1.0], [0]]))
    assert matrix_text(vector) == " true │ 1\nfalse │ ·"
    assert "<thead>" not in matrix_html(vector)


def test_matrix_as_html_has_every_value_at_its_place() -> None:
    page = Page(matrix_html(AND))
    assert page.all("td", "title") == [
        "x = true, y = true → true: 1",
        "x = true, y = false → true: 0",
        "x = false, y = true → true: 0",
        "x = false, y = false → true: 0",
        "x = true, y = true → false: 0",
        "x = true, y = false → false: 1",
        "x = false, y = true → false: 1",
        "x = false, y = false → false: 1",
    ]
    painted = ["background-color" in style for style in page.all("td", "style")]
    assert painted == [True, False, False, False, False, True, True, True]
    assert [span for span in page.all("th", "colspan") if span] == ["2", "2", "1", "1", "1", "1"]


def test_a_wide_table_has_its_values_in_the_hover_text_only() -> None:
    page = Page(matrix_html(adder(6)))
    assert len(page.all("td", "title")) == 6 * 36
    assert "m = 2, n = 3 → 5: 1" in page.all("td", "title")
    assert "m = 5, n = 5 → 0: 0 (overflow: this column lost mass)" in page.all("td", "title")


def test_the_colours_are_fitted_and_have_their_numbers() -> None:
    """A layer of small weights is not white, and one of 0 and 1 needs no words."""
    values = np.array([[0.03, -0.015], [0, 0.0075]])
    html = matrix_html(Matrix("w", "", (boolean("x"),), boolean(""), values))
    opacities = re.findall(r"rgba\((?:38,120,226|226,104,22),([0-9.]+)\)", html.partition("</table>")[0])
    assert [float(opacity) for opacity in opacities] == [0.58, 0.29, 0.14]
    assert "-0.03" in Page(html).text.partition("0.0075")[2]
    assert "#8203" not in matrix_html(AND)


def test_what_is_not_finite_has_its_sign() -> None:
    values = np.array([[np.nan, np.inf], [-np.inf, 0]])
    text = Page(matrix_html(Matrix("w", "", (boolean("x"),), boolean(""), values))).text
    assert [sign in text for sign in ("NaN", "+∞", "−∞")] == [True] * 3
    wide = np.zeros((2, 36))
    wide[0, :3] = np.nan, np.inf, -np.inf
    page = Page(matrix_html(replace(adder(6), rows=boolean(""), values=wide, lost=())))
    assert [sign in page.text for sign in "×▲▼"] == [True] * 3
    assert "m = 0, n = 1 → true: +∞" in page.all("td", "title")
