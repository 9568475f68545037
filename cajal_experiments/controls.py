"""Models to compare with, made from the model that has the program."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TypeAlias

import cajal_core as cajal
from cajal_experiments.experiment import Context, Recipe
from cajal_experiments.networks import OnImage

Model: TypeAlias = Callable[[Context], Recipe]


def controls(direct: Model, *names: str) -> dict[str, Model]:
    """The controls T, C and I of `cajal.controls` and the trivial one, with the loss and options of a model.

    The model is a neuron or a `Linked`, or such a neuron in `OnImage`. `names` are T, C, I, trivial.

    Example:
        >>> from cajal_experiments.registry import find
        >>> l2 = find("L2")
        >>> made = controls(l2.models["D"], "I", "trivial")
        >>> print(made["I"](l2.context("EQ")).model)
        Mlp(
          (layers): Sequential(
            (0): Linear(in_features=128, out_features=409, bias=True)
            (1): ReLU()
            (2): Linear(in_features=409, out_features=2, bias=True)
          )
        )
    """
    return {name: partial(_control, direct, name) for name in names}


def _control(direct: Model, name: str, context: Context) -> Recipe:
    recipe = direct(context)
    if isinstance(recipe.model, OnImage):
        made = cajal.controls(recipe.model.module)  # pyright: ignore[reportArgumentType]
    else:
        made = cajal.controls(recipe.model, data=context.task.train)  # pyright: ignore[reportArgumentType]
    model = (made.trivial if name == "trivial" else made[name]).build()
    if isinstance(recipe.model, OnImage):
        model = OnImage(model, recipe.model.inputs)
    return replace(recipe, model=model)
