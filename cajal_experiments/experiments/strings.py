"""Strings are rotated by their first letter, or reversed, by a transformer that has the program as a head.

The task is that of the third work of Cajal's authors, "Compiling to transformers": one layer of two heads.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

import cajal_core as cajal
from cajal_experiments import Context, Experiment, Recipe, Settings, Task, Threshold, accuracy
from cajal_experiments.measures import results

LETTERS, PLACES, WIDTH, HEADS = 10, 15, 30, 2


def task(context: Context) -> Task:
    """Random strings (n, 15) and what becomes of them. Of 10^15, the splits hardly share one."""
    settings = context.settings
    random = torch.Generator().manual_seed(context.seed)

    def split(count: int | None) -> tuple[Tensor, Tensor]:
        strings = torch.randint(LETTERS, (count or 5000, PLACES), generator=random)
        if context.variant == "reverse":
            return strings, strings.flip(1)
        return strings, strings.gather(1, (torch.arange(PLACES) + strings[:, :1]) % PLACES)

    return Task(split(settings.train), split(settings.test))


class Transformer(nn.Module):
    """One layer, with a program as one more head if there is one: (batch, 15) to (batch, 15, letters)."""

    def __init__(self, program: nn.Module | None = None) -> None:
        super().__init__()
        self.letters = nn.Embedding(LETTERS, WIDTH)
        self.places = nn.Parameter(torch.randn(PLACES, WIDTH) * 0.02)
        self.norms = nn.ModuleList(nn.LayerNorm(WIDTH) for _ in range(3))
        self.attention = nn.MultiheadAttention(WIDTH, HEADS, batch_first=True)
        self.forth = nn.Sequential(nn.Linear(WIDTH, 4 * WIDTH), nn.ReLU(), nn.Linear(4 * WIDTH, WIDTH))
        self.said = nn.Linear(WIDTH, LETTERS)
        self.program = program
        if program is not None:
            self.first = nn.Linear(WIDTH, LETTERS)
            self.into, self.back = nn.Linear(WIDTH, WIDTH // HEADS), nn.Linear(WIDTH // HEADS, WIDTH)

    def forward(self, strings: Tensor) -> Tensor:
        values = self.letters(strings) + self.places
        seen = self.norms[0](values)
        values = values + self.attention(seen, seen, seen, need_weights=False)[0]
        if self.program is not None:
            values = values + self.back(self.program(self.first(seen[:, 0]), self.into(seen)))
        values = values + self.forth(self.norms[1](values))
        return self.said(self.norms[2](values))


def loss(result: Tensor, target: Tensor) -> Tensor:
    return functional.cross_entropy(result.flatten(0, 1), target.flatten())


def neuron(name: str) -> cajal.Neuron:
    return cajal.load(Path(__file__).with_suffix(".cajal"))[name]


def with_program(context: Context) -> Recipe:
    return Recipe(Transformer(neuron(context.variant)), loss)


def with_random_map(_context: Context) -> Recipe:
    """As many numbers as the program has, normally distributed, so that lengths stay about the same."""
    random = neuron("random").requires_grad_(False)
    for numbers in random.parameters():
        nn.init.normal_(numbers, std=(PLACES * WIDTH // HEADS) ** -0.5)
    return Recipe(Transformer(random), loss)


def without(_context: Context) -> Recipe:
    return Recipe(Transformer(), loss)


def validation_loss(model: nn.Module, task: Task) -> float:
    return loss(results(model, task), task.test[-1]).item()


experiment = Experiment(
    name="strings",
    title="Strings are rotated by their first letter, or reversed",
    variants=("rotate", "reverse"),
    task=task,
    models={"program": with_program, "random map": with_random_map, "none": without},
    measures={"validation loss": validation_loss, "letters": accuracy},
    full=Settings(train=5000, test=1000, steps=1000, batch=128, every=100),
    small=Settings(train=2000, test=300, steps=60, batch=64, every=20),
    target=Threshold("validation loss", "<=", 0.08),
)
