"""The pictures as PNG, drawn on matplotlib figures without pyplot, which no front end's figures can disturb.

The background is transparent and what is written is a grey that can be read on white and on black.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import XAxis, YAxis
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from cajal_kernel.views.html import DENSITY, NEGATIVE, POSITIVE
from cajal_kernel.views.model import PICTURED, Array, Axis, Curves, Matrix, Steps, short

GREY = "#808080"
PIXELS = 1400
DPI = 110 * DENSITY
COLOURS = ("#2678e2", "#e26816", "#1f9d61", "#a855c8", "#c9487a", "#8a8a22")


def matrix_png(matrix: Matrix) -> bytes:
    """The whole matrix as an image: a row of pixels an entry, labels where there is room for them."""
    rows, columns = matrix.values.shape
    width = float(np.clip(columns * 0.09, 4.0, 9.5))
    height = float(np.clip(rows * width / columns, 0.22 * min(rows, 24), 7.0))
    figure, axes = _figure(width + 1.0, height + 0.3 + 0.22 * len(matrix.columns), 1)
    axes = axes[0]
    axes.imshow(
        _painted(_pooled(matrix.values), matrix.scale),
        extent=(-0.5, columns - 0.5, rows - 0.5, -0.5),
        aspect="auto",
        interpolation="nearest",
    )
    for column in np.flatnonzero(matrix.lost) if columns <= PIXELS else ():
        axes.axvspan(column - 0.5, column + 0.5, color=GREY, alpha=0.16, linewidth=0)
    _ticks(axes.yaxis, matrix.rows.labels, 0.16 * rows / height)
    axes.xaxis.set_visible(False)
    repeat = columns
    for level, axis in enumerate(matrix.columns):
        groups = columns // repeat * len(axis.labels)
        repeat //= len(axis.labels)
        _level(axes, axis, len(matrix.columns) - level, repeat, groups, width)
        if level < len(matrix.columns) - 1 and groups <= 64:
            for edge in range(1, groups):
                axes.axvline(edge * repeat - 0.5, color=GREY, linewidth=0.8, alpha=0.8)
    return _bytes(figure)


def _level(axes: Axes, axis: Axis, height: int, repeat: int, groups: int, width: float) -> None:
    """The labels of one argument above the image, as many as fit side by side."""
    room = width / groups
    widest = max(map(len, axis.labels)) * 0.085 + 0.06
    stride = _round(widest / room)
    style = {"color": GREY, "fontsize": 8, "family": "monospace", "va": "baseline"}
    above = {"textcoords": "offset points", "xycoords": axes.get_xaxis_transform()}
    for group in range(0, groups, stride):
        middle = (group + 0.5) * repeat - 0.5
        label = axis.labels[group % len(axis.labels)]
        axes.annotate(label, (middle, 1), (0, 12 * height - 7), ha="center", **above, **style)
    beside = -6 - 2.6 * len(axis.labels[0])  # clear of the first label, which is centred on its column
    axes.annotate(axis.name, (-0.5, 1), (beside, 12 * height - 7), ha="right", **above, **style)


def _pooled(values: Array) -> Array:
    """At most as many columns and rows as the picture has pixels; a pixel shows its largest entry."""
    for axis in (0, 1):
        size = values.shape[axis]
        if size > PIXELS:
            starts = np.linspace(0, size, PIXELS, endpoint=False).astype(int)
            low = np.minimum.reduceat(values, starts, axis=axis)
            high = np.maximum.reduceat(values, starts, axis=axis)
            values = np.where(np.abs(low) > np.abs(high), low, high)
    return values


def _painted(values: Array, scale: float) -> Array:
    """Colours of entries: (…) to (…, 4), as `html.tint` has them but opaque at full size."""
    colour = np.where(values[..., None] > 0, np.array(POSITIVE) / 255, np.array(NEGATIVE) / 255)
    alpha = np.clip(np.abs(np.nan_to_num(values, nan=scale)) / scale, 0, 1) * 0.9
    return np.concatenate([colour, alpha[..., None]], axis=-1)


def _ticks(axis: XAxis | YAxis, labels: Sequence[str], stride: float) -> None:
    """Every label, or every few where they would touch."""
    every = _round(stride)
    places = list(range(0, len(labels), every))
    axis.set_ticks(places, [labels[place] for place in places])


def _round(least: float) -> int:
    """The least of 1, 2, 5, 10, 20, … that is no less."""
    power = 10 ** max(0, math.ceil(math.log10(max(least, 1))) - 1)
    return next(step * power for step in (1, 2, 5, 10) if step * power >= least)


def steps_png(steps: Steps) -> bytes:
    """Small multiples, one an input: the state (up) at every step (across), below it the weights."""
    shown = steps.selection(PICTURED)
    across = min(4, len(shown))
    down = -(-len(shown) // across)
    dimension = len(steps.state.labels)
    tall = float(np.clip(dimension * 0.16, 0.5, 2.2))
    figure = Figure(figsize=(1.0 + 2.2 * across, (tall + 0.9) * down + 0.3), dpi=DPI)
    grid = figure.add_gridspec(down, across, hspace=0.6 / (tall + 0.3), wspace=0.12)
    scale = max(1.0, float(np.abs(np.nan_to_num(steps.states)).max(initial=0.0)))
    heaviest = max(1.0, float(np.abs(np.nan_to_num(steps.weights)).max(initial=0.0)))
    small: dict[str, Any] = {"color": GREY, "fontsize": 7}
    for place, index in enumerate(shown):
        row, column = divmod(place, across)
        pair = grid[row, column].subgridspec(2, 1, height_ratios=[tall, 0.3], hspace=0.3)
        top, below = figure.add_subplot(pair[0]), figure.add_subplot(pair[1])
        top.imshow(_painted(steps.states[index].T, scale), aspect="auto", interpolation="nearest")
        top.set_title(steps.inputs[index], color=GREY, fontsize=8, pad=3)
        top.set_xticks([])
        _ticks(top.yaxis, steps.state.labels if column == 0 else (), 0.16 * dimension / tall)
        below.bar(range(steps.count), steps.weights[index], color=COLOURS[2], width=0.8)
        below.set_xlim(-0.5, steps.count - 0.5)
        below.set_ylim(min(0.0, float(steps.weights.min(initial=0.0))), heaviest)
        below.set_yticks([0, heaviest] if column == 0 else [], ["0", short(heaviest)] if column == 0 else [])
        below.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
        if column == 0:
            below.set_ylabel("weight", **small, rotation=0, ha="right", va="center", labelpad=14)
        if row == down - 1:
            below.set_xlabel("step", **small, labelpad=1)
        _plain(top)
        _plain(below)
    return _bytes(figure)


def curves_png(curves: Curves) -> bytes:
    """A panel for each metric, side by side, a coloured line for each run."""
    metrics, runs = curves.metrics, curves.runs
    figure, panels = _figure(4.4 * max(1, len(metrics)), 2.5, max(1, len(metrics)))
    for axes, metric in zip(panels, metrics, strict=False):
        for line in curves.lines:
            if line.metric == metric:
                colour = COLOURS[runs.index(line.run) % len(COLOURS)]
                thin = line.thinned(2000)
                marker = "o" if len(thin.steps) == 1 else ""
                axes.plot(thin.steps, thin.values, color=colour, linewidth=1.3, label=line.run, marker=marker)
        axes.set_title(metric, color=GREY, fontsize=9, loc="left")
        axes.set_xlabel("step", color=GREY, fontsize=8, labelpad=1)
        axes.grid(color=GREY, alpha=0.2, linewidth=0.6)
        axes.margins(x=0.01)
    if any(runs):
        legend = panels[0].legend(fontsize=8, frameon=False, labelcolor=GREY)
        legend.set_zorder(3)
    return _bytes(figure)


def _figure(width: float, height: float, panels: int) -> tuple[Figure, list[Axes]]:
    figure = Figure(figsize=(width, height), dpi=DPI)
    axes = list(np.ravel(figure.subplots(1, panels)))
    for each in axes:
        _plain(each)
    return figure, axes


def _plain(axes: Axes) -> None:
    """Grey labels and no box, so that the picture sits on any page."""
    axes.set_facecolor("none")
    axes.tick_params(colors=GREY, labelsize=7, length=0, pad=3)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(GREY)
        axes.spines[side].set_alpha(0.6)


def _bytes(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", transparent=True, bbox_inches="tight", pad_inches=0.05)
    return buffer.getvalue()
