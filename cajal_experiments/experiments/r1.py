"""R1 of "Compiling to recurrent neurons": an image of the digit n is blurred n times."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.functional import l1_loss, max_pool2d

import cajal_core as cajal
from cajal_experiments import Context, Experiment, Recipe, Settings, Task, Threshold, controls, l1
from cajal_experiments.data.enlarged import enlarged
from cajal_experiments.measures import psnr_of
from cajal_experiments.networks import Convolutions, Counter, OnImage, OwnKernel, Residual

PROGRAM = cajal.load(Path(__file__).with_suffix(".cajal"))


def blurred(images: Tensor, times: Tensor) -> Tensor:
    """Images, each blurred so many times: 0.7 of the way to the greatest of three pixels in its column."""
    for done in range(int(times.max())):
        greatest = max_pool2d(images[:, None], (3, 1), 1, (1, 0))[:, 0]
        images = torch.where((times > done)[:, None, None], images.lerp(greatest, 0.7), images)
    return images


def task(context: Context) -> Task:
    return context.groups(1, lambda images, digits: (*images, digits[:, 0], blurred(images[0], digits[:, 0])))


def step() -> nn.Module:
    """A blur that begins as the identity, so that no count is worse than another at first."""
    return Residual(Convolutions(16, 3, 1, 1))


def direct(_context: Context) -> Recipe:
    neuron = PROGRAM.compile("blurred", link={"count": Counter(10, 128), "blur": OwnKernel(128)})
    return Recipe(OnImage(neuron, 2), l1_loss)


def probed(_context: Context) -> Recipe:
    neuron = PROGRAM.compile("blurred", link={"count": cajal.encode(Counter()), "blur": step()})
    losses = {neuron.probe("count"): (1, 0.1)}
    return Recipe(OnImage(neuron, 2), l1_loss, {"probe_losses": losses})


def indirect(_context: Context) -> Recipe:
    """As many parameters as D+."""
    return Recipe(OnImage(Residual(Convolutions(8, 11, 11, 11))), l1_loss)


def published(_context: Context) -> Recipe:
    """The paper's I."""
    return Recipe(OnImage(Convolutions(6, 13, 13, 13)), l1_loss)


experiment = Experiment(
    name="R1",
    title="An image of the digit n is blurred n times",
    task=task,
    models={
        "D": direct,
        "D+": probed,
        "I": indirect,
        "I8k": published,
        **controls(direct, "T", "trivial"),
    },
    measures={"L1": l1, **{f"PSNR of {n}": psnr_of(n) for n in range(10)}},
    full=Settings(train=5000, test=2000, steps=200, every=25, clip=1.0),
    small=Settings(train=600, test=300, steps=120, batch=16, every=40, clip=1.0),
    target=Threshold("L1", "<=", 0.2),
    data=enlarged,
)
