"""The explorer in a page: what it shows is what the neuron computes, whatever is dragged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Page, expect
from torch import nn

import cajal_core as cajal
from cajal_kernel.views.explorer.run import run_live
from cajal_kernel.views.live.page import page as written
from cajal_kernel.views.picture import Subject
from scripts.screenshot import Lab, chromium, open_notebook, run_all

from .conftest import NewPage, complaints, write

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="there is no Chromium on this machine"),
]

PROGRAM = """
data Light = Red | Green | Amber
extern see : Light -o Light
learn turn : Light -o Light
def next (s : Light) : Light = case s { Red => Green | Green => Amber | Amber => Red }
def light (n : Nat[6]) (s : Light) : Light =
  iter n { zero => see s | succ y =>
    let z = next (turn y) in
    next z }
"""


@pytest.fixture(scope="module")
def neuron() -> cajal.Neuron:
    torch.manual_seed(0)
    made = cajal.load(PROGRAM)["light"].link(see=nn.Sequential(nn.Linear(3, 3), nn.Softmax(-1)))
    return made.double()


@pytest.fixture
def batch() -> tuple[torch.Tensor, torch.Tensor]:
    counts = torch.tensor([[0, 0, 0, 1, 0, 0], [0, 0.5, 0, 0, 0, 0.5]], dtype=torch.float64)
    return counts, torch.tensor([[1, 0, 0], [0.2, 0.3, 0.5]], dtype=torch.float64)


@pytest.fixture
def page(neuron: cajal.Neuron, batch: tuple[torch.Tensor, ...], new_page: NewPage, tmp_path: Path) -> Page:
    path = tmp_path / "page.html"
    path.write_text(written("light", [run_live(Subject("light", neuron, batch))], ""), "utf-8")
    page = new_page()
    page.goto(path.as_uri())
    return page


def read(page: Page, **query: Any) -> Any:
    call = "(query) => document.querySelector('.cajal-explorer').cajal.read(query)"
    return page.evaluate(call, query)


def values(found: dict[str, float] | list[float]) -> list[float]:
    """A typed array comes as a dictionary."""
    return list(found.values()) if isinstance(found, dict) else found


def shown_at(page: Page, k: int) -> float:
    return float(page.get_by_role("slider", name=f"n = {k}").get_attribute("aria-valuenow") or "nan")


def result(page: Page) -> list[float]:
    return values(read(page, result=True)["values"])


def test_every_sub_term_shows_its_value(page: Page, neuron: cajal.Neuron, batch: Any) -> None:
    trace = neuron.trace(*batch)
    marks = read(page)
    slider = page.get_by_label("step of the iter of y")
    for item in (0, 1):
        page.get_by_label("item of the batch").fill(str(item))
        assert isinstance(trace.result, torch.Tensor)
        np.testing.assert_allclose(result(page), trace.result[item].detach(), atol=1e-12)
        for step in (0, 2, 5):
            slider.fill(str(step))
            for mark in marks:
                place = [other["place"] for other in marks if other["name"] == mark["name"]].index(
                    mark["place"]
                )
                expected = trace[mark["name"], place].detach()
                if mark["name"] == "see":
                    expected = expected[item]
                elif mark["kind"] == "state" or step < 5:
                    expected = expected[step, item if expected.shape[1] > 1 else 0]
                else:
                    assert read(page, mark=mark["place"])["values"] is None
                    continue
                shown = read(page, mark=mark["place"])
                np.testing.assert_allclose(values(shown["values"]), expected, atol=1e-12)
                for bar, entry in zip(shown["drawn"]["bars"], expected, strict=True):
                    assert float(bar["text"]) == pytest.approx(float(entry), abs=6e-4)
                    assert bar["width"] == pytest.approx(100 * float(entry))


def test_steps_past_the_count_are_grey(page: Page) -> None:
    [state] = [mark["place"] for mark in read(page) if mark["kind"] == "state"]
    [call] = [mark["place"] for mark in read(page) if mark["name"] == "z"]
    slider = page.get_by_label("step of the iter of y")
    grey = []
    for step in (2, 3, 4):
        slider.fill(str(step))
        grey.append((read(page, mark=state)["isPast"], read(page, mark=call)["isPast"]))
    assert grey == [(False, False), (False, True), (True, True)]  # the count of the first item is 3


def test_the_step_is_the_one_that_makes_the_state_of_the_greatest_weight(page: Page) -> None:
    said = page.locator(".cajal-steps output")
    expect(said).to_have_text("from state 2, weight 0, to state 3 of 5, weight 1")
    page.get_by_role("button", name="5", exact=True).click()
    expect(said).to_have_text("from state 4, weight 0, to state 5 of 5, weight 1")
    slider = page.get_by_label("step of the iter of y")
    slider.fill("1")
    page.get_by_role("button", name="Green").click()  # the weights stay, and so the step
    expect(said).to_have_text("from state 1, weight 0, to state 2 of 5, weight 0")
    slider.fill("5")
    expect(said).to_have_text("state 5 of 5, weight 1; no step follows")


NESTED = """
def more (n : Nat[4]) : Nat[4] = succ n
def nest (n : Nat[4]) : Nat[4] =
  iter n { zero => 1 | succ a => let k = more a in iter k { zero => 0 | succ c => succ c } }
