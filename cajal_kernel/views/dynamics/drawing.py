"""The static picture of a recurrence: its states over the steps, their weights, and the sum so far."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from cajal_kernel.views.dynamics.canvas import Canvas, text_width
from cajal_kernel.views.dynamics.colours import Scale, scale_of
from cajal_kernel.views.dynamics.text import folded, overflow
from cajal_kernel.views.paint import COLOURS, round_up, short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cajal_kernel.views.dynamics.runs import Run

    Array = NDArray[Any]

PLOT, LABELS, RIGHT = 460, 130, 100
"""The widest plot and the widest labels, and the room at the right for the result and the scale."""
BARS, ROW, GAP = 40, 16, 24
LETTER = "#ffffff"
READ = 32
"""The most coordinates of an element that are drawn."""
PICTURES, SIDE = 9, 84
"""The most images in a strip, and how large one is."""


def run_png(run: Run, values: Sequence[Array], count: str = "") -> bytes:
    """The picture for some inputs. `count` names the one that the weights of the steps are."""
    states, weights, running = run.at(values)
    if run.sizes is not None and len(run.sizes) in (2, 3) and len(run.state.labels) > ROW:
        return _strip(run, states, weights, running)
    title = f"weight of each step, from {count}" if count else "weight of each step"
    return _heatmaps(run, states, weights, running, title)


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where the columns and the rows of the plots are."""

    left: float
    width: float
    height: float
    steps: int


def _heatmaps(run: Run, states: Array, weights: Array, running: Array, title: str) -> bytes:
    labels = [_cut(label) for label in run.state.labels]
    read = [_cut(label) for axis, _, _ in run.elements if len(axis.labels) <= READ for label in axis.labels]
    left = max(34.0, *(text_width(label) for label in [*labels, *read])) + 8
    row = min(ROW, max(1.0, 180 / len(labels)))
    wide = min(PLOT, max(150, 34 * run.steps))
    frame = _Frame(left, wide, max(24, row * len(labels)), run.steps)
    reads = [(axis, _read(values)) for axis, _, values in run.elements if len(axis.labels) <= READ]
    heights = [max(24.0, row * len(axis.labels)) for axis, _ in reads]
    tall = 3 * GAP + 2 * frame.height + BARS + 34 + sum(heights) + GAP * len(heights)
    canvas = Canvas(left + wide + RIGHT, tall)
    scale, total = scale_of(states), scale_of(running)
    y = float(GAP)
    for (axis, values), height in zip(reads, heights, strict=True):
        names = [_cut(label) for label in axis.labels]
        own = replace(frame, height=height)
        _heatmap(
            canvas, own, y, values, names, scale_of(values), f"element that the step reads : {axis.type}"
        )
        y += height + GAP
    _heatmap(canvas, frame, y, states, labels, scale, f"state {run.state.name}")
    _scale_bar(canvas, left + wide + 12, y, frame.height, scale)
    if (over := overflow(states)) is not None:
        canvas.text(left + wide, y - 12, f"not finite from step {over}", at="r", size=9, colour="#c81e78")
    y += frame.height + GAP
    _bars(canvas, frame, y, weights, title)
    y += BARS + GAP
    _heatmap(canvas, frame, y, running, labels, total, "Σ weight · state, so far")
    canvas.text(left + wide + 12, y - 12, "result", size=9)
    _column(canvas, left + wide + 12, y, frame, running[-1], labels, total)
    y += frame.height
    _steps(canvas, frame, y)
    return canvas.png()


def _read(values: Array) -> Array:
    """The elements below the states that they lead to: none is read for the first."""
    return np.concatenate([np.zeros((1, values.shape[1])), values])


def _heatmap(
    canvas: Canvas, frame: _Frame, y: float, values: Array, labels: list[str], scale: Scale, title: str
) -> None:
    shown = binned(values, frame.width)
    canvas.text(frame.left, y - 12, title, size=9)
    canvas.cells(frame.left, y, frame.width, frame.height, scale.colours(shown.T))
    canvas.frame(frame.left, y, frame.width, frame.height)
    row, column = frame.height / len(labels), frame.width / len(shown)
    for place in range(0, len(labels), round_up(11 / row)):
        canvas.text(frame.left - 6, y + (place + 0.5) * row, labels[place], at="r")
    if row >= 11 and column >= 30 and len(shown) == len(values):
        for step, state in enumerate(values):
            for place, value in enumerate(state):
                _number(
                    canvas, frame.left + (step + 0.5) * column, y + (place + 0.5) * row, float(value), scale
                )


def _number(canvas: Canvas, x: float, y: float, value: float, scale: Scale) -> None:
    if value:
        strong = not np.isfinite(value) or scale.strength(np.array([value]))[0] > 0.55
        colour = LETTER if strong else "#808080"
        canvas.text(x, y, short(value), size=9, at="m", colour=colour)


def _column(
    canvas: Canvas, x: float, y: float, frame: _Frame, result: Array, labels: list[str], scale: Scale
) -> None:
    """The result, a column with a number at each entry that is not zero."""
    row = frame.height / len(labels)
    canvas.cells(x, y, 16, frame.height, scale.colours(result[:, None]))
    canvas.frame(x, y, 16, frame.height)
    if row >= 9:
        for place, value in enumerate(result):
            if value:
                canvas.text(x + 21, y + (place + 0.5) * row, short(float(value)), size=9)


