"""Dimensions that are too large to write out."""

from __future__ import annotations

import math
import pickle

import pytest

from cajal_core.base.dimension import MOST_BITS, SAID_AS_POWER, Huge, times


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (10**306, "10^306"),
        (2**60, "2^60"),
        (20**30, "20^30"),
        (6**100, "6^100"),
        (2**90 * 3, "about 10^27"),
        (1_000_003**7, "about 10^42"),
        (2 ** (2**20), f"more than 2^{MOST_BITS - 1}"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_it_is_said_as_a_power(number: int, said: str) -> None:
    dimension = times(number, 1)
    assert isinstance(dimension, Huge)
    assert str(dimension) == f"{dimension:,}" == repr(dimension) == said


def test_a_small_one_is_an_ordinary_number() -> None:
    assert type(times(20, 50)) is int
    assert type(times(SAID_AS_POWER - 1, 1)) is int
    assert type(times(SAID_AS_POWER, 1)) is Huge


def test_products_stay_what_they_are() -> None:
    huge = times(10**20, 10**20)
    assert huge == 10**40
    assert str(math.prod([3, huge, 10, 7])) == "about 10^42"
    assert str(10 * huge) == str(huge * 10) == "10^41"
    assert pickle.loads(pickle.dumps(huge)) == huge


def test_its_digits_are_bounded() -> None:
    dimension = 2
    for _ in range(100):
        dimension = times(dimension, dimension)
    assert dimension.bit_length() == MOST_BITS
    assert dimension > 2**10_000
