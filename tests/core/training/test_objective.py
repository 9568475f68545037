"""What is minimized: the loss and the penalties."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from cajal_core.training.objective import Objective, as_number, numbers, on_device


class Penalized(nn.Linear):
    advanced = 0

    def penalty(self) -> Tensor:
        return 10 * self.weight.square().sum()

    def advance(self) -> None:
        self.advanced += 1


def test_penalties_are_added_and_steps_are_counted() -> None:
    part = Penalized(1, 1, bias=False)
    nn.init.ones_(part.weight)
    objective = Objective(nn.Sequential(part), nn.functional.mse_loss)
    batch = torch.zeros(2, 1), torch.zeros(2, 1)
    assert objective(*batch)[1].item() == 10 and objective.without_penalties(*batch)[1].item() == 0
    objective.advance()
    assert part.advanced == 1


def test_a_loss_that_is_a_module_is_no_part_of_the_model() -> None:
    assert not list(Objective(nn.Identity(), nn.Bilinear(1, 1, 1)).parameters())


def test_a_loss_of_one_entry_is_a_scalar() -> None:
    objective = Objective(nn.Identity(), lambda result, target: result.sum().reshape(1, 1))
    assert objective(torch.ones(2), torch.ones(2))[1].shape == ()


def test_numbers_and_places() -> None:
    assert numbers([torch.tensor(1.5, requires_grad=True), torch.tensor(2)]) == [1.5, 2]
    values = (torch.ones(2), (torch.ones(1), "name"))
    assert on_device(values, torch.device("cpu")) == values
    assert on_device(values, torch.device("meta"))[1][0].device.type == "meta"


def test_numbers_of_python_keep_their_digits() -> None:
    assert as_number(0.1, "a metric").item() == 0.1
