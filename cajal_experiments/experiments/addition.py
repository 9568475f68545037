"""N-digit addition: two numbers are read from images of their digits, and only the sum is known."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

import cajal_core as cajal
from cajal_experiments import Context, Experiment, Recipe, Settings, Task
from cajal_experiments.data.enlarged import enlarged
from cajal_experiments.data.images import Split
from cajal_experiments.measures import BATCH
from cajal_experiments.networks import LeNet
from cajal_experiments.schedules import cosine

#: How many sums a batch has: with fewer digits, more sums.
BATCHES = {"1": 32, "2": 32, "4": 16, "15": 4, "100": 1}
#: In how many random ways the test images are put together to sums. 15 digits make 333 sums in each.
GROUPINGS = 20


@dataclass(frozen=True)
class Sums(Task):
    """The images (n, side, side) that test sums are made of, and their digits (n,), beside one grouping."""

    images: Tensor
    digits: Tensor


def added(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """The digits of sums (n, N), the lowest first, and the carries (n,) that are left."""
    carry, digits = torch.zeros_like(x[:, 0]), []
    for column in (x + y).unbind(1):
        digits.append((column + carry) % 10)
        carry = (column + carry) // 10
    return torch.stack(digits, 1), carry


def task(context: Context) -> Sums:
    places = int(context.variant)

    def split(name: Split) -> tuple[Tensor, ...]:
        images, digits = context.draw(name, of=2 * places)
        zs, carry = added(digits[:, :places], digits[:, places:])
        xs, ys = torch.stack(images[:places], 1), torch.stack(images[places:], 1)
        return xs, ys, functional.one_hot(zs, 10).float(), 1 - carry  # a Bool has `true` at 0

    return Sums(split("train"), split("test"), context.images.test, context.images.test_labels)


def direct(context: Context) -> Recipe:
    program = cajal.load(Path(__file__).with_suffix(".cajal"))
    neuron = program.compile("sum", link={"digit": cajal.encode(LeNet(), "softmax")})
    batch = BATCHES[context.variant]
    options = {"forward": neuron.log, "batch": batch, "scheduler": cosine(context, batch)}
    return Recipe(neuron, partial(cajal.nll, log=True), options)


def read(model: nn.Module, task: Task) -> tuple[Tensor, Tensor]:
    """The digits that the model's network reads in the test images, the most likely of each, and the true."""
    assert isinstance(task, Sums)
    network = next(module for module in model.modules() if isinstance(module, LeNet))
    with torch.no_grad():
        return torch.cat([network(part).argmax(1) for part in task.images.split(BATCH)]), task.digits


def digits(model: nn.Module, task: Task) -> float:
    """How many of the test images are read right."""
    seen, true = read(model, task)
    return (seen == true).double().mean().item()


def sums(model: nn.Module, task: Task) -> float:
    """How often the sum of the digits that are read is the true sum, over `GROUPINGS` of the test images."""
    (seen, true), random, places = read(model, task), np.random.default_rng(0), task.test[0].shape[1]
    right = []
    for _ in range(GROUPINGS):
        order = torch.from_numpy(random.permutation(len(true)))[: len(true) // (2 * places) * 2 * places]
        (one, carry), (other, other_carry) = (
            added(*part[order].reshape(2, -1, places)) for part in (seen, true)
        )
        right.append(((one == other).all(1) & (carry == other_carry)).double().mean())
    return torch.stack(right).mean().item()


experiment = Experiment(
    name="addition",
    title="N-digit addition: digits are learned from sums",
    variants=tuple(BATCHES),
    task=task,
    models={"D": direct},
    measures={"sums": sums, "digits": digits},
    full=Settings(epochs=30),
    small=Settings(epochs=20),
    data=enlarged,
)
