"""Recurrences as text."""

from __future__ import annotations

import pytest

import cajal_core as cajal
from cajal_kernel.views.dynamics.text import folded, runs_text

from .conftest import runs

EVEN = """\
state b : Bool, 9 steps; n = 9
step │ true false │ weight
─────┼────────────┼───────
   0 │    1     · │      ·
   1 │    ·     1 │      ·
   2 │    1     · │      ·
   3 │    ·     1 │      ·
   4 │    1     · │      ·
   5 │    ·     1 │      ·
   6 │    1     · │      ·
   7 │    ·     1 │      ·
   8 │    1     · │      ·
   9 │    ·     1 │      1
Σ weight · state = false"""


def test_the_states_of_one_input_and_the_result(program: cajal.Program) -> None:
    assert runs_text(runs(program, "even")) == EVEN


def test_a_long_one_is_folded_and_says_where_it_overflows(program: cajal.Program) -> None:
    lines = runs_text(runs(program, "boom")).splitlines()
    assert len(lines) < 18
    assert "   ⋮" in lines
    assert lines[-1] == "overflow: not finite from step 294 on"


def test_of_many_coordinates_those_are_written_that_are_not_zero(program: cajal.Program) -> None:
    inner, outer = runs_text(runs(program, "mul")).split("\n\n")
    assert inner.splitlines()[1] == "step │ 0 1 2 3 4 │ weight"
    assert outer.splitlines()[1] == "step │ (1, 0) (1, 1) (1, 2) (1, 3) │ weight"
    assert outer.endswith("all other coordinates are 0 in these steps\nΣ weight · state = (1, 3)")


def test_an_image_is_its_sum_and_its_norm(program: cajal.Program) -> None:
    text = runs_text(runs(program, "dilate"))
    assert "   2 │  25    5 │      ·" in text
    assert text.endswith("an element of Image, sum 225")


def test_one_in_a_step_says_so(program: cajal.Program) -> None:
    inner, outer = runs_text(runs(program, "nested")).split("\n\n")
    assert inner.startswith("state z : Nat[9], 2 steps, in the last step of y; n = 4, x = 0\n")
    assert outer.startswith("state y")


@pytest.mark.parametrize(
    ("count", "kept", "expected"),
    [(5, [2], [0, 1, 2, 3, 4]), (100, [50], [0, 1, 2, 3, 4, 49, 50, 51, 96, 97, 98, 99])],
)
def test_folding_keeps_both_ends_and_what_matters(count: int, kept: list[int], expected: list[int]) -> None:
    assert folded(count, 12, kept) == expected
