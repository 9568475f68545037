"""The interactive pictures: what is sent to the browser, once. The only module that knows widgets.

All interaction is in the browser, in the JavaScript of the folder js; no Python runs when a slider moves.
"""

from __future__ import annotations

from collections import deque
from pathlib import Path

import anywidget
import numpy as np
import traitlets

import cajal_core as cajal
from cajal_kernel.views.curves import Curves
from cajal_kernel.views.steps import Steps

JAVASCRIPT = Path(__file__).parent / "js"
OPEN = 20
"""The most pictures that stay live. Each is a connection to the page, and its numbers are in memory twice."""

LIVE_POINTS = 500
FINAL_POINTS = 4000


def _source(*names: str) -> str:
    """One JavaScript module from several files, since a widget's module cannot import its neighbours."""
    return "\n".join((JAVASCRIPT / name).read_text(encoding="utf-8") for name in names)


_open: deque[anywidget.AnyWidget] = deque()


def keep_open(widget: anywidget.AnyWidget) -> None:
    """Keep a picture live until `OPEN` newer ones are; then the page shows its static form again."""
    if widget in _open:
        _open.remove(widget)
    _open.append(widget)
    while len(_open) > OPEN:
        oldest = _open.popleft()
        if oldest.comm is not None:  # else the user has closed it
            oldest.close()


class StepsWidget(anywidget.AnyWidget):
    """The states of an `iter` under a slider. `data` is every state, then every weight, as float32."""

    _esm = _source("live.js", "steps.js")
    _css = _source("live.css")

    slot = traitlets.Unicode().tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)
    state = traitlets.Unicode().tag(sync=True)
    labels = traitlets.List(traitlets.Unicode()).tag(sync=True)
    inputs = traitlets.List(traitlets.Unicode()).tag(sync=True)
    count = traitlets.Int().tag(sync=True)
    data = traitlets.Bytes().tag(sync=True)

    def __init__(self, steps: Steps, slot: str) -> None:
        numbers = np.concatenate([steps.states.ravel(), steps.weights.ravel()]).astype("<f4")
        super().__init__(
            slot=slot,
            title=steps.title,
            state=str(steps.state),
            labels=list(steps.state.labels),
            inputs=steps.inputs,
            count=steps.count,
            data=numbers.tobytes(),
        )


class CurveWidget(anywidget.AnyWidget):
    """A training curve. `points` has for each of `lines` its steps, then its values, as float64."""

    _esm = _source("live.js", "curves.js")
    _css = _source("live.css")

    slot = traitlets.Unicode().tag(sync=True)
    lines = traitlets.List(traitlets.Dict()).tag(sync=True)
    points = traitlets.Bytes().tag(sync=True)
    progress = traitlets.Dict().tag(sync=True)

    def __init__(self, curves: Curves, slot: str) -> None:
        super().__init__(slot=slot, **_points(curves, LIVE_POINTS))

    def show(self, curves: Curves, *, final: bool = False) -> None:
        """One message with the whole curve, thinned: a message that is lost leaves no gap."""
        with self.hold_sync():
            for name, value in _points(curves, FINAL_POINTS if final else LIVE_POINTS).items():
                setattr(self, name, value)


def _points(curves: Curves, limit: int) -> dict[str, object]:
    thin = [line.thinned(limit) for line in curves.lines]
    numbers = [array.astype("<f8") for line in thin for array in (line.steps, line.values)]
    return {
        "lines": [
            {
                "metric": cajal.printable(line.metric),
                "run": cajal.printable(line.run),
                "size": len(line.steps),
            }
            for line in thin
        ],
        "points": b"".join(array.tobytes() for array in numbers),
        "progress": {
            "name": cajal.printable(curves.title),
            "done": curves.done,
            "total": curves.total or 0,
            "text": curves.progress,
        },
    }
