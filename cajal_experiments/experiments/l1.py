"""L1 of "Compiling to linear neurons": a 1 stays as it is, and all else becomes one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import l1_loss

import cajal_core as cajal
from cajal_experiments import Context, Experiment, Recipe, Settings, Task, Threshold, controls, l1
from cajal_experiments.data.enlarged import enlarged
from cajal_experiments.measures import judged, psnr_of, read_by
from cajal_experiments.networks import MLP, OnImage, Painter, orthogonal

PROGRAM = cajal.load(Path(__file__).with_suffix(".cajal"))


def task(context: Context) -> Task:
    """Images, whether each is a 1 (0 says `true`), and what they should become: a 1 of the same split."""

    def sample(images: tuple[Tensor, ...], digits: Tensor) -> tuple[Tensor, ...]:
        is_other, random = digits[:, 0] != 1, torch.Generator().manual_seed(context.seed)
        ones = images[0][~is_other]
        drawn = ones[torch.randint(len(ones), is_other.shape, generator=random)]
        return images[0], is_other.long(), torch.where(is_other[:, None, None], drawn, images[0])

    return context.groups(1, sample)


def neuron(condition: nn.Module) -> cajal.Neuron:
    return PROGRAM.compile("one", link={"is_one": condition, "make": Painter(300)})


def direct(_context: Context) -> Recipe:
    return Recipe(OnImage(neuron(MLP(28 * 28, 100, 2)), 2), l1_loss)


def softened(_context: Context) -> Recipe:
    """The condition starts undecided: `make` must learn something before it can be chosen."""
    return Recipe(OnImage(neuron(cajal.encode(MLP(28 * 28, 100, 2), temperature=4)), 2), l1_loss)


def debugged(_context: Context) -> Recipe:
    """L1-debug: the condition is probed, and its mistakes count too.

    From smaller weights it learns to switch off all units for a 1, and then has a bias alone to say so with.
    """
    program = neuron(cajal.encode(orthogonal(MLP(28 * 28, 100, 2), gain=2)))
    losses: dict[Any, Any] = {program.probe("is_one"): (1, 0.1)}
    return Recipe(OnImage(program, 2), l1_loss, {"probe_losses": losses})


def indirect(_context: Context) -> Recipe:
    return Recipe(OnImage(Painter(400)), l1_loss)


experiment = Experiment(
    name="L1",
    title="A 1 stays as it is, and all else becomes a 1",
    task=task,
    models={
        "D": direct,
        "D+": softened,
        "debug": debugged,
        "I": indirect,
        **controls(direct, "trivial"),
    },
    measures={
        "L1": l1,
        "PSNR of ones": psnr_of(0),
        "ones judged 1": judged(1, 0),
        "others judged 1": judged(1, 1),
        "condition": read_by("is_one"),
    },
    full=Settings(train=5000, test=5000, epochs=5, batch=32),
    small=Settings(train=700, test=300, epochs=15, batch=16),
    data=enlarged,
    target=Threshold("PSNR of ones", ">=", 55),
    stuck=Threshold("condition", "<", 0.97),
)
