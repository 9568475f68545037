"""The optimizer and the scheduler of a training."""

from __future__ import annotations

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
