from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from cajal_kernel.views.model import Axis, Curves, Line, Matrix, Steps, precise, short, uncurry

BOOL = ("true", "false")


def axis(name: str) -> Axis:
    return Axis(name, "Bool", BOOL)


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
    matrix = Matrix("f", "", (axis("x"), axis("y")), Axis("", "Bool", BOOL), np.eye(4)[:2] * 0.9873)
    assert matrix.hover(1, 1) == "x = true, y = false → false: 0.9873"
    assert matrix.hover(0, 3) == "x = false, y = false → true: 0"


def test_labels_must_fit() -> None:
    with pytest.raises(ValueError, match="labels for"):
        Matrix("f", "", (axis("x"),), axis(""), np.zeros((2, 3)))
    with pytest.raises(ValueError, match="marks"):
        Matrix("f", "", (axis("x"),), axis(""), np.zeros((2, 2)), lost=(True,))
    with pytest.raises(ValueError, match="states"):
        Steps("f", (axis("x"),), axis("s"), np.zeros((1, 3, 2)), np.zeros((2, 3)))
    with pytest.raises(ValueError, match="weights"):
        Steps("f", (axis("x"),), axis("s"), np.zeros((2, 3, 2)), np.zeros((2, 4)))


def test_scale_is_one_or_the_greatest_finite_entry() -> None:
    def scale(*values: float) -> float:
        return Matrix("f", "", (axis("x"),), Axis("", "", ("a",)), np.array([values])).scale

    assert scale(0.2, -0.4) == 1
    assert scale(2, -3) == 3
    assert scale(np.nan, 0) == 1


def test_inputs_in_words_and_a_selection_of_them() -> None:
    steps = Steps("f", (axis("x"), axis("y")), axis("s"), np.zeros((4, 1, 2)), np.zeros((4, 1)))
    assert steps.inputs[1] == "x = true, y = false"
    assert steps.selection(12) == [0, 1, 2, 3]
    assert steps.selection(2) == [0, 3]
    assert steps.selection(1) == [0]


def test_a_thinned_line_keeps_spikes_and_ends() -> None:
    values = np.zeros(100_000)
    values[54_321], values[777] = 9.0, -9.0
    thin = Line("loss", "", np.arange(100_000.0), values).thinned(4000)
    assert len(thin.steps) <= 4000
    assert (thin.steps[0], thin.steps[-1]) == (0, 99_999)
    assert (thin.values.max(), thin.values.min()) == (9, -9)
    assert (np.diff(thin.steps) > 0).all()


def test_a_short_line_stays_as_it_is() -> None:
    line = Line("loss", "", np.arange(3.0), np.array([1.0, np.nan, 2.0]))
    assert line.thinned(4000) is line


def test_progress_in_words() -> None:
    assert Curves("", (), 1, None, 0.2).progress == "1 step, 0 s"
    assert Curves("", (), 412, 800, 12.4).progress == "412 of 800 steps, 12 s"


@pytest.mark.parametrize(
    ("value", "brief", "exact"),
    [
        (0.0, "0", "0"),
        (1.0, "1", "1"),
        (-2.0, "-2", "-2"),
        (0.98734567, "0.987", "0.987346"),
        (1e-7, "1e-07", "1e-07"),
        (123456.7, "1.2e+05", "123457"),
        (np.nan, "nan", "nan"),
        (np.inf, "inf", "inf"),
    ],
)
def test_numbers(value: float, brief: str, exact: str) -> None:
    assert (short(value), precise(value)) == (brief, exact)
