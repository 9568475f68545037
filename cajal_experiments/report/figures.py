"""Figures in the papers' layout: a panel for each variant, a curve for each model, and what its seeds did."""

# What pandas says of its own types is wider than what it gives.
# pyright: reportArgumentType=false, reportGeneralTypeIssues=false, reportReturnType=false

from __future__ import annotations

import io
from collections.abc import Sequence
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from cajal_experiments.report.statistics import mean
from cajal_experiments.report.summary import Group

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Inches of a panel, and how many stand side by side.
WIDTH, HEIGHT = 4.2, 3.0
ACROSS = 3
#: The interval of fewer seeds is wider than all that they measured. They have a curve each instead.
ENOUGH = 5
#: Names of the parts of a file do not vary, and text stays text.
STYLE = {"svg.hashsalt": "cajal", "svg.fonttype": "none", "font.size": 9}


def curves(group: Group) -> Figure | None:
    """The first measure by training steps: means over seeds with 95% intervals, or all of few seeds.

    None where no run was measured twice.
    """
    measure = group.study.measures[0]
    panels = panels_of(group, measure)
    if not any(len(steps) > 1 for models in panels.values() for steps, _values in models.values()):
        return None
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context(STYLE):
        rows = ceil(len(panels) / ACROSS)
        columns = ceil(len(panels) / rows)
        figure = Figure(figsize=(WIDTH * columns + 1, HEIGHT * rows), layout="constrained")
        grid = figure.subplots(rows, columns, sharey=True, squeeze=False)
        axes = grid.flat[: len(panels)]
        for axis in grid.flat[len(panels) :]:
            axis.remove()
        for axis, (variant, models) in zip(axes, panels.items(), strict=True):
            for model, (steps, values) in models.items():
                color = f"C{group.study.models.index(model) % 10}"
                averages = [mean(seeds) for seeds in values]
                middle = np.array([average.value for average in averages])
                axis.plot(steps, middle, label=model, color=color, marker="o" if len(steps) == 1 else None)
                if all(len(seeds) < ENOUGH for seeds in values):
                    axis.plot(steps, values, color=color, alpha=0.5, linewidth=0.6)
                else:
                    half = np.array([average.half or 0.0 for average in averages])
                    axis.fill_between(
                        steps, middle - half, middle + half, color=color, alpha=0.2, linewidth=0
                    )
            axis.set_title(variant)
            axis.set_xlabel("training steps")
        for axis in grid[:, 0]:
            axis.set_ylabel(measure)
        drawn = {line.get_label(): line for axis in axes for line in axis.get_lines()}
        shown = [model for model in group.study.models if model in drawn]
        figure.legend([drawn[model] for model in shown], shown, loc="outside right upper", frameon=False)
    return figure


def svg(figure: Figure) -> str:
    """A figure for a page: a function of the numbers alone, so without a date."""
    import matplotlib as mpl

    file = io.StringIO()
    with mpl.rc_context(STYLE):
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines()) + "\n"


def png(figure: Figure) -> bytes:
    """A figure for a notebook: JupyterLab shows no SVG of a notebook that somebody else has run."""
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=90)
    return file.getvalue()


def panels_of(group: Group, measure: str) -> dict[str, dict[str, tuple[list[int], list[list[float]]]]]:
    """By variant and model: the steps at which every run was measured, and the values of all seeds there."""
    panels: dict[str, dict[str, tuple[list[int], list[list[float]]]]] = {}
    for (variant, model), runs in group.largest.groupby(["variant", "model"], sort=False):
        seeds = [finite(curves[measure]) for curves in runs["curves"] if measure in curves]
        if seeds:
            steps = sorted(set.intersection(*(set(seed) for seed in seeds)))
            values = [[seed[step] for seed in seeds] for step in steps]
            panels.setdefault(str(variant), {})[str(model)] = steps, values
    return panels


def finite(curve: tuple[Sequence[int], Sequence[float | None]]) -> dict[int, float]:
    """The values of a curve that are numbers, by step."""
    return {step: value for step, value in zip(*curve, strict=True) if value is not None}
