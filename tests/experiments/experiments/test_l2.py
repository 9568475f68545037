"""L2, on small digits."""

from __future__ import annotations

import pytest
import torch

import cajal_core as cajal
from cajal_experiments import Context
from cajal_experiments.experiments.l2 import ANSWERS, experiment, linked
from tests.experiments.experiments.trained import trained


@pytest.mark.parametrize("variant", ANSWERS)
def test_programs_are_the_answers(variant: str) -> None:
    bits = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    left, right = bits.repeat_interleave(2, 0), bits.repeat(2, 1)
    expected = (~ANSWERS[variant](left[:, 0] == 1, right[:, 0] == 1)).long()
    identity = torch.nn.Identity()
    assert torch.equal(linked(variant.lower(), identity, identity)(left, right).argmax(1), expected)
    true, false = (
        cajal.Program().compile(rf"\x:Bool. \y:Bool. drop {dropped} in {kept}").matrix().flatten()
        for kept, dropped in (("x", "y"), ("y", "x"))
    )
    church = torch.stack([true, false])
    left, right = church.repeat_interleave(2, 0), church.repeat(2, 1)
    neuron = linked(f"church_{variant.lower()}", identity, identity)
    assert torch.equal(neuron(left, right).argmax(1), expected)


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
