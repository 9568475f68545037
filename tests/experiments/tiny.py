"""Is a digit of scikit-learn even? An experiment of a second, with models that are slow or cannot be made."""

from __future__ import annotations

import os
import time
from pathlib import Path

import torch
from torch import Tensor, nn

import cajal_core as cajal
from cajal_experiments import Context, Experiment, Recipe, Settings, Task, Threshold, accuracy

PROGRAM = "def not (x : Bool) : Bool = if x then false else true"


def even(digits: Tensor) -> Tensor:
    return (digits[:, 0] % 2 == 0).long()


def task(context: Context) -> Task:
    (train,), digits = context.draw("train")
    (test,), test_digits = context.draw("test")
    return Task((train, even(digits)), (test, even(test_digits)))


def net(context: Context) -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(context.images.side**2, 2))


def direct(context: Context) -> Recipe:
    neuron = cajal.load(PROGRAM)["not"]
    return Recipe(cajal.Linked(neuron, x=net(context), encode="raw"), nn.functional.cross_entropy)


class Slow:
    """Sleeps after each step, and notes it in the file that the environment names."""

    def step(self, training: cajal.Training) -> None:
        time.sleep(float(os.environ["TINY_SECONDS"]))
        with Path(os.environ["TINY_NOTES"]).open("a") as file:
            file.write(f"{os.getpid()} {training.step}\n")


def slow(context: Context) -> Recipe:
    return Recipe(net(context), nn.functional.cross_entropy, {"callbacks": [Slow()]})


def indirect(context: Context) -> Recipe:
    return Recipe(net(context), nn.functional.cross_entropy)


class Constant(nn.Module):
    """Says the same of every image, and has no parameters."""

    def forward(self, image: Tensor) -> Tensor:
        return torch.tensor([1.0, 0.0]).expand(len(image), 2)


def trivial(_context: Context) -> Recipe:
    return Recipe(Constant(), nn.functional.cross_entropy)


def broken(_context: Context) -> Recipe:
    raise ValueError("this model cannot be made")


experiment = Experiment(
    name="tiny",
    title="Is a digit even?",
    variants=("A", "B"),
    task=task,
    models={"D": direct, "I": indirect, "trivial": trivial, "slow": slow, "broken": broken},
    measures={"accuracy": accuracy},
    full=Settings(train=640, test=200, steps=60, batch=32, every=20, rate=1e-2),
    small=Settings(train=64, test=50, steps=4, batch=16, every=2, rate=1e-2),
    target=Threshold("accuracy", ">=", 0.6),
    stuck=Threshold("accuracy", "<", 0.55),
)
