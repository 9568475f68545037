"""The static forms of a training: text, and HTML with an image."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

import numpy as np

import cajal_core as cajal
from cajal_kernel.views.curves.data import Curves, Watched
from cajal_kernel.views.curves.envelope import GREATEST, Array, Thinned
from cajal_kernel.views.curves.groups import grouped
from cajal_kernel.views.curves.plot import PANELS, curves_image
from cajal_kernel.views.curves.styles import label
from cajal_kernel.views.paint import QUIET, Bundle, counted, image, left, width

BARS = "▁▂▃▄▅▆▇█"

LINES = 12
"""The most lines of text, one for each metric of each run."""

WARNING = "warning: "
WARNED = "border-left:3px solid #e26816;padding-left:8px;margin:4px 0"
"""How a warning is written, and how its line looks; the live picture has the same."""

NO_MATH = "mathjax_ignore"
"""The class of what is no mathematics to JupyterLab, though a name in it may have `$` signs."""


def curves_bundle(curves: Curves, slot: str) -> Bundle:
    """The static forms of a curve; the live one takes their place by `slot`. No image without a point."""
    png = curves_image(curves, "png") if curves.lines else None
    return {"text/plain": curves_text(curves), "text/html": curves_html(curves, png, slot)}


def curves_text(curves: Curves) -> str:
    """First and last value of every metric and run, with its course in small."""
    rows = list(_rows(curves))
    margin = max((width(name) for name, _, _ in rows), default=0)
    lines = [": ".join(filter(None, [cajal.printable(curves.title), curves.steps]))]
    lines += [f"  {left(name, margin)}  {course}  {numbers}" for name, course, numbers in rows]
    lines += [f"  {note}" for note in _notes(curves)]
    return "\n".join([*lines, *(f"  {WARNING}{warning}" for warning in _warnings(curves))])


def _with_code(text: str) -> str:
    """What stands in backticks is code."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(text))


def _warnings(curves: Curves) -> list[str]:
    return [cajal.printable(warning) for warning in curves.warnings]


def _rows(curves: Curves) -> Iterator[tuple[str, str, str]]:
    """Of each metric and run: its name, its course in small, and its first and last value."""
    for (metric, run), places in list(curves.groups.items())[:LINES]:
        seeds = [curves.thinned[place] for place in places]
        several = f"({counted(len(seeds), 'seed')})" if len(seeds) > 1 else ""
        name = " ".join(filter(None, [label(metric), label(run), several]))
        if len(seeds) == 1:
            first, last = curves.lines[places[0]].values[[0, -1]]
            yield name, _course(seeds[0].values), f"{first:.4g} → {last:.4g}{_odd(seeds)}"
            continue
        group = grouped(seeds)
        ends = f"{group.mean[0]:.4g} → {group.mean[-1]:.4g}" if len(group.steps) else "no finite value"
        band = f" ({group.low[-1]:.4g} to {group.high[-1]:.4g})" if len(group.steps) else ""
        yield name, _course(group.mean), f"{ends}{band}{_odd(seeds)}"


def _odd(seeds: list[Thinned]) -> str:
    """What of the values is not finite, in words."""
    odd = sum(seed.odd for seed in seeds)
    if not odd:
        return ""
    first = min(float(seed.steps[~np.isfinite(seed.values)][0]) for seed in seeds if seed.odd)
    return f", NaN or infinite {counted(odd, 'time')}, first at step {first:.6g}"


def _notes(curves: Curves) -> Iterator[str]:
    if (more := len(curves.groups) - LINES) > 0:
        yield f"… and {more} more"
    tensors: dict[str, list[Watched]] = {}
    for watched in curves.watched:
        size = f"{len(watched.rows)} × {len(watched.columns)}"
        tensors.setdefault(f"{label(watched.name)} : {label(watched.type)}, {size}", []).append(watched)
    for tensor, records in tensors.items():
        steps = counted(sum(len(watched.steps) for watched in records), "step")
        runs = len({watched.run for watched in records})
        yield f"{tensor}, watched at {steps}" + (f" of {runs} runs" if runs > 1 else "")


def _course(values: Array) -> str:
    """Twenty-four marks, each the mean of its part of the line."""
    near = np.where(np.isfinite(values), values.clip(-GREATEST, GREATEST), np.nan)
    parts = [part[~np.isnan(part)] for part in np.array_split(near, min(24, max(1, len(near))))]
    means = [float(part.mean()) if part.size else np.nan for part in parts]
    finite = [mean for mean in means if np.isfinite(mean)]
    low, high = min(finite, default=0.0), max(finite, default=0.0)
    span = (high - low) or 1.0
    return "".join(BARS[round((mean - low) / span * 7)] if np.isfinite(mean) else "×" for mean in means)


def curves_html(curves: Curves, png: bytes | None, slot: str) -> str:
    """The curve, or only its title while there is no point yet."""
    name = cajal.printable(curves.title)
    said = "; ".join(f"{row} {numbers}" for row, _, numbers in _rows(curves))
    alternative = ": ".join(filter(None, [f"training curve of {name}" if name else "training curve", said]))
    picture = image(png, alternative) if png else ""
    more = len(curves.metrics) - PANELS
    cut = f"; {more} more metrics are not drawn" if png and more > 0 else ""
    note = f'<div style="{QUIET}">{escape(curves.steps + cut)}</div>'
    title = f"<div><b>{escape(name)}</b></div>" if name else ""
    warnings = "".join(
        f'<div style="{WARNED}"><b>{WARNING}</b>{_with_code(text)}</div>' for text in _warnings(curves)
    )
    return f'<div class="cajal-view {NO_MATH} {escape(slot)}">{title}{note}{picture}{warnings}</div>'
