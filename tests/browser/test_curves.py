"""Training curves in a real browser: what the page shows is what was recorded."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from cajal_kernel.views import Curve
from cajal_kernel.views.curves.groups import grouped
from scripts.screenshot import Lab, chromium, open_notebook, run_all

from .conftest import NewPage, write

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="there is no Chromium on this machine"),
]

STEPS = 200


@pytest.fixture(scope="module")
def curve() -> Curve:
    """Two runs of three seeds and one without, with values that no axis shows."""
    rng = np.random.default_rng(0)
    made = Curve("digits", total=STEPS)
    for run, seeds, rate in (("net", 3, 40), ("table", 3, 90), ("alone", 1, 20)):
        for seed in range(seeds):
            for step in range(STEPS):
                loss = np.exp(-step / rate) + 0.1 * rng.random() + 0.01
                if run == "alone" and step in (50, 51, 120):
                    loss = np.nan if step < 100 else np.inf
                made.add(step, run=run, seed=seed, loss=loss, gain=rng.random() - 0.5, below=-1 - seed)
    return made


@pytest.fixture
def page(curve: Curve, new_page: NewPage, tmp_path: Path) -> Page:
    curve.save(tmp_path / "curve.html")
    page = new_page()
    page.goto((tmp_path / "curve.html").as_uri())
    return page


def read(page: Page) -> Any:
    return page.evaluate("() => document.querySelector('.cajal-live').cajal.read()")


def panel(page: Page, metric: str) -> Any:
    return next(panel for panel in read(page)["panels"] if panel["metric"] == metric)


def at(page: Page, metric: str) -> Locator:
    return page.locator(f".cajal-plot-panel[data-metric={metric}]")


def drawn(page: Page, metric: str, kind: str, run: str) -> np.ndarray:
    """The points of a path in the page, by its pixels and the panel's axes: rows of a step and a value."""
    shown = panel(page, metric)
    path = at(page, metric).locator(f"path.{kind}[data-run='{run}']").get_attribute("d") or ""
    pixels = np.array([list(map(float, pair.split(","))) for pair in re.findall(r"[-\d.]+,[-\d.]+", path)])
    places = np.column_stack(
        [pixels[:, 0] / shown["plot"]["width"], 1 - pixels[:, 1] / shown["plot"]["height"]]
    )
    for axis, column in (("x", 0), ("y", 1)):
        scale = shown[axis]
        low, high = np.log10([scale["low"], scale["high"]]) if scale["log"] else (scale["low"], scale["high"])
        places[:, column] = low + places[:, column] * (high - low)
        if scale["log"]:
            places[:, column] = 10 ** places[:, column]
    return places


def line(curve: Curve, metric: str, run: str, seed: str = "0") -> Any:
    return next(one for one in curve.data.lines if (one.metric, one.run, one.seed) == (metric, run, seed))


def test_lines_bands_and_marks_are_the_numbers(page: Page, curve: Curve) -> None:
    data = curve.data
    loss = panel(page, "loss")
    assert [shown["run"] for shown in loss["lines"]] == ["net", "table", "alone"]
    for run in ("net", "table"):
        seeds = [data.thinned[place] for place in data.groups["loss", run]]
        group = grouped(seeds)
        shown = next(shown for shown in loss["lines"] if shown["run"] == run)["drawn"]
        for name, numbers in (
            ("x", group.steps),
            ("y", group.mean),
            ("low", group.low),
            ("high", group.high),
        ):
            np.testing.assert_allclose(shown[name], numbers)
        room = loss["y"]["high"] - loss["y"]["low"]
        np.testing.assert_allclose(drawn(page, "loss", "cajal-line", run)[:, 1], group.mean, atol=room / 500)
        band = drawn(page, "loss", "cajal-band", run)[:, 1]
        np.testing.assert_allclose(band, [*group.high, *group.low[::-1]], atol=room / 500)
    alone = line(curve, "loss", "alone")
    finite = np.isfinite(alone.values)
    points = drawn(page, "loss", "cajal-line", "alone")
    np.testing.assert_allclose(points[:, 0], alone.steps[finite], atol=0.5)
    np.testing.assert_allclose(points[:, 1], alone.values[finite], atol=0.01)
    path = at(page, "loss").locator("path.cajal-line[data-run=alone]").get_attribute("d") or ""
    assert path.count("M") == 3  # the line is broken where a value is not finite
    assert loss["odd"] == [
        {"run": "alone", "seed": "0", "step": step, "kind": kind}
        for step, kind in ((50, "NaN"), (51, "NaN"), (120, "+∞"))
    ]
    marks = at(page, "loss").locator(".cajal-odd title")
    expect(marks).to_have_text(["alone: NaN at step 50", "alone: +∞ at step 120"])  # 51 would cover 50
    assert loss["note"] == "alone: 3 NaN or ∞ from step 50"
    expect(at(page, "loss").locator(".cajal-value").last).to_have_text(f"{alone.values[-1]:.3g}")
    expect(page.locator(".cajal-caption")).to_contain_text(f"{STEPS} of {STEPS} steps")


