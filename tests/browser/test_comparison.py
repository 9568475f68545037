"""Two programs compared, in a real browser: what stands there is what differs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from playwright.sync_api import expect

import cajal_core as cajal
from cajal_kernel import compare
from scripts.screenshot import chromium

from .conftest import NewPage

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="there is no Chromium on this machine"),
]

SOURCE = """
def and (x : Bool) (y : Bool) : Bool = if x then y else (drop y in false)
learn odd : Nat[3] -o Bool
def f (n : Nat[3]) : Bool = odd n
"""


@pytest.mark.parametrize("width", [1280, 800, 400])
def test_a_page_shows_the_differences_and_the_maps(new_page: NewPage, tmp_path: Path, width: int) -> None:
    before, after = cajal.load(SOURCE), cajal.load(SOURCE)
    after.run("def and (x : Bool) (y : Bool) : Bool = if x then (drop y in true) else y")
    weights = torch.tensor([[0.5, -2.0, 0.25], [1.0, 0.0, 3.0]])
    with torch.no_grad():
        before["odd"].learned["odd"].copy_(weights)
        after["odd"].learned["odd"].copy_(weights)[1, 2] += 4
    page = new_page(width)
    compare(before, after).save(tmp_path / "page.html")
    page.goto((tmp_path / "page.html").as_uri())
    expect(page.locator("canvas")).to_have_count(9)
    rows = page.locator(".cajal-static tbody tr")
    assert [rows.nth(place).locator("td").first.text_content() for place in range(3)] == ["f", "and", "odd"]
    expect(rows.first).to_contain_text("1 of 6 entries differs, most at n = 2 → false, by 4")

    def read(figure: int, pane: int, row: int, column: int) -> Any:
        query = {"pane": pane, "row": row, "column": column}
        ask = "([figure, query]) => document.querySelectorAll('.cajal-live')[figure].cajal.read(query)"
        return page.evaluate(ask, [figure, query])

    pairs = [(program["f"].matrix() for program in (before, after)), (weights, after["odd"].learned["odd"])]
    for figure, (first, second) in ((0, pairs[0]), (2, pairs[1])):
        for pane, tensor in enumerate((first, second, second - first)):
            for row in range(2):
                for column in range(3):
                    assert float(read(figure, pane, row, column)["value"]) == pytest.approx(
                        tensor[row, column].item()
                    )
    # One scale for all three: what is 4 of 7 is drawn fainter than 7.
    strong, faint = read(0, 1, 1, 2)["colour"], read(0, 2, 1, 2)["colour"]
    assert strong[:3] == pytest.approx(faint[:3], abs=4)
    assert strong[3] > faint[3] + 50
    assert page.evaluate("document.documentElement.scrollWidth") <= width
