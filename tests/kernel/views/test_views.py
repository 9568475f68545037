"""The pictures in their three forms, compared with what a reader should see."""

from __future__ import annotations

import base64
import io
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image

from cajal_kernel.views.html import curves_html, heading, matrix_html, steps_html, tint
from cajal_kernel.views.model import Array, Axis, Curves, Line, Matrix, Steps
from cajal_kernel.views.png import _pooled, curves_png, matrix_png, steps_png
from cajal_kernel.views.text import curves_text, heading_text, matrix_text, steps_text

BOOL = ("true", "false")
TEN = tuple(map(str, range(10)))


def boolean(name: str) -> Axis:
    return Axis(name, "Bool", BOOL)


AND = Matrix(
    "and",
    "Bool -o Bool -o Bool",
    (boolean("x"), boolean("y")),
    boolean(""),
    np.array([[1.0, 0, 0, 0], [0, 1, 1, 1]]),
)


def adder(size: int) -> Matrix:
    digits = tuple(map(str, range(size)))
    values = np.zeros((size, size, size))
    for m in range(size):
        for n in range(size - m):
            values[m + n, m, n] = 1
    flat = values.reshape(size, -1)
    axes = (Axis("m", "Nat", digits), Axis("n", "Nat", digits))
    return Matrix("add", "", axes, Axis("", "Nat", digits), flat, tuple(map(bool, flat.sum(0) == 0)))


def even_steps() -> Steps:
    states = np.tile(np.array([[1.0, 0], [0, 1]] * 5), (10, 1, 1))
    return Steps("even", (Axis("n", "Nat", TEN),), boolean("b"), states, np.eye(10))


def curves(*lines: tuple[str, str, Array]) -> Curves:
    made = tuple(Line(metric, run, np.arange(float(len(v))), v) for metric, run, v in lines)
    return Curves("digits", made, 100, 100, 3.0)


