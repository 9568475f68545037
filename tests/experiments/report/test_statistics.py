"""Means and intervals, beside scipy's own."""

from __future__ import annotations

import math

import pytest
from scipy import stats

from cajal_experiments.report.statistics import Mean, mean


def test_the_interval_is_students() -> None:
    values = [0.81, 0.84, 0.80, 0.86, 0.83]
    low, high = stats.t.interval(0.95, 4, loc=sum(values) / 5, scale=stats.sem(values))
    result = mean(values)
    assert result.half is not None
    assert result.value - result.half == pytest.approx(low)
    assert result.value + result.half == pytest.approx(high)


@pytest.mark.parametrize(
    ("result", "text"),
    [
        (Mean(0.89812, 0.01734, 5), "0.898 ± 0.017"),
        (Mean(255.4, 59.2, 5), "255 ± 59"),
        (Mean(12345.6, 789.0, 5), "12346 ± 789"),
        (Mean(0.5, None, 1), "0.5"),
        (Mean(0.5, 0.0, 3), "0.5 ± 0"),
    ],
)
def test_a_mean_is_told_to_the_places_of_its_interval(result: Mean, text: str) -> None:
    assert str(result) == text


def test_a_value_that_is_not_finite_leaves_no_interval() -> None:
    assert mean([1.0, math.inf]).half is None
    assert str(mean([1.0, math.inf])) == "inf"
