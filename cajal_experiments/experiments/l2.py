"""L2 of "Compiling to linear neurons": do two digits have the same parity? Only the answer is known."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

import cajal_core as cajal
from cajal_experiments import Context, Experiment, Recipe, Settings, Task, Threshold, accuracy
from cajal_experiments.data.images import Split
from cajal_experiments.networks import MLP, MostFrequent, Together, orthogonal

HIDDEN = 400
ANSWERS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "EQ": torch.eq,
    "XOR": torch.ne,
    "AND": torch.logical_and,
    "OR": torch.logical_or,
}


def task(context: Context) -> Task:
    def split(name: Split) -> tuple[Tensor, ...]:
        images, digits = context.draw(name, of=2)
        holds = ANSWERS[context.variant](*(digits % 2 == 1).T)
        return (*images, (~holds).long())  # a Bool has `true` at 0

    return Task(split("train"), split("test"))


def network(context: Context, results: int = 2) -> MLP:
    return MLP(context.images.side**2, HIDDEN, results)


def linked(name: str, left: nn.Module, right: nn.Module) -> nn.Module:
    neuron = cajal.load(Path(__file__).with_suffix(".cajal"))[name]
    first, second = (argument.name for argument in neuron.arguments)
    return cajal.Linked(neuron, {first: left, second: right})


def direct(context: Context) -> Recipe:
    model = linked(context.variant.lower(), network(context), network(context))
    return Recipe(model, functional.cross_entropy)


def learned(context: Context) -> Recipe:
    return Recipe(linked("learned", network(context), network(context)), functional.cross_entropy)


def church(context: Context) -> Recipe:
    model = linked(f"church_{context.variant.lower()}", network(context, 8), network(context, 8))
    return Recipe(model, functional.cross_entropy)


def soft(context: Context) -> nn.Module:
    """A network that starts undecided: what is sure takes the gradient away from the other one."""
    return cajal.encode(orthogonal(network(context), gain=2), temperature=cajal.Ramp(4, 1, steps=150))


def two_soft(context: Context) -> Recipe:
    return Recipe(linked(context.variant.lower(), soft(context), soft(context)))


def shared(context: Context) -> Recipe:
    reader = soft(context)
    return Recipe(linked(context.variant.lower(), reader, reader))


def indirect(context: Context) -> Recipe:
    model = Together(MLP(2 * context.images.side**2, HIDDEN, 2))
    return Recipe(model, functional.cross_entropy)


def trivial(context: Context) -> Recipe:
    return Recipe(MostFrequent(context.task.train[-1], 2))


experiment = Experiment(
    name="L2",
    title="Do two digits have the same parity?",
    variants=tuple(ANSWERS),
    task=task,
    models={
        "D": direct,
        "D+": shared,
        "D2": two_soft,
        "C": church,
        "T": learned,
        "I": indirect,
        "trivial": trivial,
    },
    measures={"accuracy": accuracy},
    full=Settings(train=5000, test=5000, steps=312, every=13),
    small=Settings(train=700, test=350, epochs=12, batch=32),
    target=Threshold("accuracy", ">=", 0.8),
    stuck=Threshold("accuracy", "<", 0.6),
)