def test_axes(page: Page, curve: Curve) -> None:
    assert not panel(page, "loss")["y"]["log"]
    at(page, "loss").get_by_role("button").click()
    loss = panel(page, "loss")
    assert loss["y"]["log"]
    assert not panel(page, "gain")["y"]["log"]
    alone = line(curve, "loss", "alone")
    values = alone.values[np.isfinite(alone.values)]
    np.testing.assert_allclose(drawn(page, "loss", "cajal-line", "alone")[:, 1], values, rtol=0.03)
    for metric, note in (("gain", "values ≤ 0 are at the edge"), ("below", "linear: no value is above 0")):
        at(page, metric).locator("svg").first.press("l")
        assert panel(page, metric)["note"] == note
    assert (panel(page, "gain")["y"]["log"], panel(page, "below")["y"]["log"]) == (True, False)
    page.get_by_role("button", name="log steps").click()
    assert all(shown["x"]["log"] for shown in read(page)["panels"])
    assert "steps ≤ 0 are at the edge" in panel(page, "loss")["note"]
    points = drawn(page, "loss", "cajal-line", "alone")
    np.testing.assert_allclose(points[1:, 0], alone.steps[np.isfinite(alone.values)][1:], rtol=0.05)


def test_smoothing_is_a_debiased_average_with_the_line_behind(page: Page, curve: Curve) -> None:
    expect(page.locator(".cajal-half-life")).to_have_text("off")
    slider = page.get_by_role("slider", name="smoothing")
    slider.focus()
    for _ in range(8):
        slider.press("ArrowRight")
    half = read(page)["halfLife"]
    assert half == pytest.approx((STEPS - 1) / 4 * (8 / 20) ** 2)
    alone = line(curve, "loss", "alone")
    kept = np.isfinite(alone.values)
    weights = 2.0 ** -((alone.steps[:, None] - alone.steps[None]) / half) * (
        alone.steps[:, None] >= alone.steps
    )
    values = np.where(kept, alone.values, 0)
    expected = (weights * kept) @ values / ((weights * kept).sum(1))
    shown = panel(page, "loss")["lines"][2]["drawn"]["y"]
    np.testing.assert_allclose(np.array(shown, float)[kept], expected[kept])
    raw = drawn(page, "loss", "cajal-raw", "alone")
    np.testing.assert_allclose(raw[:, 1], alone.values[kept], atol=0.01)
    expect(at(page, "loss").locator(".cajal-value").last).to_have_text(
        f"{expected[-1]:.3g} ({alone.values[-1]:.3g})"
    )


def test_runs_are_hidden_and_shown_alone(page: Page) -> None:
    lines = at(page, "loss").locator("path.cajal-line")
    key = page.locator(".cajal-run")
    expect(lines).to_have_count(3)
    key.nth(1).click()
    expect(lines).to_have_count(2)
    expect(key.nth(1)).to_have_attribute("aria-pressed", "false")
    assert read(page)["hidden"] == ["table"]
    key.nth(1).click()
    expect(lines).to_have_count(3)
    for act in (
        lambda: key.nth(2).click(modifiers=["Alt"]),
        lambda: key.nth(2).dblclick(),
        lambda: key.nth(2).press("s"),
    ):
        act()
        assert [shown["run"] for shown in panel(page, "gain")["lines"]] == ["alone"]
        page.get_by_role("button", name="show all").click()
        expect(lines).to_have_count(3)
    key.nth(0).focus()
    page.keyboard.press("Space")
    expect(lines).to_have_count(2)


