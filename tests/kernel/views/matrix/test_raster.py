"""A large matrix as one image."""

from __future__ import annotations

import numpy as np
import pytest

from cajal_kernel.views.basis import Axis
from cajal_kernel.views.matrix.data import Array, Matrix
from cajal_kernel.views.matrix.raster import BYTES, DENSITY, TALL, WIDE, grid, matrix_png, thinned
from cajal_kernel.views.paint import NEGATIVE, POSITIVE
from tests.kernel.views.conftest import adder, picture


def raster(values: Array) -> Matrix:
    rows, columns = (Axis("", "", tuple(map(str, range(size)))) for size in values.shape)
    return Matrix("w", "", (columns,), rows, values)


def square(pixels: Array, matrix: Matrix, row: int, column: int) -> Array:
    """The pixels of an entry: (high, wide, 4)."""
    rows, columns = matrix.values.shape
    squares = grid(rows, columns, WIDE, TALL)
    tall, wide = squares.high * DENSITY, squares.wide * DENSITY
    high, across = -(-rows // squares.down) * tall, -(-columns // squares.across) * wide
    inked = pixels[..., 3] > 0
    # The frame is the first line that is as long as the squares, and the first as high.
    top = next(y for y, line in enumerate(inked) if line.sum() > across)
    left = next(x for x, line in enumerate(inked[top : top + high + 2].T) if line.all())
    y, x = top + 1 + row // squares.down * tall, left + 1 + column // squares.across * wide
    return pixels[y : y + tall, x : x + wide]


def test_the_image_is_transparent_and_not_empty() -> None:
    pixels = picture(matrix_png(adder(10)))
    assert pixels[0, 0, 3] == 0
    assert pixels[..., 3].max() > 200


@pytest.mark.parametrize("shape", [(70, 90), (300, 300), (64, 2000), (1500, 80)])
def test_each_entry_is_a_square_of_its_colour(shape: tuple[int, int]) -> None:
    """Blue above zero, orange below, clear at zero, the stronger the greater; a lone entry is never lost."""
    values = np.zeros(shape, "f4")
    last = (shape[0] - 1, shape[1] - 1)
    values[3, 5], values[20, 30], values[last] = 0.02, -0.04, -0.01
    matrix = raster(values)
    pixels = picture(matrix_png(matrix))
    for (row, column), colour, strength in (
        ((3, 5), POSITIVE, 0.5),
        ((20, 30), NEGATIVE, 1),
        (last, NEGATIVE, 0.25),
    ):
        shown = square(pixels, matrix, row, column)
        assert np.unique(shown.reshape(-1, 4), axis=0).shape[0] == 1
        assert shown[0, 0, :3].tolist() == list(colour)
        assert shown[0, 0, 3] == pytest.approx(255 * (0.08 + 0.87 * strength), abs=3)
    assert not square(pixels, matrix, 50, 10).any()


@pytest.mark.parametrize(
    ("shape", "high", "wide"),
    [((2, 127), 14, 5), ((2, 2000), 14, 1), ((7, 217), 13, 3), ((127, 2), 4, 14), ((64, 2000), 1, 1)],
)
def test_few_rows_or_columns_are_as_long_as_a_label(shape: tuple[int, int], high: int, wide: int) -> None:
    squares = grid(*shape, WIDE, TALL)
    assert (squares.high, squares.wide) == (high, wide)
    matrix = raster(np.eye(*shape))
    assert square(picture(matrix_png(matrix)), matrix, 1, 1).all()


def test_what_is_no_number_has_a_sign_in_its_colour() -> None:
    """A sign is clear, so it is seen without colours; each kind has its own."""
    values = np.zeros((70, 90))
    values[0, 0], values[1, 1], values[2, 2] = np.nan, np.inf, -np.inf
    matrix = raster(values)
    pixels = picture(matrix_png(matrix))
    signs = [square(pixels, matrix, place, place)[..., 3] for place in range(3)]
    for sign in signs:
        assert {0, 255} == set(np.unique(sign))
    assert not (signs[1] == signs[2]).all()
    assert (signs[1] == signs[2][::-1]).all()
    assert not np.diag(signs[0])[3:-3].any()


def test_columns_that_overflowed_are_hatched() -> None:
    matrix = adder(10)
    pixels = picture(matrix_png(matrix))
    lost, kept = (square(pixels, matrix, 0, column)[..., 3] for column in (99, 1))
    assert 0 < (lost > 0).mean() < 0.5
    assert not kept.any()


@pytest.mark.parametrize("shape", [(600, 600), (1200, 1000), (100, 3000)])
def test_noise_is_small_too(shape: tuple[int, int]) -> None:
    values = np.random.default_rng(0).normal(size=shape).astype("f4")
    assert len(matrix_png(raster(values))) <= BYTES


@pytest.mark.parametrize(
    ("widest", "room", "count", "stride"),
    [(10, 20, 10, 1), (20, 14, 10, 2), (20, 6, 10, 5), (20, 4, 10, 0), (90, 10, 2, 0), (9, 15, 1, 1)],
)
def test_labels_thin_out(widest: float, room: float, count: int, stride: int) -> None:
    assert thinned(widest, room, count) == stride
