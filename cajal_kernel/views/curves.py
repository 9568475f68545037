"""The picture of a training: a panel for each metric, a line in it for each run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

import cajal_core as cajal
from cajal_kernel.views.live.picture import Live
from cajal_kernel.views.paint import (
    COLOURS,
    GREY,
    QUIET,
    Bundle,
    counted,
    figure,
    image,
    left,
    plain,
    png_bytes,
    width,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

Array = NDArray[np.float64]

BARS = "▁▂▃▄▅▆▇█"

POINTS = 2000
"""The most points of a line in a PNG."""

PANELS, ACROSS, KEYS = 24, 3, 12
"""The most panels of a PNG, the panels of a row, and the most runs in the legend."""

NO_MATH = "mathjax_ignore"
"""The class of what is no mathematics to JupyterLab, though a name in it may have `$` signs."""

LABEL = 40
"""The most characters of a metric's or a run's name that are shown."""

GREATEST = 1e300
"""Greater numbers are drawn at this one: the distance of two floats may be no float."""


@dataclass(frozen=True, eq=False)
class Line:
    """One metric of one run: `values[i]` at step `steps[i]`."""

    metric: str
    run: str
    steps: Array
    values: Array

    def drawn(self, limit: int) -> Line:
        """As it is drawn: at most `limit` points, none further out than `GREATEST`; ±inf and NaN stay."""
        thin = self.thinned(limit)
        steps, values = (
            np.where(np.isfinite(array), array.clip(-GREATEST, GREATEST), array)
            for array in (thin.steps, thin.values)
        )
        return Line(self.metric, self.run, steps, values)

    def thinned(self, limit: int) -> Line:
        """At most `limit` points. Each bucket keeps its least and its greatest value, so that spikes stay."""
        size = len(self.steps)
        if size <= limit:
            return self
        edges = np.linspace(0, size, max(1, limit // 2 - 1) + 1).astype(int)
        kept = {0, size - 1}
        for start, stop in pairwise(edges):
            bucket = np.nan_to_num(self.values[start:stop])
            kept.update((int(start + bucket.argmin()), int(start + bucket.argmax())))
        order = sorted(kept)
        return Line(self.metric, self.run, self.steps[order], self.values[order])


@dataclass(frozen=True, eq=False)
class Curves:
    """A training curve: its lines, how many steps are done, and of how many."""

    title: str
    lines: tuple[Line, ...]
    done: int = 0
    total: int | None = None
    seconds: float = 0.0

    @property
    def metrics(self) -> list[str]:
        """The panels, in the order in which the metrics first came."""
        return list(dict.fromkeys(line.metric for line in self.lines))

    @property
    def runs(self) -> list[str]:
        """The runs, in the order in which they first came; their place decides their colour."""
        return list(dict.fromkeys(line.run for line in self.lines))

    @property
    def progress(self) -> str:
        """How far the training is: `412 of 800 steps, 12 s`."""
        if self.total:
            return f"{self.done} of {counted(self.total, 'step')}, {self.seconds:.0f} s"
        return f"{counted(self.done, 'step')}, {self.seconds:.0f} s"


LIVE_POINTS, FINAL_POINTS = 500, 4000
"""The points of a line that are sent while it grows, and when it is whole."""


def curves_live(curves: Curves, *, final: bool = False) -> Live:
    """The lines, thinned: for each its steps, then its values, as float64."""
    thin = [line.thinned(FINAL_POINTS if final else LIVE_POINTS) for line in curves.lines]
    numbers = [array for line in thin for array in (line.steps, line.values)]
    spec = {
        "lines": [
            {
                "metric": cajal.printable(line.metric),
                "run": cajal.printable(line.run),
                "size": len(line.steps),
            }
            for line in thin
        ],
        "name": cajal.printable(curves.title),
        "done": curves.done,
        "total": curves.total or 0,
        "text": curves.progress,
        "final": final,
    }
    return Live("curves", spec, {"points": np.concatenate([np.empty(0), *numbers])})


def curves_bundle(curves: Curves, slot: str) -> Bundle:
    """The static forms of a curve; the live one takes their place by `slot`. No image without a point."""
    png = curves_png(curves) if curves.lines else None
    return {"text/plain": curves_text(curves), "text/html": curves_html(curves, png, slot)}


def curves_text(curves: Curves) -> str:
    """First and last value of every line, with its course in small."""
    names = [" ".join(filter(None, [_label(line.metric), _label(line.run)])) for line in curves.lines]
    margin = max(map(width, names), default=0)
    lines = [": ".join(filter(None, [cajal.printable(curves.title), curves.progress]))]
    for name, line in zip(names, curves.lines, strict=True):
        course = _course(line.drawn(len(line.steps)))
        lines.append(f"  {left(name, margin)}  {course}  {line.values[0]:.4g} → {line.values[-1]:.4g}")
    return "\n".join(lines)


def _course(line: Line) -> str:
    """Twenty-four marks, each the mean of its part of the line."""
    parts = [part[np.isfinite(part)] for part in np.array_split(line.values, min(24, len(line.values)))]
    means = [float(part.mean()) if part.size else np.nan for part in parts]
    finite = [mean for mean in means if np.isfinite(mean)]
    low, high = min(finite, default=0.0), max(finite, default=0.0)
    span = (high - low) or 1.0
    return "".join(BARS[round((mean - low) / span * 7)] if np.isfinite(mean) else "×" for mean in means)


def curves_html(curves: Curves, png: bytes | None, slot: str) -> str:
    """The curve, or only its title while there is no point yet."""
    name = cajal.printable(curves.title)
    picture = image(png, f"training curve of {name}") if png else ""
    more = len(curves.metrics) - PANELS
    cut = f"; {more} more metrics are not drawn" if png and more > 0 else ""
    note = f'<div style="{QUIET}">{escape(curves.progress + cut)}</div>'
    title = f"<div><b>{escape(name)}</b></div>" if name else ""
    return f'<div class="cajal-view {NO_MATH} {escape(slot)}">{title}{note}{picture}</div>'


def curves_png(curves: Curves) -> bytes:
    """The panels in rows, a coloured line for each run."""
    metrics, runs = curves.metrics[:PANELS], curves.runs
    across = min(ACROSS, max(1, len(metrics)))
    down = max(1, -(-len(metrics) // across))
    drawing = figure(4.4 * across, 2.5 * down)
    grid = drawing.subplots(down, across, squeeze=False, gridspec_kw={"hspace": 0.45}).ravel()
    for axes in grid[len(metrics) :]:
        axes.set_axis_off()
    panels = [plain(axes) for axes in grid[: max(1, len(metrics))]]
    small: dict[str, Any] = {"color": GREY, "parse_math": False}
    keys: dict[str, Line2D] = {}
    for axes, metric in zip(panels, metrics, strict=False):
        for line in curves.lines:
            if line.metric == metric:
                colour = COLOURS[runs.index(line.run) % len(COLOURS)]
                thin = line.drawn(POINTS)
                marker = "o" if len(thin.steps) == 1 else ""
                (keys[line.run],) = axes.plot(
                    thin.steps, thin.values, color=colour, linewidth=1.3, marker=marker
                )
        axes.set_title(_label(metric), fontsize=9, loc="left", **small)
        axes.set_xlabel("step", fontsize=8, labelpad=1, **small)
        axes.grid(color=GREY, alpha=0.2, linewidth=0.6)
        axes.margins(x=0.01)
    if any(runs):
        _legend(panels[0], keys)
    return png_bytes(drawing)


def _legend(axes: Axes, keys: Mapping[str, Line2D]) -> None:
    """Which run is which line. The names are set behind its back: it leaves out those that begin with `_`."""
    from matplotlib.lines import Line2D

    shown = list(keys)[:KEYS]
    names = [*map(_label, shown), *([f"… {len(keys) - KEYS} more"] if len(keys) > KEYS else [])]
    handles = [keys[run] for run in shown] + [Line2D([], [], linestyle="")] * (len(names) - len(shown))
    legend = axes.legend(handles, ["run"] * len(names), fontsize=8, frameon=False, labelcolor=GREY)
    legend.set_zorder(3)
    for text, name in zip(legend.get_texts(), names, strict=True):
        text.set_parse_math(False)
        text.set_text(name)


def _label(name: str) -> str:
    """A name of the user's in one short line."""
    return cajal.printable(name[:LABEL]) + ("…" if len(name) > LABEL else "")
