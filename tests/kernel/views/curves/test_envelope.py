"""A line in few points."""

from __future__ import annotations

import numpy as np
import pytest

from cajal_kernel.views.curves.envelope import MARKS, Envelope, Spread


@pytest.mark.parametrize("limit", [2, 3, 7])
def test_a_spread_has_the_first_and_the_last_and_even_gaps(limit: int) -> None:
    one_by_one, at_once = Spread[int](limit), Spread[int](limit)
    for count in range(1, 200):
        one_by_one.extend([count - 1])
        at_once = Spread[int](limit)
        at_once.extend(range(count))
        items = one_by_one.items
        assert items == at_once.items
        assert (items[0], items[-1]) == (0, count - 1)
        assert len(items) <= limit
        assert len(set(np.diff(items[:-1]))) <= 1
    assert Spread[int](limit).items == []


def noisy(size: int) -> np.ndarray:
    values = np.random.default_rng(0).normal(size=size)
    values[size // 3], values[size // 7] = 90.0, -90.0
    values[size // 2 : size // 2 + 3] = np.nan
    values[-1] = np.inf
    return np.column_stack([np.arange(float(size)), values])


@pytest.mark.parametrize("limit", [24, 100, 500, 4000])
@pytest.mark.parametrize("size", [23, 24, 25, 101, 5000, 50_001])
def test_piece_by_piece_is_as_at_once(limit: int, size: int) -> None:
    points = noisy(size)
    whole, pieces = Envelope(limit), Envelope(limit)
    whole.extend(points)
    start, piece = 0, 1
    while start < size:
        pieces.extend(points[start : start + piece])
        start, piece = start + piece, piece * 3 % 997
        pieces.thinned()
    pieces.extend(points[:0])
    one, other = whole.thinned(), pieces.thinned()
    for field in ("steps", "values", "means"):
        np.testing.assert_allclose(getattr(one, field), getattr(other, field), rtol=1e-9)
    assert (one.count, one.odd, other.odd) == (size, 4, 4)
    assert len(one.steps) <= limit
    assert (np.diff(one.steps) > 0).all()
    # Spikes and ends stay at their steps, what is not finite is marked, means weigh as much as their points.
    kept = dict(zip(one.steps.tolist(), one.values.tolist(), strict=True))
    assert (kept[size // 3], kept[size // 7], kept[size - 1]) == (90, -90, np.inf)
    assert kept[0] == points[0, 1]
    assert np.isnan(kept[size // 2])
    finite = points[np.isfinite(points[:, 1]), 1]
    assert one.means[:, 2].sum() == len(finite)
    assert np.nansum(one.means[:, 1] * one.means[:, 2]) == pytest.approx(finite.sum())


def test_of_a_line_that_diverges_the_first_and_last_nan_stay() -> None:
    values = np.where(np.arange(10_000) < 1000, 1.0, np.nan)
    envelope = Envelope(500)
    envelope.extend(np.column_stack([np.arange(10_000.0), values]))
    thin = envelope.thinned()
    odd = thin.steps[np.isnan(thin.values)]
    assert (odd[0], odd[-1], thin.odd) == (1000, 9999, 9000)
    assert len(odd) > MARKS / 2


@pytest.mark.filterwarnings("error")
def test_the_greatest_numbers_have_a_mean() -> None:
    envelope = Envelope(24)
    envelope.extend(np.column_stack([np.arange(1000.0), np.full(1000, 1.7e308)]))
    thin = envelope.thinned()
    assert np.isfinite(thin.means).all()
    assert (thin.values == 1.7e308).all()
