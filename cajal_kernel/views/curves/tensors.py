"""Watched tensors in an image: each at the first step, at the last, and at some between, on one scale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cajal_kernel.views.curves.data import Watched
from cajal_kernel.views.curves.styles import label
from cajal_kernel.views.paint import GREY, counted, painted, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOMENTS = 4
"""The most steps at which a tensor is shown."""

LEFT, TOP, BOTTOM, ROOM = 0.8, 0.66, 0.15, 0.12
"""The room around a row of matrices, and between two, in inches."""

SIDE = 1.1
"""The most inches of a matrix's height."""

NAMED = 0.1
"""The least side of a cell, in inches, beside which there is room for the name of a basis vector."""

SMALL: dict[str, Any] = {"color": GREY, "parse_math": False}


def axes_at(drawing: Figure, left: float, top: float, width: float, height: float) -> Axes:
    """Axes at a place in inches from the upper left corner."""
    across, down = drawing.get_size_inches()
    return drawing.add_axes((left / across, 1 - (top + height) / down, width / across, height / down))


def _cell(watched: Watched, width: float) -> float:
    """The inches of a cell's side."""
    return min(0.28, SIDE / len(watched.rows), ((width - LEFT) / MOMENTS - ROOM) / len(watched.columns))


def _names(names: tuple[str, ...], cell: float) -> list[str]:
    return [label(name)[:14] for name in names] if cell >= NAMED else []


def height_of(watched: Watched, width: float) -> float:
    """The inches that `draw_watched` needs in a figure of a width."""
    cell = _cell(watched, width)
    names = 0.055 * max(map(len, _names(watched.columns, cell)), default=0)
    return TOP + cell * len(watched.rows) + names + BOTTOM


def draw_watched(drawing: Figure, top: float, watched: Watched) -> None:
    """A row of matrices, some inches below the upper edge."""
    width, height = drawing.get_size_inches()
    moments = np.unique(np.linspace(0, len(watched.steps) - 1, MOMENTS).round().astype(int))
    scale = float(np.abs(watched.values[np.isfinite(watched.values)]).max(initial=0)) or 1.0
    rows, columns, cell = len(watched.rows), len(watched.columns), _cell(watched, width)
    of = f" : {label(watched.type)}" if watched.type else ""
    least = f"{-scale:.3g} (orange)" if (watched.values < 0).any() else "0"
    size = f"{counted(rows, 'row')} × {counted(columns, 'column')}"
    run = f"{label(watched.run)}: " if watched.run else ""
    colours = f"{size}, colours from {least} to {scale:.3g} (blue)"
    drawing.text(
        0.1 / width, 1 - (top + 0.16) / height, f"{run}{label(watched.name)}{of}", fontsize=9, **SMALL
    )
    drawing.text(0.1 / width, 1 - (top + 0.32) / height, colours, fontsize=8, **SMALL)
    for place, moment in enumerate(moments):
        left = LEFT + (width - LEFT) / MOMENTS * place
        axes = plain(axes_at(drawing, left, top + TOP - 0.08, cell * columns, cell * rows))
        axes.imshow(
            painted(watched.values[moment].astype(float), scale), interpolation="nearest", aspect="auto"
        )
        axes.set_title(f"step {watched.steps[moment]:.6g}", fontsize=7, loc="left", pad=3, **SMALL)
        names = _names(watched.rows, cell) if place == 0 else []
        axes.set_yticks(range(len(names)), names, fontsize=6)
        names = _names(watched.columns, cell) if place == 0 else []
        axes.set_xticks(range(len(names)), names, fontsize=6, rotation=90)
        for text in (*axes.get_xticklabels(), *axes.get_yticklabels()):
            text.set_parse_math(False)
        _mark_odd(axes, watched.values[moment])


def _mark_odd(axes: Axes, values: Any) -> None:
    """What is not finite is told by a mark, whatever its colour."""
    for mark, odd in (("x", np.isnan(values)), ("^", np.isposinf(values)), ("v", np.isneginf(values))):
        rows, columns = np.nonzero(odd)
        axes.plot(columns, rows, mark, color=GREY, markersize=4)
