"""A training as data."""

from __future__ import annotations

import numpy as np
import pytest

from cajal_kernel.views.curves.data import FEWEST, Curves, Line, points_each
from tests.kernel.views.conftest import curves


def test_a_short_line_stays_as_it_is() -> None:
    line = Line("loss", "", np.arange(3.0), np.array([1.0, np.nan, 2.0]))
    thin = line.thinned(4000)
    assert np.array_equal([thin.steps, thin.values], [line.steps, line.values], equal_nan=True)
    assert (thin.means[:, 2].tolist(), thin.odd) == ([1, 0, 1], 1)


def test_progress_in_words() -> None:
    assert Curves("", (), 1, None, 0.2).progress == "1 step, 0.2 s"
    assert Curves("", (), 412, 800, 12.4, 71.0).progress == "412 of 800 steps, 12 s, 1 min 11 s left"
    assert Curves("", (), 412, 800, 12.4, 71.0).steps == "412 of 800 steps"


def test_lines_of_one_metric_and_run_are_a_group_and_metrics_are_together() -> None:
    value = np.ones(2)
    data = curves(("loss", "a", value), ("gain", "a", value), ("loss", "b", value), ("loss", "a", value))
    assert data.groups == {("loss", "a"): [0, 3], ("loss", "b"): [2], ("gain", "a"): [1]}
    assert (data.metrics, data.runs) == (["loss", "gain"], ["a", "b"])


@pytest.mark.parametrize("lines", [0, 1, 24, 288, 10_000])
def test_lines_share_their_points(lines: int) -> None:
    each = points_each(lines, 500, 8000)
    assert FEWEST <= each <= 500
    assert each == FEWEST or each * lines <= 8000
