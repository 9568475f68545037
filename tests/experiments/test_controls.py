"""Controls, as models of an experiment."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

import cajal_core as cajal
from cajal_experiments import Context, Recipe, controls
from cajal_experiments.networks import OnImage
from cajal_experiments.registry import find
from cajal_experiments.running import parameters

TINY = find(str(Path(__file__).with_name("tiny.py")))
CONTEXT = Context(TINY, "A", 0, "small", TINY.small)


@pytest.mark.parametrize(("name", "expected"), [("T", 130 + 4), ("C", 520), ("I", 136), ("trivial", 0)])
def test_they_take_the_inputs_of_a_linked_program(name: str, expected: int) -> None:
    direct = TINY.models["D"](CONTEXT)
    recipe = controls(TINY.models["D"], "T", "C", "I", "trivial")[name](CONTEXT)
    assert recipe.model(*CONTEXT.task.test[:-1]).shape == (50, 2)
    assert parameters(recipe.model) == expected
    assert (recipe.loss, recipe.options) == (direct.loss, direct.options)


def test_an_image_is_read_as_often_as_by_the_program() -> None:
    source = "space Image[2, 2]\nextern odd : Image -o Bool\n"
    program = cajal.load(source + "def f (read image : Image) : Image = if odd read then image else image")

    def direct(_context: Context) -> Recipe:
        odd = nn.Sequential(nn.Flatten(), nn.Linear(4, 2))
        return Recipe(OnImage(program.compile("f", link={"odd": odd}), 2), nn.functional.l1_loss)

    made = controls(direct, "T", "trivial")
    images, labels = torch.rand(5, 2, 2), torch.zeros(5)
    assert parameters(made["T"](CONTEXT).model) == 10 + 2 * 4 * 4
    assert made["T"](CONTEXT).model(images, labels).shape == (5, 2, 2)
    assert torch.equal(made["trivial"](CONTEXT).model(images, labels), images)
