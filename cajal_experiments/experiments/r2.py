"""R2 of "Compiling to recurrent neurons": an image of an odd digit n is blurred n times, all else stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from torch import Tensor, nn
from torch.nn import functional

import cajal_core as cajal
from cajal_experiments import Context, Experiment, Recipe, Settings, Task, Threshold, l1
from cajal_experiments.data.enlarged import enlarged
from cajal_experiments.data.images import Split
from cajal_experiments.experiments import r1
from cajal_experiments.measures import psnr_where
from cajal_experiments.networks import Convolutions, Counter, OnImage, OwnKernel, Residual


def task(context: Context) -> Task:
    def split(name: Split) -> tuple[Tensor, ...]:
        (images,), digits = context.draw(name)
        return images, digits[:, 0], r1.blurred(images, digits[:, 0] * (digits[:, 0] % 2))

    return Task(split("train"), split("test"))


def compiled(name: str, **links: nn.Module) -> cajal.Neuron:
    return cajal.load(Path(__file__).with_suffix(".cajal")).compile(name, link=links)


def direct(_context: Context) -> Recipe:
    links = {"odd": Counter(2, 128), "count": Counter(10, 128), "blur": OwnKernel(128)}
    return Recipe(OnImage(compiled("blurred", **links), 3), functional.l1_loss)


def evenness(batch: tuple[Tensor, ...]) -> Tensor:
    """The index of a Bool, which has `true` at 0: whether digits are odd."""
    return 1 - batch[1] % 2


def probed(_context: Context) -> Recipe:
    """Count and condition are probed. Else all is soon judged even, since the image is then near enough."""
    odd, count = (cajal.encode(Counter(results), "softmax", temperature=4) for results in (2, 10))
    neuron = compiled("blurred", odd=odd, count=count, blur=r1.step())
    losses: dict[Any, Any] = {neuron.probe("count"): (1, 0.1), neuron.probe("odd"): (evenness, 0.1)}
    return Recipe(OnImage(neuron, 3), functional.l1_loss, {"probe_losses": losses})


def learned(_context: Context) -> Recipe:
    neuron = compiled("learned", odd=Counter(2, 128), count=Counter(10, 128))
    return Recipe(OnImage(neuron, 3), functional.l1_loss)


def matched(_context: Context) -> Recipe:
    return Recipe(OnImage(Residual(Convolutions(9, 11, 11, 11))), functional.l1_loss)


experiment = Experiment(
    name="R2",
    title="An image of an odd digit n is blurred n times, all else stays",
    task=task,
    models={
        "D": direct,
        "D+": probed,
        "T": learned,
        "I": r1.indirect,
        "I matched": matched,
        "trivial": r1.trivial,
    },
    measures={
        "L1": l1,
        "PSNR of even": psnr_where(lambda digits: digits % 2 == 0),
        **{f"PSNR of {n}": r1.of_digit(n) for n in range(1, 10, 2)},
    },
    full=Settings(train=5000, test=2000, steps=400, every=50, clip=1.0),
    small=Settings(train=600, test=300, steps=120, batch=16, every=40, clip=1.0),
    target=Threshold("L1", "<=", 0.12),
    data=enlarged,
)
