"""L2, on small digits."""

from __future__ import annotations

import pytest
import torch

from cajal_experiments import Context
from cajal_experiments.experiments.l2 import ANSWERS, experiment, linked
from cajal_experiments.networks import MLP
from cajal_experiments.running import parameters
from tests.experiments.experiments.trained import trained


@pytest.mark.parametrize("variant", ANSWERS)
def test_programs_are_the_answers(variant: str) -> None:
    bits = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    left, right = bits.repeat_interleave(2, 0), bits.repeat(2, 1)
    expected = (~ANSWERS[variant](left[:, 0] == 1, right[:, 0] == 1)).long()
    identity = torch.nn.Identity()
    context = Context(experiment, variant, 0, "small", experiment.small)
    assert torch.equal(linked(context, identity, identity)(left, right).argmax(1), expected)


@pytest.mark.parametrize("variant", ANSWERS)
def test_controls_are_those_of_the_paper(variant: str) -> None:
    context = Context(experiment, variant, 0, "small", experiment.small)
    network = parameters(MLP(64, 400, 2))
    counts = {name: parameters(model(context).model) for name, model in experiment.models.items()}
    assert counts["D"] == counts["D2"] == 2 * network
    assert counts["D+"] == network
    assert counts["T"] == 2 * network + 8
    assert counts["C"] == 2 * parameters(MLP(64, 400, 8))  # Church's booleans have 8 numbers
    assert abs(counts["I"] - counts["D"]) < 0.05 * counts["D"]
    assert counts["trivial"] == 0


@pytest.mark.parametrize("model", experiment.models)
def test_every_model_is_trained(model: str) -> None:
    result = trained(experiment, model, "AND", steps=3)
    assert 0 <= result.measures["accuracy"] <= 1
    assert result.stopped == ("untrained" if model == "trivial" else "finished")


def test_one_reader_learns_parity_from_pairs() -> None:
    assert trained(experiment, "D+", "EQ").measures["accuracy"] > 0.85
    assert trained(experiment, "trivial", "EQ").measures["accuracy"] < 0.6


def test_a_bool_has_true_at_0() -> None:
    context = Context(experiment, "EQ", 0, "small", experiment.small)
    _, labels = context.draw("train", of=2)
    assert torch.equal(context.task.train[-1] == 0, labels[:, 0] % 2 == labels[:, 1] % 2)
