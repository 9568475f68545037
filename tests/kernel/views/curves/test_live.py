"""What the page is sent of a training."""

from __future__ import annotations

import numpy as np
import pytest

from cajal_kernel.views.curves.data import ALL_POINTS, Curves, Line
from cajal_kernel.views.curves.live import LIVE_NUMBERS, curves_live, window
from tests.kernel.views.conftest import curves
from tests.kernel.views.curves.test_tensors import watched


def test_a_line_is_its_steps_its_values_and_its_buckets() -> None:
    long = np.sin(np.arange(50_000.0))
    live = curves_live(curves(("loss", "a", np.array([3.0, 2, np.nan])), ("loss", "b", long)))
    short, other = live.spec["lines"]
    assert (short["size"], short["buckets"], short["count"], short["odd"]) == (3, 0, 3, 1)
    assert (other["count"], other["size"] <= 4000) == (50_000, True)
    points, means = live.arrays["points"], live.arrays["means"]
    assert points[:5].tolist() == [0, 1, 2, 3, 2]
    assert len(points) == 2 * (short["size"] + other["size"])
    ends, values, counts = means.reshape(3, other["buckets"])
    assert ends[-1] == 49_999
    assert (values * counts).sum() == pytest.approx(long.sum())


def test_a_message_is_bounded() -> None:
    lines = tuple(
        Line(f"m{i}", f"r{j}", np.arange(9000.0), np.ones(9000)) for i in range(24) for j in range(12)
    )
    live = curves_live(Curves("", lines))
    assert sum(len(array) for array in live.arrays.values()) < 5 * ALL_POINTS


def test_watched_tensors_are_sent_with_as_many_steps_as_fit() -> None:
    large = watched(np.random.default_rng(0).normal(size=(100, 48, 48)))
    small = watched(np.arange(400.0).reshape(100, 2, 2))
    line = curves(("loss", "", np.arange(3.0))).lines
    data = Curves("", line, watched=(small, large))
    final, growing = curves_live(data), curves_live(data, [line[0].thinned(100)])
    assert final.arrays["watched_steps_0"][[0, -1]].tolist() == [0, 990]
    assert len(final.arrays["watched_steps_0"]) == len(final.arrays["watched_steps_1"]) > 10
    assert growing.arrays["watched_steps_0"].tolist() == [990]
    assert growing.arrays["watched_1"].size <= LIVE_NUMBERS
    np.testing.assert_array_equal(growing.arrays["watched_1"][0], large.values[-1])


def test_a_window_has_the_points_that_were_left_out() -> None:
    data = curves(("loss", "", np.arange(100_000.0) % 7), ("gain", "", np.ones(10)))
    part = window(data, 50_000, 50_100)
    first, second = part.spec["lines"]
    assert (first["size"], first["count"]) == (103, 103)
    steps, values = part.arrays["points"][:206].reshape(2, -1)
    assert steps.tolist() == list(range(49_999, 50_102))
    assert (values == steps % 7).all()
    assert second["size"] == 0