"""


def test_an_inner_iter_does_not_run_after_the_last_step(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(written("nest", [run_live(Subject("nest", cajal.load(NESTED)["nest"]))], ""), "utf-8")
    page = browser.new_page()
    errors = complaints(page)
    page.goto(path.as_uri())
    said = page.locator(".cajal-steps output")
    page.get_by_label("step of the iter of a").fill("1")
    # The state after one step is 2, so the inner iter runs three times.
    expect(said.nth(1)).to_have_text("from state 2, weight 0, to state 3 of 3, weight 1")
    page.get_by_label("step of the iter of a").fill("3")
    expect(said.nth(1)).to_have_text("not run")
    assert errors == []
    page.close()


def test_a_bar_is_dragged_and_the_others_make_room(page: Page, neuron: cajal.Neuron) -> None:
    bar = page.get_by_role("slider", name="n = 1")
    box = bar.bounding_box()
    assert box
    page.mouse.move(box["x"] + 5, box["y"] + box["height"] - 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 5, box["y"] + box["height"] / 4)
    page.mouse.up()
    given = [shown_at(page, k) for k in range(6)]
    assert given == pytest.approx([0, 0.75, 0, 0.25, 0, 0], abs=0.02)
    count = torch.tensor(given, dtype=torch.float64)
    expected = neuron(count, torch.tensor([1.0, 0, 0], dtype=torch.float64)).detach()
    np.testing.assert_allclose(result(page), expected, atol=1e-12)
    bar.press("ArrowUp")
    assert float(bar.get_attribute("aria-valuenow") or 0) == pytest.approx(given[1] + 0.05)
    page.get_by_role("button", name="4", exact=True).click()
    expected = neuron(torch.eye(6, dtype=torch.float64)[4], torch.eye(3, dtype=torch.float64)[0]).detach()
    np.testing.assert_allclose(result(page), expected, atol=1e-12)
    page.get_by_role("button", name="back to what was given").click()
    assert page.get_by_role("slider", name="n = 3").get_attribute("aria-valuenow") == "1"


def test_a_network_can_be_taken_to_say_something_else(page: Page, neuron: cajal.Neuron, batch: Any) -> None:
    [see] = [mark["place"] for mark in read(page) if mark["name"] == "see"]
    assert "Sequential, 12 parameters" in read(page, mark=see)["note"]
    page.get_by_role("button", name="Green").click()
    assert "not asked again" in read(page, mark=see)["note"]
    page.get_by_label("what see is taken to answer").select_option(label="what if: Amber")
    assert "overridden" in read(page, mark=see)["note"]
    amber = torch.eye(3, dtype=torch.float64)[2]
    other = cajal.load(PROGRAM)["light"].double().link(see=amber.expand_as)
    other.load_state_dict({"learn_turn": neuron.learned["turn"]}, strict=False)
    expected = other(batch[0][:1], torch.eye(3).double()[[1]])[0].detach()
    np.testing.assert_allclose(result(page), expected, atol=1e-12)


def test_what_pushes_the_result(page: Page, neuron: cajal.Neuron, batch: Any) -> None:
    page.get_by_label("item of the batch").fill("1")
    page.get_by_label("what the bars show").select_option(label="what pushes Green")
    counts = neuron.jacobian(*batch)[0]
    assert counts is not None
    pushed = page.locator(".cajal-input").first.locator(".cajal-pushes .cajal-vector-number")
    expect(pushed).to_have_count(6)
    found = [float(text) for text in pushed.all_text_contents()]
    np.testing.assert_allclose(found, counts[1, 1].detach(), atol=6e-4)


BOTH = """
extern is_even : Bool -o Bool
extern is_small : Bool -o Bool
def both (a : Bool) (b : Bool) : Bool = if is_even a then is_small b else (drop (is_small b) in false)
"""


def test_the_network_that_is_to_blame_is_found(browser: Browser, tmp_path: Path) -> None:
    answers = [torch.tensor([0.9, 0.1]).double(), torch.tensor([0.2, 0.8]).double()]
    even, small = (answer.expand_as for answer in answers)
    neuron = cajal.load(BOTH)["both"].double().link(is_even=even, is_small=small)
    path = tmp_path / "page.html"
    path.write_text(written("both", [run_live(Subject("both", neuron))], ""), "utf-8")
    page = browser.new_page()
    errors = complaints(page)
    page.goto(path.as_uri())
    page.get_by_label("what the bars show").select_option(label="what pushes true")
    networks = page.locator(".cajal-extern-term")
    expect(networks.nth(0)).to_contain_text("if it said true, true would be 0.2 instead of 0.18")
    expect(networks.nth(1)).to_contain_text("if it said true, true would be 0.9 instead of 0.18")
    assert result(page) == pytest.approx([0.18, 0.82])  # it was not said, so nothing has changed
    expect(networks.nth(2)).to_contain_text("(is_small b) the same call")
    expect(networks.nth(2).locator("select")).to_have_count(0)
    expect(page.locator(".cajal-condition-term")).to_be_hidden()  # it is the call of the first network
    page.get_by_label("what is_small is taken to answer").select_option(label="what if: true")
    assert result(page) == pytest.approx([0.9, 0.1])
    assert errors == []
    page.close()


def test_what_goes_through_a_network_is_said_to_be_unknown(page: Page) -> None:
    page.get_by_label("what the bars show").select_option(label="what pushes Green")
    pushed = page.locator(".cajal-input .cajal-pushes")
    expect(pushed.nth(0)).not_to_contain_text("does not know")
    expect(pushed.nth(1)).to_contain_text("only through see, whose derivative the page does not know")
    page.get_by_label("what see is taken to answer").select_option(label="what if: Amber")
    # The answer is fixed now, so nothing goes through the network.
    expect(pushed.nth(1)).not_to_contain_text("does not know")
    expect(pushed.nth(1)).to_contain_text("0")


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Opens the explorer of a neuron, and closes it at last."""
    pages: list[Page] = []
    errors: list[list[str]] = []

    def opening(neuron: cajal.Neuron, *inputs: Any) -> Page:
        path = tmp_path / "page.html"
        path.write_text(written("f", [run_live(Subject("f", neuron, inputs))], ""), "utf-8")
        pages.append(browser.new_page())
        errors.append(complaints(pages[-1]))
        pages[-1].goto(path.as_uri())
        return pages[-1]

    yield opening
    for page in pages:
        page.close()
    assert not any(errors)


