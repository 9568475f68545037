"""R1 of "Compiling to recurrent neurons": an image of the digit n is blurred n times."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

import cajal_core as cajal
from cajal_experiments import Context, Experiment, Recipe, Settings, Task, Threshold, l1
from cajal_experiments.data.enlarged import enlarged
from cajal_experiments.data.images import Split
from cajal_experiments.measures import psnr_where
from cajal_experiments.networks import Convolutions, Counter, OnImage, OwnKernel, Residual


def blurred(images: Tensor, times: Tensor) -> Tensor:
    """Images, each blurred so many times: 0.7 of the way to the greatest of three pixels in its column."""
    for done in range(int(times.max())):
        greatest = functional.max_pool2d(images[:, None], (3, 1), 1, (1, 0))[:, 0]
        images = torch.where((times > done)[:, None, None], images.lerp(greatest, 0.7), images)
    return images


def task(context: Context) -> Task:
    def split(name: Split) -> tuple[Tensor, ...]:
        (images,), digits = context.draw(name)
        return images, digits[:, 0], blurred(images, digits[:, 0])

    return Task(split("train"), split("test"))


def compiled(name: str, **links: nn.Module) -> cajal.Neuron:
    return cajal.load(Path(__file__).with_suffix(".cajal")).compile(name, link=links)


def step() -> nn.Module:
    """A blur that begins as the identity, so that no count is worse than another at first."""
    return Residual(Convolutions(16, 3, 1, 1))


def direct(_context: Context) -> Recipe:
    neuron = compiled("blurred", count=Counter(10, 128), blur=OwnKernel(128))
    return Recipe(OnImage(neuron, 2), functional.l1_loss)


def probed(_context: Context) -> Recipe:
    neuron = compiled("blurred", count=cajal.encode(Counter(), "softmax"), blur=step())
    losses = {neuron.probe("count"): (1, 0.1)}
    return Recipe(OnImage(neuron, 2), functional.l1_loss, {"probe_losses": losses})


def learned(_context: Context) -> Recipe:
    neuron = compiled("learned", count=Counter(10, 128))
    return Recipe(OnImage(neuron, 2), functional.l1_loss)


def indirect(_context: Context) -> Recipe:
    return Recipe(OnImage(Convolutions(6, 13, 13, 13)), functional.l1_loss)


def matched(_context: Context) -> Recipe:
    return Recipe(OnImage(Residual(Convolutions(8, 11, 11, 11))), functional.l1_loss)


def trivial(_context: Context) -> Recipe:
    return Recipe(OnImage(nn.Identity()), functional.l1_loss)


def of_digit(n: int) -> Callable[[nn.Module, Task], float]:
    return psnr_where(lambda digits: digits == n)


experiment = Experiment(
    name="R1",
    title="An image of the digit n is blurred n times",
    task=task,
    models={
        "D": direct,
        "D+": probed,
        "T": learned,
        "I": indirect,
        "I matched": matched,
        "trivial": trivial,
    },
    measures={"L1": l1, **{f"PSNR of {n}": of_digit(n) for n in range(10)}},
    full=Settings(train=5000, test=2000, steps=400, every=50, clip=1.0),
    small=Settings(train=600, test=300, steps=120, batch=16, every=40, clip=1.0),
    target=Threshold("L1", "<=", 0.2),
    data=enlarged,
)
