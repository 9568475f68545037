"""A matrix as aligned text."""

from __future__ import annotations

import re

import numpy as np

from cajal_kernel.views.matrix.data import Matrix
from cajal_kernel.views.matrix.text import matrix_text
from tests.kernel.views.conftest import AND, adder, boolean


def test_matrix_as_text() -> None:
    assert matrix_text(AND).split("\n") == [
        "    x │ true       │ false",
        "    y │ true false │ true false",
        "──────┼────────────┼───────────",
        " true │    1     · │    ·     ·",
        "false │    ·     1 │    1     1",
    ]


def test_real_entries_line_up() -> None:
    matrix = Matrix("f", "", (boolean("x"),), boolean(""), np.array([[0.5, -1.25], [1e-9, 3]]))
    assert matrix_text(matrix).split("\n") == [
        "    x │  true false",
        "──────┼────────────",
        " true │   0.5 -1.25",
        "false │ 1e-09     3",
    ]


def test_a_wide_matrix_is_cut_to_the_width_of_a_terminal() -> None:
    text = matrix_text(adder(10)).split("\n")
    assert max(map(len, text[:-2])) <= 96
    assert re.fullmatch(r"… \d+ more columns", text[-2])
    assert text[-1] == "overflow, so no result, at m = 1, n = 9; m = 2, n = 8; m = 2, n = 9; and 42 more"


def test_one_overflow_is_named_alone() -> None:
    values = np.array([[0.0, 0], [1, 0]])
    matrix = Matrix("f", "", (boolean("x"),), boolean(""), values, (False, True))
    assert matrix_text(matrix).split("\n")[-1] == "overflow, so no result, at x = false"
