"""A line of any length in a bounded number of points, brought up to date by its new points alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
T = TypeVar("T")

GREATEST = 1e300
"""Greater numbers are drawn, and averaged, as this one: the distance of two floats may be no float."""

MARKS = 40
"""The most values of a line that are NaN or infinite and are marked."""


class Spread(Generic[T]):
    """The first and the last of many items, and evenly spread ones between them, at most `limit` in all.

    >>> spread = Spread(4)
    >>> spread.extend(range(10))
    >>> spread.items
    [0, 4, 8, 9]
    """

    def __init__(self, limit: int) -> None:
        """`limit` is at least 2."""
        self.count = 0
        self._limit = limit
        self._stride = 1
        self._kept: list[T] = []
        self._last: list[T] = []

    def extend(self, items: Sequence[T]) -> None:
        """More items, in their order."""
        self._kept += items[-self.count % self._stride :: self._stride]
        self.count += len(items)
        self._last = list(items[-1:]) or self._last
        while len(self.items) > self._limit:
            self._kept = self._kept[::2]
            self._stride *= 2

    @property
    def items(self) -> list[T]:
        """Those that are kept, in their order."""
        is_kept = (self.count - 1) % self._stride == 0
        return [*self._kept, *([] if is_kept else self._last)]


@dataclass(frozen=True, eq=False)
class Thinned:
    """A line as it is drawn: `count` points in fewer, of which those that are not finite stay what they are.

    `means` has a row for each bucket of points: the step of its last one, the mean of its finite values, NaN
    if there is none, and how many those are. `odd` is how many values of the line are NaN or infinite.
    """

    steps: Array
    values: Array
    means: Array
    count: int
    odd: int


class Envelope:
    """The points of a line in buckets of equal size, which doubles when there are too many buckets.

    A bucket has its least and its greatest finite value, so that a spike stays, and the sum of the finite
    ones. The first and the last point of the line stay too, and evenly spread ones of those that are NaN or
    infinite.

    >>> envelope = Envelope(100)
    >>> envelope.extend(np.stack([np.arange(1e6), np.sin(np.arange(1e6))], 1))
    >>> len(envelope.thinned().steps) <= 100
    True
    """

    def __init__(self, limit: int) -> None:
        """`limit`, at least 24, is the most points that it gives; a line of no more stays whole."""
        marks = min(MARKS, limit // 6)
        # Two points for each bucket, for the one that is not full, and for the ends of the line.
        self._most = (limit - marks - 4) // 4 * 2
        self._limit = limit
        self._count = 0
        self._size = 1
        self._odd: Spread[tuple[float, ...]] = Spread(marks)
        # A point is a row: its place in the line, its step, its value.
        self._ends = np.empty((0, 3))
        self._rest = np.empty((0, 3))
        self._extremes = np.empty((0, 2, 3))
        # The last step of a bucket, the sum of its finite values, and their number.
        self._sums = np.empty((0, 3))

    def extend(self, points: Array) -> None:
        """More points: rows of a step and a value."""
        if not len(points):
            return
        rows = np.column_stack([np.arange(self._count, self._count + len(points), dtype=float), points])
        self._count += len(rows)
        self._odd.extend(list(map(tuple, rows[~np.isfinite(rows[:, 2])])))
        self._ends = np.concatenate([self._ends, rows])[[0, -1]]
        self._rest = np.concatenate([self._rest, rows])
        if self._count > self._limit:
            self._fill()

    def _fill(self) -> None:
        """Put the points that fill buckets into buckets."""
        while full := min(len(self._rest) // self._size, self._most - len(self._sums)):
            extremes, sums = _bucketed(self._rest[: full * self._size].reshape(full, self._size, 3))
            self._rest = self._rest[full * self._size :]
            self._extremes = np.concatenate([self._extremes, extremes])
            self._sums = np.concatenate([self._sums, sums])
            if len(self._sums) == self._most:
                self._extremes = _extremes(self._extremes.reshape(-1, 4, 3))
                pairs = self._sums.reshape(-1, 2, 3)
                self._sums = np.column_stack([pairs[:, 1, 0], pairs[:, :, 1:].sum(1)])
                self._size *= 2

    def thinned(self) -> Thinned:
        """The line up to here."""
        if self._count <= self._limit:
            rows, sums = self._rest, _bucketed(self._rest[:, None])[1]
        else:
            extremes, last = (
                _bucketed(self._rest[None]) if len(self._rest) else (self._extremes[:0], self._sums[:0])
            )
            parts = [self._extremes.reshape(-1, 3), extremes.reshape(-1, 3), self._ends]
            parts += [np.array(self._odd.items).reshape(-1, 3)]
            rows, sums = np.concatenate(parts), np.concatenate([self._sums, last])
            rows = rows[np.unique(rows[:, 0], return_index=True)[1]]
        with np.errstate(invalid="ignore"):
            means = np.column_stack([sums[:, 0], sums[:, 1] / sums[:, 2], sums[:, 2]])
        return Thinned(rows[:, 1], rows[:, 2], means, self._count, self._odd.count)


def _bucketed(rows: Array) -> tuple[Array, Array]:
    """Buckets of points, (buckets, size, 3), as their extremes and their sums."""
    finite = np.isfinite(rows[..., 2])
    values = np.where(finite, rows[..., 2].clip(-GREATEST, GREATEST), 0)
    return _extremes(rows), np.column_stack([rows[:, -1, 1], values.sum(1), finite.sum(1)])


def _extremes(rows: Array) -> Array:
    """The least and the greatest finite one of each bucket: (buckets, size, 3) to (buckets, 2, 3)."""
    values, bucket = rows[..., 2], np.arange(len(rows))
    finite = np.isfinite(values)
    least = np.where(finite, values, np.inf).argmin(1)
    greatest = np.where(finite, values, -np.inf).argmax(1)
    return np.stack([rows[bucket, least], rows[bucket, greatest]], 1)
