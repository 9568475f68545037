"""What an experiment says of itself, and what its functions are given."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from cajal_experiments.data import load
from cajal_experiments.errors import ExperimentError
from cajal_experiments.experiment import Context, Recipe, Settings, Threshold
from cajal_experiments.registry import find

TINY = find(str(Path(__file__).with_name("tiny.py")))


@pytest.mark.parametrize(
    ("comparison", "holds"),
    [(">=", [False, True, True]), (">", [False, False, True]), ("<=", [True, True, False])],
)
def test_a_threshold_holds(comparison: str, holds: list[bool]) -> None:
    threshold = Threshold("loss", comparison, 0.5)  # pyright: ignore[reportArgumentType]
    assert [threshold.holds(value) for value in (0.4, 0.5, 0.6)] == holds


def test_a_threshold_is_told() -> None:
    assert str(Threshold("loss", "<=", 0.08)) == "loss ≤ 0.08"
    assert str(Threshold("accuracy", "<", 0.6)) == "accuracy < 0.6"


def test_a_context_draws_as_many_as_its_settings_say() -> None:
    context = Context(TINY, "A", 1, "small", TINY.small)
    (images,), digits = context.draw("train")
    assert images.shape == (64, 8, 8)
    assert torch.equal(digits, load("digits").draw("train", 64, seed=1)[1])
    assert len(context.draw("test")[1]) == 50
    assert context.task is context.task
    assert len(context.task.train[-1]) == 64


def test_groups_are_samples_of_both_splits() -> None:
    context = Context(TINY, "A", 1, "small", TINY.small)
    task = context.groups(2, lambda images, digits: (images[0], images[1], digits.sum(1)))
    (left, right), digits = context.draw("test", of=2)
    assert [part.shape[0] for part in task.train] == [64] * 3
    for part, expected in zip(task.test, (left, right, digits.sum(1)), strict=True):
        assert torch.equal(part, expected)
    assert task.images is context.images


def test_steps_and_measurements_are_counted() -> None:
    assert Settings(epochs=2, batch=10).amount(25) == (6, 3)
    assert Settings(steps=100, every=10).amount(25) == (100, 10)
    assert Settings(steps=100).changed({"epochs": 2, "every": 5}).amount(128) == (4, 5)


def test_a_variant_changes_settings() -> None:
    experiment = replace(TINY, variants={"A": {}, "B": {"batch": 5, "epochs": 1}})
    assert experiment.settings("small", "A") == TINY.small
    changed = experiment.settings("full", "B")
    assert (changed.batch, changed.epochs, changed.steps, changed.rate) == (5, 1, None, TINY.full.rate)


def test_a_threshold_of_what_is_not_measured_is_refused() -> None:
    with pytest.raises(ExperimentError, match="`tiny` asks for `loss ≤ 1`, and its measures are accuracy"):
        replace(TINY, target=Threshold("loss", "<=", 1.0))


@pytest.mark.parametrize(
    ("comparison", "value", "message"),
    [
        ("=>", 0.9, "There is no comparison `=>`"),
        (0.9, ">=", "There is no comparison `0.9`. There are >=, >, <=, <."),
        (">=", "0.9", "a number, and that of `accuracy` is '0.9'"),
        (">=", math.nan, "a number, and that of `accuracy` is nan"),
    ],
)
def test_a_threshold_is_a_comparison_with_a_number(comparison: Any, value: Any, message: str) -> None:
    with pytest.raises(ExperimentError, match=message):
        Threshold("accuracy", comparison, value)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({}, "one of `epochs` and `steps`, and neither is given"),
        ({"epochs": 1, "steps": 1}, "one of `epochs` and `steps`, and both are given"),
        ({"epochs": 0}, "`epochs` is 0: give it a whole number above 0"),
        ({"epochs": 1, "train": -10}, "`train` is -10: give it a whole number above 0"),
        ({"epochs": 1, "batch": 6.4}, "`batch` is 6.4: give it a whole number above 0"),
        ({"epochs": 1, "batch": None}, "`batch` is None: give it a whole number above 0"),
        ({"epochs": True}, "`epochs` is True: give it a whole number above 0"),
        ({"epochs": 1, "rate": "fast"}, "`rate` is 'fast': give it a number above 0"),
        ({"epochs": 1, "rate": math.nan}, "`rate` is nan: give it a number above 0"),
        ({"epochs": 1, "clip": 0.0}, "`clip` is 0.0: give it a number above 0"),
    ],
)
def test_settings_are_numbers_above_zero(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ExperimentError, match=message):
        Settings(**settings)


def test_numbers_of_numpy_are_numbers() -> None:
    settings = Settings(train=np.int64(10), epochs=1, rate=np.float32(0.5))  # pyright: ignore[reportArgumentType]
    assert (settings.train, settings.rate) == (10, 0.5)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"task": None}, "`task` is a NoneType and no function: write `lambda context: …`"),
        ({"models": {"D": Recipe(nn.Linear(1, 1))}}, r"`models\['D'\]` is a Recipe and no function"),
        ({"models": {"D": nn.Linear(1, 1)}}, r"`models\['D'\]` is a Linear and no function"),
        ({"measures": {"accuracy": 0.5}}, r"`measures\['accuracy'\]` .*: write `lambda model, task: …`"),
        ({"models": {}}, "`tiny` has no models"),
        ({"measures": {}}, "`tiny` has no measures"),
    ],
)
def test_what_should_be_a_function_is_one(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ExperimentError, match=message):
        replace(TINY, **change)


def test_a_task_that_makes_its_data_has_no_images() -> None:
    experiment = replace(TINY, data=None)
    with pytest.raises(ExperimentError, match="`tiny` has no data set: its `data` is None"):
        _ = Context(experiment, "A", 1, "small", TINY.small).images
    assert experiment.identity("nowhere") == ("", "")
    assert TINY.identity("digits") == ("digits", load("digits").checksum)
