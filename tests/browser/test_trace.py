"""The live trace in a browser: what the page shows is what the neuron's trace has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from playwright.sync_api import Browser, Page

import cajal_core as cajal
from cajal_kernel.views.live.page import page as page_of
from cajal_kernel.views.picture import Subject
from cajal_kernel.views.trace.picture import neuron_trace

from .conftest import NewPage

SOURCE = """
data Light = Red | Amber | Green
space Digit[4, 4]
extern read : Digit -o Nat[6]
extern odd : Bool -o Bool
def not (x : Bool) : Bool = if x then false else true
def go (l : Light) : Bool = not (case l { Red => true | Amber => true | Green => false })
def even (n : Nat[6]) : Bool = iter n { zero => true | succ b => odd (not b) }
extern blur : Digit -o Digit
def run (d : Digit) (l : Light) : Bool = let n = read (blur d) in if go l then even n else not (even n)
"""
BATCH = 3


@pytest.fixture(scope="module")
def trace() -> cajal.Trace:
    return neuron().trace(*batch())


def neuron() -> cajal.Neuron:
    program = cajal.Program()
    program.run(SOURCE)
    blur = torch.linspace(-1, 1, 256).reshape(16, 16)
    odd = torch.tensor([[0.9, 0.2], [0.1, 0.8]])
    links = {"read": read, "odd": odd, "blur": lambda d: (d.flatten(-2) @ blur).unflatten(-1, (4, 4))}
    return program.compile("run", link=links)


def read(digits: torch.Tensor) -> torch.Tensor:
    """A count that is above 2 for no digit, so that later steps are past it."""
    scores = torch.stack([digits[..., 0, 0], digits[..., 1, 1], digits[..., 2, 2]], -1).softmax(-1)
    return torch.cat([scores, torch.zeros_like(scores)], -1)


def batch() -> tuple[torch.Tensor, torch.Tensor]:
    digits = torch.arange(BATCH * 16.0).reshape(BATCH, 4, 4).sin()
    return digits, torch.eye(3)


@pytest.fixture
def page(new_page: NewPage, tmp_path: Path) -> Page:
    picture = neuron_trace(Subject("run", neuron(), batch()))
    assert picture.live is not None
    file = tmp_path / "page.html"
    file.write_text(page_of("run", [picture.live], picture.text), encoding="utf-8")
    page = new_page()
    page.goto(file.as_uri())
    page.wait_for_selector("[role=treeitem]")
    return page


def drawn(page: Page) -> dict[str, Any]:
    read: dict[str, Any] = page.evaluate("document.querySelector('.cajal-traced').cajal.read({})")
    return read


def open_all(page: Page) -> None:
    """Opens every line, from the top."""
    page.evaluate("""() => {
        for (let row; (row = document.querySelector("[aria-expanded=false]")); ) row.click();
    }""")


def test_every_value_in_the_page_is_that_of_the_trace(page: Page, trace: cajal.Trace) -> None:
    open_all(page)
    for item in range(BATCH):
        page.get_by_label("batch item").fill(str(item))
        shown = drawn(page)
        assert shown["item"] == item
        compared = 0
        for row in shown["rows"]:
            steps = {int(place): step for place, step in row["steps"].items()}
            if row["place"] == len(trace):
                expected = trace.result
            elif row["kind"] == "entry" and trace.entries[row["place"]].kind == "state":
                continue
            else:
                expected = trace.at(row["place"], steps)
            assert isinstance(expected, torch.Tensor)
            rank = 2 if row["name"].endswith("Digit") else 1
            whole = expected.double().expand(BATCH, *expected.shape[expected.ndim - rank :])
            values = torch.tensor(row["values"], dtype=torch.float64)
            torch.testing.assert_close(values, whole[item].flatten(), rtol=1e-9, atol=1e-9)
            compared += 1
            if row["kind"] == "step":
                weight = trace.weight(row["place"], steps).expand(BATCH)[item].item()
                assert f"weight {weight:.3g}" in row["note"] or weight == 0
                assert row["past"] == (steps[row["place"]] > 2)
        assert compared > 40


def test_the_bars_are_as_long_as_the_numbers(page: Page) -> None:
    rows = [row for row in drawn(page)["rows"] if row["values"] and len(row["values"]) == 2]
    assert len(rows) > 8
    for row in rows:
        for bar, value in zip(row["drawn"]["bars"], row["values"], strict=True):
            assert bar["value"] == value
            assert bar["width"] == pytest.approx(100 * value)
            assert bar["from"] == 0
    fill = page.locator(".cajal-vector-fill").last.bounding_box()
    track = page.locator(".cajal-vector-track").last.bounding_box()
    assert fill
    assert track
    assert fill["width"] / track["width"] == pytest.approx(rows[-1]["values"][1], abs=0.05)


def test_the_tree_is_in_the_order_of_evaluation(page: Page) -> None:
    open_all(page)
    rows = [row for row in drawn(page)["rows"] if row["kind"] == "entry"]
    names = [(row["depth"], row["name"].split(" :")[0]) for row in rows]
    assert names[:13] == [
        (0, "externblur d"), (0, "externread (blur d)"), (0, "letn"),
        (0, "callgo l"), (1, "conditioncase l"), (1, "callnot"), (2, "conditionif x"),
        (0, "conditionif go l"),
        (0, "calleven n"), (1, "iterb"), (3, "callnot b"), (4, "conditionif x"), (3, "externodd (not b)"),
    ]  # fmt: skip
    assert names[-1] == (0, "result")


def test_an_image_has_the_colours_of_its_pixels(page: Page, trace: cajal.Trace) -> None:
    (row,) = [row for row in drawn(page)["rows"] if row["name"].startswith("externblur")]
    image = trace["blur"][0]
    colour = (38, 120, 226) if image[0, 0] > 0 else (226, 104, 22)
    alpha = 255 * abs(image[0, 0].item()) / image.abs().max().item()
    assert row["drawn"]["colour"][3] == pytest.approx(alpha, abs=1)
    assert row["drawn"]["colour"][:3] == pytest.approx(colour, abs=6)
    assert row["drawn"]["values"] == [pytest.approx(image[0, 0].item())]


def test_a_line_lights_its_source_and_is_open_or_closed_by_keys(page: Page) -> None:
    page.locator("[role=treeitem]", has_text="case l").first.hover()
    assert drawn(page)["lit"] == "l"
    first = page.locator("[role=treeitem]").first
    first.focus()
    assert drawn(page)["lit"] == "(blur d)"
    for key in ("ArrowDown", "ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
    assert drawn(page)["focused"]["name"].startswith("callgo")
    count = len(drawn(page)["rows"])
    page.keyboard.press("ArrowLeft")
    assert len(drawn(page)["rows"]) < count
    page.keyboard.press("ArrowRight")
    assert len(drawn(page)["rows"]) == count
    page.keyboard.press("ArrowRight")
    assert drawn(page)["focused"]["name"].startswith("conditioncase l")
    page.keyboard.press("ArrowLeft")
    assert drawn(page)["focused"]["name"].startswith("callgo")
    page.keyboard.press("End")
    assert drawn(page)["focused"]["name"].startswith("result")
    assert page.locator("[role=treeitem][tabindex='0']").count() == 1


def test_a_value_is_found_by_name_and_number(page: Page, trace: cajal.Trace) -> None:
    box = page.get_by_label("find a value by name or number")
    names = [entry.name for entry in trace]
    for asked, index in (("odd", 0), ("odd 1", 1), ('trace["not", 2]', 2), ("not -1", -1)):
        name = "not" if "not" in asked else "odd"
        places = [place for place, entry in enumerate(names) if entry == name]
        box.fill(asked)
        assert drawn(page)["focused"]["place"] == places[index]
    box.fill("not")
    box.press("Enter")
    assert drawn(page)["focused"]["place"] == [place for place, name in enumerate(names) if name == "not"][1]
    box.fill('trace["odx", 1]')
    assert "none; did you mean `odd`? there are" in page.locator("[role=status]").first.inner_text()
    box.fill("nosuch")
    assert (
        "none; there are blur, read, n, case l, if x (4 times)"
        in page.locator("[role=status]").first.inner_text()
    )


def test_a_function_says_on_which_inputs_it_ran(browser: Browser, tmp_path: Path) -> None:
    source = "def even (n : Nat) : Bool = iter n { zero => true | succ b => if b then false else true }"
    picture = neuron_trace(Subject("even", cajal.load(source)["even"]))
    assert picture.live is not None
    file = tmp_path / "even.html"
    file.write_text(page_of("even", [picture.live], picture.text), encoding="utf-8")
    page = browser.new_page(viewport={"width": 400, "height": 700})
    page.goto(file.as_uri())
    title = page.locator(".cajal-title").first.inner_text()
    assert title == "even : Nat -o Bool on n = 9, since no input was given"
    result = page.get_by_role("treeitem").last.inner_text()
    page.close()
    assert "false" in result
