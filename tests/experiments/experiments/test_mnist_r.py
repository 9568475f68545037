"""MNIST-R: what each program says of digits that are known."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from cajal_experiments.experiments.mnist_r import PROGRAM, ROWS, experiment
from tests.experiments.experiments.trained import trained


class Written(nn.Module):
    """Reads an image that has its digit written into every pixel."""

    def forward(self, images: Tensor) -> Tensor:
        return nn.functional.one_hot(images[:, 0, 0].long(), 10).float()


@pytest.mark.parametrize("name", ROWS)
def test_programs_are_the_results(name: str) -> None:
    row = ROWS[name]
    digits = torch.randint(10, (200, row.images), generator=torch.Generator().manual_seed(0))
    images = digits[:, :, None, None].expand(-1, -1, 28, 28).float()
    neuron = PROGRAM.compile(name, link={"digit": Written()})
    said = neuron(images) if row.as_list else neuron(*images.unbind(1))
    assert said.shape == (200, row.results)
    assert torch.equal(said, nn.functional.one_hot(row.result(digits), row.results).float())


@pytest.mark.parametrize("model", experiment.models)
def test_every_model_is_trained(model: str) -> None:
    result = trained(experiment, model, "count_even", steps=2, train=100, test=50)
    assert 0 <= result.measures["accuracy"] <= 1
