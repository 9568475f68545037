"""What callbacks see of a training, and how they end it."""

from __future__ import annotations

import pytest
import torch
from torch import nn

import cajal_core as cajal

DATA = torch.ones(10, 2), torch.ones(10, 1)
MSE = nn.functional.mse_loss


class Told:
    """Keeps what it is told of."""

    def __init__(self, last: int = 99, *, fails: bool = False) -> None:
        self.events, self.last, self.fails = list[str](), last, fails

    def begin(self, training: cajal.Training) -> None:
        self.events.append(f"begin of {training.steps}")

    def step(self, training: cajal.Training) -> None:
        assert training.result.shape == training.batch[-1].shape
        assert (training.step, training.loss) == training.history.latest("loss")
        self.events.append(f"step {training.step} in {training.epoch}")
        if training.step == self.last:
            if self.fails:
                raise ZeroDivisionError
            training.stop("enough")

    def epoch(self, training: cajal.Training) -> None:
        self.events.append(f"epochs {training.epoch}")

    def end(self, training: cajal.Training) -> None:
        self.events.append(f"end, {training.history.stopped}")


def test_the_events_of_a_training() -> None:
    told = Told()
    cajal.fit(nn.Linear(2, 1), DATA, MSE, epochs=2, batch=5, callbacks=[told])
    assert told.events == [
        "begin of 4",
        *["step 1 in 0", "step 2 in 0", "epochs 1"],
        *["step 3 in 1", "step 4 in 1", "epochs 2"],
        "end, finished",
    ]


def test_a_callback_ends_it() -> None:
    told = Told(3)
    history = cajal.fit(nn.Linear(2, 1), DATA, MSE, epochs=2, batch=5, callbacks=[told])
    assert (history.stopped, history.message, history.steps) == ("early", "enough", 3)
    assert told.events[-2:] == ["step 3 in 1", "end, early"]


def test_an_error_in_a_callback_is_the_users_own() -> None:
    told = Told(1, fails=True)
    with pytest.raises(ZeroDivisionError):
        cajal.fit(nn.Linear(2, 1), DATA, MSE, callbacks=[told])
    assert told.events[-1] == "end, running"
