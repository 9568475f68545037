"""One run."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

import cajal_core as cajal
from cajal_experiments.cells import Cell, grid
from cajal_experiments.errors import ExperimentError
from cajal_experiments.experiment import Context, Recipe
from cajal_experiments.registry import find
from cajal_experiments.running import POINTS, parameters, run, thinned

TINY = find(str(Path(__file__).with_name("tiny.py")))


def cell(model: str, **overrides: float) -> Cell:
    (cell,) = grid(
        TINY, "digits", variants=["A"], models=[model], seeds=[1], size="small", overrides=[overrides]
    )
    return cell


def test_a_run_gives_what_a_table_needs() -> None:
    result = run(TINY, cell("D"), "digits")
    assert (result.parameters, result.samples, result.batch, result.steps) == (130, 64, 16, 4)
    assert result.curves["accuracy"][0] == [2, 4]
    assert result.curves["accuracy"][1][-1] == result.measures["accuracy"]
    assert result.stopped == "finished"
    assert json.loads(json.dumps(result.to_json())) == result.to_json()


def test_equal_cells_give_equal_numbers_and_leave_random_numbers_alone() -> None:
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    first, second = run(TINY, cell("I"), "digits"), run(TINY, cell("I"), "digits")
    assert torch.equal(torch.rand(1), expected)
    assert first.curves == second.curves


def test_a_model_without_parameters_is_measured() -> None:
    result = run(TINY, cell("trivial"), "digits")
    assert (result.stopped, result.steps, result.parameters) == ("untrained", 0, 0)
    assert 0.2 < result.measures["accuracy"] < 0.8


def test_options_go_before_settings_and_overrides_before_options() -> None:
    def recipe(context: Context) -> Recipe:
        return Recipe(TINY.models["I"](context).model, nn.functional.cross_entropy, {"steps": 6})

    experiment = replace(TINY, models={"I": recipe})
    assert run(experiment, cell("I"), "digits").steps == 6
    assert run(experiment, cell("I", steps=3), "digits").steps == 3
    assert run(experiment, cell("I", train=10), "digits").samples == 10


def test_the_batch_that_was_used_is_told() -> None:
    def recipe(context: Context) -> Recipe:
        return Recipe(TINY.models["I"](context).model, nn.functional.cross_entropy, {"batch": 32})

    experiment = replace(TINY, models={"I": recipe})
    ours, other = run(experiment, cell("I", epochs=1), "digits"), run(TINY, cell("I", epochs=1), "digits")
    assert (ours.batch, ours.steps) == (32, 2)
    assert (other.batch, other.steps) == (16, 4)
    (told,) = grid(
        replace(experiment, variants={"A": {"batch": 8}}),
        "digits",
        models=["I"],
        seeds=[0],
        size="small",
        overrides=[{"batch": 64}],
    )
    assert run(experiment, told, "digits").batch == 64


def test_the_rate_falls_to_0_along_a_cosine() -> None:
    rates = list[float]()

    class Rate:
        def step(self, training: cajal.Training) -> None:
            rates.append(training.optimizer.param_groups[0]["lr"])

    def recipe(context: Context) -> Recipe:
        return Recipe(TINY.models["I"](context).model, nn.functional.cross_entropy, {"callbacks": [Rate()]})

    run(replace(TINY, models={"I": recipe}, small=TINY.small.changed({"cosine": True})), cell("I"), "digits")
    assert rates == pytest.approx([1e-2 * (1 + math.cos(math.pi * step / 4)) / 2 for step in (1, 2, 3, 4)])


def test_a_rate_that_would_reach_nothing_is_refused() -> None:
    def recipe(context: Context) -> Recipe:
        model = TINY.models["I"](context).model
        options = {"optimizer": torch.optim.SGD(model.parameters(), lr=0.1)}
        return Recipe(model, nn.functional.cross_entropy, options)

    experiment = replace(TINY, models={"I": recipe})
    with pytest.raises(ExperimentError, match="`--rate` does not reach the model `I`"):
        run(experiment, cell("I", rate=0.5), "digits")


def test_other_images_are_refused() -> None:
    with pytest.raises(ExperimentError, match="checksum 9656d3848535, and this run wants 0"):
        run(TINY, replace(cell("I"), checksum="0"), "digits")


def test_a_number_that_is_not_finite_is_null() -> None:
    experiment = replace(TINY, measures={"accuracy": lambda _model, _task: math.nan})
    assert run(experiment, cell("trivial"), "digits").to_json()["measures"] == {"accuracy": None}


@pytest.mark.parametrize("value", ["good", None, [0.5], torch.ones(2)])
def test_what_is_no_number_is_told_with_its_measure(value: Any) -> None:
    experiment = replace(TINY, measures={"accuracy": lambda _model, _task: value})
    with pytest.raises(
        ExperimentError, match=r"The measure `accuracy` returns .* and no number: return a float"
    ):
        run(experiment, cell("trivial"), "digits")


def test_a_parameter_under_two_names_counts_once() -> None:
    layer = nn.Linear(3, 2)
    assert parameters(nn.ModuleList([layer, layer])) == 8


def test_a_long_curve_is_thinned_by_means() -> None:
    steps, values = thinned([*range(1, 2 * POINTS + 1)], [0.0, 1.0] * POINTS)
    assert steps == [*range(2, 2 * POINTS + 1, 2)]
    assert values == [0.5] * POINTS
    assert thinned([1, 5], [3.0, 4.0]) == ([1, 5], [3.0, 4.0])
    assert thinned([], []) == ([], [])
