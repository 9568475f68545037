"""The rate over all steps of a run."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch

from cajal_experiments import Context
from cajal_experiments.experiment import Settings
from cajal_experiments.experiments.l2 import experiment
from cajal_experiments.schedules import cosine


@pytest.mark.parametrize(
    ("settings", "batch", "steps"),
    [
        (Settings(train=10, test=10, epochs=3, batch=4), None, 9),
        (Settings(train=10, test=10, epochs=3, batch=4), 5, 6),
        (Settings(train=10, test=10, steps=7), None, 7),
    ],
)
def test_it_ends_with_the_last_step(settings: Settings, batch: int | None, steps: int) -> None:
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.5)
    scheduler = cosine(Context(experiment, "EQ", 0, "small", settings), batch)(optimizer)
    rates = []
    for _ in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    assert rates[0] == 0.5
    assert all(one > two for one, two in pairwise(rates))
    assert optimizer.param_groups[0]["lr"] == pytest.approx(0, abs=1e-9)
