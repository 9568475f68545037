"""The numbers of a training while they are added."""

from __future__ import annotations

import time
from array import array
from typing import SupportsFloat

import numpy as np

from cajal_kernel.views.curves.data import Line
from cajal_kernel.views.curves.envelope import Array, Envelope, Thinned


class Series:
    """One metric of one run: a step and a value, in turns, in one array, so that no interrupt parts them."""

    def __init__(self, metric: str, run: str, seed: str) -> None:
        self.points: array[float] = array("d")
        self._names = (metric, run, seed)
        self._seen = 0
        self._envelope: Envelope | None = None
        self._thinned: Thinned | None = None
        self._limit = 0

    def line(self) -> Line:
        """A copy of what was added."""
        metric, run, seed = self._names
        steps, values = _rows(self.points[:]).T
        return Line(metric, run, steps, values, seed)

    def empty_line(self) -> Line:
        """The line without its points."""
        metric, run, seed = self._names
        return Line(metric, run, np.empty(0), np.empty(0), seed)

    def thinned(self, limit: int) -> Thinned:
        """The line in at most `limit` points. Only what is new since the last time is looked at."""
        if self._envelope is None or self._limit != limit:
            self._envelope, self._limit, self._seen, self._thinned = Envelope(limit), limit, 0, None
        new = self.points[self._seen :]  # a copy: an array with a view of it could not grow
        if len(new) or self._thinned is None:
            self._envelope.extend(_rows(new))
            self._seen += len(new)
            self._thinned = self._envelope.thinned()
        return self._thinned

    def forget(self) -> None:
        """Nothing is live any more: keep the points alone."""
        self._envelope = self._thinned = None


class Run:
    """A run with one seed: its lines, and how many steps it has done."""

    def __init__(self, key: tuple[str, str]) -> None:
        """`key` is its name and its seed."""
        self.key = key
        self.series: dict[str, Series] = {}
        self.done = 0
        self.furthest = -float("inf")
        self.started = time.monotonic()

    def left(self, total: int | None) -> float | None:
        """The seconds that its other steps take at the speed of those before."""
        if not total or not 1 < self.done < total:
            return None
        return (time.monotonic() - self.started) / (self.done - 1) * (total - self.done)


def _rows(points: array[float]) -> Array:
    return np.frombuffer(points, dtype=float).reshape(-1, 2)


def run_key(run: object, seed: object) -> tuple[str, str]:
    """What tells a run from others: its name and its seed, as texts."""
    return str(run), "" if seed is None else str(seed)


def number(name: str, value: SupportsFloat) -> float:
    """A tensor's item does without the warning that `float` gives for one that needs a gradient.

    Raises:
        TypeError: if the value is neither a number nor a tensor of one element.
    """
    try:
        item = getattr(value, "item", None)
        return float(item() if item else value)
    except (TypeError, ValueError, RuntimeError, OverflowError) as error:
        message = f"{name} must be a number or a tensor of one element, got {type(value).__name__}: {error}"
        raise TypeError(message) from None
