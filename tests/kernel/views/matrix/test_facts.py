"""What is said of a matrix."""

from __future__ import annotations

import numpy as np
import pytest

from cajal_kernel.views.basis import Axis
from cajal_kernel.views.matrix.data import Array, Matrix
from cajal_kernel.views.matrix.facts import kinds, norm, summary
from tests.kernel.views.conftest import adder


def made(values: Array, shape: tuple[int, ...] = ()) -> Matrix:
    rows, columns = (Axis("", "", tuple(map(str, range(size)))) for size in values.shape)
    return Matrix("w", "", (columns,), rows, values, (), shape)


RANDOM = np.random.default_rng(0)
TALL, WIDE = RANDOM.normal(size=(50, 3)), RANDOM.normal(size=(3, 200))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (np.eye(5), ["the identity"]),
        (np.eye(5)[[1, 2, 0, 4, 3]], ["a permutation"]),
        (np.eye(5)[[0, 0, 1, 2, 3]], ["0/1 table", "rank 4"]),
        (np.array([[1.0, 0], [0, 0]]), ["0/1 table", "rank 1"]),
        (np.array([[0.25, 1], [0.75, 0]]), ["a distribution in every column"]),
        (np.array([[0.25, 1], [0.74, 0]]), []),
        (np.array([[1.5, 1], [-0.5, 0]]), []),
        (np.zeros((2, 3)), ["all zero"]),
        (np.ones((2, 2)), ["0/1 table", "rank 1"]),
        (np.array([[np.nan, 0], [0, 1]]), []),
        (TALL @ WIDE, ["rank 3"]),
        ((TALL @ WIDE).astype("f4"), ["rank 3"]),
        (TALL @ WIDE + 1e-4 * RANDOM.normal(size=(50, 200)), []),
        (RANDOM.normal(size=(40, 40)), []),
        (np.ones((100, 100)) * 3, []),
        (np.full((3, 3), 1e-30), ["rank 1"]),
    ],
)
def test_what_a_matrix_is(values: Array, said: list[str]) -> None:
    assert kinds(made(values)) == said


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("scale", [1e-30, 1, 1e30])
def test_the_norm_neither_overflows_nor_rounds(dtype: str, scale: float) -> None:
    values = (np.full((700, 700), 0.1) * scale).astype(dtype)
    assert norm(values) == pytest.approx(70 * scale, rel=1e-6)


def test_what_is_not_finite_is_counted_and_placed() -> None:
    values = np.array([[0.0, np.nan], [np.inf, np.nan], [-2, 3]])
    assert summary(made(values, (3, 2))) == (
        "3 rows × 2 columns, tensor shape (3, 2); from -2 to 3; 2 NaN, the first at 1 → 0; "
        "1 +∞, the first at 0 → 1"
    )


def test_a_matrix_without_numbers_has_no_range() -> None:
    assert summary(made(np.full((1, 2), np.nan))) == "1 row × 2 columns; 2 NaN, the first at 0 → 0"


def test_one_value_everywhere() -> None:
    assert summary(made(np.full((2, 2), 0.5))) == (
        "2 rows × 2 columns; a distribution in every column; rank 1; every entry 0.5, norm 1"
    )


def test_a_program_with_overflow_is_a_table() -> None:
    assert kinds(adder(4)) == ["0/1 table"]
