"""Measures that many experiments share, on the test samples of a task."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from cajal_experiments.experiment import Task

#: Samples that are computed at once.
BATCH = 500
#: The range of an entry, and a mean squared error that counts as none: 106 dB.
PEAK = 2.0
LEAST = 1e-10


def results(model: nn.Module, task: Task) -> Tensor:
    """What the model says of every test sample, in eval mode and without a gradient."""
    training = model.training
    model.eval()
    with torch.no_grad():
        parts = [
            model(*inputs) for inputs in zip(*(part.split(BATCH) for part in task.test[:-1]), strict=True)
        ]
    model.train(training)
    return torch.cat(parts)


def accuracy(model: nn.Module, task: Task) -> float:
    """How often the greatest entry of (..., k) stands at the target (...)."""
    return (results(model, task).argmax(-1) == task.test[-1]).double().mean().item()


def l1(model: nn.Module, task: Task) -> float:
    """The mean distance of an entry."""
    return (results(model, task) - task.test[-1]).abs().double().mean().item()


def psnr(model: nn.Module, task: Task) -> float:
    """The mean over samples of the peak signal-to-noise ratio in dB, with images in [-1, 1]."""
    errors = (results(model, task) - task.test[-1]).double().square().flatten(1).mean(1)
    return (10 * (PEAK**2 / errors.clamp_min(LEAST)).log10()).mean().item()
