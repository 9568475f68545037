"""A validation leaves no trace in a model, and is the mean over all samples."""

from __future__ import annotations

import torch
from torch import nn

from cajal_core.training.objective import Objective
from cajal_core.training.processes import Processes
from cajal_core.training.validation import Validation


def test_batches_of_different_sizes_count_by_sample() -> None:
    model = nn.Sequential(nn.BatchNorm1d(2), nn.Linear(2, 1), nn.Dropout())
    model[0].eval()
    data = torch.randn(10, 2), torch.randn(10, 1)
    objective, before = Objective(model, nn.functional.mse_loss), torch.get_rng_state()
    validation = Validation(data, objective, {}, 4, Processes(torch.device("cpu")))
    values = validation(7)
    assert validation.step == 7 and torch.equal(before, torch.get_rng_state())
    assert [module.training for module in model] == [False, True, True]
    expected = nn.functional.mse_loss(model.eval()(data[0]), data[1]).item()
    assert values.keys() == {"validation loss"} and abs(values["validation loss"] - expected) < 1e-6
