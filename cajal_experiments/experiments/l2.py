"""L2 of "Compiling to linear neurons": do two digits have the same parity? Only the answer is known."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn.functional import cross_entropy

import cajal_core as cajal
from cajal_experiments import Context, Experiment, Recipe, Settings, Task, Threshold, accuracy, controls
from cajal_experiments.networks import MLP, orthogonal

PROGRAM = cajal.load("use logic (eq, xor, and, or)")
ANSWERS = {"EQ": torch.eq, "XOR": torch.ne, "AND": torch.logical_and, "OR": torch.logical_or}


def task(context: Context) -> Task:
    def is_false(digits: torch.Tensor) -> torch.Tensor:
        return (~ANSWERS[context.variant](*(digits % 2 == 1).T)).long()  # a Bool has `true` at 0

    return context.groups(2, lambda images, digits: (*images, is_false(digits)))


def linked(context: Context, left: nn.Module, right: nn.Module) -> cajal.Linked:
    return cajal.Linked(PROGRAM.compile(context.variant.lower()), x=left, y=right)


def network(context: Context) -> nn.Module:
    return MLP(context.images.side**2, 400, 2)


def soft(context: Context, gain: float) -> nn.Module:
    """A network that starts undecided: one that is sure takes the gradient away from another one."""
    return cajal.encode(orthogonal(network(context), gain), temperature=cajal.Ramp(4, 1, steps=150))


def direct(context: Context) -> Recipe:
    return Recipe(linked(context, network(context), network(context)), cross_entropy)


def shared(context: Context) -> Recipe:
    reader = soft(context, gain=2)
    return Recipe(linked(context, reader, reader))


def two_soft(context: Context) -> Recipe:
    return Recipe(linked(context, soft(context, gain=1), soft(context, gain=1)))


experiment = Experiment(
    name="L2",
    title="Do two digits have the same parity?",
    variants=tuple(ANSWERS),
    task=task,
    models={"D": direct, "D+": shared, "D2": two_soft, **controls(direct, "C", "T", "I", "trivial")},
    measures={"accuracy": accuracy},
    full=Settings(train=5000, test=5000, steps=312, every=13),
    small=Settings(train=700, test=350, epochs=12, batch=32),
    target=Threshold("accuracy", ">=", 0.8),
    stuck=Threshold("accuracy", "<", 0.6),
)
