"""Networks that say what a test wants them to, and neurons that they are linked to."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

import cajal_core as cajal

PROGRAM = """
space Image[4]
extern odd : Image -o Bool
extern count : Image -o Nat[3]
extern step : Image -o Image
def not (x : Bool) : Bool = if x then false else true
def plain (x : Image) : Bool = odd x
def decides (!x : Image) : Image = if not (odd x) then x else step x
def counts (!x : Image) : Image = iter count x { zero => x | succ y => step y }
"""
IMAGES = torch.eye(4)


class Says(nn.Module):
    """Says a row for each sample."""

    def __init__(self, *rows: tuple[float, ...]) -> None:
        super().__init__()
        self.rows = torch.tensor(rows)
        self.weight = nn.Parameter(torch.zeros(1))

    def forward(self, images: Tensor) -> Tensor:
        samples = torch.arange(len(images)) % len(self.rows)
        return self.rows[samples] + 0 * self.weight


def linked(name: str, **links: nn.Module) -> cajal.Neuron:
    """A definition of the program, linked."""
    program = cajal.load(PROGRAM)
    program.link(**{"odd": Says((0.6, 0.4), (0.3, 0.7)), "step": nn.Identity(), **links})
    return program[name]


def watched(
    model: Any, steps: int = 100, loss: float | None = None, **settings: Any
) -> list[cajal.LinkWarning]:
    """What is told of a model that stays as it is."""
    watch = cajal.LinkWatch(model, tell=lambda _: None, **settings)
    images = [IMAGES] * (len(model.neuron.arguments) if isinstance(model, cajal.Linked) else 1)
    for _ in range(steps):
        watch.step(*images, loss=loss)
    return watch.warnings


EVEN = (0.5, 0.5)
CASES: dict[str, tuple[cajal.Neuron | cajal.Linked, float | None]] = {
    "the same of all": (linked("plain", odd=Says(EVEN)), None),
    "certain of all": (linked("plain", odd=Says((0.0, 1.0))), None),
    "certain of all, decides": (linked("decides", odd=Says((1.0, 0.0))), None),
    "certain of all, counts": (linked("counts", count=Says((1.0, 0.0, 0.0))), None),
    "certain of different things": (linked("plain", odd=Says((1.0, 0.0), (0.0, 1.0))), 1.0),
    "a sum off 1": (linked("plain", odd=Says((0.2, 0.1), (0.7, 0.3))), None),
    "a branch": (linked("decides", odd=Says((0.9995, 0.0005), (0.9993, 0.0007))), None),
    "a count": (linked("counts", count=Says((0.9, 0.0, 0.1), (0.8, 0.1, 0.1))), None),
}