def test_seeds_apart(page: Page, curve: Curve) -> None:
    page.get_by_role("checkbox").check()
    loss = panel(page, "loss")
    assert [(shown["run"], *shown["seeds"]) for shown in loss["lines"]] == [
        *(("net", str(seed)) for seed in range(3)),
        *(("table", str(seed)) for seed in range(3)),
        ("alone", "0"),
    ]
    np.testing.assert_array_equal(loss["lines"][4]["drawn"]["y"], line(curve, "loss", "table", "1").values)
    expect(at(page, "loss").locator(".cajal-band")).to_have_count(0)
    expect(at(page, "loss").locator(".cajal-name").nth(4)).to_have_text("table · 1")


def drag(page: Page, metric: str, start: tuple[float, float], end: tuple[float, float]) -> None:
    """From one place of a plot to another, each from 0 to 1 across and down."""
    shown = panel(page, metric)["plot"]
    box = at(page, metric).locator("svg.cajal-plot").bounding_box()
    assert box
    places = [
        (box["x"] + shown["left"] + x * shown["width"], box["y"] + shown["top"] + y * shown["height"])
        for x, y in (start, end)
    ]
    page.mouse.move(*places[0])
    page.mouse.down()
    page.mouse.move(*places[1], steps=3)
    page.mouse.up()


def test_a_box_zooms_and_the_way_back(page: Page, curve: Curve) -> None:
    before = panel(page, "loss")
    drag(page, "loss", (0.25, 0.2), (0.5, 0.7))
    loss, gain = panel(page, "loss"), panel(page, "gain")
    span = before["x"]["high"] - before["x"]["low"]
    for shown in (loss, gain):
        assert shown["x"]["low"] == pytest.approx(0.25 * span, abs=span / 100)
        assert shown["x"]["high"] == pytest.approx(0.5 * span, abs=span / 100)
    height = before["y"]["high"] - before["y"]["low"]
    assert loss["y"]["high"] == pytest.approx(before["y"]["high"] - 0.2 * height, abs=height / 50)
    assert loss["y"]["low"] == pytest.approx(before["y"]["high"] - 0.7 * height, abs=height / 50)
    assert gain["y"]["low"] <= min(gain["lines"][0]["drawn"]["low"][50:100])
    points = drawn(page, "loss", "cajal-line", "alone")
    alone = line(curve, "loss", "alone")
    np.testing.assert_allclose(points[:, 1], alone.values[np.isfinite(alone.values)], atol=0.01)
    page.get_by_role("button", name="reset zoom").click()
    assert panel(page, "loss")["x"] == before["x"]
    assert panel(page, "loss")["y"] == before["y"]
    drag(page, "loss", (0.25, 0.5), (0.5, 0.5))
    assert read(page)["window"] is not None
    at(page, "gain").locator("svg.cajal-plot").dblclick()
    assert panel(page, "loss")["x"] == before["x"]
    plot = at(page, "loss").locator("svg.cajal-plot")
    plot.press("+")
    assert panel(page, "gain")["x"]["high"] - panel(page, "gain")["x"]["low"] == pytest.approx(span / 2)
    plot.press("Escape")
    assert read(page)["window"] is None


def test_one_cursor_for_all_panels(page: Page, curve: Curve) -> None:
    shown = panel(page, "loss")["plot"]
    box = at(page, "loss").locator("svg.cajal-plot").bounding_box()
    assert box
    page.mouse.move(box["x"] + shown["left"] + 0.4 * shown["width"], box["y"] + 60)
    step = read(page)["cursor"]
    assert step == round(0.4 * (STEPS - 1))
    expect(page.locator(".cajal-at").first).to_have_text(f"step {step}")
    expect(page.locator(".cajal-cursor[visibility=visible]")).to_have_count(3)
    for metric in ("loss", "gain", "below"):
        values = [line(curve, metric, "net", str(seed)).values[step] for seed in range(3)]
        numbers = re.findall(r"-?[\d.]+(?:e-\d+)?", panel(page, metric)["readout"][0])
        expected = [np.mean(values), min(values), max(values)]
        np.testing.assert_allclose([float(number) for number in numbers], expected, rtol=0.01, atol=1e-4)
    plot = at(page, "loss").locator("svg.cajal-plot")
    page.mouse.move(0, 0)
    assert read(page)["cursor"] is None
    plot.press("Home")
    assert read(page)["cursor"] == 0
    for _ in range(50):
        plot.press("ArrowRight")
    assert panel(page, "loss")["readout"][2] == "NaN"
    plot.press("Shift+ArrowRight")
    assert read(page)["cursor"] == 70


