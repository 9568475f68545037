"""Measures that many experiments share, on the test samples of a task."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TypeAlias
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, nn

import cajal_core as cajal
from cajal_experiments.data import Images
from cajal_experiments.experiment import Task
from cajal_experiments.networks import LeNet, OnImage

Measure: TypeAlias = Callable[[nn.Module, Task], float]

#: Samples that are computed at once.
BATCH = 500
#: The range of an entry, and a mean squared error that counts as none: 106 dB.
PEAK = 2.0
LEAST = 1e-10


#: What was computed last, by model: of which weights and task. An experiment has several measures of it.
_LAST: WeakKeyDictionary[nn.Module, tuple[tuple[int, ...], Task, Tensor]] = WeakKeyDictionary()


def results(model: nn.Module, task: Task) -> Tensor:
    """What the model says of every test sample, (count, ...), in eval mode and without a gradient.

    Example:
        >>> task = Task((torch.ones(4, 2), torch.zeros(4)), (torch.ones(3, 2), torch.zeros(3)))
        >>> results(nn.Flatten(), task).shape
        torch.Size([3, 2])
    """
    # torch counts what changes a tensor in place, as an optimizer does.
    weights = tuple(tensor._version for tensor in (*model.parameters(), *model.buffers()))  # noqa: SLF001
    match _LAST.get(model):
        case (seen, of, values) if seen == weights and of is task:
            return values
        case _:
            values = computed(model, task.test[:-1])
            _LAST[model] = weights, task, values
            return values


def computed(model: nn.Module, inputs: tuple[Tensor, ...]) -> Tensor:
    """What the model says of samples, in eval mode and without a gradient."""
    training = model.training
    model.eval()
    with torch.no_grad():
        parts = [model(*batch) for batch in zip(*(part.split(BATCH) for part in inputs), strict=True)]
    model.train(training)
    return torch.cat(parts)


def accuracy(model: nn.Module, task: Task) -> float:
    """How often the greatest entry of a result (..., k) stands at the target (...), from 0 to 1.

    Example:
        >>> says, is_so = torch.eye(3), torch.tensor([0, 1, 1])
        >>> round(accuracy(nn.Identity(), Task((says, is_so), (says, is_so))), 3)
        0.667
    """
    return (results(model, task).argmax(-1) == task.test[-1]).double().mean().item()


def l1(model: nn.Module, task: Task) -> float:
    """The mean distance of an entry of the results from that of the targets, of one shape.

    Example:
        >>> l1(nn.Identity(), Task((torch.ones(2, 4),) * 2, (torch.ones(2, 4), torch.zeros(2, 4))))
        1.0
    """
    return (results(model, task) - task.test[-1]).abs().double().mean().item()


def psnr(model: nn.Module, task: Task) -> float:
    """The mean over samples of the peak signal-to-noise ratio in dB, with images in [-1, 1].

    That of a sample is 10 log₁₀(2² / MSE), and 106 dB where the mean squared error MSE is below 10⁻¹⁰.

    Example:
        >>> black, grey = torch.full((1, 2, 2), -1.0), torch.full((1, 2, 2), -0.8)
        >>> round(psnr(nn.Identity(), Task((black, black), (grey, black))), 2)
        20.0
    """
    return decibels(model, task).mean().item()


def psnr_of(*labels: int) -> Measure:
    """`psnr` of the samples whose label, which is the last input, is one of these."""
    return lambda model, task: decibels(model, task)[labelled(task, *labels)].mean().item()


def judged(digit: int, *labels: int) -> Measure:
    """How often what becomes of the samples with these labels is taken for a digit, by a network."""

    def measure(model: nn.Module, task: Task) -> float:
        assert task.images is not None
        seen = results(model, task)[labelled(task, *labels)]
        return (computed(judge(task.images), (seen,)).argmax(1) == digit).double().mean().item()

    return measure


@cache
def judge(images: Images) -> nn.Module:
    """A network that reads digits, trained with their labels: also where gradients are off, for a measure."""
    with torch.random.fork_rng(), torch.enable_grad():
        torch.manual_seed(0)
        network = LeNet()
        data = (images.train, images.train_labels)
        history = cajal.fit(network, data, nn.functional.cross_entropy, epochs=8, progress=False)
    if history.stopped == "interrupted":
        raise KeyboardInterrupt
    return network


def read_by(extern: str) -> Measure:
    """How often what an extern says of an image is its label: NaN for a model without a program."""

    def measure(model: nn.Module, task: Task) -> float:
        if not isinstance(model, OnImage) or not isinstance(model.module, cajal.Neuron):
            return float("nan")
        with torch.no_grad():
            trace = model.module.trace(*[task.test[0]] * model.inputs)
        said = trace[model.module.probe(extern)]
        return (said.argmax(-1) == task.test[-2]).double().mean().item()

    return measure


def labelled(task: Task, *labels: int) -> Tensor:
    """Which test samples have one of these labels."""
    return torch.isin(task.test[-2], torch.tensor(labels))


def decibels(model: nn.Module, task: Task) -> Tensor:
    """The peak signal-to-noise ratio of each sample."""
    errors = (results(model, task) - task.test[-1]).double().square().flatten(1).mean(1)
    return 10 * (PEAK**2 / errors.clamp_min(LEAST)).log10()