NETWORKS = """
extern f : Bool -o Bool
extern g : Bool -o Bool
def not (x : Bool) : Bool = if x then false else true
def eq (x : Bool) (y : Bool) : Bool = if x then y else not y
def chain (x : Bool) : Bool = f (g x)
def late (q : Bool -o Bool) (x : Bool) : Bool = f (q x)
def sum (x : Bool) : Bool = let y = f true in eq x y
def steps (n : Nat[3]) : Bool = iter n { zero => true | succ y => eq y (f true) }
"""


def linked(name: str) -> cajal.Neuron:
    neuron = cajal.load(NETWORKS)[name].double()
    matrices = {"f": [[0.9, 0.1], [0.2, 0.8]], "g": [[0.7, 0.3], [0.4, 0.6]]}
    networks = {key: lambda x, w=value: x @ torch.tensor(w).to(x) for key, value in matrices.items()}
    return neuron.link(**{key: networks[key] for key in neuron.unlinked})


def test_nothing_is_known_of_what_goes_into_a_network(opened: Callable[..., Page]) -> None:
    page = opened(linked("chain"))
    assert read(page, result=True)["maps"] == []
    page.get_by_label("what the bars show").select_option(label="what pushes true")
    for text in (page.locator(".cajal-pushes"), page.locator(".cajal-term").first):
        expect(text).to_contain_text("only through f, whose derivative the page does not know")
    late = opened(linked("late"))
    assert read(late, result=True)["maps"] == []


