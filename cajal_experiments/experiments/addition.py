"""N-digit addition: two numbers are read from images of their digits, and only the sum is known."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot

import cajal_core as cajal
from cajal_experiments import Context, Experiment, Recipe, Settings, Task
from cajal_experiments.data.enlarged import enlarged
from cajal_experiments.measures import computed
from cajal_experiments.networks import LeNet

PROGRAM = cajal.load(Path(__file__).with_suffix(".cajal"))
#: How many sums a batch has: with fewer digits, more sums.
BATCHES = {"1": 32, "2": 32, "4": 16, "15": 4, "100": 1}
#: In how many random ways the test images are put together to sums. 15 digits make 333 sums in each.
GROUPINGS = 20


def added(x: Tensor, y: Tensor) -> Tensor:
    """The digits (n, N + 1) of the sums of numbers with digits (n, N), the lowest first."""
    carry, digits = torch.zeros_like(x[:, 0]), []
    for column in (x + y).unbind(1):
        digits.append((column + carry) % 10)
        carry = (column + carry) // 10
    return torch.stack([*digits, carry], 1)


def task(context: Context) -> Task:
    places = int(context.variant)

    def sample(images: tuple[Tensor, ...], digits: Tensor) -> tuple[Tensor, ...]:
        zs = added(digits[:, :places], digits[:, places:])
        xs, ys = torch.stack(images[:places], 1), torch.stack(images[places:], 1)
        return xs, ys, one_hot(zs[:, :-1], 10).float(), 1 - zs[:, -1]  # a Bool has `true` at 0

    return context.groups(2 * places, sample)


def direct(_context: Context) -> Recipe:
    neuron = PROGRAM.compile("sum", link={"digit": cajal.encode(LeNet())})
    return Recipe(neuron, partial(cajal.nll, log=True), {"forward": neuron.log})


def read(model: nn.Module, task: Task) -> tuple[Tensor, Tensor]:
    """The digits that the model's network reads in the test images, the most likely of each, and the true."""
    assert task.images is not None
    network = next(module for module in model.modules() if isinstance(module, LeNet))
    return computed(network, (task.images.test,)).argmax(1), task.images.test_labels


def digits(model: nn.Module, task: Task) -> float:
    """How many of the test images are read right."""
    seen, true = read(model, task)
    return (seen == true).double().mean().item()


def sums(model: nn.Module, task: Task) -> float:
    """How often the sum of the digits that are read is the true sum, over `GROUPINGS` of the test images."""
    (seen, true), places, right = read(model, task), task.test[0].shape[1], []
    for seed in range(GROUPINGS):
        order = torch.randperm(len(true), generator=torch.Generator().manual_seed(seed))
        groups = order[: len(true) // (2 * places) * 2 * places].reshape(-1, 2, places)
        said, expected = (added(*part[groups].unbind(1)) for part in (seen, true))
        right.append((said == expected).all(1).double().mean())
    return torch.stack(right).mean().item()


experiment = Experiment(
    name="addition",
    title="N-digit addition: digits are learned from sums",
    variants={places: {"batch": batch} for places, batch in BATCHES.items()},
    task=task,
    models={"D": direct},
    measures={"sums": sums, "digits": digits},
    full=Settings(epochs=30, cosine=True),
    small=Settings(epochs=20, cosine=True),
    data=enlarged,
)
