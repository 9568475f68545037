"""The picture of recurrences in a page of its own: what is drawn is compared with the tensors."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Page, expect

import cajal_core as cajal
from cajal_kernel.views.dynamics.colours import scale_of
from cajal_kernel.views.dynamics.picture import dynamics_picture
from cajal_kernel.views.live.modules import bundle
from cajal_kernel.views.live.page import page as written
from cajal_kernel.views.live.picture import Live
from cajal_kernel.views.picture import Subject
from scripts.screenshot import chromium

from .conftest import NewPage

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="there is no Chromium on this machine"),
]

SOURCE = """
def not (x : Bool) : Bool = if x then false else true
def even (n : Nat) : Bool = iter n { zero => true | succ b => not b }
def add (m : Nat) (n : Nat) : Nat = iter m { zero => n | succ k => succ k }
def pairs (p : Nat[3] * Bool) : Bool =
  let (k, b) = p in iter k { zero => b | succ y => if y then false else true }
def nested (n : Nat[5]) (x : Nat[9]) : Nat[9] =
  iter n { zero => x | succ y => iter (2 : Nat[3]) { zero => y | succ z => succ z } }
extern grows : Bool -o Bool
def boom (n : Nat[300]) (x : Bool) : Bool = iter n { zero => x | succ b => grows b }
extern net : Bool -o Bool
def opaque (n : Nat[12]) (x : Bool) : Bool = iter n { zero => x | succ b => net b }
space V[3]
extern spin : V -o V
def helix (n : Nat[40]) (v : V) : V = iter n { zero => v | succ w => spin w }
space Image[28, 28]
extern grow : Image -o Image
def dilate (img : Image) (n : Nat[8]) : Image = iter n { zero => img | succ y => grow y }
"""
TURN = [[math.cos(0.5), -math.sin(0.5)], [math.sin(0.5), math.cos(0.5)]]

Opened = Callable[..., Page]


@pytest.fixture(scope="module")
def program() -> cajal.Program:
    program = cajal.Program()
    program.run(SOURCE)
    program.link(
        grows=1.5 * torch.tensor(TURN),
        net=torch.tanh,
        spin=torch.linalg.matrix_exp(torch.tensor([[0.0, -0.4, 0.1], [0.4, 0.0, 0.2], [-0.1, -0.2, -0.05]])),
        grow=lambda images: torch.nn.functional.max_pool2d(images[:, None], 3, 1, 1)[:, 0],
    )
    return program


@pytest.fixture
def opened(program: cajal.Program, new_page: NewPage, tmp_path: Path) -> Opened:
    """Opens the picture of a definition."""

    def shown(name: str, width: int = 1000) -> Page:
        [picture] = dynamics_picture(Subject(name, program[name]))
        assert picture.live is not None
        file = tmp_path / f"{name}.html"
        file.write_text(written(name, [picture.live], picture.text), encoding="utf-8")
        page = new_page(width)
        page.goto(file.as_uri())
        return page

    return shown


def read(page: Page, **query: Any) -> Any:
    """What the picture says; infinities and NaN, which JSON lacks, are None."""
    return page.evaluate("(query) => document.querySelector('.cajal-live').cajal.read(query)", query)


def mixed(*entries: tuple[int, float], dim: int) -> torch.Tensor:
    vector = torch.zeros(dim)
    for place, value in entries:
        vector[place] = value
    return vector


def test_states_weights_and_sums_are_those_of_the_tensors(program: cajal.Program, opened: Opened) -> None:
    page = opened("add")
    for m, n in [
        (mixed((9, 1), dim=10), mixed((0, 1), dim=10)),
        (mixed((2, 1), dim=10), mixed((3, 1), dim=10)),
        (mixed((1, 0.25), (4, 0.75), dim=10), mixed((2, 0.5), (3, 0.5), dim=10)),
    ]:
        read(page, input=0, value=m.tolist())
        read(page, input=1, value=n.tolist())
        [found] = program["add"].dynamics(m, n)
        total = torch.zeros(10)
        for step in range(10):
            shown = read(page, step=step, row=4)
            total = total + found.weights[step] * found.states[step]
            assert shown["weight"] == pytest.approx(float(found.weights[step]))
            assert shown["course"]["states"] == pytest.approx(found.states[step].tolist())
            assert shown["course"]["running"] == pytest.approx(total.tolist())
            assert shown["state"]["value"] == pytest.approx(float(found.states[step, 4]))
        result = read(page, step=0, row=0)["result"]
        assert result == pytest.approx(program["add"](m, n).tolist(), abs=1e-6)


def test_the_colour_of_a_cell_is_that_of_its_number(program: cajal.Program, opened: Opened) -> None:
    page = opened("boom")
    [found] = program["boom"].dynamics(mixed((299, 1), dim=300), mixed((0, 1), dim=2))
    states = found.states.double().numpy()
    scale = scale_of(states)
    assert scale.low > 0  # logarithmic
    for step in (0, 7, 60, 200, 218, 299):
        read(page, choose=step)
        for row in (0, 1):
            expected = scale.colours(states[step, row : row + 1])[0]
            colour = read(page, step=step, row=row)["near"]["colour"]
            assert colour[3] == pytest.approx(expected[3], abs=2)
            if expected[3] > 60:  # where a canvas keeps the colour of what is translucent
                np.testing.assert_allclose(colour[:3], expected[:3], atol=4)


def test_it_begins_at_the_step_of_the_greatest_weight_and_shows_the_result(opened: Opened) -> None:
    page = opened("even")
    expect(page.locator(".cajal-step")).to_have_text("step 9 of 9, weight 1")
    expect(page.locator(".cajal-dy-sum")).to_have_text("Σ weight · state = false")
    expect(page.locator("td[title='result, false: 1']")).to_have_count(1)
    expect(page.get_by_text("weight of each step, from n")).to_be_visible()
    expect(page.get_by_text("the states repeat every 2 steps")).to_be_visible()
    slider = page.get_by_label("step of b")
    slider.press("ArrowLeft")
    expect(page.locator(".cajal-step")).to_have_text("step 8 of 9, weight 0")
    expect(page.locator("td[title='state, true: 1']")).to_have_count(1)
    page.get_by_role("button", name="4", exact=True).click()  # n = 4
    expect(page.locator(".cajal-dy-sum")).to_have_text("Σ weight · state = true")
    expect(page.locator(".cajal-step")).to_have_text("step 4 of 9, weight 1")
    plot = page.locator(".cajal-dy-plot").first
    box = plot.bounding_box()
    assert box is not None
    plot.click(position={"x": box["width"] * 0.25, "y": 5})
    expect(page.locator(".cajal-step")).to_have_text("step 2 of 9, weight 0")
    expect(page.locator(".cajal-dy-hint")).to_have_text("step 2, true: 1")
    page.get_by_label("Play the steps").click()
    expect(page.locator(".cajal-step")).to_have_text("step 9 of 9, weight 0", timeout=10_000)


def test_eigenvalues_are_where_they_belong_and_are_put_into_words(opened: Opened) -> None:
    shown = read(opened("even"), step=0, row=0)["eigen"]
    np.testing.assert_allclose(shown["points"], [[1, 0], [-1, 0]], atol=1e-9)
    assert shown["texts"] == [
        "λ = 1: neither grows nor fades",
        "λ = -1: period 2 steps, neither grows nor fades",
    ]
    page = opened("boom")
    shown = read(page, step=0, row=0)["eigen"]
    expected = np.linalg.eigvals(1.5 * np.array(TURN))
    np.testing.assert_allclose(
        sorted(shown["points"]), sorted([value.real, value.imag] for value in expected), atol=1e-6
    )
    assert shown["texts"] == ["λ = 1.32 ± 0.719i: period 12.6 steps, grows, doubles in 1.71 steps"]
    assert read(opened("opaque"), step=0, row=0)["eigen"] == {
        "reason": "the step goes through `net`, not known to be linear"
    }


def test_a_step_that_explodes_is_seen(program: cajal.Program, opened: Opened) -> None:
    page = opened("boom")
    [found] = program["boom"].dynamics(mixed((299, 1), dim=300), mixed((0, 1), dim=2))
    norms = found.states.double().norm(dim=-1)
    first = int((~norms.isfinite()).nonzero()[0])
    shown = read(page, step=100, row=0)["norm"]
    assert shown["norm"] == pytest.approx(float(norms[100]))
    assert shown["title"] == f"norm of the state, log axis; not finite from step {first} on"
    expect(page.locator(".cajal-dy-spoiled")).to_have_count(1)


def test_what_a_let_takes_apart_is_mixed_as_the_program_does(program: cajal.Program, opened: Opened) -> None:
    page = opened("pairs")
    value = torch.arange(6) / 15
    result = read(page, input=0, value=value.tolist(), step=0, row=0)["result"]
    assert result == pytest.approx(program["pairs"](value.reshape(3, 2)).tolist())


def test_the_inner_one_is_that_of_the_chosen_outer_step(program: cajal.Program, opened: Opened) -> None:
    page = opened("nested")
    outer, inner = program["nested"].dynamics(mixed((4, 1), dim=5), mixed((0, 1), dim=9))
    read(page, choose=1)
    page.get_by_role("tab", name="z : Nat[9]").click()
    expect(page.get_by_text("in step 1 of y, which makes its state 2")).to_be_visible()
    for step in range(3):
        states = read(page, step=step, row=0)["course"]["states"]
        assert states == inner.runs[1][0][step].tolist()
    page.keyboard.press("ArrowLeft")  # a click has put the focus on the tab
    expect(page.get_by_role("tab", name="y : Nat[9]")).to_be_focused()
    assert read(page, step=1, row=0)["course"]["states"] == outer.states[1].tolist()


def test_images_are_a_strip_of_images(program: cajal.Program, opened: Opened) -> None:
    page = opened("dilate")
    image = torch.zeros(28, 28)
    image[14, 14] = 1
    [found] = program["dilate"].dynamics(image, mixed((7, 1), dim=8))
    for step in range(8):
        for row, column in ((14, 14), (14, 11), (3, 3)):
            value = float(found.states[step].reshape(28, 28)[row, column])
            alpha = read(page, step=step, row=row, column=column)["image"][3]
            assert alpha == round(235 * value)
    expect(page.get_by_text("its other values need the kernel")).to_be_visible()
    page.get_by_title("go to step 2").click()
    expect(page.get_by_text("state at step 2")).to_be_visible()


def test_what_is_not_known_to_be_linear_is_shown_at_basis_vectors(
    program: cajal.Program, opened: Opened
) -> None:
    page = opened("opaque")
    expect(page.get_by_text("the states are not known to be linear in x")).to_be_visible()
    page.get_by_role("button", name="false", exact=True).click()
    [found] = program["opaque"].dynamics(mixed((11, 1), dim=12), mixed((1, 1), dim=2))
    assert read(page, step=5, row=1)["course"]["states"] == pytest.approx(found.states[5].tolist())


@pytest.mark.parametrize("width", [400, 800, 1280])
def test_nothing_sticks_out(opened: Opened, width: int) -> None:
    page = opened("add", width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


ASKING = """([spec, data]) => {
  const host = document.body.appendChild(document.createElement("div"));
  const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const ask = async (question) => {
    const [spec, data] = await window.kernel(question);
    return unpack(spec, bytes(data));
  };
  host.classList.add("cajal-live");
  host.cajal = draw(host, unpack(spec, bytes(data)), { ask });
}"""


def test_a_kernel_is_asked_for_what_the_page_has_no_states_for(
    program: cajal.Program, browser: Browser
) -> None:
    [picture] = dynamics_picture(Subject("opaque", program["opaque"]))
    assert picture.live is not None
    answer = picture.live.answer
    assert answer is not None

    def sent(live: Live) -> tuple[Any, str]:
        spec, data = live.packed()
        return spec, base64.b64encode(data).decode()

    page = browser.new_page()
    page.expose_function("kernel", lambda question: sent(answer(question)))
    names = ", ".join(
        f"{name} = modules['{path}'].{name}"
        for name, path in [("draw", "dynamics/picture.js"), ("unpack", "shared/wire.js")]
    )
    source = bundle("shared/page.js", "dynamics/picture.js")
    page.set_content(f"<meta charset='utf-8'><script>{source}\nconst {names};</script>")
    page.evaluate(ASKING, sent(picture.live))
    [mixture] = program["opaque"].dynamics(mixed((11, 1), dim=12), torch.tensor([0.5, 0.5]))
    [basis] = program["opaque"].dynamics(mixed((11, 1), dim=12), torch.tensor([1.0, 0.0]))
    for value, found in (([0.5, 0.5], mixture), ([1, 0], basis)):
        read(page, input=1, value=value)
        expect(page.locator("[role=status]")).to_have_text("")
        assert read(page, step=5, row=0)["course"]["states"] == pytest.approx(found.states[5].tolist())
    page.close()


def test_a_path_in_space_is_turned(program: cajal.Program, opened: Opened) -> None:
    page = opened("helix")
    picture = page.get_by_role("application")
    states = read(page, step=0, row=0)["course"]["states"]
    [found] = program["helix"].dynamics(torch.eye(40)[39], torch.tensor(states))
    path = found.states.double().numpy()

    def check() -> tuple[float, float]:
        """The points are the states, turned around the third axis and then around the one to the right."""
        shown = read(page, step=0, row=0)["path"]
        turn, rise = shown["view"]["turn"], shown["view"]["rise"]
        around = np.array(
            [[math.cos(turn), -math.sin(turn), 0], [math.sin(turn), math.cos(turn), 0], [0, 0, 1]]
        )
        over = np.array(
            [[1, 0, 0], [0, math.cos(rise), -math.sin(rise)], [0, math.sin(rise), math.cos(rise)]]
        )
        turned = path @ (over @ around).T / np.linalg.norm(path, axis=1).max()
        np.testing.assert_allclose(shown["points"], turned[:, [0, 2]], atol=1e-6)
        dots = picture.locator(".cajal-dy-dot")
        for step in (0, 7, 39):
            at = [float(dots.nth(step).get_attribute(name) or "nan") for name in ("cx", "cy")]
            assert at == pytest.approx([110 + 80 * turned[step, 0], 110 - 80 * turned[step, 2]], abs=1e-4)
        assert abs(np.array(shown["points"])).max() <= 1
        read(page, choose=7)
        assert read(page, step=0, row=0)["path"]["at"] == pytest.approx(
            [110 + 80 * turned[7, 0], 110 - 80 * turned[7, 2]], abs=1e-4
        )
        label = picture.get_attribute("aria-label") or ""
        assert (
            f"turned by {round(math.degrees(turn))}°, seen from {round(math.degrees(rise))}° above" in label
        )
        return turn, rise

    begin = check()
    assert read(page, step=0, row=0)["path"]["title"] == "the path of the state; drag to turn"
    picture.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    five = math.radians(5)
    assert check() == pytest.approx((begin[0] + 2 * five, begin[1] - five))
    page.keyboard.press("Home")
    assert check() == pytest.approx(begin)
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 90, steps=4)
    page.mouse.up()
    page.mouse.move(box["x"] + 10, box["y"] + 10)
    assert check() == pytest.approx((begin[0] + 1, begin[1] + 0.3))
    picture.dblclick()
    assert check() == pytest.approx(begin)


def test_a_path_in_the_plane_is_not_turned(opened: Opened) -> None:
    page = opened("boom")
    assert page.get_by_role("application").count() == 0
    shown = read(page, step=0, row=0)["path"]
    assert shown["title"] == "the path of the state"