class Page(HTMLParser):
    """What a page is made of; fails on what a saved notebook must not hold."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        assert not self.open, f"unclosed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in ("script", "style", "iframe", "link")
        assert not [name for name, _ in attrs if name.startswith("on")]
        self.tags.append((tag, dict(attrs)))
        if tag != "img":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag != "img":
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str, attribute: str) -> list[str]:
        return [attributes.get(attribute) or "" for name, attributes in self.tags if name == tag]


def test_matrix_as_text() -> None:
    assert matrix_text(AND).split("\n") == [
        "    x │ true       │ false",
        "    y │ true false │ true false",
        "──────┼────────────┼───────────",
        " true │    1     · │    ·     ·",
        "false │    ·     1 │    1     1",
    ]


def test_real_entries_line_up() -> None:
    matrix = Matrix("f", "", (boolean("x"),), boolean(""), np.array([[0.5, -1.25], [1e-9, 3]]))
    assert matrix_text(matrix).split("\n") == [
        "    x │  true false",
        "──────┼────────────",
        " true │   0.5 -1.25",
        "false │ 1e-09     3",
    ]


def test_a_wide_matrix_is_cut_to_the_width_of_a_terminal() -> None:
    text = matrix_text(adder(10)).split("\n")
    assert max(map(len, text[:-2])) <= 96
    assert re.fullmatch(r"… \d+ more columns", text[-2])
    assert text[-1] == "overflow, so no result, at m = 1, n = 9; m = 2, n = 8; m = 2, n = 9; and 42 more"


def test_one_overflow_is_named_alone() -> None:
    values = np.array([[0.0, 0], [1, 0]])
    matrix = Matrix("f", "", (boolean("x"),), boolean(""), values, (False, True))
    assert matrix_text(matrix).split("\n")[-1] == "overflow, so no result, at x = false"


def test_a_vector_needs_no_header() -> None:
    vector = Matrix("b", "Bool", (), boolean(""), np.array([[1.0], [0]]))
    assert matrix_text(vector) == " true │ 1\nfalse │ ·"
    assert "<thead>" not in matrix_html(vector)


def test_matrix_as_html_has_every_value_at_its_place() -> None:
    page = Page(matrix_html(AND))
    assert page.all("td", "title") == [
        "x = true, y = true → true: 1",
        "x = true, y = false → true: 0",
        "x = false, y = true → true: 0",
        "x = false, y = false → true: 0",
        "x = true, y = true → false: 0",
        "x = true, y = false → false: 1",
        "x = false, y = true → false: 1",
        "x = false, y = false → false: 1",
    ]
    painted = ["background-color" in style for style in page.all("td", "style")]
    assert painted == [True, False, False, False, False, True, True, True]
    assert [span for span in page.all("th", "colspan") if span] == ["2", "2", "1", "1", "1", "1"]


def test_a_wide_table_has_its_values_in_the_hover_text_only() -> None:
    page = Page(matrix_html(adder(6)))
    assert len(page.all("td", "title")) == 6 * 36
    assert "m = 2, n = 3 → 5: 1" in page.all("td", "title")
    assert "m = 5, n = 5 → 0: 0 (overflow: this column lost its mass)" in page.all("td", "title")


def test_names_are_escaped() -> None:
    evil = Axis("<b onclick=x>", "T", ("<script>", '"'))
    page = Page(heading("<i>", "<u>", "<s>", "<p>") + matrix_html(Matrix("", "", (evil,), evil, np.eye(2))))
    assert "<script>" in page.text
    assert {tag for tag, _ in page.tags} <= {"div", "span", "b", "table", "thead", "tbody", "tr", "th", "td"}


def test_the_sign_decides_the_colour_and_the_size_its_strength() -> None:
    assert tint(1, 1).startswith("rgba(38,120,226,0.58")
    assert tint(-0.5, 1).startswith("rgba(226,104,22,0.29")
    assert tint(float("nan"), 1) != tint(0, 1)


def test_headings() -> None:
    assert heading_text("not", "Bool -o Bool") == "not : Bool -o Bool"
    assert heading_text("not true", "Bool", "false") == "not true : Bool = false"
    assert heading_text("f", "A", note="extern") == "f : A   -- extern"
    assert Page(heading("not true", "Bool", "false")).text == "not true : Bool = false"


def test_steps_as_text() -> None:
    text = steps_text(even_steps())
    assert text.startswith("state b : Bool, 10 steps\n\nn = 0\nstep │ true false │ weight\n")
    assert "   3 │    ·     1 │      ·" in text
    assert text.endswith("… 7 more inputs")


def test_steps_as_html_keep_a_picture_and_a_slot() -> None:
    steps = even_steps()
    page = Page(steps_html(steps, steps_png(steps), "cajal-slot"))
    assert page.all("div", "class")[0] == "cajal-view cajal-slot"
    assert page.all("img", "src")[0].startswith("data:image/png;base64,iVBOR")
    assert page.text == "even : iter with state b : Bool10 steps"


def picture(png: bytes) -> Array:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"), dtype=float)


def test_pictures_are_transparent_and_not_empty() -> None:
    for png in (
        matrix_png(adder(10)),
        steps_png(even_steps()),
        curves_png(curves(("loss", "", np.exp(-np.arange(100) / 30)))),
    ):
        pixels = picture(png)
        assert pixels[0, 0, 3] == 0
        assert pixels[..., 3].max() > 200


def test_a_matrix_wider_than_the_picture_loses_no_entry() -> None:
    values = np.zeros((2, 4000))
    values[0, 1234], values[1, 3999] = -1, 1
    pooled = _pooled(values)
    assert pooled.shape[1] < 2000
    assert (pooled.min(), pooled.max()) == (-1, 1)


def test_curves_as_text() -> None:
    falling = np.array([1, 0.5, 0])
    text = curves_text(curves(("loss", "direct", falling), ("accuracy", "direct", 1 - falling)))
    assert text.split("\n") == [
        "digits: 100 of 100 steps, 3 s",
        "  loss direct      █▅▁  1 → 0",
        "  accuracy direct  ▁▅█  0 → 1",
    ]
    long = curves_text(curves(("loss", "", np.linspace(1, 0, 4800))))
    assert len(re.findall("[▁▂▃▄▅▆▇█]", long)) == 24


@pytest.mark.filterwarnings("error")
def test_curves_with_no_numbers_are_drawn_all_the_same() -> None:
    broken = curves(("loss", "", np.full(5, np.nan)), ("loss", "b", np.array([1.0])))
    assert "×××××" in curves_text(broken)
    assert picture(curves_png(broken)).size
    assert curves_text(Curves("", ())) == "0 steps, 0 s"


def test_curves_as_html() -> None:
    data = curves(("loss", "", np.arange(3.0)))
    page = Page(curves_html(data, curves_png(data), "cajal-slot"))
    image = base64.b64decode(page.all("img", "src")[0].partition(",")[2])
    assert image.startswith(b"\x89PNG")
    assert "100 of 100 steps" in page.text
    assert not Page(curves_html(Curves("", ()), None, "s")).all("img", "src")
