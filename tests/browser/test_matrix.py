"""The live picture of a matrix in a real browser: what is drawn and said is what the tensor has."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

import cajal_core as cajal
from cajal_kernel.views.basis import Axis
from cajal_kernel.views.live.modules import bundle, style
from cajal_kernel.views.live.page import page as html_page
from cajal_kernel.views.live.picture import Live
from cajal_kernel.views.matrix import Matrix, matrix_picture, neuron_matrix
from cajal_kernel.views.matrix.difference import comparison
from cajal_kernel.views.matrix.live import matrix_live
from cajal_kernel.views.paint import NEGATIVE, POSITIVE
from scripts.screenshot import chromium

from .conftest import NewPage, complaints

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="there is no Chromium on this machine"),
]

RANDOM = np.random.default_rng(0)
Open = Callable[..., Page]


@pytest.fixture
def opened(new_page: NewPage, tmp_path: Path) -> Open:
    """Opens live pictures as a page of their own."""

    def open_page(*lives: Live, scheme: Any = "light", width: int = 1000) -> Page:
        page = new_page(width, color_scheme=scheme)
        file = tmp_path / "page.html"
        file.write_text(html_page("matrix", [*lives], "text"), encoding="utf-8")
        page.goto(file.as_uri())
        page.wait_for_selector("canvas")
        return page

    return open_page


def read(page: Page, query: dict[str, Any] | None = None) -> dict[str, Any]:
    return page.evaluate("query => document.querySelector('.cajal-live').cajal.read(query)", query or {})


def labelled(values: np.ndarray[Any, Any], columns: int | None = None) -> Matrix:
    """Numbers under the labels of one argument, or of two, the second of so many values."""
    rows, wide = values.shape
    down = Axis("", f"Nat[{rows}]", tuple(map(str, range(rows))))
    sizes = [("n", wide)] if columns is None else [("m", wide // columns), ("n", columns)]
    across = tuple(Axis(name, f"Nat[{size}]", tuple(map(str, range(size)))) for name, size in sizes)
    return Matrix("w", "", across, down, values, (), values.shape)


def check(page: Page, matrix: Matrix, row: int, column: int) -> None:
    """What is read at an entry: its value, its words, and its colour by sign and strength."""
    shown = read(page, {"row": row, "column": column})
    value = float(np.float32(matrix.values[row, column]))
    assert float(shown["value"]) == pytest.approx(value, nan_ok=True)
    assert shown["place"] == matrix.place(row, column)
    red, green, blue, alpha = shown["colour"]
    if value == 0:
        assert alpha == 0
        return
    if not np.isfinite(value):
        assert (red, green, blue, alpha) == (200, 30, 120, 255)
        return
    strength = min(1, abs(value) / matrix.scale)
    assert alpha == pytest.approx(255 * (0.08 + 0.87 * strength), abs=3)
    # A faint colour has few digits in an image.
    expected = POSITIVE if value > 0 else NEGATIVE
    assert (red, green, blue) == pytest.approx(expected, abs=2 + 300 / alpha)


def entries(page: Page, count: int) -> Iterator[tuple[int, int]]:
    """Entries that are in view, from all over it."""
    area = read(page)["area"]
    for _ in range(count):
        yield (
            int(RANDOM.integers(area["row"] + 1, area["row"] + area["height"] - 1)),
            int(RANDOM.integers(area["column"] + 1, area["column"] + area["width"] - 1)),
        )


def middle(page: Page, row: int, column: int) -> tuple[float, float]:
    """Where in the page the middle of an entry is."""
    canvas = page.locator("canvas").first.bounding_box()
    left, top, wide, high = read(page, {"row": row, "column": column})["box"]
    assert canvas is not None
    return canvas["x"] + left + wide / 2, canvas["y"] + top + high / 2


def said(page: Page) -> Locator:
    return page.locator(".cajal-matrix-readout")


def test_a_small_matrix(opened: Open) -> None:
    program = cajal.Program()
    program.run("def and (x:Bool) (y:Bool) : Bool = if x then y else (drop y in false)")
    matrix = neuron_matrix("and", program["and"])
    page = opened(matrix_live(matrix))
    for row in range(2):
        for column in range(4):
            check(page, matrix, row, column)
    shown = read(page)
    assert sorted(set(shown["labels"])) == ["false", "true"]
    assert len(shown["labels"]) == 2 + 4 + 2
    page.mouse.move(*middle(page, 1, 1))
    expect(said(page)).to_have_text("x = true, y = false → false: 1")
    expect(page.locator(".cajal-live")).to_contain_text("2 rows × 4 columns, tensor shape (4, 2)")


def test_a_large_matrix_has_the_value_of_every_entry(opened: Open) -> None:
    matrix = labelled(RANDOM.normal(size=(90, 120)) * 0.03, 10)
    page = opened(matrix_live(matrix))
    for row, column in entries(page, 60):
        check(page, matrix, row, column)
    assert read(page)["tile"] == {"down": 1, "across": 1}
    page.mouse.move(*middle(page, 44, 77))
    expect(said(page)).to_have_text(f"m = 7, n = 7 → 44: {float(np.float32(matrix.values[44, 77])):.6g}")
    expect(page.locator(".cajal-matrix-needle")).to_be_visible()
    assert page.locator(".cajal-matrix-legend").inner_text().split() == [
        f"{-matrix.scale:.3g}",
        f"{matrix.scale:.3g}",
    ]


def test_a_lone_entry_is_seen_however_small(opened: Open) -> None:
    """Each tile of an overview has the colour of its entry of the greatest magnitude."""
    values = np.zeros((900, 1000), "f4")
    places = [(0, 0), (123, 456), (899, 999), (500, 7)]
    for sign, place in zip((1, -1, 1, -1), places, strict=True):
        values[place] = sign
    matrix = labelled(values)
    page = opened(matrix_live(matrix))
    tile = read(page)["tile"]
    assert min(tile.values()) > 1
    for row, column in places:
        first = {"row": row - row % tile["down"], "column": column - column % tile["across"]}
        box = read(page, first)["box"]
        size = [box[2] * tile["across"], box[3] * tile["down"]]
        pixel = colour_at(page, box[0] + size[0] / 2, box[1] + size[1] / 2)
        assert pixel[:3] == pytest.approx(POSITIVE if values[row, column] > 0 else NEGATIVE, abs=3)
        assert pixel[3] > 230
    page.locator("select").select_option("least")
    least, greatest = (
        read(page, {"row": row, "column": column})["colour"] for row, column in (places[1], places[0])
    )
    assert least[3] > 230
    assert greatest[3] == 0


def colour_at(page: Page, x: float, y: float) -> list[int]:
    return page.evaluate(
        "([x, y]) => [...document.querySelector('canvas').getContext('2d').getImageData(x, y, 1, 1).data]",
        [int(x), int(y)],
    )


def test_what_is_not_finite_has_its_own_mark(opened: Open) -> None:
    values = RANDOM.normal(size=(8, 9))
    values[1, 2], values[3, 4], values[6, 7] = np.nan, np.inf, -np.inf
    matrix = labelled(values)
    page = opened(matrix_live(matrix))
    for row in range(8):
        for column in range(9):
            check(page, matrix, row, column)
    for (row, column), sign in (((1, 2), "NaN"), ((3, 4), "+∞"), ((6, 7), "−∞")):
        page.mouse.move(*middle(page, row, column))
        expect(said(page)).to_have_text(f"n = {column} → {row}: {sign}")
    expect(page.locator(".cajal-live")).to_contain_text("1 NaN, the first at n = 2 → 1")
    large = np.zeros((700, 700), "f4")
    large[350, 350] = np.nan
    page = opened(matrix_live(labelled(large)))
    box = read(page, {"row": 350, "column": 350})["box"]
    around = [colour_at(page, box[0] + x, box[1] + y)[:3] for x in (-3, 0, 3) for y in (-3, 0, 3)]
    assert around.count([200, 30, 120]) >= 4  # larger than its own pixel
    assert any(min(pixel) > 200 for pixel in around)  # with a white sign in it


def test_lost_columns_are_hatched_and_said(opened: Open) -> None:
    program = cajal.Program()
    program.run("def add (m : Nat) (n : Nat) : Nat = iter m { zero => n | succ k => succ k }")
    matrix = neuron_matrix("add", program["add"])
    page = opened(matrix_live(matrix))
    page.mouse.move(*middle(page, 3, 99))
    expect(said(page)).to_contain_text("m = 9, n = 9 → 3: 0 (overflow: this column lost mass)")
    page.mouse.move(0, 0)
    for column, is_hatched in ((98, True), (5, False)):
        x, y, wide, high = read(page, {"row": 0, "column": column})["box"]
        inside = [
            colour_at(page, x + i, y + j)[3] for i in range(2, int(wide) - 2) for j in range(2, int(high) - 2)
        ]
        assert any(inside) == is_hatched


def test_zoom_and_pan_keep_what_is_under_the_pointer(opened: Open) -> None:
    matrix = labelled(RANDOM.normal(size=(300, 300)))
    page = opened(matrix_live(matrix))
    page.mouse.move(*middle(page, 200, 100))
    expect(said(page)).to_contain_text("n = 100 → 200:")
    before = read(page)["size"]
    page.keyboard.down("Control")
    for _ in range(12):
        page.mouse.wheel(0, -60)
    page.keyboard.up("Control")
    shown = read(page)
    assert shown["size"][0] > 5 * before[0]
    assert shown["size"][0] == shown["size"][1]
    # What is under the pointer has stayed there, to the pixel.
    row, column = shown["cursor"]["row"], shown["cursor"]["column"]
    assert (row, column) == pytest.approx((200, 100), abs=1)
    expect(said(page)).to_have_text(
        f"n = {column} → {row}: {float(np.float32(matrix.values[row, column])):.6g}"
    )
    page.mouse.move(0, 0)  # else a row and a column are lit
    for place in entries(page, 20):
        check(page, matrix, *place)
    x, y = middle(page, row, column)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 50, y - 40, steps=3)
    page.mouse.up()
    expect(said(page)).to_contain_text(f"n = {column} → {row}:")
    assert middle(page, row, column) == pytest.approx((x + 50, y - 40), abs=1)
    page.get_by_role("button", name="Show all").click()
    assert read(page)["area"] == {"row": 0, "column": 0, "height": 300, "width": 300}


def test_the_wheel_alone_scrolls_the_page(opened: Open) -> None:
    page = opened(matrix_live(labelled(RANDOM.normal(size=(40, 40)))))
    page.mouse.move(*middle(page, 20, 20))
    before = read(page)["size"]
    page.mouse.wheel(0, 100)
    assert read(page)["size"] == before


def test_the_keyboard_reaches_every_entry(opened: Open) -> None:
    matrix = labelled(RANDOM.normal(size=(12, 100)), 10)
    page = opened(matrix_live(matrix))
    canvas = page.get_by_role("application")
    canvas.focus()
    for key in ["ArrowRight"] * 13 + ["ArrowDown"] * 3:
        canvas.press(key)
    expect(said(page)).to_have_text(f"m = 1, n = 2 → 3: {float(np.float32(matrix.values[3, 12])):.6g}")
    before = read(page)["size"][0]
    for key in "+++":
        canvas.press(key)
    assert read(page)["size"][0] > 2 * before
    for _ in range(40):
        canvas.press("ArrowRight")
    shown = read(page)
    assert shown["cursor"] == {"row": 3, "column": 52}
    assert shown["area"]["column"] <= 52 < shown["area"]["column"] + shown["area"]["width"]
    canvas.press("-")
    canvas.press("0")
    assert read(page)["size"][0] == before
    canvas.press("Escape")
    assert read(page)["cursor"] is None


def test_labels_thin_out_by_level(opened: Open) -> None:
    """Those of the outer argument stay; those of the inner one come back with room."""
    matrix = labelled(RANDOM.normal(size=(16, 1600)), 40)
    page = opened(matrix_live(matrix))
    far = read(page)["labels"]
    assert {"0", "10", "20", "30"} <= set(far)
    canvas = page.get_by_role("application")
    canvas.focus()
    canvas.press("ArrowRight")
    for _ in range(12):
        canvas.press("+")
    near = read(page)["labels"]
    assert [str(i) for i in range(1, 10)] == near[near.index("1") :][:9]


def test_the_outermost_argument_says_at_least_where_it_begins(opened: Open) -> None:
    long = Axis("m", "T", ("a" * 30, "b" * 30))
    inner = Axis("n", "T", ("1", "2"))
    matrix = Matrix("w", "", (long, inner), inner, RANDOM.normal(size=(2, 4)))
    labels = read(opened(matrix_live(matrix)))["labels"]
    assert [label for label in labels if len(label) > 1] == ["a" * 30]


def test_a_matrix_too_large_to_be_sent_is_read_block_by_block(browser: Browser) -> None:
    """Tiles first; then a kernel gives the exact entries."""
    values = RANDOM.normal(size=(1500, 1300)).astype("f4")
    values[700, 600] = 40
    matrix = labelled(values)
    live = matrix_live(matrix)
    asked = answering(browser, live)
    asked.mouse.move(*middle(asked, 700, 600))
    expect(said(asked)).to_contain_text("zoom in for the exact value")
    zoom(asked, 10)
    expect(said(asked)).to_have_text("n = 600 → 700: 40")
    asked.mouse.move(0, 0)
    for row, column in entries(asked, 40):
        check(asked, matrix, row, column)
    asked.get_by_role("button", name="Show all").click()
    asked.mouse.move(*middle(asked, 1490, 1290))
    zoom(asked, 10)
    expect(said(asked)).not_to_contain_text("in its")
    at = read(asked)["cursor"]
    assert at["row"] > 1408 and at["column"] > 1280  # in a block that is cut
    expect(said(asked)).to_contain_text(f"→ {at['row']}: {float(values[at['row'], at['column']]):.6g}")
    asked.mouse.move(0, 0)
    for row, column in entries(asked, 20):
        check(asked, matrix, row, column)
    asked.close()


def test_a_page_without_a_kernel_has_the_entries_or_says_that_it_has_not(opened: Open) -> None:
    for shape, is_whole in ((1500, 1300), True), ((2100, 2050), False):
        values = RANDOM.normal(size=shape).astype("f4")
        values[700, 600] = 40
        live = matrix_live(labelled(values))
        page = opened(live)
        page.mouse.move(*middle(page, 700, 600))
        if is_whole:
            expect(said(page)).to_have_text("n = 600 → 700: 40")
            for row, column in ((0, 0), (1499, 1299), (701, 600)):
                value = read(page, {"row": row, "column": column})["value"]
                assert float(value) == pytest.approx(float(values[row, column]))
        else:
            tile = live.spec["panes"][0]["tile"]
            expect(said(page)).to_contain_text(f"in its {tile} × {tile} entries from ")
            expect(said(page)).to_contain_text("to 40 (a page without a kernel has no more)")
            assert read(page, {"row": 700, "column": 600})["value"] == "null"


def zoom(page: Page, steps: int) -> None:
    """Zooms in on the entry that is pointed at."""
    canvas = page.get_by_role("application")
    canvas.focus()
    for _ in range(steps):
        canvas.press("+")


def answering(browser: Browser, live: Live) -> Page:
    """A page whose picture can ask, and is answered as a widget is."""
    page = browser.new_page(viewport={"width": 1000, "height": 800})
    errors = complaints(page)
    assert live.answer is not None

    def answer(question: dict[str, Any]) -> list[Any]:
        assert live.answer is not None
        spec, data = live.answer(question).packed()
        return [spec, base64.b64encode(data).decode()]

    page.expose_function("answered", answer)
    spec, data = live.packed()
    page.set_content(f"<style>{style()}</style><div id='host'></div>")
    draw = f"""async ([spec, data]) => {{
      {bundle("shared/mount.js", "shared/wire.js", "matrix/picture.js")}
      const unpack = (spec, data) => modules["shared/wire.js"].unpack(spec, bytes(data));
      const bytes = (data) => Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
      const ask = async (question) => unpack(...await window.answered(question));
      const [host, draw] = [document.getElementById("host"), modules["matrix/picture.js"].draw];
      modules["shared/mount.js"].place(host, draw, unpack(spec, data), {{ ask }});
    }}"""
    page.evaluate(draw, [spec, base64.b64encode(data).decode()])
    assert errors == []
    return page


def test_a_comparison_moves_as_one(opened: Open) -> None:
    before, after = (labelled(RANDOM.normal(size=(20, 30)), 10) for _ in range(2))
    live = comparison(before, after).live
    assert live is not None
    page = opened(live, width=1280)
    expect(page.locator("canvas")).to_have_count(3)
    page.mouse.move(*middle(page, 5, 25))
    numbers = [float(np.float32(matrix.values[5, 25])) for matrix in (before, after)]
    expect(said(page)).to_contain_text(f"m = 2, n = 5 → 5: {numbers[0]:.6g}  |  {numbers[1]:.6g}  |  ")
    for pane in range(3):
        value = float(read(page, {"pane": pane, "row": 7, "column": 8})["value"])
        expected = (before.values, after.values, after.values - before.values)[pane][7, 8]
        assert value == pytest.approx(expected, rel=1e-6)
    page.get_by_role("button", name="Zoom in").click()
    boxes = [read(page, {"pane": pane, "row": 7, "column": 8})["box"] for pane in range(3)]
    assert boxes[0] == boxes[1] == boxes[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 800, 400])
def test_it_is_seen_on_light_and_dark_and_fits(opened: Open, scheme: str, width: int) -> None:
    picture = matrix_picture(labelled(RANDOM.normal(size=(60, 80)), 10))
    assert picture.live is not None
    page = opened(picture.live, scheme=scheme, width=width)
    pixels = np.asarray(
        Image.open(io.BytesIO(page.locator("canvas").screenshot())).convert("RGB"), dtype=float
    )
    light = pixels.mean(axis=2)
    assert (np.median(light) > 128) == (scheme == "light")
    assert light.std() > 10
    assert page.evaluate("document.documentElement.scrollWidth") <= width
