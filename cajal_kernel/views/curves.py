"""The picture of a training: a panel for each metric, a line in it for each run."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cajal_kernel.views.paint import (
    COLOURS,
    GREY,
    QUIET,
    Bundle,
    counted,
    encoded,
    figure,
    image,
    left,
    plain,
    png_bytes,
    width,
)

Array = NDArray[np.float64]

BARS = "▁▂▃▄▅▆▇█"

POINTS = 2000
"""The most points of a line in a PNG."""


@dataclass(frozen=True, eq=False)
class Line:
    """One metric of one run: `values[i]` at step `steps[i]`."""

    metric: str
    run: str
    steps: Array
    values: Array

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


def curves_bundle(curves: Curves, slot: str) -> Bundle:
    """The static forms of a curve; the live one takes their place by `slot`. No image without a point."""
    png = curves_png(curves) if curves.lines else None
    bundle = {"text/plain": curves_text(curves), "text/html": curves_html(curves, png, slot)}
    return {**bundle, "image/png": encoded(png)} if png else bundle


def curves_text(curves: Curves) -> str:
    """First and last value of every line, with its course in small."""
    names = [f"{line.metric} {line.run}".strip() for line in curves.lines]
    margin = max(map(width, names), default=0)
    lines = [f"{curves.title}: {curves.progress}" if curves.title else curves.progress]
    for name, line in zip(names, curves.lines, strict=True):
        lines.append(f"  {left(name, margin)}  {_course(line)}  {line.values[0]:.4g} → {line.values[-1]:.4g}")
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
    picture = image(png, f"training curve of {curves.title}") if png else ""
    note = f'<div style="{QUIET}">{escape(curves.progress)}</div>'
    title = f"<div><b>{escape(curves.title)}</b></div>" if curves.title else ""
    return f'<div class="cajal-view {escape(slot)}">{title}{note}{picture}</div>'


def curves_png(curves: Curves) -> bytes:
    """The panels side by side, a coloured line for each run."""
    metrics, runs = curves.metrics, curves.runs
    drawing = figure(4.4 * max(1, len(metrics)), 2.5)
    panels = [plain(axes) for axes in drawing.subplots(1, max(1, len(metrics)), squeeze=False)[0]]
    for axes, metric in zip(panels, metrics, strict=False):
        for line in curves.lines:
            if line.metric == metric:
                colour = COLOURS[runs.index(line.run) % len(COLOURS)]
                thin = line.thinned(POINTS)
                marker = "o" if len(thin.steps) == 1 else ""
                axes.plot(thin.steps, thin.values, color=colour, linewidth=1.3, label=line.run, marker=marker)
        axes.set_title(metric, color=GREY, fontsize=9, loc="left")
        axes.set_xlabel("step", color=GREY, fontsize=8, labelpad=1)
        axes.grid(color=GREY, alpha=0.2, linewidth=0.6)
        axes.margins(x=0.01)
    if any(runs):
        legend = panels[0].legend(fontsize=8, frameon=False, labelcolor=GREY)
        legend.set_zorder(3)
    return png_bytes(drawing)
