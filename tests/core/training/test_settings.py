"""The optimizer and the scheduler of a training."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.parallel import DistributedDataParallel
from torch.optim.lr_scheduler import StepLR

import cajal_core as cajal
from cajal_core.training.settings import checked_model, made_optimizer, made_scheduler


def test_optimizers_are_taken_or_made() -> None:
    parameters = list(nn.Linear(2, 1).parameters())
    assert made_optimizer(None, parameters, 0.5).defaults["lr"] == 0.5
    assert made_optimizer(torch.optim.SGD, parameters, 0.5).defaults["lr"] == 0.5
    own = made_optimizer(lambda given: torch.optim.SGD(given, lr=0.25), parameters, 0.5)
    assert own.defaults["lr"] == 0.25 and made_optimizer(own, parameters, 0.5) is own


def test_a_scheduler_is_of_the_optimizer() -> None:
    one, other = (torch.optim.SGD(nn.Linear(2, 1).parameters()) for _ in range(2))
    scheduler = StepLR(one, 2)
    assert made_scheduler(scheduler, one) is scheduler and made_scheduler(None, one) is None
    with pytest.raises(cajal.CajalError, match="one of the optimizer that trains"):
        made_scheduler(scheduler, other)


def test_a_model_that_is_wrapped_is_refused() -> None:
    wrapped = DistributedDataParallel.__new__(DistributedDataParallel)
    with pytest.raises(cajal.CajalError, match=r"`model.module`"):
        checked_model(wrapped)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"loss": None}, "`loss` is a function"),
        (
            {"loss": nn.MSELoss},
            "`loss` is a function, .* got the class MSELoss itself",
        ),
        ({"forward": "log"}, "`forward` is a function"),
        ({"metrics": max}, "`metrics` is functions by name"),
        ({"metrics": {"accuracy": 3}}, r"`metrics\['accuracy'\]` is a function"),
        ({"metrics": {"loss": max}}, "names other than that of the loss, got 'loss'"),
        ({"metrics": {"": max}}, "names other than that of the loss, got ''"),
        ({"metrics": {1: max}}, "names other than that of the loss, got 1"),
        ({"metrics": {"a": lambda result, target: result}}, '"a" must be one number, got Tensor'),
        (
            {"metrics": {"a": lambda result, target: 1j}},
            '"a" must be one number, got a complex one',
        ),
        ({"validate": lambda model: {"a": "high"}}, '"a" of `validate` must be one number, got str'),
        (
            {"validate": lambda model: {"a": torch.ones(3)}},
            "of `validate` must be one number, got Tensor",
        ),
        (
            {"validate": lambda model: {"loss": 1.0}},
            'returned a number "loss", which is recorded of each step',
        ),
        ({"callbacks": object()}, "`callbacks` is a list of callbacks, got object"),
        ({"rate": True}, "`rate` is a positive number, got True"),
        ({"steps": True}, "`steps` is a whole number"),
    ],
)
def test_what_a_setting_cannot_be_is_told(settings: dict[str, Any], message: str) -> None:
    data = torch.ones(4, 2), torch.ones(4, 1)
    with pytest.raises(cajal.CajalError, match=message):
        cajal.fit(nn.Linear(2, 1), data, **{"loss": nn.functional.mse_loss, **settings})


def test_numbers_of_numpy_are_numbers() -> None:
    data, settings = (torch.ones(4, 2), torch.ones(4, 1)), {"steps": np.int64(3), "rate": np.float32(0.1)}
    history = cajal.fit(nn.Linear(2, 1), data, nn.functional.mse_loss, **settings)  # type: ignore[arg-type]
    assert history.steps == 3
