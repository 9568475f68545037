"""What is wrong with asking for controls, as users read it."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
import torch
from torch import nn

from cajal_core import Mistake, Program, controls
from cajal_core.diagnostics.use import controls as mistakes

ANYTHING: Any = "anything"

ROWS: list[tuple[type[Mistake], Callable[[Program], object], str]] = [
    (
        mistakes.NotAModel,
        lambda _: controls(nn.Linear(2, 2)),  # type: ignore[arg-type]
        (
            "the controls are those of a neuron or a `Linked`, got Linear\n"
            'help: give the model with the program: `cajal.controls(program["f"])`'
        ),
    ),
    (
        mistakes.NoSuchNetwork,
        lambda program: controls(program.compile("flip"), {"flop": lambda outputs: nn.Linear(2, outputs)}),
        "there is no network `flop` that could be made anew\nhelp: there are `flip`",
    ),
    (
        mistakes.NoSuchNetwork,
        lambda program: controls(program["not"], {"x": lambda outputs: nn.Linear(2, outputs)}),
        (
            "there is no network `x` that could be made anew\n"
            "help: the model has no externs, and no arguments that networks feed"
        ),
    ),
    (
        mistakes.NotAFactory,
        lambda program: controls(program.compile("flip"), {"flip": nn.Linear(2, 2)}),
        (
            "`flip` is made by a function from the number of outputs to a network, got Linear\n"
            "help: as in `networks={'flip': lambda outputs: torch.nn.Linear(784, outputs)}`"
        ),
    ),
    (
        mistakes.NotAFactory,
        lambda program: controls(program.compile("flip"), [nn.Linear]),  # type: ignore[arg-type]
        (
            "`networks` has functions by the names of networks, got list\n"
            "help: as in `networks={'net': lambda outputs: torch.nn.Linear(784, outputs)}`"
        ),
    ),
    (
        mistakes.NotFresh,
        lambda program: controls(program.compile("f'", link={"f'": nn.Parameter(torch.rand(2))})),
        (
            "`f'` cannot start anew: nothing resets a tensor that is trained, which has no "
            "`reset_parameters`\n"
            'help: say how it is made: `cajal.controls(model, networks={"f\'": lambda outputs: …})`'
        ),
    ),
    (
        mistakes.NoControl,
        lambda program: controls(program["even"])["C"].build(),
        (
            "this program has no control `C`: no condition is a Bool that an extern or an argument says "
            "itself\n"
            "help: `control.reason` is None for those that can be built"
        ),
    ),
    (
        mistakes.UnknownControl,
        lambda program: controls(program["not"])["E"],
        "there is no control 'E'\nhelp: there are `D`, `T`, `C`, `I`, `return x`, `most frequent`",
    ),
    (
        mistakes.NotTrainingData,
        lambda program: controls(program["not"], data=torch.rand(3)),
        (
            "`data` must be inputs and targets, as `fit` takes them: got Tensor\n"
            "help: give `(*inputs, target)`, tensors of one length, or a Dataset of such items"
        ),
    ),
    (
        mistakes.NotTrainingData,
        lambda program: controls(program["not"], data=(*torch.rand(2, 3, 2), torch.tensor([0, 1, 1]))),
        (
            "`data` must be inputs and targets, as `fit` takes them: the model takes 1 input, and got 2\n"
            "help: give `(*inputs, target)`, tensors of one length, or a Dataset of such items"
        ),
    ),
    (
        mistakes.UnknownResult,
        lambda program: controls(program["not"], encode=ANYTHING),
        (
            "no encoding of the result of I is called 'anything'\n"
            'help: "raw", for cross-entropy or images, or "softmax", for `cajal.nll`'
        ),
    ),
]


@pytest.mark.parametrize(("kind", "provoke", "text"), ROWS)
def test_what_users_are_told(
    kind: type[Mistake],
    provoke: Callable[[Program], object],
    text: str,
    told: Callable[[Callable[[Program], object]], tuple[type[Mistake], str]],
) -> None:
    assert told(provoke) == (kind, text)


def test_every_mistake_of_the_module_is_here(kinds: Callable[[ModuleType], set[type[Mistake]]]) -> None:
    assert {row[0] for row in ROWS} == kinds(mistakes)