def test_the_line_at_the_pointer_stands_out_in_all_panels(page: Page, curve: Curve) -> None:
    shown = panel(page, "loss")
    box = at(page, "loss").locator("svg.cajal-plot").bounding_box()
    assert box
    value = line(curve, "loss", "alone").values[100]
    height = 1 - (value - shown["y"]["low"]) / (shown["y"]["high"] - shown["y"]["low"])
    top = box["y"] + shown["plot"]["top"]
    left = box["x"] + shown["plot"]["left"] + 100 / (STEPS - 1) * shown["plot"]["width"]
    page.mouse.move(left, top + height * shown["plot"]["height"] + 3)
    assert (read(page)["cursor"], read(page)["lit"]) == (100, "alone")
    dots = at(page, "loss").locator(".cajal-dot")
    expect(dots).to_have_count(3)
    dot = at(page, "loss").locator(".cajal-dot[data-run=alone]")
    assert float(dot.get_attribute("cy") or "nan") == pytest.approx(
        shown["plot"]["top"] + height * shown["plot"]["height"], abs=0.5
    )
    for metric in ("loss", "gain"):
        dim = at(page, metric).locator("path.cajal-line.cajal-dim")
        expect(dim).to_have_count(2)
        expect(at(page, metric).locator("path.cajal-line.cajal-dim[data-run=alone]")).to_have_count(0)
    page.mouse.move(left, top + 3)
    assert read(page)["lit"] is None
    expect(page.locator(".cajal-dim")).to_have_count(0)
    page.locator(".cajal-run").nth(1).hover()
    assert read(page)["lit"] == "table"
    page.mouse.move(0, 0)
    assert read(page)["lit"] is None
    at(page, "loss").locator("svg.cajal-plot").press("Home")
    for _ in range(50):
        page.keyboard.press("ArrowRight")
    expect(dots).to_have_count(2)  # the third is NaN there


def test_twelve_runs_are_told_apart(browser: Browser, tmp_path: Path) -> None:
    curve = Curve()
    for run in range(12):
        for step in range(3):
            curve.add(step, run=f"run {run}", loss=run + step)
    curve.save(tmp_path / "curve.html")
    page = browser.new_page(viewport={"width": 400, "height": 800})
    page.goto((tmp_path / "curve.html").as_uri())
    lines = page.locator("path.cajal-line")
    looks = {
        lines.nth(place).evaluate(
            "line => getComputedStyle(line).stroke + getComputedStyle(line).strokeDasharray"
        )
        for place in range(12)
    }
    assert len(looks) == 12
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 400
    page.close()


