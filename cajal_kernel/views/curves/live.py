"""A training as the page draws it: see js/curves/lines.js."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

import cajal_core as cajal
from cajal_kernel.views.curves.data import Curves, Line
from cajal_kernel.views.curves.envelope import Thinned
from cajal_kernel.views.curves.styles import style
from cajal_kernel.views.live.picture import Live, Spec

LIVE_POINTS, LIVE_ALL_POINTS = 500, 8000
"""The points of a line, and of all lines, that are sent while they grow."""

LIVE_NUMBERS, NUMBERS = 4_000, 100_000
"""How many numbers of watched tensors are sent while they are trained, and at the end; one step at least."""


def curves_live(
    curves: Curves,
    thinned: Sequence[Thinned] | None = None,
    answer: Callable[[Spec], Live] | None = None,
) -> Live:
    """The whole training, or while it goes on its lines as they are `thinned`.

    The points of a line are its steps, then its values. A line of which points are left out has means, too:
    of each bucket the last step, the mean, and how many values it is the mean of.
    """
    final = thinned is None
    lines = curves.thinned if thinned is None else thinned
    whole = [len(line.steps) == line.count for line in lines]
    points = [array for line in lines for array in (line.steps, line.values)]
    means = [line.means.T.ravel() for line, is_whole in zip(lines, whole, strict=True) if not is_whole]
    arrays: dict[str, NDArray[Any]] = {
        "points": np.concatenate([np.empty(0), *points]),
        "means": np.concatenate([np.empty(0), *means]),
    }
    spec: Spec = {
        "lines": [
            {
                "metric": cajal.printable(line.metric),
                "run": cajal.printable(line.run),
                "seed": cajal.printable(line.seed),
                "size": len(thin.steps),
                "buckets": 0 if is_whole else len(thin.means),
                "count": thin.count,
                "odd": thin.odd,
            }
            for line, thin, is_whole in zip(curves.lines, lines, whole, strict=True)
        ],
        "runs": [
            {"name": cajal.printable(run), "colour": style(place)[0], "dash": style(place)[1]}
            for place, run in enumerate(curves.runs)
        ],
        "log": [cajal.printable(metric) for metric in curves.log],
        "name": cajal.printable(curves.title),
        "done": curves.done,
        "total": curves.total or 0,
        "text": curves.progress,
        "final": final,
        "warnings": [cajal.printable(warning) for warning in curves.warnings],
        "watched": [],
    }
    together = sum(watched.values[0].size for watched in curves.watched)
    most = (NUMBERS if final else LIVE_NUMBERS) // max(1, together)
    for place, watched in enumerate(curves.watched):
        records = _spread(len(watched.steps), most)
        spec["watched"].append(
            {
                "name": cajal.printable(watched.name),
                "type": watched.type,
                "shape": list(watched.shape),
                "rows": list(watched.rows),
                "columns": list(watched.columns),
                "tile": list(watched.tile),
                "run": cajal.printable(watched.run),
            }
        )
        arrays[f"watched_{place}"] = watched.values[records]
        arrays[f"watched_steps_{place}"] = watched.steps[records]
    return Live("curves", spec, arrays, answer)


def _spread(count: int, most: int) -> list[int]:
    """Evenly spread places among so many, the first and the last among them; the last alone if it must be."""
    if most < 2:
        return [count - 1]
    return np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(int)).tolist()


def window(curves: Curves, low: float, high: float) -> Live:
    """The part of a training between two steps, in as many points as the whole, and a neighbour each side."""
    lines: list[Line] = []
    for line in curves.lines:
        inside = np.flatnonzero((line.steps >= low) & (line.steps <= high))
        first, last = (max(0, inside[0] - 1), inside[-1] + 2) if len(inside) else (0, 0)
        part = slice(first, last)
        lines.append(Line(line.metric, line.run, line.steps[part], line.values[part], line.seed))
    return curves_live(Curves(curves.title, tuple(lines), curves.done, curves.total, log=curves.log))
