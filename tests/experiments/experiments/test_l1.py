"""L1, on enlarged digits."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from cajal_experiments import Context
from cajal_experiments.experiments.l1 import experiment, neuron
from cajal_experiments.measures import read_by
from cajal_experiments.networks import OnImage
from tests.experiments.experiments.trained import trained


def context() -> Context:
    return Context(experiment, "", 0, "small", experiment.small)


def test_ones_stay_and_others_become_ones() -> None:
    images, others, targets = context().task.train
    assert torch.equal(targets[others == 0], images[others == 0])
    ones = {image.numpy().tobytes() for image in images[others == 0]}
    assert all(target.numpy().tobytes() in ones for target in targets[others == 1])


def test_what_is_returned_as_it_is_is_judged_by_its_digit() -> None:
    measures = trained(experiment, "trivial").measures
    assert measures["ones judged 1"] > 0.8
    assert measures["others judged 1"] < 0.1
    assert math.isnan(measures["condition"])


def test_the_condition_is_read_inside() -> None:
    class Always(nn.Module):
        def forward(self, images: torch.Tensor) -> torch.Tensor:
            return torch.tensor([1.0, 0.0]).expand(len(images), 2)

    task = context().task
    ones = (task.test[1] == 0).double().mean().item()
    assert read_by("is_one")(OnImage(neuron(Always()), 2), task) == pytest.approx(ones)


@pytest.mark.parametrize("model", experiment.models)
def test_every_model_is_trained(model: str) -> None:
    assert trained(experiment, model, steps=2).stopped in ("finished", "untrained")
