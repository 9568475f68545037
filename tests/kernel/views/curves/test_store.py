"""The numbers of a training while they are added."""

from __future__ import annotations

import numpy as np

from cajal_kernel.views.curves.store import Run, Series


def test_only_what_is_new_is_looked_at() -> None:
    series = Series("loss", "net", "3")
    rng = np.random.default_rng(0)
    for _ in range(50):
        for _ in range(100):
            series.points.extend((float(len(series.points) // 2), rng.normal()))
        thin, line = series.thinned(100), series.line()
        assert (thin.steps[-1], thin.values[-1]) == (line.steps[-1], line.values[-1])
        assert (thin.values.min(), thin.values.max()) == (line.values.min(), line.values.max())
        assert series.thinned(100) is thin
    line = series.line()
    assert (line.metric, line.run, line.seed, len(line.steps)) == ("loss", "net", "3", 5000)
    again = series.thinned(60)
    np.testing.assert_array_equal(again.values, line.thinned(60).values)


def test_a_line_that_was_given_away_does_not_change() -> None:
    series = Series("loss", "", "")
    series.points.extend((0.0, 1.0))
    line = series.line()
    series.points.extend((1.0, 2.0))
    assert line.values.tolist() == [1]
    assert not series.empty_line().steps.size


def test_time_left() -> None:
    run = Run(("", ""))
    run.started -= 10
    assert run.left(100) is None
    run.done = 11
    left = run.left(100)
    assert left is not None
    assert abs(left - 89) < 5
    assert (run.left(None), run.left(11)) == (None, None)
