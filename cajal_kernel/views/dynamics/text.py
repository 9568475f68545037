"""Recurrences as text: the states of one input step by step, with their weights and the result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cajal_kernel.views.lists import vector_text
from cajal_kernel.views.paint import WIDTH, counted, entry_text, right, rule, width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cajal_kernel.views.dynamics.runs import Run, Runs

COORDINATES, STEPS = 16, 12
"""The most coordinates and the most steps that are written; more are folded in the middle."""


def runs_text(made: Runs) -> str:
    """Every recurrence, the one that is shown first last, where a reader of text stops."""
    order = sorted(range(len(made.runs)), key=lambda place: place == made.main)
    return "\n\n".join(_run_text(made, made.runs[place]) for place in order)


def _run_text(made: Runs, run: Run) -> str:
    states, weights, running = run.at(made.values)
    head = f"state {run.state}, {counted(run.steps - 1, 'step')}{run.direction}"
    if run.inside is not None:
        head += f", in the last step of {made.runs[run.inside].state.name}"
    inputs = ", ".join(each.text() for each in made.inputs)
    lines = [f"{head}; {inputs}" if inputs else head]
    kept = folded(run.steps, STEPS, [int(np.argmax(np.abs(weights)))])
    labels, shown, rest = _columns(run, states, kept)
    rows = [["step", *labels, "weight"]]
    rows += [
        [str(step), *(entry_text(float(value)) for value in shown[step]), entry_text(float(weights[step]))]
        for step in kept
    ]
    sizes = [max(width(row[column]) for row in rows) for column in range(len(rows[0]))]
    table = [[right(cell, size) for cell, size in zip(row, sizes, strict=True)] for row in rows]
    written = [f"{cells[0]} │ {' '.join(cells[1:-1])} │ {cells[-1]}" for cells in table]
    if run.elements:
        read = ["reads", *(read_text(run, step) for step in kept)]
        written = [f"{line} │ {cell}".rstrip() for line, cell in zip(written, read, strict=True)]
    lines += [written[0], rule(written[0])]
    for place, step in enumerate(kept):
        if place and step > kept[place - 1] + 1:
            lines.append(f"{'⋮':>{sizes[0]}}")
        lines.append(written[1 + place])
    if rest:
        lines.append(rest)
    lines.append(f"Σ weight · state = {result_text(run, running[-1])}")
    if (over := overflow(states)) is not None:
        lines.append(f"overflow: not finite from step {over:,} on")
    return "\n".join(lines)


def _columns(run: Run, states: NDArray[Any], kept: list[int]) -> tuple[Sequence[str], NDArray[Any], str]:
    """Names and numbers of what is written of each state, and a line about the rest."""
    labels = run.state.labels
    if run.sizes and len(labels) > COORDINATES:
        return ["sum", "norm"], np.stack([states.sum(1), np.sqrt((states**2).sum(1))], 1), ""
    if len(labels) <= COORDINATES:
        return labels, states, ""
    places = np.flatnonzero(states[kept].any(0))
    room, shown = WIDTH - 16, list[int]()
    for place in places[:COORDINATES]:
        cells = [labels[place], *(entry_text(float(value)) for value in states[kept, place])]
        room -= 1 + max(map(width, cells))
        if shown and room < 0:
            break
        shown.append(int(place))
    more = len(places) - len(shown)
    rest = f"… {counted(more, 'more coordinate')}" if more else "all other coordinates are 0 in these steps"
    return [labels[place] for place in shown], states[:, shown], rest


def read_text(run: Run, step: int) -> str:
    """What a step of a fold reads beside the state; nothing of the first state, which is before all steps."""
    if not step:
        return ""
    return ", ".join(
        f"norm {entry_text(float(np.linalg.norm(values[step - 1])))}"
        if space
        else vector_text(axis.labels, values[step - 1])
        for axis, space, values in run.elements
    )


def result_text(run: Run, result: NDArray[Any]) -> str:
    """The result of a recurrence: by its entries, or, of an image, by their sum."""
    if run.sizes and np.count_nonzero(result) > 3:
        return f"an element of {run.state.type}, sum {entry_text(float(result.sum()))}"
    return vector_text(run.state.labels, result)


def overflow(states: NDArray[Any]) -> int | None:
    """The first step whose state is not finite."""
    spoiled = np.flatnonzero(~np.isfinite(states).all(1))
    return int(spoiled[0]) if len(spoiled) else None


def folded(count: int, most: int, kept: list[int]) -> list[int]:
    """At most about so many of a sequence: from its beginning, its end, and around what is kept."""
    if count <= most:
        return list(range(count))
    part = most // 3
    near = {place for each in kept for place in range(each - 1, each + 2)}
    chosen = {*range(part + 1), *range(count - part, count), *near}
    return sorted(place for place in chosen if 0 <= place < count)
