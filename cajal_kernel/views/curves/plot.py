"""The image of a training: a panel for each metric, the runs in it, and what was watched in the last run."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from cajal_kernel.views.curves.data import Curves
from cajal_kernel.views.curves.envelope import GREATEST, Array, Thinned
from cajal_kernel.views.curves.groups import grouped
from cajal_kernel.views.curves.styles import label, style
from cajal_kernel.views.curves.tensors import SMALL, axes_at, draw_watched, height_of
from cajal_kernel.views.paint import GREY, counted, figure, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

PANELS, ACROSS, KEYS = 24, 3, 24
"""The most panels of an image, the panels of a row, and the most runs in the legend."""

TENSORS = 6
"""The most watched tensors of an image."""

WIDTH, HEIGHT = 4.2, 2.5
"""The room of a panel with its labels, in inches."""

LINE = 0.19
"""The room of a line of the legend, in inches."""


def curves_image(curves: Curves, format: Literal["png", "svg"]) -> bytes:
    """The panels in rows of three, the runs in colours and dashes, several seeds as a mean and a band."""
    metrics, runs = curves.metrics[:PANELS], curves.runs
    across = min(ACROSS, max(1, len(metrics)))
    width, keys = WIDTH * across, _keys(curves, metrics) if any(runs) else []
    rooms = [0.7 + 0.07 * len(key) for key in keys]
    columns = len(keys) if sum(rooms) < width else max(1, int(width / max(rooms)))
    head = LINE * -(-len(keys) // max(1, columns))
    watched = [tensor for tensor in curves.watched if tensor.run == curves.watched[-1].run][:TENSORS]
    tops = [head + HEIGHT * max(1, -(-len(metrics) // across))]
    for tensor in watched:
        tops.append(tops[-1] + height_of(tensor, width))
    drawing = figure(width, tops[-1])
    handles: dict[str, Line2D] = {}
    for place, metric in enumerate(metrics or [""]):
        row, column = divmod(place, across)
        left, top = WIDTH * column + 0.55, head + HEIGHT * row + 0.28
        axes = plain(axes_at(drawing, left, top, WIDTH - 0.65, HEIGHT - 0.68))
        for (of, run), places in curves.groups.items():
            if of == metric:
                drawn = _run(axes, [curves.thinned[place] for place in places], *style(runs.index(run)))
                handles.setdefault(run, drawn)
        _labels(axes, metric, curves)
    if keys:
        _legend(drawing, list(handles.values()), keys, columns)
    for tensor, top in zip(watched, tops, strict=False):
        draw_watched(drawing, top, tensor)
    return _saved(drawing, format)


def _near(values: Array) -> Array:
    return np.where(np.isfinite(values), values.clip(-GREATEST, GREATEST), np.nan)


def _run(axes: Axes, seeds: list[Thinned], colour: str, dash: tuple[float, ...]) -> Line2D:
    """One metric of one run, and marks where a value is not finite."""
    look: dict[str, Any] = {"color": colour, "linewidth": 1.3, "linestyle": (0, dash) if dash else "-"}
    for seed in seeds:
        for sign, at, odd in (
            ("x", 0.03, np.isnan(seed.values)),
            ("^", 0.97, np.isposinf(seed.values)),
            ("v", 0.03, np.isneginf(seed.values)),
        ):
            steps = _apart(_near(seed.steps[odd]), seed.steps)
            heights = np.full(len(steps), at)
            axes.plot(steps, heights, sign, color=colour, markersize=5, transform=axes.get_xaxis_transform())
    if len(seeds) > 1:
        group = grouped(seeds)
        axes.fill_between(group.steps, group.low, group.high, color=colour, alpha=0.2, linewidth=0)
        steps, values = group.steps, group.mean
    else:
        steps, values = _near(seeds[0].steps), _near(seeds[0].values)
    marker = "o" if np.isfinite(values).sum() == 1 else ""
    (line,) = axes.plot(steps, values, marker=marker, markersize=4, **look)
    return line


def _apart(places: Array, steps: Array) -> Array:
    """Those places of marks that do not cover the one before."""
    near = _near(steps)
    finite = near[np.isfinite(near)]
    least = np.ptp(finite) / 50 if len(finite) else 0.0
    kept: list[float] = []
    for place in places:
        if not kept or place - kept[-1] > least:
            kept.append(place)
    return np.array(kept)


def _labels(axes: Axes, metric: str, curves: Curves) -> None:
    from matplotlib.ticker import NullFormatter

    note = ""
    if metric in curves.log:
        values = np.concatenate([line.values for line in curves.lines if line.metric == metric])
        values = values[np.isfinite(values)]
        least, low = values[values > 0].min(initial=np.inf), int((values <= 0).sum())
        if least < np.inf:
            axes.set_yscale("log", nonpositive="clip")
            axes.yaxis.set_minor_formatter(NullFormatter())
            axes.tick_params(which="minor", length=0)
            note = f" (log; {counted(low, 'value')} ≤ 0 at the lower edge)" if low else " (log)"
        else:
            note = " (linear: no value is above 0)"
    axes.set_title(label(metric) + note, fontsize=9, loc="left", **SMALL)
    axes.set_xlabel("step", fontsize=8, labelpad=1, **SMALL)
    axes.grid(color=GREY, alpha=0.2, linewidth=0.6)
    axes.margins(x=0.01)


def _keys(curves: Curves, metrics: list[str]) -> list[str]:
    """What the legend says of the runs that it has room for, and of the others and the bands."""
    seeds: dict[str, int] = {}
    for (metric, run), places in curves.groups.items():
        if metric in metrics:
            seeds[run] = max(seeds.get(run, 0), len(places))
    names = [label(run) + (f" ({count} seeds)" if count > 1 else "") for run, count in seeds.items()]
    more = [f"… {len(names) - KEYS} more"] if len(names) > KEYS else []
    bands = ["line: mean of seeds, band: least to greatest"] if max(seeds.values()) > 1 else []
    return [*names[:KEYS], *more, *bands]


def _legend(drawing: Figure, handles: list[Line2D], keys: list[str], columns: int) -> None:
    """Which run is which line. The names are set behind its back: it leaves out those that begin with `_`."""
    from matplotlib.lines import Line2D

    handles = handles[: min(KEYS, len(handles))]
    handles += [Line2D([], [], linestyle="")] * (len(keys) - len(handles))
    look: dict[str, Any] = {"fontsize": 8, "frameon": False, "labelcolor": GREY, "handlelength": 2.6}
    look |= {"columnspacing": 1.2, "labelspacing": 0.25, "borderpad": 0.1, "borderaxespad": 0.1}
    legend = drawing.legend(handles, ["run"] * len(keys), loc="upper left", ncols=columns, **look)
    for text, name in zip(legend.get_texts(), keys, strict=True):
        text.set_parse_math(False)
        text.set_text(name)


def _saved(drawing: Figure, format: Literal["png", "svg"]) -> bytes:
    """The figure as a file of a transparent image, the same bytes for the same figure."""
    from matplotlib import rc_context

    buffer = io.BytesIO()
    with warnings.catch_warnings(), rc_context({"svg.hashsalt": "cajal", "svg.fonttype": "none"}):
        warnings.filterwarnings("ignore", "Glyph .* missing")  # a box stands there, and the text has the name
        drawing.savefig(
            buffer, format=format, transparent=True, metadata={"Date": None} if format == "svg" else None
        )
    return buffer.getvalue()
