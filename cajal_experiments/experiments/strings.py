"""Strings are rotated by their first letter, or reversed, by a transformer that has the program as a head.

The task is that of the third work of Cajal's authors, "Compiling to transformers": one layer of two heads.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

import cajal_core as cajal
from cajal_experiments import Context, Experiment, Recipe, Settings, Task, Threshold, accuracy
from cajal_experiments.measures import results
from cajal_experiments.networks import Transformer

PROGRAM = cajal.load(Path(__file__).with_suffix(".cajal"))
LETTERS, PLACES, WIDTH, HEADS = 10, 15, 30, 2
transformer = partial(Transformer, PLACES, LETTERS, WIDTH, HEADS)


def task(context: Context) -> Task:
    """Random strings (n, 15) and what becomes of them. Of 10^15, the splits hardly share one."""
    random = torch.Generator().manual_seed(context.seed)

    def split(count: int | None) -> tuple[Tensor, Tensor]:
        strings = torch.randint(LETTERS, (count or 5000, PLACES), generator=random)
        if context.variant == "reverse":
            return strings, strings.flip(1)
        return strings, strings.gather(1, (torch.arange(PLACES) + strings[:, :1]) % PLACES)

    return Task(split(context.settings.train), split(context.settings.test))


def loss(result: Tensor, target: Tensor) -> Tensor:
    return cross_entropy(result.flatten(0, 1), target.flatten())


def direct(context: Context) -> Recipe:
    return Recipe(transformer(PROGRAM.compile(context.variant)), loss)


def random_map(_context: Context) -> Recipe:
    """As many numbers as the program has, normally distributed, so that lengths stay about the same."""
    random = PROGRAM.compile("random").requires_grad_(False)
    for numbers in random.parameters():
        nn.init.normal_(numbers, std=(PLACES * WIDTH // HEADS) ** -0.5)
    return Recipe(transformer(random), loss)


def indirect(_context: Context) -> Recipe:
    return Recipe(transformer(), loss)


def validation_loss(model: nn.Module, task: Task) -> float:
    return loss(results(model, task), task.test[-1]).item()


experiment = Experiment(
    name="strings",
    title="Strings are rotated by their first letter, or reversed",
    variants=("rotate", "reverse"),
    data=None,
    task=task,
    models={"D": direct, "random": random_map, "I": indirect},
    measures={"validation loss": validation_loss, "letters": accuracy},
    full=Settings(train=5000, test=1000, steps=1000, batch=128, every=100),
    small=Settings(train=2000, test=300, steps=60, batch=64, every=20),
    target=Threshold("validation loss", "<=", 0.08),
)
