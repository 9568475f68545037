"""Lists in a page: their elements and their length are changed, and the pictures follow."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from playwright.sync_api import Page, expect

import cajal_core as cajal
from cajal_kernel.views.live.modules import bundle
from cajal_kernel.views.live.page import page as written
from cajal_kernel.views.live.picture import Live
from cajal_kernel.views.picture import Subject
from cajal_kernel.views.pictures import PICTURES
from scripts.screenshot import chromium

from .conftest import NewPage
from .test_dynamics import ASKING

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="there is no Chromium on this machine"),
]

SOURCE = """
def parity (xs : List[64] Bool) : Bool =
  fold xs { nil => false | cons x y => if x then (if y then false else true) else y }
def last (xs : List[64] Bool) : Bool = fold xs { nil => true | snoc y x => drop y in x }
def nots (xs : List[12] Bool) : List[12] Bool = [if x then false else true | x in xs]
"""

Opened = Callable[..., Page]


@pytest.fixture(scope="module")
def program() -> cajal.Program:
    return cajal.load(SOURCE)


def live(program: cajal.Program, name: str, view: str, *inputs: Any) -> Live:
    [picture] = PICTURES[view](Subject(name, program[name], inputs))
    assert picture.live is not None
    return picture.live


@pytest.fixture
def opened(program: cajal.Program, new_page: NewPage, tmp_path: Path) -> Opened:
    def shown(name: str, view: str, *inputs: Any, width: int = 1280) -> Page:
        file = tmp_path / f"{name}-{view}.html"
        file.write_text(written(name, [live(program, name, view, *inputs)], ""), encoding="utf-8")
        page = new_page(width)
        page.goto(file.as_uri())
        return page

    return shown


def read(page: Page, **query: Any) -> Any:
    return page.evaluate("(query) => document.querySelector('.cajal-live').cajal.read(query)", query)


def result(page: Page) -> list[float]:
    made = read(page, result=True)["values"]
    return list(made.values()) if isinstance(made, dict) else made


def listed(*elements: int) -> torch.Tensor:
    return torch.eye(2)[list(elements)]


def test_elements_and_length_are_changed(program: cajal.Program, opened: Opened) -> None:
    page, neuron = opened("parity", "explorer"), program["parity"]
    box = page.get_by_role("region", name="xs : List[64] Bool, held apart")
    more, less = (box.get_by_role("button", name=f"one element {word} in xs") for word in ("more", "less"))
    expect(box.locator("output")).to_have_text("length 3")
    more.click()  # like the one before it
    expect(box.locator("output")).to_have_text("length 4")
    assert result(page) == pytest.approx(neuron(listed(0, 1, 0, 0)).tolist())
    box.locator(".cajal-element").nth(3).get_by_role("button", name="false").click()
    assert result(page) == pytest.approx(neuron(listed(0, 1, 0, 1)).tolist())
    box.locator(".cajal-element").nth(0).get_by_role("slider").nth(0).press("ArrowDown")
    mixed = listed(0, 1, 0, 1)
    mixed[0] = torch.tensor([0.95, 0.05])
    assert result(page) == pytest.approx(neuron(mixed).tolist())
    for _ in range(4):
        less.click()
    expect(box.get_by_text("the empty list")).to_be_visible()
    expect(less).to_be_disabled()
    assert result(page) == pytest.approx(neuron(torch.zeros(0, 2)).tolist())
    more.click()
    assert result(page) == pytest.approx(neuron(listed(0)).tolist())
    page.get_by_role("button", name="back to what was given").click()
    expect(box.locator("output")).to_have_text("length 3")


def test_a_long_list_is_shown_in_parts(opened: Opened) -> None:
    page = opened("nots", "explorer", listed(*[1, 0] * 5), width=800)
    box = page.get_by_role("region", name="xs : List[12] Bool, held apart")
    expect(box.locator(".cajal-element:visible")).to_have_count(8)
    expect(box.get_by_text("elements 1 to 8")).to_be_visible()
    box.get_by_label("first element of xs shown").fill("2")
    expect(box.get_by_text("elements 3 to 10")).to_be_visible()
    box.locator(".cajal-element").nth(7).get_by_role("button", name="false").click()
    assert result(page)[18:20] == [1, 0]  # the tenth, turned
    for _ in range(2):
        box.get_by_role("button", name="one element more in xs").click()
    expect(box.get_by_role("button", name="one element more in xs")).to_be_disabled()
    assert result(page)[24:].index(1) == 12
    assert page.evaluate("document.documentElement.scrollWidth") <= 800


def test_lengths_that_are_mixed_are_told(opened: Opened) -> None:
    lists = cajal.Sequence(listed(0, 1), torch.tensor([0.0, 0.5, 0.5]))
    page = opened("nots", "explorer", lists)
    box = page.get_by_role("region", name="xs : List[12] Bool, held apart")
    expect(box.locator("output")).to_have_text("lengths 1: 0.5, 2: 0.5")
    assert result(page)[24:27] == [0, 0.5, 0.5]


def test_a_step_says_which_element_it_reads(opened: Opened) -> None:
    page = opened("parity", "explorer")
    slider = page.get_by_label("step of the fold of y")
    slider.fill("61")
    expect(page.get_by_text("reads element 3, from state 61")).to_be_visible()
    page = opened("last", "explorer")
    page.get_by_label("step of the fold of y").fill("1")
    expect(page.get_by_text("reads element 2, from state 1")).to_be_visible()


def test_states_stand_below_what_was_read(program: cajal.Program, opened: Opened) -> None:
    page = opened("parity", "dynamics")
    [dynamics] = program["parity"].dynamics(listed(0, 1, 0))
    [(_, elements)] = dynamics.elements
    for step in range(4):
        read(page, choose=step)
        shown = read(page, step=step, row=0)
        assert list(shown["course"]["states"]) == dynamics.states[step].tolist()
        [element] = shown["reads"]
        assert element["values"] == ([0, 0] if step == 0 else elements[step - 1].tolist())
    expect(page.get_by_text("step 3 reads true")).to_be_visible()
    expect(page.get_by_text("from the last element of the list to the first")).to_be_visible()
    expect(page.get_by_text("so that it has no one matrix")).to_be_visible()


def test_a_kernel_is_asked_for_the_steps_of_another_list(program: cajal.Program, new_page: NewPage) -> None:
    picture = live(program, "last", "dynamics")
    answer = picture.answer
    assert answer is not None

    def sent(made: Live) -> tuple[Any, str]:
        spec, data = made.packed()
        return spec, base64.b64encode(data).decode()

    page = new_page()
    page.expose_function("kernel", lambda question: sent(answer(question)))
    source = bundle("shared/page.js", "dynamics/picture.js")
    names = "draw = modules['dynamics/picture.js'].draw, unpack = modules['shared/wire.js'].unpack"
    page.set_content(f"<meta charset='utf-8'><script>{source}\nconst {names};</script>")
    page.evaluate(ASKING, sent(picture))
    expect(page.locator(".cajal-step")).to_have_text("step 3 of 3, weight 1")
    page.get_by_role("button", name="one element more in xs").click()
    expect(page.locator(".cajal-step")).to_have_text("step 4 of 4, weight 1")
    page.locator(".cajal-element").nth(3).get_by_role("button", name="false").click()
    expect(page.locator(".cajal-dy-sum")).to_have_text("Σ weight · state = false")
    expect(page.get_by_text("step 4 reads false")).to_be_visible()
