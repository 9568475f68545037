"""R1, on enlarged digits."""

from __future__ import annotations

import pytest
import torch

from cajal_experiments import Context
from cajal_experiments.experiments.r1 import blurred, experiment
from cajal_experiments.networks import Counter
from cajal_experiments.running import parameters
from tests.experiments.experiments.trained import trained


def test_a_blur_is_most_of_the_way_to_the_greatest_of_its_column() -> None:
    image = torch.tensor([[[-1.0, 0.0], [1.0, 0.0], [-1.0, 0.0], [-1.0, 0.0]]])
    once = blurred(image, torch.tensor([1]))
    torch.testing.assert_close(once[0, :, 0], torch.tensor([0.4, 1.0, 0.4, -1.0]))
    torch.testing.assert_close(blurred(image, torch.tensor([2])), blurred(once, torch.tensor([1])))
    assert torch.equal(blurred(image, torch.tensor([0])), image)


@pytest.mark.parametrize("model", experiment.models)
def test_every_model_is_trained(model: str) -> None:
    assert trained(experiment, model, steps=2).stopped in ("finished", "untrained")


def test_the_indirect_network_has_about_as_many_parameters() -> None:
    context = Context(experiment, "", 0, "small", experiment.small)
    ours, theirs = (parameters(experiment.models[name](context).model) for name in ("D+", "I"))
    assert ours < 20_000
    assert abs(ours - theirs) < 0.05 * theirs


def test_controls_are_those_of_the_paper() -> None:
    context = Context(experiment, "", 0, "small", experiment.small)
    counts = {name: parameters(model(context).model) for name, model in experiment.models.items()}
    assert counts["T"] == parameters(Counter(10, 128)) + 10 * 784 * 784
    assert (counts["I8k"], counts["trivial"]) == (8_125, 0)


def test_a_step_that_begins_as_the_identity_returns_the_image_at_first() -> None:
    context = Context(experiment, "", 0, "small", experiment.small)
    images, digits, _ = context.task.test
    model = experiment.models["D+"](context).model
    torch.testing.assert_close(model(images[:5], digits[:5]), images[:5])
