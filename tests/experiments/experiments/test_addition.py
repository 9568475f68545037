"""N-digit addition: the program, and long sums of enlarged digits."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from cajal_experiments import Context
from cajal_experiments.experiments.addition import BATCHES, PROGRAM, added, digits, experiment, sums
from tests.experiments.experiments.trained import trained


def test_sums_are_added_with_their_carries() -> None:
    # 95 + 17 = 112 and 40 + 2 = 42, the lowest digit first.
    digits = added(torch.tensor([[5, 9], [0, 4]]), torch.tensor([[7, 1], [2, 0]]))
    assert digits.tolist() == [[2, 1, 1], [2, 4, 0]]


@pytest.mark.parametrize("places", experiment.variants)
def test_the_program_is_sure_of_what_is_added(places: str) -> None:
    digits = torch.randint(10, (2, 4, int(places)), generator=torch.Generator().manual_seed(0))
    zs = added(*digits)
    neuron = PROGRAM.compile("sum", link={"digit": Written()})
    xs, ys = (functional.one_hot(part, 28).float()[..., None, :].repeat(1, 1, 28, 1) for part in digits)
    ones = functional.one_hot(zs[:, :-1], 10).float()
    assert torch.equal(neuron(xs, ys, ones), functional.one_hot(1 - zs[:, -1], 2).float())
    wrong = functional.one_hot((zs[:, :-1] + 1) % 10, 10).float()
    assert torch.equal(neuron(xs, ys, wrong), torch.zeros(4, 2))


class Written(torch.nn.Module):
    """Reads an image that has its digit written into every row."""

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return images[:, 0, :10]


@pytest.mark.parametrize("places", ["15", "100"])
def test_long_sums_have_finite_losses(places: str) -> None:
    result = trained(experiment, "D", places, epochs=1)
    assert (result.stopped, result.batch) == ("finished", BATCHES[places])
    assert all(0 < loss < 1000 for loss in result.curves["loss"][1])


def test_sums_are_right_where_all_digits_are() -> None:
    context = Context(experiment, "15", 0, "small", experiment.small)
    model = experiment.models["D"](context).model
    task = context.task
    read = digits(model, task)
    assert 0 <= sums(model, task) <= read < 0.5
