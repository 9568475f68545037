"""The training curve that a user holds: `add` numbers while training, see them live, keep the picture."""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable
from typing import Self, SupportsFloat

import numpy as np
from IPython.core.getipython import get_ipython
from IPython.display import display

from cajal_kernel.interrupts import held
from cajal_kernel.views.curves import Curves, Line, curves_bundle, curves_live
from cajal_kernel.views.live.slots import new_slot

PERIOD = 1 / 8
"""The least time between two updates of the page, in seconds."""


class Curve:
    """A live training curve: a panel for each metric, a line in it for each run.

    The page is updated at most eight times a second, however often `add` is called. When the block or the
    cell ends, also by an error or an interrupt, the output becomes the whole curve with a static picture,
    which a saved notebook keeps. `curve.data` is the curve as data. Give `run="…"` to compare several runs.

    Example:
        >>> from cajal_kernel.views import Curve
        >>> with Curve("digits", total=3) as curve:
        ...     for step in range(3):
        ...         curve.add(step, loss=1 / (step + 1))
        >>> [line] = curve.data.lines
        >>> line.metric, line.values.round(2).tolist()
        ('loss', [1.0, 0.5, 0.33])
    """

    def __init__(self, title: str = "", total: int | None = None) -> None:
        """`total` is the number of steps to come, in each run; with it, a progress bar is shown.

        Raises:
            TypeError: if `total` is no number.
        """
        self.title = str(title)
        self.total = None if total is None else int(_number("total", total))
        self._lines: dict[tuple[str, str], tuple[array[float], array[float]]] = {}
        self._done: dict[str, set[float]] = {}
        self._run = ""
        self._started = time.monotonic()
        self._last_sent = 0.0
        self._live: _Live | None = None

    def add(self, step: int, /, *, run: str = "", **metrics: SupportsFloat) -> None:
        """Append one value for each metric at a step. Values are numbers or tensors of one element.

        Raises:
            TypeError: if a value or the step is neither, or does not fit a float.
        """
        place, run = _number("step", step), str(run)
        numbers = {metric: _number(metric, value) for metric, value in metrics.items()}
        for metric, value in numbers.items():
            steps, values = self._lines.setdefault((metric, run), (array("d"), array("d")))
            steps.append(place)
            values.append(value)
        self._done.setdefault(run, set()).add(place)
        self._run = run
        if self._live:
            self._live.changed()
            now = time.monotonic()
            if now - self._last_sent >= PERIOD:
                self._last_sent = now
                self._live.update(self.data)

    @property
    def data(self) -> Curves:
        """Everything that was added, as the pictures show it."""
        lines = [
            Line(metric, run, np.array(steps), np.array(values))
            for (metric, run), (steps, values) in self._lines.items()
        ]
        seconds = time.monotonic() - self._started
        return Curves(self.title, tuple(lines), len(self._done.get(self._run, ())), self.total, seconds)

    def show(self) -> None:
        """Show the curve here. It is live from now on, until `finish`."""
        if self._live is None and get_ipython() is not None:
            with held():
                self._live = _Live(self.data, lambda: self.data)

    def finish(self) -> None:
        """Bring the output up to date and leave it: the whole curve, and the static picture beside it."""
        with held():  # who is impatient interrupts twice, and the second must not cost the picture
            if self._live:
                self._live.finish(self.data)
                self._live = None

    def __enter__(self) -> Self:
        self._started = time.monotonic()
        self.show()
        return self

    def __exit__(self, *_: object) -> None:
        self.finish()

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        with held():
            return curves_bundle(self.data, "cajal-static")


class _Live:
    """One live output: the widget that draws in it, and the hook that settles it when the cell ends."""

    def __init__(self, curves: Curves, current: Callable[[], Curves]) -> None:
        from cajal_kernel.views.live.widget import live_widget  # widgets take a moment to import

        self._current = current
        self._slot = new_slot()
        self._widget = live_widget(curves_live(curves), self._slot)
        self._handle = display(curves_bundle(curves, self._slot), raw=True, display_id=True)
        self._unsettled = False
        self.changed()

    def changed(self) -> None:
        """There is something to settle at the end of the cell."""
        shell = get_ipython()
        if not self._unsettled and shell is not None:
            self._unsettled = True
            shell.events.register("post_execute", self._settle)

    def update(self, curves: Curves) -> None:
        self._widget.show(curves_live(curves))

    def finish(self, curves: Curves) -> None:
        self._settled()
        self._publish(curves)

    def _settle(self) -> None:
        """The cell ended, perhaps by an interrupt that came between two points: keep what there is."""
        with held():
            self._settled()  # first, so that what fails here fails once
            self._publish(self._current())

    def _settled(self) -> None:
        shell = get_ipython()
        if self._unsettled and shell is not None:
            shell.events.unregister("post_execute", self._settle)
        self._unsettled = False

    def _publish(self, curves: Curves) -> None:
        from cajal_kernel.views.live.widget import keep_open

        self._widget.show(curves_live(curves, final=True))
        keep_open(self._widget)
        if self._handle:
            self._handle.update(curves_bundle(curves, self._slot), raw=True)


def _number(name: str, value: SupportsFloat) -> float:
    """A tensor's item does without the warning that `float` gives for one that needs a gradient."""
    try:
        item = getattr(value, "item", None)
        return float(item() if item else value)
    except (TypeError, ValueError, RuntimeError, OverflowError) as error:
        message = f"{name} must be a number or a tensor of one element, got {type(value).__name__}: {error}"
        raise TypeError(message) from None
