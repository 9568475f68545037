"""Strings of letters."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from cajal_experiments import Context
from cajal_experiments.experiments.strings import LETTERS, PLACES, PROGRAM, experiment
from tests.experiments.experiments.trained import trained


@pytest.mark.parametrize("variant", experiment.variants)
def test_programs_are_the_results(variant: str) -> None:
    context = Context(experiment, variant, 0, "small", experiment.small)
    strings, targets = context.task.train
    letters = functional.one_hot(strings, PLACES).float()
    said = PROGRAM.compile(variant)(functional.one_hot(strings[:, 0], LETTERS).float(), letters)
    assert torch.equal(said.argmax(-1), targets)


@pytest.mark.parametrize("model", experiment.models)
def test_every_model_is_trained(model: str) -> None:
    assert trained(experiment, model, "rotate", steps=2, train=100, test=50).stopped == "finished"


def test_a_program_learns_sooner() -> None:
    ours, without = (trained(experiment, model, "rotate").measures["letters"] for model in ("D", "I"))
    assert ours > 2 * without


def test_a_random_map_stays_as_it_was_drawn() -> None:
    context = Context(experiment, "rotate", 0, "small", experiment.small)
    model = experiment.models["random"](context).model
    assert [name for name, tensor in model.named_parameters() if not tensor.requires_grad] == [
        "program.learn_random"
    ]
