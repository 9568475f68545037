"""A training: what it does to a model, and what it records."""

from __future__ import annotations

import torch
from torch import nn

import cajal_core as cajal

MSE = nn.functional.mse_loss


def problem() -> tuple[nn.Module, tuple[torch.Tensor, torch.Tensor]]:
    torch.manual_seed(0)
    inputs = torch.randn(40, 3)
    return nn.Linear(3, 1), (inputs, inputs.sum(1, keepdim=True))


def test_a_linear_map_is_learned() -> None:
    model, data = problem()
    history = cajal.fit(model, data, MSE, epochs=200, batch=16, rate=0.05)
    assert history.stopped == "finished" and history.steps == 600
    assert MSE(model(data[0]), data[1]).item() < 1e-4


def test_the_order_is_a_function_of_the_seed() -> None:
    ends = []
    for seed in (0, 0, 1):
        model, data = problem()
        cajal.fit(model, data, MSE, steps=7, batch=16, seed=seed)
        ends.append(model.state_dict()["weight"])
    assert torch.equal(ends[0], ends[1]) and not torch.equal(ends[0], ends[2])
