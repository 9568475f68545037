"""A training as data: lines of numbers, which belong to runs, and the tensors that were watched."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cajal_kernel.views.curves.envelope import Array, Envelope, Thinned
from cajal_kernel.views.paint import counted

POINTS, ALL_POINTS, FEWEST = 4000, 60_000, 24
"""The most points of a line, and of all lines, in a whole training's picture; a line may have `FEWEST`."""


@dataclass(frozen=True, eq=False)
class Line:
    """One metric of one run: `values[i]` at step `steps[i]`. Runs that differ in `seed` alone are a group."""

    metric: str
    run: str
    steps: Array
    values: Array
    seed: str = ""

    def thinned(self, limit: int) -> Thinned:
        """The line in at most `limit` points: its ends, its spikes and what is not finite are among them."""
        envelope = Envelope(limit)
        envelope.extend(np.column_stack([self.steps, self.values]))
        return envelope.thinned()


@dataclass(frozen=True, eq=False)
class Watched:
    """A tensor as it changed in a run: `values[i]`, a matrix, at step `steps[i]`. `run` has the seed, too.

    `rows` and `columns` name the basis vectors, `shape` is that of the tensor. Where the matrix is a part of
    the tensor's size, an entry is the one of greatest magnitude among `tile` rows and columns.
    """

    name: str
    type: str
    shape: tuple[int, ...]
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    tile: tuple[int, int]
    run: str
    steps: Array
    values: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Curves:
    """A training: its lines, how many steps of how many are done, and what was watched.

    `log` names the metrics that are shown on a logarithmic axis at first. `seconds` is the time that it took,
    `left` the time that it still takes at the same speed, if that is known. `ended` is how it ended, if not
    with its last step, and `warnings` are sentences.
    """

    title: str
    lines: tuple[Line, ...]
    done: int = 0
    total: int | None = None
    seconds: float = 0.0
    left: float | None = None
    log: tuple[str, ...] = ()
    watched: tuple[Watched, ...] = ()
    ended: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def metrics(self) -> list[str]:
        """The panels, in the order in which the metrics first came."""
        return list(dict.fromkeys(line.metric for line in self.lines))

    @property
    def runs(self) -> list[str]:
        """The runs, in the order in which they first came; their place decides their colour and dash."""
        return list(dict.fromkeys(line.run for line in self.lines))

    @property
    def groups(self) -> dict[tuple[str, str], list[int]]:
        """For each metric and run the places of its lines, one for each seed; metrics are together."""
        groups: dict[tuple[str, str], list[int]] = {}
        order = {metric: place for place, metric in enumerate(self.metrics)}
        for place, line in sorted(enumerate(self.lines), key=lambda item: order[item[1].metric]):
            groups.setdefault((line.metric, line.run), []).append(place)
        return groups

    @cached_property
    def thinned(self) -> list[Thinned]:
        """The lines as a picture of the whole training has them."""
        limit = points_each(len(self.lines), POINTS, ALL_POINTS)
        return [line.thinned(limit) for line in self.lines]

    @property
    def steps(self) -> str:
        """How far the training is, without a time, which would differ between runs: `412 of 800 steps`."""
        return self._told("")

    @property
    def progress(self) -> str:
        """How far the training is: `412 of 800 steps, 12 s, 11 s left`."""
        left = f", {duration(self.left)} left" if self.left is not None else ""
        return self._told(f", {duration(self.seconds)}{left}")

    def _told(self, time: str) -> str:
        done = f"{self.done} of {counted(self.total, 'step')}" if self.total else counted(self.done, "step")
        return done + time + (f", {self.ended}" if self.ended else "")


def points_each(lines: int, most: int, together: int) -> int:
    """How many points a line may have, where so many lines share what they may have together."""
    return max(FEWEST, min(most, together // max(1, lines)))


def duration(seconds: float) -> str:
    """A time in two units at most.

    >>> duration(0.34), duration(12.4), duration(125), duration(3725)
    ('0.3 s', '12 s', '2 min 5 s', '1 h 2 min')
    """
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
