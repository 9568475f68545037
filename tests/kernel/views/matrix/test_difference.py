"""Two maps and their difference."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import cajal_core as cajal
from cajal_kernel.errors import MagicError
from cajal_kernel.views.matrix.difference import comparison, pictures
from cajal_kernel.views.picture import Subject
from tests.kernel.views.conftest import AND, Page, adder


def test_the_difference_is_after_less_before(program: cajal.Program) -> None:
    subjects = [Subject(term, program[term]) for term in ("not", r"\x:Bool. x")]
    (picture,) = pictures(*subjects)
    assert picture.live is not None
    values = [picture.live.arrays.get(f"values{pane}") for pane in range(3)]
    assert values[2] is not None
    assert values[2].tolist() == [[1, -1], [-1, 1]]
    assert [pane["title"] for pane in picture.live.spec["panes"]] == [
        "before: not",
        r"after: \x:Bool. x",
        "after less before",
    ]
    assert (
        picture.text.splitlines()[0]
        == "after less before: 4 of 4 entries differ, most at x = true → true, by 1"
    )
    titles = Page(picture.html).all("td", "title")
    assert [title for title in titles if title.startswith("x = true → true")] == [
        "x = true → true: 0",
        "x = true → true: 1",
        "x = true → true: 1",
    ]


def test_all_three_are_painted_on_one_scale() -> None:
    after = replace(AND, values=AND.values * 0.75 - 0.5)
    picture = comparison(AND, after)
    assert picture.live is not None
    assert picture.live.spec["scale"] == 1
    strong = replace(AND, values=AND.values * 4)
    compared = comparison(AND, strong)
    assert compared.live is not None
    assert compared.live.spec["scale"] == 4
    assert "0.14" in compared.html  # 1 of 4 is painted a quarter as strong


def test_equal_maps_differ_nowhere_infinities_included() -> None:
    values = AND.values.copy()
    values[0, 1] = np.inf
    picture = comparison(replace(AND, values=values), replace(AND, values=values.copy()))
    assert picture.text.startswith("after less before: no entry differs")


def test_one_entry_that_became_nan_differs_most() -> None:
    values = AND.values.copy()
    values[1, 2] = np.nan
    picture = comparison(AND, replace(AND, values=values))
    said = "after less before: 1 of 8 entries differs, most at x = false, y = true → false, by NaN"
    assert picture.text.splitlines()[0] == said


def test_large_ones_are_three_images_under_300_kilobytes() -> None:
    values = np.random.default_rng(0).normal(size=(10, 100))
    picture = comparison(adder(10), replace(adder(10), values=values, lost=()))
    assert picture.html.count("<img") == 3
    assert len(picture.html) < 300_000


def test_maps_of_different_bases_are_refused(program: cajal.Program) -> None:
    with pytest.raises(MagicError, match="different bases"):
        next(pictures(Subject("not", program["not"]), Subject("even", program["even"])))


def test_a_network_is_compared_by_its_values(program: cajal.Program) -> None:
    program.run("extern f : Bool -o Bool")
    program.link(f=lambda x: x**2 + 1)
    (picture,) = pictures(Subject("not", program["not"]), Subject("f", program["f"]))
    assert picture.live is not None
    assert picture.live.arrays["values2"].tolist() == [[2, 0], [0, 2]]
    assert "need not be linear" in picture.text
