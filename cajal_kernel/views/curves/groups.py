"""Runs that differ in their seed alone: their mean, and a band from the least to the greatest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cajal_kernel.views.curves.envelope import Array, Thinned


@dataclass(frozen=True, eq=False)
class Group:
    """The mean and the band at each step that some seed has.

    A seed has values between its first step and its last, on a straight line between two of its steps.
    `seeds` is how many have a finite value at the step: the mean is that of those.
    """

    steps: Array
    mean: Array
    low: Array
    high: Array
    seeds: Array


def grouped(seeds: list[Thinned]) -> Group:
    """The lines of one metric of one run, a line for each seed.

    >>> from cajal_kernel.views.curves.data import Line
    >>> values = ([1.0, 2, 3], [3.0, 2, 1])
    >>> group = grouped([Line("loss", "net", np.arange(3.0), np.array(v)).thinned(100) for v in values])
    >>> group.mean.tolist(), group.low.tolist()
    ([2.0, 2.0, 2.0], [1.0, 2.0, 1.0])
    """
    lines = [seed.means[np.isfinite(seed.means).all(1)] for seed in seeds]
    lines = [line[line[:, 0].argsort(kind="stable")] for line in lines if len(line)]
    steps = np.unique(np.concatenate([np.empty(0), *(line[:, 0] for line in lines)]))
    values = [np.interp(steps, line[:, 0], line[:, 1], np.nan, np.nan) for line in lines]
    if not values:
        return Group(*[np.empty(0)] * 5)
    table = np.stack(values)
    count = np.isfinite(table).sum(0)
    return Group(
        steps, np.nansum(table / count, 0), np.nanmin(table, 0), np.nanmax(table, 0), count.astype(float)
    )
