"""Runs one cell: makes the task and the model, trains, measures; gives what a table needs as JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from inspect import isclass
from pathlib import Path
from typing import Any, SupportsFloat

import torch
from torch import nn
from torch.optim import Adam
from torch.optim.lr_scheduler import CosineAnnealingLR

import cajal_core as cajal
from cajal_experiments import team
from cajal_experiments.cells import Cell
from cajal_experiments.errors import ExperimentError
from cajal_experiments.experiment import Context, Experiment, Recipe, Settings
from cajal_experiments.machine import machine, versions

#: The most points of a curve of losses; there is a loss for each step.
POINTS = 50


@dataclass(frozen=True)
class Result:
    """What a run gave. `curves` has steps and values for each name; `loss` is that of training."""

    measures: Mapping[str, float]
    curves: Mapping[str, tuple[list[int], list[float]]]
    parameters: int
    samples: int
    batch: int
    steps: int
    seconds: float
    stopped: str
    warnings: list[str]
    machine: str
    threads: int
    processes: int
    versions: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        """As JSON has it: a number that is not finite is null, and six digits are kept."""
        return _plain(asdict(self))


def run(experiment: Experiment, cell: Cell, data: str, checkpoint: Path | None = None) -> Result:
    """Runs a cell, on from its checkpoint where there is one; `data` is what `--data` says here."""
    context = context_of(experiment, cell, data)
    recipe = recipe_of(context, cell.model)
    history = train(context, recipe, cell, checkpoint) if parameters(recipe.model) else cajal.History()
    if history.stopped == "interrupted":
        raise KeyboardInterrupt
    curves = {name: history.series(name) for name in ("loss", *experiment.measures) if name in history.names}
    return Result(
        measures=measured(context, recipe.model),
        curves={name: thinned(*curve) for name, curve in curves.items()},
        parameters=parameters(recipe.model),
        samples=len(context.task.train[-1]),
        batch=used(context, recipe, cell).batch,
        steps=history.steps,
        seconds=history.seconds,
        stopped="untrained" if history.stopped == "running" else history.stopped,
        warnings=[*map(str, history.warnings), *[history.message] * (history.stopped == "not finite")],
        machine=machine(),
        threads=torch.get_num_threads(),
        processes=team.size(),
        versions=versions(),
    )


def context_of(experiment: Experiment, cell: Cell, data: str) -> Context:
    """What the task and the model are made for, once the data set is the one of the cell."""
    context = Context(experiment, cell.variant, cell.seed, cell.size, cell.settings(experiment), data)
    _name, checksum = experiment.identity(data)
    if checksum != cell.checksum:
        raise ExperimentError(
            f"`--data {data}` has the checksum {checksum}, and this run wants "
            f"{cell.checksum}: the images differ from those of the study. Name the same data, or begin "
            "another study by `--study NAME`."
        )
    return context


def recipe_of(context: Context, model: str) -> Recipe:
    """The model, whose weights are a function of the seed; the caller's random numbers stay as they are."""
    with torch.random.fork_rng():
        torch.manual_seed(context.seed)
        recipe = context.experiment.models[model](context)
    if not isinstance(recipe, Recipe):
        kind = type(recipe).__name__
        raise ExperimentError(f"The model `{model}` is a {kind} and no Recipe: return `Recipe(module)`.")
    return recipe


def used(context: Context, recipe: Recipe, cell: Cell) -> Settings:
    """The settings that a model is trained with: the command's go before those of the recipe."""
    names = {field.name for field in fields(Settings)}
    own = {name: value for name, value in recipe.options.items() if name in names}
    return context.settings.changed(own).changed(cell.overrides)


def train(
    context: Context, recipe: Recipe, cell: Cell, checkpoint: Path | None = None, **more: Any
) -> cajal.History:
    """Trains the model of a recipe in place; `more` goes before all other options of `fit`."""
    if "rate" in cell.overrides and not isclass(recipe.options.get("optimizer", Adam)):
        raise ExperimentError(
            f"`--rate` does not reach the model `{cell.model}`, which has an optimizer of its own. Leave "
            "`--rate` out, or leave the model out."
        )
    settings = used(context, recipe, cell)
    steps, _ = settings.amount(len(context.task.train[-1]))
    options: dict[str, Any] = {
        "epochs": settings.epochs,
        "steps": settings.steps,
        "batch": settings.batch,
        "rate": settings.rate,
        "every": settings.every,
        "clip": settings.clip,
        "validate": lambda model: measured(context, model),
        "scheduler": (lambda optimizer: CosineAnnealingLR(optimizer, steps)) if settings.cosine else None,
        "checkpoint": checkpoint,
    }
    own = {name: value for name, value in recipe.options.items() if not hasattr(settings, name)}
    options |= {**own, **more}
    return cajal.fit(recipe.model, context.task.train, recipe.loss, seed=cell.seed, progress=False, **options)


def measured(context: Context, model: nn.Module) -> dict[str, float]:
    """Every measure of the experiment."""
    measures = context.experiment.measures
    return {name: _number(name, measure(model, context.task)) for name, measure in measures.items()}


def _number(name: str, value: object) -> float:
    """What a measure returns as a float, also where that is a tensor of one number."""
    try:
        if isinstance(value, SupportsFloat):
            return float(value)
    except (TypeError, ValueError, RuntimeError):  # several numbers in a tensor or an array
        pass
    raise ExperimentError(f"The measure `{name}` returns {value!r} and no number: return a float.")


def parameters(model: nn.Module) -> int:
    """How many numbers are trained; a parameter under two names counts once."""
    return sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)


def thinned(steps: list[int], values: list[float]) -> tuple[list[int], list[float]]:
    """A curve of at most `POINTS` points: the means of equally many values, each at its last step."""
    width = -(-len(steps) // POINTS) or 1
    starts = range(0, len(steps), width)
    groups = [values[start : start + width] for start in starts]
    return [steps[start : start + width][-1] for start in starts], [sum(g) / len(g) for g in groups]


def _plain(value: Any) -> Any:
    match value:
        case float():
            return float(f"{value:.6g}") if math.isfinite(value) else None
        case dict():
            return {name: _plain(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_plain(inner) for inner in value]
        case _:
            return value
