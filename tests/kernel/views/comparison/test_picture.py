"""The picture of a comparison."""

from __future__ import annotations

from dataclasses import replace

import cajal_core as cajal
from cajal_kernel.views.comparison.data import Compared, Difference, programs
from cajal_kernel.views.comparison.picture import DRAWN, LISTED, comparison_pictures
from tests.kernel.views.conftest import Page


def source(size: int, value: str) -> str:
    return "\n".join(f"def d{place} : Bool = {value}" for place in range(size))


def test_the_table_then_the_maps_that_differ_most() -> None:
    compared = programs(
        cajal.load(source(6, "true")), cajal.load(source(6, "false") + "\ndef e : Bool = true")
    )
    table, *maps = comparison_pictures(compared)
    first, head, *rows, note = table.text.split("\n")
    assert first == "7 differences"
    assert head.split("  ")[0] == "name"
    assert rows[0].split() == ["e", "—", "def", "e", ":", "Bool", "only", "after"]
    assert rows[1].startswith("d0    Bool    the same")
    assert note == f"the {DRAWN} that differ most are drawn, of 6"
    assert len(maps) == DRAWN
    assert all(each.live for each in maps)
    page = Page(table.html)
    assert [line in page.text for line in ("7 differences", "only after", note)] == [True] * 3
    assert sum("margin-left:0px;width:60px" in style for style in page.all("span", "style")) == 6


def test_nothing_differs() -> None:
    same = cajal.load("def a : Bool = true")
    (table,) = comparison_pictures(programs(same, same))
    assert table.text == "no difference; 1 name is alike"
    assert "<table" not in table.html


def test_a_long_table_is_cut_and_says_so() -> None:
    one = Difference("unknown", "<b>", "A", "A", "not compared: “&”")
    many = Compared(tuple(replace(one, name=f"<b>{place}") for place in range(LISTED + 1)), 3)
    (table,) = comparison_pictures(many)
    assert table.text.startswith("no difference; 3 names are alike; 101 could not be compared\n")
    assert table.text.endswith("… and 1 difference more")
    assert "&lt;b&gt;0" in table.html