def test_what_is_known_is_the_jacobian(opened: Callable[..., Page]) -> None:
    neuron = linked("sum")
    [whole] = read(opened(neuron), result=True)["maps"]
    [expected] = neuron.jacobian(torch.tensor([1.0, 0]).double())
    assert expected is not None
    np.testing.assert_allclose(whole["rows"], expected, atol=1e-12)


def test_a_call_that_is_made_once_for_all_steps_is_not_old(opened: Callable[..., Page]) -> None:
    page = opened(linked("steps"))
    [call] = [mark["place"] for mark in read(page) if mark["name"] == "f"]
    slider = page.get_by_label("step of the iter of y")
    for step in ("0", "1"):
        slider.fill(step)
        assert read(page, mark=call)["note"] == " function"


def test_an_argument_can_be_a_network(opened: Callable[..., Page]) -> None:
    program = cajal.load("def apply (q : Bool -o Bool) (x : Bool) : Bool = q x")
    network = nn.Linear(2, 2).double()
    page = opened(program["apply"].double(), network, torch.tensor([1.0, 0]).double())
    expect(page.locator(".cajal-input").first).to_contain_text("a network, which stays in Python")
    expected = network(torch.tensor([1.0, 0]).double()).detach()
    np.testing.assert_allclose(result(page), expected, atol=1e-12)
    page.get_by_role("button", name="false", exact=True).click()
    expect(page.locator(".cajal-extern-term, .cajal-argument-term")).to_contain_text("not asked again")


def test_the_whole_is_a_map_too(page: Page, neuron: cajal.Neuron, batch: Any) -> None:
    [whole] = read(page, result=True)["maps"]  # the other input goes through the network
    counts = neuron.jacobian(*batch)[0]
    assert counts is not None
    assert whole["name"] == "n"
    np.testing.assert_allclose(whole["rows"], counts[0].detach(), atol=1e-12)
    inspector = page.locator(".cajal-inspector")
    expect(inspector).to_contain_text("the whole, tensor of shape (3)")
    expect(inspector.locator("caption")).to_have_text("while s stays")
    page.locator(".cajal-term").first.hover()
    expect(inspector).not_to_contain_text("the whole")
    page.locator(".cajal-result").hover()
    expect(inspector).to_contain_text("the whole")


def test_a_sub_term_tells_its_map_from_the_nearest_inputs(page: Page, neuron: cajal.Neuron) -> None:
    marks = read(page)
    [turn] = [mark["place"] for mark in marks if mark["name"] == "turn"]
    [from_state] = read(page, mark=turn)["maps"]
    assert from_state["name"] == "y"
    np.testing.assert_allclose(from_state["rows"], neuron.learned["turn"].detach(), atol=1e-12)
    page.locator(f".cajal-term[data-mark='{turn}']").hover()
    expect(page.locator(".cajal-inspector")).to_contain_text("learned tensor, tensor of shape (3)")
    expect(page.locator(".cajal-small-matrix tbody tr")).to_have_count(3)
    assert "".join(page.locator(".cajal-code .cajal-lit").all_text_contents()) == "(turn y)"


NETWORK = """\
%%python
import torch
torch.manual_seed(0)
see = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Softmax(-1))
"""


def test_a_kernel_is_asked_what_its_networks_answer(lab: Lab, address: str, browser: Browser) -> None:
    cells = [NETWORK, "extern see : Bool -o Bool\ndef f (x : Bool) : Bool = see x", "%link see=see"]
    write(lab.folder, "explorer.ipynb", "cajal", [*cells, "%show f --as explorer"])
    page = open_notebook(browser, address, "explorer.ipynb", 1280)
    errors = complaints(page)
    run_all(page)
    note = page.locator(".cajal-extern-term .cajal-note")
    expect(note).to_have_text("Sequential, 6 parameters")
    before = result(page)
    page.get_by_role("button", name="false", exact=True).click()
    expect(note).to_have_text("Sequential, 6 parameters")  # it was said to be old, until the answer came
    expect(page.locator(".cajal-result .cajal-vector-number").first).not_to_have_text(f"{before[0]:.3g}")
    torch.manual_seed(0)
    network = nn.Sequential(nn.Linear(2, 2), nn.Softmax(-1))
    np.testing.assert_allclose(result(page), network(torch.tensor([0.0, 1.0])).detach(), atol=1e-6)
    assert errors == []
    page.close()
