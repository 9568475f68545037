"""`--dry-run`: the runs that a sweep would do, and a guess of their time."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from statistics import mean
from textwrap import indent

import torch

from cajal_experiments.cells import Cell
from cajal_experiments.errors import described
from cajal_experiments.experiment import Experiment
from cajal_experiments.ledger import studies
from cajal_experiments.registry import find
from cajal_experiments.running import context_of, measured, parameters, recipe_of, train, used
from cajal_experiments.sweep import Sweep

#: Steps that are timed, after as many that are not.
STEPS = 5


def estimate(plan: Sweep, cells: Sequence[Cell], jobs: int) -> tuple[str, int]:
    """A line for each run that is not complete, and the time of all of them with so many jobs at once.

    Beside it how many fail.

    A run takes as long as complete runs of its model with the same settings did; where there are none, a few
    steps are timed. An error that they raise stands below the run.
    """
    experiment = find(plan.experiment)
    complete = plan.ledger().complete() if plan.study in studies(plan.storage) else {}
    known: dict[str, list[float]] = {}
    for trial in complete.values():
        assert trial.value is not None
        known.setdefault(kind(Cell(**trial.user_attrs["cell"])), []).append(trial.value)
    torch.set_num_threads(plan.threads)
    seconds = {name: mean(values) for name, values in known.items()}
    failed: dict[str, str] = {}
    lines = list[str]()
    total = 0.0
    for cell in cells:
        if cell.key in complete:
            continue
        if kind(cell) not in seconds | failed:
            try:
                seconds[kind(cell)] = timed(experiment, cell, plan.data)
            except Exception as error:  # noqa: BLE001 - whatever the user's code raises
                failed[kind(cell)] = indent(described(error), "    ")
        if kind(cell) in failed:
            lines.append(f"{cell.key}: fails\n{failed[kind(cell)]}")
            continue
        total += seconds[kind(cell)]
        lines.append(f"{cell.key}: about {duration(seconds[kind(cell)])}")
    done = len(cells) - len(lines)
    fails = sum(kind(cell) in failed for cell in cells if cell.key not in complete)
    told = f"{len(lines)} runs, {done} more are complete" + (f", {fails} fail" if fails else "")
    if fails < len(lines) or not lines:
        told += f"; about {duration(total / jobs)} with {jobs} at once"
    return "\n".join([*lines, told]), fails


def kind(cell: Cell) -> str:
    """What the time of a run depends on: all of a cell but its seed."""
    return replace(cell, seed=0).key


def timed(experiment: Experiment, cell: Cell, data: str) -> float:
    """The seconds that a run of this cell may take, from a few steps of it and one measurement."""
    context = context_of(experiment, cell, data)
    recipe = recipe_of(context, cell.model)
    began = time.perf_counter()
    measured(context, recipe.model)
    measurement = time.perf_counter() - began
    if not parameters(recipe.model):
        return measurement
    fixed = {"epochs": None, "validate": None, "every": None}
    train(context, recipe, cell, **fixed, steps=STEPS)
    began = time.perf_counter()
    train(context, recipe, cell, **fixed, steps=STEPS)
    step = (time.perf_counter() - began) / STEPS
    steps, every = used(context, recipe, cell).amount(len(context.task.train[-1]))
    return steps * step + (steps // every + 1) * measurement


def duration(seconds: float) -> str:
    """`3.2 s`, `12 min` or `2 h 5 min`."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
