"""A matrix as data and in its three forms, compared with what a reader should see."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import numpy as np
import pytest

import cajal_core as cajal
import cajal_kernel.views as views_package
from cajal_kernel.assist.hover import inspection
from cajal_kernel.program import NotebookProgram
from cajal_kernel.views.basis import Axis
from cajal_kernel.views.bundles import result_bundle
from cajal_kernel.views.environment import environment
from cajal_kernel.views.matrix import (
    Matrix,
    _pooled,
    matrix_bundle,
    matrix_html,
    matrix_png,
    matrix_text,
    neuron_matrix,
    uncurry,
)
from tests.kernel.views.conftest import AND, BOOL, Page, adder, boolean, picture


def test_uncurry_puts_the_first_argument_outermost() -> None:
    """The tensor of A1 -o A2 -o B is (dim B · dim A2, dim A1); and sends only (true, true) to true."""
    curried = np.zeros((4, 2))
    for first, second in product(range(2), repeat=2):
        result = max(first, second)  # false is 1, so this is `and`
        curried[result * 2 + second, first] = 1
    assert uncurry(curried, [2, 2], 2).tolist() == [[1, 0, 0, 0], [0, 1, 1, 1]]


def test_uncurry_of_different_sizes() -> None:
    """Every entry of a map of three arguments lands in the column of its arguments."""
    sizes, result = (2, 3, 5), 7
    values = np.arange(7 * 30.0).reshape(result, *sizes)
    curried = values.transpose(0, 3, 2, 1).reshape(-1, sizes[0])
    assert (uncurry(curried, sizes, result) == values.reshape(result, -1)).all()


def test_uncurry_of_no_argument_is_one_column() -> None:
    assert uncurry(np.array([1.0, 0.0]), [], 2).tolist() == [[1], [0]]


def test_hover_names_arguments_and_value() -> None:
    matrix = Matrix("f", "", (boolean("x"), boolean("y")), Axis("", "Bool", BOOL), np.eye(4)[:2] * 0.9873)
    assert matrix.hover(1, 1) == "x = true, y = false → false: 0.9873"
    assert matrix.hover(0, 3) == "x = false, y = false → true: 0"


def test_labels_must_fit_the_matrix() -> None:
    with pytest.raises(ValueError, match="labels for"):
        Matrix("f", "", (boolean("x"),), boolean(""), np.zeros((2, 3)))
    with pytest.raises(ValueError, match="marks"):
        Matrix("f", "", (boolean("x"),), boolean(""), np.zeros((2, 2)), lost=(True,))


def test_scale_is_one_or_the_greatest_finite_entry() -> None:
    def scale(*values: float) -> float:
        return Matrix("f", "", (boolean("x"),), Axis("", "", ("a",)), np.array([values])).scale

    assert scale(0.2, -0.4) == 1
    assert scale(2, -3) == 3
    assert scale(np.nan, 0) == 1


def test_the_columns_of_several_arguments_are_in_order(program: cajal.Program) -> None:
    """By hand: m + n for every pair, and `and` at (true, false) is false."""
    neuron = program["add"]
    matrix = neuron_matrix("add", neuron)
    assert matrix.hover(5, 23) == "m = 2, n = 3 → 5: 1"
    assert matrix.values[5, 23] == 1
    assert matrix.values.argmax(axis=0)[:30].tolist() == [*range(10), *range(1, 10), 0, *range(2, 10), 0, 0]
    neuron = program["and"]
    assert neuron_matrix("and", neuron).values.tolist() == [[1, 0, 0, 0], [0, 1, 1, 1]]


def test_arguments_of_different_types_keep_their_columns(program: cajal.Program) -> None:
    program.run("def pick (c : Bool) (n : Nat[3]) : Nat[3] = if c then n else (drop n in 2)")
    neuron = program["pick"]
    matrix = neuron_matrix("pick", neuron)
    assert matrix.values.argmax(axis=0).tolist() == [0, 1, 2, 2, 2, 2]
    assert [matrix.column(j) for j in (1, 3)] == ["c = true, n = 1", "c = false, n = 0"]


def test_overflow_is_marked(program: cajal.Program) -> None:
    assert not program["not"].externs
    neuron = program["add"]
    lost = neuron_matrix("add", neuron).lost
    assert [j for j, mark in enumerate(lost) if mark] == [
        10 * m + n for m in range(10) for n in range(10 - m, 10)
    ]
    assert "overflow" in matrix_bundle(neuron_matrix("add", neuron))["text/html"]


def test_a_function_argument_is_no_overflow(program: cajal.Program) -> None:
    """Its basis holds matrices that map a value to nothing, so an empty column says nothing."""
    program.run("def at (f : Bool -o Bool) (x : Bool) : Bool = f x")
    neuron = program["at"]
    matrix = neuron_matrix("at", neuron)
    assert matrix.lost == ()
    assert matrix.hover(0, 0) == "f = true ↦ true, x = true → true: 1"
    assert matrix.values[0, 1] == 0


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


def test_a_matrix_wider_than_the_picture_loses_no_entry() -> None:
    values = np.zeros((2, 4000))
    values[0, 1234], values[1, 3999] = -1, 1
    pooled = _pooled(values)
    assert pooled.shape[1] < 2000
    assert (pooled.min(), pooled.max()) == (-1, 1)


def test_the_image_is_transparent_and_not_empty() -> None:
    pixels = picture(matrix_png(adder(10)))
    assert pixels[0, 0, 3] == 0
    assert pixels[..., 3].max() > 200


@pytest.mark.parametrize(
    "definition",
    [
        "def f (m : Nat[20]) (n : Nat[20]) : Nat[20] = iter m { zero => n | succ y => succ y }",
        "def f (p : Nat[40] * Nat[50]) : Nat[50] = let (m, n) = p in drop m in n",
        "def f : Nat[3000] = 2",
    ],
)
def test_a_shape_is_told_one_way(definition: str) -> None:
    """As `matrix()` has it and torch prints it: in captions, tables, tooltips and errors."""
    program = NotebookProgram()
    [result] = program.run(definition)
    shape = str(tuple(result.neuron().matrix().shape))
    [wide] = program.run("def g (x : Nat[5000]) (y : Nat[5000]) : Nat[5000] = drop x in y")
    tooltip = inspection(program, "f", matrix=False)
    assert tooltip is not None
    told = {
        "caption": matrix_bundle(neuron_matrix("f", result.neuron()))["text/html"],
        "names": environment(program)["text/plain"],
        "tooltip": tooltip["text/plain"],
    }
    assert {place: shape in text for place, text in told.items()} == dict.fromkeys(told, True)
    with pytest.raises(cajal.CajalError) as caught:
        program.compile("g").matrix()
    for text in (
        str(caught.value),
        result_bundle(wide, "")["text/plain"],
        environment(program)["text/plain"],
    ):
        assert "(25000000, 5000)" in text


def test_no_shape_is_written_with_a_cross() -> None:
    views = Path(views_package.__file__).parent
    modules = [
        path for folder in ("views", "assist", "magics") for path in (views.parent / folder).glob("*.py")
    ]
    assert [path.name for path in modules if " × " in path.read_text(encoding="utf-8")] == []
