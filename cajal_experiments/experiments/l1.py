"""L1 of "Compiling to linear neurons": a 1 stays as it is, and all else becomes one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import torch
from torch import Tensor, nn
from torch.nn import functional

import cajal_core as cajal
from cajal_experiments import Context, Experiment, Recipe, Settings, Task, Threshold, l1
from cajal_experiments.data import Images
from cajal_experiments.data.enlarged import enlarged
from cajal_experiments.data.images import Split
from cajal_experiments.measures import computed, psnr_where, results
from cajal_experiments.networks import MLP, LeNet, OnImage

PIXELS = 28 * 28

Measure: TypeAlias = Callable[[nn.Module, Task], float]


@dataclass(frozen=True)
class Judged(Task):
    """With a network that knows the digits."""

    judge: nn.Module


def task(context: Context) -> Judged:
    """Images, whether each is a 1 (0 says `true`), and what they should become: a 1 of the same split."""

    def split(name: Split) -> tuple[Tensor, ...]:
        (images,), digits = context.draw(name)
        ones, others = images[digits[:, 0] == 1], (digits[:, 0] != 1).long()
        drawn = torch.randint(
            len(ones), (len(images),), generator=torch.Generator().manual_seed(context.seed)
        )
        return images, others, torch.where(others.bool()[:, None, None], ones[drawn], images)

    return Judged(split("train"), split("test"), judge(context.images))


def image(*layers: nn.Module) -> nn.Sequential:
    return nn.Sequential(*layers, nn.Unflatten(1, (28, 28)))


def neuron(condition: nn.Module) -> cajal.Neuron:
    links = {"is_one": condition, "make": image(MLP(PIXELS, 300, PIXELS))}
    return cajal.load(Path(__file__).with_suffix(".cajal")).compile("one", link=links)


def direct(_context: Context) -> Recipe:
    return Recipe(OnImage(neuron(MLP(PIXELS, 100, 2)), 2), functional.l1_loss)


def soft() -> cajal.Neuron:
    """The condition starts undecided: `make` must learn something before it can be chosen."""
    return neuron(cajal.encode(MLP(PIXELS, 100, 2), "softmax", temperature=4))


def softened(_context: Context) -> Recipe:
    return Recipe(OnImage(soft(), 2), functional.l1_loss)


def debugged(_context: Context) -> Recipe:
    """L1-debug: the condition is probed, and its mistakes count too."""
    program = soft()
    losses: dict[Any, Any] = {program.probe("is_one"): (1, 0.1)}
    return Recipe(OnImage(program, 2), functional.l1_loss, {"probe_losses": losses})


def indirect(_context: Context) -> Recipe:
    return Recipe(OnImage(image(MLP(PIXELS, 400, PIXELS))), functional.l1_loss)


def trivial(_context: Context) -> Recipe:
    return Recipe(OnImage(nn.Identity()), functional.l1_loss)


@cache
def judge(images: Images) -> nn.Module:
    """A network that reads digits, trained with their labels."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = LeNet()
    data = (images.train, images.train_labels)
    cajal.fit(network, data, functional.cross_entropy, epochs=8, progress=False)
    return network


def judged(ones: bool) -> Measure:
    """How many of the results, where a 1 or where another digit came in, the judge takes for a 1."""

    def measure(model: nn.Module, task: Task) -> float:
        assert isinstance(task, Judged)
        seen = results(model, task)[(task.test[1] == 0) == ones]
        return (computed(task.judge, (seen,)).argmax(1) == 1).double().mean().item()

    return measure


def condition(model: nn.Module, task: Task) -> float:
    """How often the condition is right: NaN for a model without one."""
    for part in model.modules():
        if isinstance(part, cajal.Neuron):
            with torch.no_grad():
                said = part.trace(task.test[0], task.test[0])[part.probe("is_one")]
            return (said.argmax(-1) == task.test[1]).double().mean().item()
    return float("nan")


experiment = Experiment(
    name="L1",
    title="A 1 stays as it is, and all else becomes a 1",
    task=task,
    models={"D": direct, "D+": softened, "debug": debugged, "I": indirect, "trivial": trivial},
    measures={
        "L1": l1,
        "PSNR of ones": psnr_where(lambda others: others == 0),
        "ones judged 1": judged(ones=True),
        "others judged 1": judged(ones=False),
        "condition": condition,
    },
    full=Settings(train=5000, test=5000, epochs=5, batch=32),
    small=Settings(train=700, test=300, epochs=15, batch=16),
    data=enlarged,
    target=Threshold("PSNR of ones", ">=", 55),
    stuck=Threshold("condition", "<", 0.97),
)
