"""R2, on enlarged digits."""

from __future__ import annotations

import pytest
import torch

from cajal_experiments import Context
from cajal_experiments.experiments.r2 import experiment
from cajal_experiments.networks import Counter
from cajal_experiments.running import parameters
from tests.experiments.experiments.trained import trained


@pytest.mark.parametrize("model", experiment.models)
def test_every_model_is_trained(model: str) -> None:
    assert trained(experiment, model, steps=2).stopped in ("finished", "untrained")


def test_even_digits_stay() -> None:
    context = Context(experiment, "", 0, "small", experiment.small)
    images, digits, targets = context.task.train
    stays = (images == targets).flatten(1).all(1)
    assert torch.equal(stays, digits % 2 == 0)


def test_a_table_reads_count_and_condition() -> None:
    context = Context(experiment, "", 0, "small", experiment.small)
    counters = parameters(Counter(2, 128)) + parameters(Counter(10, 128))
    assert parameters(experiment.models["T"](context).model) == counters + 2 * 10 * 784 * 784


def test_the_indirect_network_has_about_as_many_parameters() -> None:
    context = Context(experiment, "", 0, "small", experiment.small)
    ours, theirs = (parameters(experiment.models[name](context).model) for name in ("D+", "I"))
    assert ours < 20_000
    assert abs(ours - theirs) < 0.05 * theirs
