"""The picture of an `iter` that runs: its state after each step, and the weight of the step in the count."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

import cajal_core as cajal
from cajal_kernel.errors import MagicError
from cajal_kernel.views.basis import Axis, argument_axes, combinations, entries
from cajal_kernel.views.live.picture import Live
from cajal_kernel.views.paint import (
    COLOURS,
    GREY,
    ROWS,
    counted,
    entry_text,
    figure,
    heading,
    heading_text,
    image,
    painted,
    plain,
    png_bytes,
    right,
    rule,
    short,
    ticks,
    width,
)
from cajal_kernel.views.picture import Picture

Array = NDArray[np.float64]

INPUTS, ENTRIES = 1024, 2**22
"""The most inputs, and the most numbers, that are sent to a page."""

PICTURED = 12
"""The most inputs whose steps are pictured side by side."""

WRITTEN, COORDINATES = 3, 16
"""The most inputs, and the most coordinates of a state, that are written as text."""


@dataclass(frozen=True, eq=False)
class Steps:
    """The run of an `iter`: the state after i steps and the weight of i in the count, for every input.

    `states` is (inputs, steps, dim), `weights` is (inputs, steps); an input is one choice of basis vectors
    for `arguments`. The result of the `iter` is the sum over the steps of weight times state.

    Raises:
        ValueError: if the shapes do not fit each other.
    """

    title: str
    arguments: tuple[Axis, ...]
    state: Axis
    states: Array
    weights: Array

    def __post_init__(self) -> None:
        inputs = math.prod(len(axis.labels) for axis in self.arguments)
        steps = self.states.shape[1] if self.states.ndim == 3 else 0
        if self.states.shape != (inputs, steps, len(self.state.labels)):
            raise ValueError(f"states of shape {self.states.shape} for {inputs} inputs")
        if self.weights.shape != (inputs, steps):
            raise ValueError(f"weights of shape {self.weights.shape} for {inputs} inputs and {steps} steps")

    @cached_property
    def inputs(self) -> list[str]:
        """Every input in words: `m = 1, n = 2`; one empty text where there are no arguments."""
        return [
            ", ".join(axis.at(i) for axis, i in zip(self.arguments, choice, strict=True))
            for choice in combinations(self.arguments)
        ]

    @property
    def count(self) -> int:
        """How many states there are: one more than the steps that were taken."""
        return self.states.shape[1]

    def selection(self, limit: int) -> list[int]:
        """At most `limit` inputs, evenly spread, for a picture that cannot hold them all."""
        total = len(self.inputs)
        return sorted(
            {round(i * (total - 1) / max(1, min(limit, total) - 1)) for i in range(min(limit, total))}
        )


def neuron_steps(title: str, neuron: cajal.Neuron) -> list[Steps]:
    """Every `iter` that runs in a neuron, on every combination of basis vectors.

    Raises:
        MagicError: if no `iter` runs, or if there are too many inputs or numbers for a page.
    """
    inputs = math.prod(cajal.dim(argument.type) for argument in neuron.arguments)
    if inputs > INPUTS:
        raise MagicError(
            f"`{title}` has {inputs} combinations of basis vectors as input, more than the {INPUTS} "
            "that are shown step by step.",
            "Apply it to some of its arguments first, or make Nat smaller.",
        )
    arguments = argument_axes(neuron)
    pictures: list[Steps] = []
    with neuron.evaluating():
        runs = neuron.dynamics()
    for dynamics in runs:
        state = Axis(dynamics.name, str(dynamics.type), tuple(dynamics.labels))
        if dynamics.states.numel() > ENTRIES:
            shape = tuple(dynamics.states.shape)
            raise MagicError(
                f"The states of `{dynamics.name}` in `{title}` have shape {shape}, too many for a page.",
                f"Show them for one input, as in {_applied(title, arguments)}, or make Nat smaller.",
            )
        states, weights = entries(dynamics.states), entries(dynamics.weights)
        count, size = states.shape[0], states.shape[-1]
        by_input = np.moveaxis(states.reshape(count, inputs, size), 0, 1)
        pictures.append(Steps(title, arguments, state, by_input, weights.reshape(inputs, count)))
    if not pictures:
        raise MagicError(
            f"No `iter` runs in `{title}`, so there are no dynamics to show.",
            "Its matrix can be shown: leave out `--as dynamics`.",
        )
    return pictures


def _applied(title: str, arguments: tuple[Axis, ...]) -> str:
    """A term applied to the last value of each argument; those of spaces and functions have no text."""
    function = title if title.isidentifier() else f"({title})"
    last = [axis.labels[-1] for axis in arguments]
    values = ["…" if value.startswith("[") or "↦" in value else value for value in last]
    return f"`{' '.join([function, *values])}`"


def steps_pictures(title: str, neuron: cajal.Neuron) -> Iterator[Picture]:
    """The picture of every `iter` that runs in a neuron.

    Raises:
        MagicError: as `neuron_steps` does.
    """
    for steps in neuron_steps(title, neuron):
        text = f"{heading_text(steps.title, 'iter')}\n{steps_text(steps)}"
        yield Picture(text, steps_html(steps, steps_png(steps)), steps_live(steps))


def steps_live(steps: Steps) -> Live:
    """Every state and every weight, which the page shows step by step."""
    spec = {
        "title": steps.title,
        "state": str(steps.state),
        "labels": list(steps.state.labels),
        "inputs": steps.inputs,
        "count": steps.count,
    }
    return Live("steps", spec, {"states": steps.states.astype("f4"), "weights": steps.weights.astype("f4")})


def steps_text(steps: Steps) -> str:
    """The states step by step, for the first few inputs."""
    shown = steps.selection(WRITTEN)
    blocks = [f"state {steps.state}, {counted(steps.count, 'step')}"]
    for index in shown:
        labels = steps.state.labels[:COORDINATES]
        head = ["step", *labels]
        rows = [
            [str(step), *(entry_text(float(value)) for value in steps.states[index, step, : len(labels)])]
            for step in range(min(steps.count, ROWS))
        ]
        weights = ["weight", *(entry_text(float(weight)) for weight in steps.weights[index, :ROWS])]
        columns = [*zip(head, *rows, strict=True), tuple(weights)]
        sized = [[right(cell, max(map(width, column))) for cell in column] for column in columns]
        table = [f"{cells[0]} │ {' '.join(cells[1:-1])} │ {cells[-1]}" for cells in zip(*sized, strict=True)]
        more = len(steps.state.labels) - len(labels)
        title = [steps.inputs[index]] if steps.inputs[index] else []
        cut = [f"… {more} more coordinates"] if more else []
        blocks.append("\n".join([*title, table[0], rule(table[0]), *table[1:], *cut]))
    if len(shown) < len(steps.inputs):
        blocks.append(f"… {len(steps.inputs) - len(shown)} more inputs")
    return "\n\n".join(blocks)


def steps_html(steps: Steps, png: bytes) -> str:
    """The small multiples."""
    total = len(steps.inputs)
    rest = f", {PICTURED} of {total} inputs" if total > PICTURED else ""
    note = counted(steps.count, "step") + rest
    title = heading(steps.title, f"iter with state {steps.state}", note=note)
    return title + image(png, f"states of {steps.title}")


def steps_png(steps: Steps) -> bytes:
    """Small multiples, one an input: the state (up) at every step (across), below it the weights."""
    from matplotlib.ticker import MaxNLocator

    shown = steps.selection(PICTURED)
    across = min(4, len(shown))
    down = -(-len(shown) // across)
    dimension = len(steps.state.labels)
    tall = float(np.clip(dimension * 0.16, 0.5, 2.2))
    drawing = figure(1.0 + 2.2 * across, (tall + 0.9) * down + 0.3)
    grid = drawing.add_gridspec(down, across, hspace=0.6 / (tall + 0.3), wspace=0.12)
    scale = max(1.0, float(np.abs(np.nan_to_num(steps.states)).max(initial=0.0)))
    heaviest = max(1.0, float(np.abs(np.nan_to_num(steps.weights)).max(initial=0.0)))
    small: dict[str, Any] = {"color": GREY, "fontsize": 7}
    for place, index in enumerate(shown):
        row, column = divmod(place, across)
        pair = grid[row, column].subgridspec(2, 1, height_ratios=[tall, 0.3], hspace=0.3)
        top, below = plain(drawing.add_subplot(pair[0])), plain(drawing.add_subplot(pair[1]))
        top.imshow(painted(steps.states[index].T, scale), aspect="auto", interpolation="nearest")
        top.set_title(steps.inputs[index], color=GREY, fontsize=8, pad=3)
        top.set_xticks([])
        ticks(top.yaxis, steps.state.labels if column == 0 else (), 0.16 * dimension / tall)
        below.bar(range(steps.count), steps.weights[index], color=COLOURS[2], width=0.8)
        below.set_xlim(-0.5, steps.count - 0.5)
        below.set_ylim(min(0.0, float(steps.weights.min(initial=0.0))), heaviest)
        below.set_yticks([0, heaviest] if column == 0 else [], ["0", short(heaviest)] if column == 0 else [])
        below.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
        if column == 0:
            below.set_ylabel("weight", **small, rotation=0, ha="right", va="center", labelpad=14)
        if row == down - 1:
            below.set_xlabel("step", **small, labelpad=1)
    return png_bytes(drawing)
