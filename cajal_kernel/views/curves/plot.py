"""The image of a training: a panel for each metric, the runs in it, and the watched tensors below."""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from cajal_kernel.views.curves.data import Curves, Watched
from cajal_kernel.views.curves.envelope import GREATEST, Array, Thinned
from cajal_kernel.views.curves.groups import grouped
from cajal_kernel.views.curves.styles import label, style
from cajal_kernel.views.paint import GREY, counted, figure, painted, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

PANELS, ACROSS, KEYS = 24, 3, 24
"""The most panels of an image, the panels of a row, and the most runs in the legend."""

TENSORS, MOMENTS = 6, 4
"""The most watched tensors of an image, and the steps at which each is shown."""

WIDTH, HEIGHT = 4.2, 2.5
"""The room of a panel with its labels, in inches."""

BELOW = 1.6
"""The room of a watched tensor, in inches."""

SMALL: dict[str, Any] = {"color": GREY, "parse_math": False}


def curves_image(curves: Curves, format: Literal["png", "svg"]) -> bytes:
    """The panels in rows of three, the runs in colours and dashes, several seeds as a mean and a band."""
    metrics, runs = curves.metrics[:PANELS], curves.runs
    across = min(ACROSS, max(1, len(metrics)))
    down = max(1, -(-len(metrics) // across))
    keys = min(KEYS + 1, len(runs)) if any(runs) else 0
    legend, watched = 0.19 * -(-keys // (2 * across)), curves.watched[:TENSORS]
    drawing = figure(WIDTH * across, legend + HEIGHT * down + BELOW * len(watched))
    handles: dict[str, Line2D] = {}
    for place, metric in enumerate(metrics or [""]):
        row, column = divmod(place, across)
        left, top = WIDTH * column + 0.55, legend + HEIGHT * row + 0.28
        axes = plain(_axes(drawing, left, top, WIDTH - 0.65, HEIGHT - 0.68))
        for (of, run), places in curves.groups.items():
            if of == metric:
                drawn = _run(axes, [curves.thinned[place] for place in places], *style(runs.index(run)))
                handles.setdefault(run, drawn)
        _labels(axes, metric, curves)
    if keys:
        _legend(drawing, handles, 2 * across, curves)
    for place, tensor in enumerate(watched):
        _watched(drawing, legend + HEIGHT * down + BELOW * place, tensor)
    return _saved(drawing, format)


def _axes(drawing: Figure, left: float, top: float, width: float, height: float) -> Axes:
    """Axes at a place in inches from the upper left corner."""
    across, down = drawing.get_size_inches()
    return drawing.add_axes((left / across, 1 - (top + height) / down, width / across, height / down))


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
            steps = _near(seed.steps[odd])
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


def _labels(axes: Axes, metric: str, curves: Curves) -> None:
    from matplotlib.ticker import NullFormatter

    note = ""
    if metric in curves.log:
        values = [line.values for line in curves.thinned_of(metric)]
        least = min((float(v[v > 0].min()) for v in values if (v > 0).any()), default=0.0)
        low = sum(int((v <= 0).sum()) for v in values)
        if least:
            axes.set_yscale("log", nonpositive="clip")
            axes.yaxis.set_minor_formatter(NullFormatter())
            note = f" (log; {counted(low, 'value')} ≤ 0 at the lower edge)" if low else " (log)"
        else:
            note = " (linear: no value is above 0)"
    axes.set_title(label(metric) + note, fontsize=9, loc="left", **SMALL)
    axes.set_xlabel("step", fontsize=8, labelpad=1, **SMALL)
    axes.grid(color=GREY, alpha=0.2, linewidth=0.6)
    axes.margins(x=0.01)


def _legend(drawing: Figure, handles: Mapping[str, Line2D], columns: int, curves: Curves) -> None:
    """Which run is which line. The names are set behind its back: it leaves out those that begin with `_`."""
    from matplotlib.lines import Line2D

    shown = list(handles)[:KEYS]
    names = [label(run) + _seeds(curves, run) for run in shown]
    keys = [handles[run] for run in shown]
    if (more := len(handles) - KEYS) > 0:
        names, keys = [*names, f"… {more} more"], [*keys, Line2D([], [], linestyle="")]
    look: dict[str, Any] = {"fontsize": 8, "frameon": False, "labelcolor": GREY, "handlelength": 2.6}
    look |= {"columnspacing": 1.2, "labelspacing": 0.25, "borderpad": 0.1, "borderaxespad": 0.1}
    legend = drawing.legend(keys, ["run"] * len(names), loc="upper left", ncols=columns, **look)
    for text, name in zip(legend.get_texts(), names, strict=True):
        text.set_parse_math(False)
        text.set_text(name)


def _seeds(curves: Curves, run: str) -> str:
    seeds = max(len(places) for (_, of), places in curves.groups.items() if of == run)
    return f" (mean of {seeds} seeds, band: least to greatest)" if seeds > 1 else ""


def _watched(drawing: Figure, top: float, watched: Watched) -> None:
    """A tensor at its first recorded step, at its last, and at some between, on one scale."""
    moments = np.unique(np.linspace(0, len(watched.steps) - 1, MOMENTS).round().astype(int))
    finite = watched.values[np.isfinite(watched.values)].astype(float)
    scale = float(np.abs(finite).max(initial=0)) or 1.0
    across = drawing.get_size_inches()[0]
    room = (across - 0.7) / MOMENTS
    rows, columns = watched.values.shape[1:]
    size = min(0.95 / rows, (room - 0.15) / columns, 0.3)
    head = (
        f"{label(watched.name)} : {label(watched.type)}, {rows} × {columns}, from −{scale:.3g} to {scale:.3g}"
    )
    drawing.text(0.55 / across, 1 - (top + 0.16) / drawing.get_size_inches()[1], head, fontsize=9, **SMALL)
    for place, moment in enumerate(moments):
        axes = plain(_axes(drawing, 0.7 + room * place, top + 0.45, size * columns, size * rows))
        axes.imshow(
            painted(watched.values[moment].astype(float), scale), interpolation="nearest", aspect="auto"
        )
        axes.set_title(f"step {watched.steps[moment]:.6g}", fontsize=8, loc="left", pad=3, **SMALL)
        axes.set_xticks(range(columns), watched.columns if columns <= 4 else [""] * columns)
        axes.set_yticks(range(rows), watched.rows if place == 0 and rows <= 6 else [""] * rows)


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