def _scale_bar(canvas: Canvas, x: float, y: float, height: float, scale: Scale) -> None:
    """Which number has which colour, from the greatest to the least."""
    tall = min(max(height, 40), 110)
    part = np.linspace(1, -1 if scale.is_signed else 0, 60)
    size = scale.low * (scale.high / scale.low) ** np.abs(part) if scale.low else scale.high * np.abs(part)
    canvas.cells(x, y, 10, tall, scale.colours((np.sign(part) * size)[:, None]))
    canvas.frame(x, y, 10, tall)
    canvas.text(x + 15, y + 5, short(scale.high), size=8)
    least = f"{'±' * scale.is_signed}{scale.low:.1g}" if scale.low else "0"
    canvas.text(x + 15, y + (tall / 2 if scale.is_signed else tall - 5), least, size=8)
    if scale.is_signed:
        canvas.text(x + 15, y + tall - 5, short(-scale.high), size=8)
    if scale.low:
        canvas.text(x - 2, y - 12, "log scale", size=8)


def _bars(canvas: Canvas, frame: _Frame, y: float, weights: Array, title: str) -> None:
    shown = binned(weights[:, None], frame.width)[:, 0]
    finite = shown[np.isfinite(shown)]
    high, low = max(1e-300, float(finite.max(initial=0))), min(0.0, float(finite.min(initial=0)))
    high = high if high > 1e-300 or low < 0 else 1.0
    canvas.text(frame.left, y - 12, title, size=9)
    zero, unit = y + BARS * high / (high - low), BARS / (high - low)
    column = frame.width / len(shown)
    for step, value in enumerate(np.nan_to_num(shown)):
        if value:
            top = zero - unit * max(value, 0)
            thick = max(column * 0.7, 1.6)
            x = frame.left + (step + 0.5) * column - thick / 2
            canvas.rectangle(x, top, thick, unit * abs(value), COLOURS[2])
    canvas.rectangle(frame.left, zero, frame.width, 0.6, "#80808090")
    canvas.text(frame.left - 6, y + 5, short(high), size=9, at="r")
    canvas.text(frame.left - 6, zero, "0", size=9, at="r")
    if low < 0:
        canvas.text(frame.left - 6, y + BARS - 4, short(low), size=9, at="r")


def _steps(canvas: Canvas, frame: _Frame, y: float) -> None:
    stride = round_up(26 * frame.steps / frame.width)
    for step in range(0, frame.steps, stride):
        canvas.text(frame.left + (step + 0.5) * frame.width / frame.steps, y + 9, str(step), size=9, at="m")
    canvas.text(frame.left + frame.width / 2, y + 23, "step", size=9, at="m")


def _strip(run: Run, states: Array, weights: Array, running: Array) -> bytes:
    """The states of a space of images, some of them, and the result."""
    kept = folded(run.steps, PICTURES, [int(np.argmax(np.abs(weights)))])[:12]
    assert run.sizes is not None
    tall = SIDE * run.sizes[-2] / run.sizes[-1]
    canvas = Canvas(8 + (len(kept) + 1) * (SIDE + 6) + 90, tall + 48)
    scale, total = scale_of(states), scale_of(running)
    for place, step in enumerate(kept):
        x = 4 + place * (SIDE + 6)
        canvas.cells(x, 18, SIDE, tall, picture(states[step], run.sizes, scale))
        canvas.frame(x, 18, SIDE, tall)
        canvas.text(x, 9, f"step {step}", size=9)
        canvas.text(x, tall + 27, f"weight {short(float(weights[step]))}", size=9)
    x = 4 + len(kept) * (SIDE + 6) + 8
    canvas.cells(x, 18, SIDE, tall, picture(running[-1], run.sizes, total))
    canvas.frame(x, 18, SIDE, tall)
    canvas.text(x, 9, "Σ weight · state", size=9)
    canvas.text(x, tall + 27, "result", size=9)
    _scale_bar(canvas, x + SIDE + 16, 18, tall, scale)
    return canvas.png()


def picture(values: Array, sizes: tuple[int, ...], scale: Scale) -> NDArray[np.uint8]:
    """The pixels of an image; one of three channels between 0 and 1 has its own colours."""
    if len(sizes) == 2:
        return scale.colours(values.reshape(sizes))
    channels = values.reshape(sizes)
    if sizes[0] == 3 and np.isfinite(values).all() and values.min() >= 0 and values.max() <= 1:
        rgb = np.rint(255 * np.moveaxis(channels, 0, -1)).astype(np.uint8)
        return np.concatenate([rgb, np.full((*sizes[1:], 1), 255, np.uint8)], -1)
    return scale.colours(np.concatenate(list(channels), axis=1))


def binned(values: Array, width: float) -> Array:
    """Steps (steps, dim), at most two a unit: of several the number of the greatest magnitude, or NaN."""
    columns = int(2 * width)
    if len(values) <= columns:
        return values
    starts = np.arange(columns) * len(values) // columns
    size = np.where(np.isnan(values), np.inf, np.abs(values))
    parts = zip(np.split(values, starts[1:]), np.split(size, starts[1:]), strict=True)
    return np.stack([np.take_along_axis(part, sizes.argmax(0)[None], 0)[0] for part, sizes in parts])


def _cut(label: str) -> str:
    """A label that is no wider than the room for labels."""
    while text_width(label) > LABELS:
        label = label[: max(1, len(label) - 5)] + "…"
    return label
