"""R2 of "Compiling to recurrent neurons": an image of an odd digit n is blurred n times, all else stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from torch import Tensor
from torch.nn.functional import l1_loss

import cajal_core as cajal
from cajal_experiments import Context, Experiment, Recipe, Settings, Task, Threshold, controls, l1
from cajal_experiments.data.enlarged import enlarged
from cajal_experiments.experiments.r1 import blurred, published, step
from cajal_experiments.measures import psnr_of
from cajal_experiments.networks import Convolutions, Counter, OnImage, OwnKernel, Residual

PROGRAM = cajal.load(Path(__file__).with_suffix(".cajal"))


def task(context: Context) -> Task:
    def sample(images: tuple[Tensor, ...], digits: Tensor) -> tuple[Tensor, ...]:
        return *images, digits[:, 0], blurred(images[0], digits[:, 0] * (digits[:, 0] % 2))

    return context.groups(1, sample)


def direct(_context: Context) -> Recipe:
    links = {"odd": Counter(2, 128), "count": Counter(10, 128), "blur": OwnKernel(128)}
    return Recipe(OnImage(PROGRAM.compile("blurred", link=links), 3), l1_loss)


def is_even(batch: tuple[Tensor, ...]) -> Tensor:
    """The index of whether digits are odd: a Bool has `true` at 0."""
    return 1 - batch[1] % 2


def probed(_context: Context) -> Recipe:
    """Count and condition are probed. Else all is soon judged even, since the image is then near enough."""
    odd, count = (cajal.encode(Counter(results), temperature=4) for results in (2, 10))
    neuron = PROGRAM.compile("blurred", link={"odd": odd, "count": count, "blur": step()})
    losses: dict[Any, Any] = {neuron.probe("count"): (1, 0.1), neuron.probe("odd"): (is_even, 0.1)}
    return Recipe(OnImage(neuron, 3), l1_loss, {"probe_losses": losses})


def indirect(_context: Context) -> Recipe:
    """As many parameters as D+."""
    return Recipe(OnImage(Residual(Convolutions(9, 11, 11, 11))), l1_loss)


experiment = Experiment(
    name="R2",
    title="An image of an odd digit n is blurred n times, all else stays",
    task=task,
    models={
        "D": direct,
        "D+": probed,
        "I": indirect,
        "I8k": published,
        **controls(direct, "T", "trivial"),
    },
    measures={
        "L1": l1,
        "PSNR of even": psnr_of(0, 2, 4, 6, 8),
        **{f"PSNR of {n}": psnr_of(n) for n in range(1, 10, 2)},
    },
    full=Settings(train=5000, test=2000, steps=200, every=25, clip=1.0),
    small=Settings(train=600, test=300, steps=120, batch=16, every=40, clip=1.0),
    target=Threshold("L1", "<=", 0.12),
    data=enlarged,
)
