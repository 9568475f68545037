"""Early stopping."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import nn

import cajal_core as cajal

DATA = torch.ones(8, 2), torch.ones(8, 1)


def run(name: str, values: list[float], **settings: float) -> cajal.History:
    left = iter(values)
    stopping = cajal.EarlyStopping(name, patience=2, **settings)
    return cajal.fit(
        nn.Linear(2, 1),
        DATA,
        nn.functional.mse_loss,
        epochs=len(values),
        validate=lambda model: {name: next(left)},
        callbacks=[stopping],
    )


def test_it_stops_after_as_many_that_are_not_better() -> None:
    history = run("held loss", [3, 2, 2.5, 1, 1, 1.5, 0, 0])
    assert (history.stopped, history.steps) == ("early", 6)
    assert history.message == "the held loss was best after step 4: 1"


def test_the_name_tells_which_way_is_better() -> None:
    assert run("accuracy", [1, 2, 3, 4]).stopped == "finished"
    assert run("accuracy", [4, 3, 2, 1]).steps == 3


def test_a_margin_is_to_be_passed() -> None:
    assert run("accuracy", [1, 1.1, 1.2, 1.3], margin=0.5).steps == 3


def test_a_number_that_was_nan_becomes_better() -> None:
    stopping, training = cajal.EarlyStopping("accuracy", patience=2), SimpleNamespace(history=cajal.History())
    training.stop = lambda reason: None
    for step, value in enumerate([math.nan, 0.1, 0.2], start=1):
        training.history.add(step, 0, accuracy=value)
        stopping.step(training)  # type: ignore[arg-type]
    assert (stopping.state_dict()["best"], stopping.state_dict()["worse"]) == (0.2, 0)


def test_a_name_without_numbers_is_told() -> None:
    stopping = cajal.EarlyStopping("accuracy")
    model, loss = nn.Linear(2, 1), nn.functional.mse_loss
    history = cajal.fit(model, DATA, loss, epochs=2, callbacks=[stopping], progress=False)
    assert history.warnings == ["`EarlyStopping` never saw `accuracy`; there are `loss`"]
    assert run("error", [1.0]).warnings == []


@pytest.mark.parametrize("setting", [{"patience": 0}, {"patience": "x"}, {"margin": -1}, {"margin": "x"}])
def test_settings_are_looked_at(setting: dict[str, Any]) -> None:
    with pytest.raises(cajal.CajalError, match=f"`{next(iter(setting))}` is a .*number of at least"):
        cajal.EarlyStopping(**setting)
