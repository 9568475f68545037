"""Early stopping."""

from __future__ import annotations

import torch
from torch import nn

import cajal_core as cajal

DATA = torch.ones(8, 2), torch.ones(8, 1)


def run(name: str, values: list[float], **settings: float) -> cajal.History:
    left = iter(values)
    stopping = cajal.EarlyStopping(name, patience=2, **settings)
    return cajal.fit(
        nn.Linear(2, 1),
        DATA,
        nn.functional.mse_loss,
        epochs=len(values),
        validate=lambda model: {name: next(left)},
        callbacks=[stopping],
    )


def test_it_stops_after_as_many_that_are_not_better() -> None:
    history = run("held loss", [3, 2, 2.5, 1, 1, 1.5, 0, 0])
    assert (history.stopped, history.steps) == ("early", 6)
    assert history.message == "the held loss was best after step 4: 1"


def test_the_name_tells_which_way_is_better() -> None:
    assert run("accuracy", [1, 2, 3, 4]).stopped == "finished"
    assert run("accuracy", [4, 3, 2, 1]).steps == 3


def test_a_margin_is_to_be_passed() -> None:
    assert run("accuracy", [1, 1.1, 1.2, 1.3], margin=0.5).steps == 3
