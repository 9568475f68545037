"""A loss or a gradient that is not finite stops a training, which tells where it comes from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

import cajal_core as cajal

MSE = nn.functional.mse_loss


class Spoiled(nn.Module):
    """A network that gives NaN for what is above 2."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(()))

    def forward(self, inputs: Tensor) -> Tensor:
        scaled = torch.where(inputs > 2, torch.nan, inputs * self.scale)
        return torch.stack([scaled[..., 0], 1 - scaled[..., 0]], -1)


def stopped(model: nn.Module, data: tuple[Tensor, ...], loss: Callable[..., Any] = MSE) -> str:
    before = [parameter.clone() for parameter in model.parameters()]
    history = cajal.fit(model, data, loss, steps=3, batch=4)
    assert history.stopped == "not finite" and history.steps == 0
    after = list(model.parameters())
    assert all(torch.equal(one, other) for one, other in zip(before, after, strict=True))
    return history.message


def test_the_term_and_the_samples_are_named() -> None:
    program = cajal.load(
        "space Number[1]\nextern odd : Number -o Bool\n"
        "def f (x : Number) : Bool = if odd x then false else true"
    )
    neuron = program.compile("f").link(odd=Spoiled())
    inputs = torch.tensor([[0.5], [0.1], [3.0], [0.2]])
    message = stopped(neuron, (inputs, torch.ones(4, 2)))
    assert message.startswith(
        "step 1 (epoch 0, batch 1 of it) was not taken: the loss is nan, for sample 2 of the data;"
    )
    assert (
        "the first term that is not finite is the extern `odd` : Bool of the neuron, at source:3:" in message
    )


def test_a_neuron_inside_a_model_is_seen() -> None:
    neuron = cajal.load("space Number[1]\nextern odd : Number -o Bool")["odd"].link(odd=Spoiled())
    message = stopped(nn.Sequential(nn.Identity(), neuron), (torch.full((4, 1), 3.0), torch.ones(4, 2)))
    assert "the loss is nan, for samples 3, 1, 0, 2 of the data" in message
    assert "the extern `odd` : Bool of the neuron `1`" in message


def test_a_loss_that_makes_it_is_told() -> None:
    neuron = cajal.load("learn flip : Bool -o Bool")["flip"].initialize("identity")
    data = torch.tensor([[1.0, 0.0]]), torch.tensor([1])
    message = stopped(neuron, data, lambda result, target: nn.functional.nll_loss(result.log(), target))
    assert "the loss is inf" in message
    assert message.endswith("the model's result is finite, and the loss makes it of that")


def test_a_gradient_is_told() -> None:
    neuron = cajal.load("learn flip : Bool -o Bool")["flip"].initialize("identity")
    data = torch.tensor([[1.0, 0.0]]), torch.ones(1, 2)
    message = stopped(neuron, data, lambda result, target: (result - target).abs().sqrt().sum())
    assert (
        "the gradient of `learn_flip` is not finite, for sample 0 of the data; the gradient of the result"
        in message
    )


def test_a_sum_that_overflows_is_no_reason() -> None:
    model = nn.Linear(2, 1, bias=False)
    inputs = torch.full((4, 2), 3e38)
    history = cajal.fit(model, (inputs, torch.ones(4, 1)), lambda result, _: result[0, 0] * 0.9, steps=1)
    assert history.stopped == "finished"
