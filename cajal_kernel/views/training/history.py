"""The curve of a training of `cajal.fit`: while its history grows, and of the history that it gave."""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np

import cajal_core as cajal
from cajal_kernel.views.curves.data import Curves, Line
from cajal_kernel.views.curves.forms import curves_html
from cajal_kernel.views.curves.live import curves_live, window
from cajal_kernel.views.curves.plot import curves_image
from cajal_kernel.views.curves.recorder import Curve
from cajal_kernel.views.live.picture import Live, Spec
from cajal_kernel.views.live.slots import execution
from cajal_kernel.views.picture import Picture
from cajal_kernel.views.training.feed import Feed

_drawn: tuple[weakref.ref[cajal.History], int] | None = None
"""The history whose training was drawn last, and the cell that it was drawn in."""


class LiveCurve:
    """A callback of `fit` that draws the training where it runs."""

    def __init__(self, title: str = "") -> None:
        self._curve = Curve(title)
        self._feed = Feed(self._curve, "", "")
        self._last: dict[str, int] = {}
        self._warned = 0

    def begin(self, training: cajal.Training) -> None:
        """What an earlier call has recorded, where the training goes on from a checkpoint, is drawn, too."""
        global _drawn  # noqa: PLW0603  # a notebook runs one cell at a time
        _drawn = weakref.ref(training.history), execution()
        self._feed.begin(training.steps)
        for record in training.history.records:
            self._feed.add(record["step"], {record["name"]: record["value"]})
            self._last[record["name"]] = record["step"]
        self._tell(training)

    def step(self, training: cajal.Training) -> None:
        """The numbers of a step, and those of the validation before it."""
        self._tell(training)

    def epoch(self, training: cajal.Training) -> None:
        """The validation of an epoch is drawn at once."""
        self._tell(training)

    def end(self, training: cajal.Training) -> None:
        """The curve stays, and says how the training ended."""
        self._tell(training)
        self._feed.end(ended(training.history))

    def _tell(self, training: cajal.Training) -> None:
        history = training.history
        for name in history.names:
            latest = history.latest(name)
            if latest and self._last.get(name) != latest[0]:
                self._last[name] = latest[0]
                self._feed.add(latest[0], {name: latest[1]})
        for warning in history.warnings[self._warned :]:
            self._curve.warn(str(warning))
        self._warned = len(history.warnings)


def ended(history: cajal.History) -> str:
    """How a training ended; nothing where it did all of its steps."""
    if history.stopped == "finished":
        return ""
    how = "stopped by an error" if history.stopped == "running" else history.stopped
    return f"{how}: {history.message}" if history.message else how


def history_picture(history: cajal.History) -> Picture | None:
    """Its curve; None where there is nothing to draw, or the cell that runs has drawn it already."""
    if not history.names or _is_drawn(history):
        return None
    curves = curves_of(history)

    def answer(question: Spec) -> Live:
        return window(curves, float(question["low"]), float(question["high"]))

    html = curves_html(curves, curves_image(curves, "png"), "")
    return Picture(str(history), html, curves_live(curves, answer=answer))


def _is_drawn(history: cajal.History) -> bool:
    """Whether the cell that runs has shown how it was made: `fit` is often the last word of a cell."""
    return _drawn is not None and _drawn[0]() is history and _drawn[1] == execution()


def curves_of(history: cajal.History) -> Curves:
    """What was recorded, as a curve has it."""
    series: list[tuple[str, Any, Any]] = [(name, *history.series(name)) for name in history.names]
    return Curves(
        title="",
        lines=tuple(
            Line(name, "", np.array(steps, float), np.array(values, float)) for name, steps, values in series
        ),
        done=history.steps,
        seconds=history.seconds,
        ended=ended(history),
        warnings=tuple(map(str, history.warnings)),
    )
