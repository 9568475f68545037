"""Seeds as a mean and a band."""

from __future__ import annotations

import numpy as np
import pytest

from cajal_kernel.views.curves.data import Line
from cajal_kernel.views.curves.groups import Group, grouped

pytestmark = pytest.mark.filterwarnings("error")


def group(*lines: tuple[list[float], list[float]]) -> Group:
    return grouped([Line("loss", "", np.array(x), np.array(y)).thinned(100) for x, y in lines])


def test_a_seed_is_a_straight_line_between_its_steps_and_ends_with_them() -> None:
    made = group(([0, 2, 4], [0, 2, 4]), ([0, 1], [2, 2]))
    assert made.steps.tolist() == [0, 1, 2, 4]
    assert made.mean.tolist() == [1, 1.5, 2, 4]
    assert made.low.tolist() == [0, 1, 2, 4]
    assert made.high.tolist() == [2, 2, 2, 4]
    assert made.seeds.tolist() == [2, 2, 1, 1]


def test_what_is_not_finite_is_no_value_of_the_mean() -> None:
    made = group(([0, 1, 2], [1, 1, 1]), ([0, 1, 2], [3, np.nan, np.inf]))
    assert made.mean.tolist() == [2, 1, 1]
    assert made.seeds.tolist() == [2, 1, 1]
    assert not group(([0], [np.nan]), ([0], [np.inf])).steps.size
    assert not group(([np.nan], [1.0])).steps.size


def test_steps_in_any_order() -> None:
    assert group(([2, 0, 1], [4, 0, 2]), ([0, 2], [0, 0])).mean.tolist() == [0, 1, 2]
