"""Means with 95% intervals, by Student's t over seeds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Mean:
    """A mean of `count` values, and half the width of its interval; one value has no interval."""

    value: float
    half: float | None
    count: int

    def __str__(self) -> str:
        """Two digits of the half-width, and the mean to the same place: `0.898 ± 0.017`."""
        if self.half is None or not math.isfinite(self.half):
            return f"{self.value:.3g}"
        if self.half == 0:
            return f"{self.value:.4g} ± 0"
        places = max(0, 1 - math.floor(math.log10(self.half)))
        return f"{self.value:.{places}f} ± {self.half:.{places}f}"


def mean(values: Sequence[float]) -> Mean:
    """The mean of values that are taken to be normal; a value that is not finite makes it so."""
    from scipy.stats import t

    average = fmean(values)
    if len(values) < 2 or not math.isfinite(average):
        return Mean(average, None, len(values))
    quantile = float(t.ppf((1 + CONFIDENCE) / 2, len(values) - 1))
    return Mean(average, quantile * stdev(values) / math.sqrt(len(values)), len(values))