def test_the_slider_shows_a_table_as_it_was(browser: Browser, tmp_path: Path) -> None:
    import torch

    import cajal_core as cajal

    neuron = cajal.load("learn flip : Bool -o Bool")["flip"]
    recorded = []
    with Curve("learning").watch(neuron, every=1) as curve:
        for step in range(20):
            with torch.no_grad():
                neuron.learned["flip"].copy_(torch.tensor([[step / 20, -0.5], [0, float("nan")]]))
            recorded.append(neuron.learned["flip"].detach().numpy().copy())
            curve.add(10 * step, loss=1.0)
    curve.save(tmp_path / "curve.html")
    page = browser.new_page(viewport={"width": 800, "height": 800})
    page.goto((tmp_path / "curve.html").as_uri())
    slider = page.get_by_role("slider", name="recorded step")
    label = page.locator(".cajal-step")
    expect(label).to_have_text("step 190")
    slider.press("Home")
    for step in range(3):
        expect(label).to_have_text(f"step {10 * step}")
        (flip,) = read(page)["watched"]
        assert (flip["step"], flip["rows"], flip["columns"]) == (
            10 * step,
            ["true", "false"],
            ["true", "false"],
        )
        titles = [[title.rpartition(": ") for title in row] for row in flip["titles"]]
        assert [[title[0] for title in row] for row in titles] == [
            ["true → true", "false → true"],
            ["true → false", "false → false"],
        ]
        shown = [[float(title[2]) for title in row] for row in titles]
        np.testing.assert_allclose(shown, recorded[step], rtol=1e-6)
        assert read(page)["cursor"] == 10 * step
        slider.press("ArrowRight")
    (flip,) = read(page)["watched"]
    assert "226, 104, 22" in flip["colours"][0][1]
    assert "38, 120, 226" in flip["colours"][0][0]
    expect(page.locator(".cajal-cell").nth(3)).to_have_text("×")
    slider.press("End")
    page.get_by_role("button", name="play").click()
    expect(label).to_have_text("step 190", timeout=15_000)
    expect(page.get_by_role("button", name="play")).to_be_visible()
    page.close()


def test_the_slider_runs_through_the_tables_of_all_runs(browser: Browser, tmp_path: Path) -> None:
    import torch

    import cajal_core as cajal

    curve = Curve()
    for run in range(3):
        neuron = cajal.load("learn flip : Bool -o Bool\nlearn once : Bool")["flip" if run < 2 else "once"]
        curve.watch(neuron, every=2)
        for step in range(4):
            with torch.no_grad():
                next(neuron.parameters()).fill_(10 * run + step)
            curve.add(step, run="net", seed=run, loss=1.0)
    curve.save(tmp_path / "curve.html")
    page = browser.new_page(viewport={"width": 800, "height": 800})
    page.goto((tmp_path / "curve.html").as_uri())
    slider, label = page.get_by_role("slider", name="recorded step"), page.locator(".cajal-step")
    caption = page.locator(".cajal-watched .cajal-quiet")
    expect(label).to_have_text("net · 2, step 2")
    slider.press("Home")
    for run in range(3):
        for step in (0, 2):
            expect(label).to_have_text(f"net · {run}, step {step}")
            expect(caption).to_have_text(re.compile(f"the greatest magnitude in all steps of net · {run}$"))
            [tensor] = read(page)["watched"]
            name = "flip" if run < 2 else "once"
            assert (tensor["name"], tensor["run"], tensor["step"]) == (name, f"net · {run}", step)
            values = {float(title.rpartition(": ")[2]) for row in tensor["titles"] for title in row}
            assert values == {10 * run + step}
            slider.press("ArrowRight")
    page.close()


MANY = """\
from cajal_kernel.views import Curve
with Curve("twelve runs", total=20_000) as curve:
    for run in range(12):
        for step in range(20_000):
            curve.add(step, run=f"run {run}", loss=1 / (step + 1 + run), accuracy=step / 20_000 + run)
print(curve.data.seconds)
"""

COUNT = """() => {
    window.updates = 0;
    window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.iopubMessage.connect((_, message) => {
        if (message.header.msg_type === "comm_msg") window.updates++;
    });
}"""


def test_a_page_has_few_updates_and_ends_where_training_did(lab: Lab, address: str, browser: Browser) -> None:
    write(lab.folder, "many.ipynb", "python3", [MANY])
    page = open_notebook(browser, address, "many.ipynb", 1280)
    page.evaluate(COUNT)
    run_all(page)
    loss, accuracy = read(page)["panels"]
    assert [shown["drawn"]["y"][-1] for shown in loss["lines"]] == [1 / (20_000 + run) for run in range(12)]
    assert [shown["drawn"]["y"][-1] for shown in accuracy["lines"]] == [
        19_999 / 20_000 + run for run in range(12)
    ]
    seconds = float(page.locator(".jp-OutputArea-output pre").last.inner_text())
    assert 1 <= page.evaluate("window.updates") <= 8 * seconds + 2  # the first, and the whole at the end
    assert "rate exceeded" not in lab.log.read_text(encoding="utf-8")
    page.close()
