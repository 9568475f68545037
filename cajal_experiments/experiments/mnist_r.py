"""MNIST-R: digits are learned from one number, or one answer, that a few of them give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

import cajal_core as cajal
from cajal_experiments import Context, Experiment, Recipe, Settings, Task, accuracy, controls
from cajal_experiments.data.enlarged import enlarged
from cajal_experiments.networks import CNN, MLP, Balanced, Joined, orthogonal

PROGRAM = cajal.load(Path(__file__).with_suffix(".cajal"))


@dataclass(frozen=True)
class Row:
    """A task: how many images, what their digits (n, images) give, how many results there are.

    `as_list` says whether the images come as one list.
    """

    images: int
    result: Callable[[Tensor], Tensor]
    results: int
    as_list: bool = False


ROWS = {
    "sum2": Row(2, lambda digits: digits.sum(1), 37),
    "sum3": Row(3, lambda digits: digits.sum(1), 37),
    "sum4": Row(4, lambda digits: digits.sum(1), 37),
    "mult2": Row(2, lambda digits: digits.prod(1), 82),
    # A Bool has `true` at 0.
    "less_than": Row(2, lambda digits: (digits[:, 0] >= digits[:, 1]).long(), 2),
    "equals": Row(2, lambda digits: (digits[:, 0] != digits[:, 1]).long(), 2),
    "add_mod_3": Row(2, lambda digits: digits.sum(1) % 3, 3),
    "count_3_4": Row(8, lambda digits: ((digits == 3) | (digits == 4)).sum(1), 9, as_list=True),
    "count_even": Row(3, lambda digits: (digits % 2 == 0).sum(1), 4, as_list=True),
}


def task(context: Context) -> Task:
    row = ROWS[context.variant]

    def sample(images: tuple[Tensor, ...], digits: Tensor) -> tuple[Tensor, ...]:
        return *((torch.stack(images, 1),) if row.as_list else images), row.result(digits)

    return context.groups(row.images, sample)


def digit() -> nn.Module:
    """What starts undecided tells more digits apart where little is known of them, as by `equals`."""
    return cajal.encode(orthogonal(CNN(), gain=2), temperature=cajal.Ramp(4, 1, steps=300))


def direct(context: Context) -> Recipe:
    return Recipe(PROGRAM.compile(context.variant, link={"digit": digit()}))


def balanced(context: Context) -> Recipe:
    """It is known, too, that digits are about as frequent: so two of them do not share a code."""
    return Recipe(PROGRAM.compile(context.variant, link={"digit": Balanced(digit(), bonus=0.3)}))


def indirect(context: Context) -> Recipe:
    row = ROWS[context.variant]
    return Recipe(Joined(CNN(), MLP(10 * row.images, 128, row.results)), cross_entropy)


experiment = Experiment(
    name="MNIST-R",
    title="Digits are learned from a number, or an answer, that a few of them give",
    variants=tuple(ROWS),
    task=task,
    models={"D": direct, "D+": balanced, "I": indirect, **controls(direct, "trivial")},
    measures={"accuracy": accuracy},
    full=Settings(train=5000, test=5000, epochs=20, batch=32, rate=2e-3, every=628, cosine=True),
    small=Settings(train=700, test=300, epochs=8, batch=16, cosine=True),
    data=enlarged,
)
