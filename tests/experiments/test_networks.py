"""Shapes, and what holds at the start."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from cajal_experiments.networks import (
    CNN,
    MLP,
    Balanced,
    Convolutions,
    Counter,
    Joined,
    LeNet,
    OnImage,
    OwnKernel,
    Painter,
    Residual,
    Transformer,
    orthogonal,
)

IMAGES = torch.rand(3, 28, 28)


@pytest.mark.parametrize("network", [LeNet(), CNN(), Counter(), Counter(hidden=20), MLP(784, 30, 10)])
def test_images_become_numbers(network: nn.Module) -> None:
    assert network(IMAGES).shape == (3, 10)


@pytest.mark.parametrize(
    "network", [OwnKernel(20), Painter(20), Convolutions(4, 3, 1, 1), Residual(Convolutions(4, 13, 13))]
)
def test_images_become_images(network: nn.Module) -> None:
    assert network(IMAGES).shape == (3, 28, 28)


def test_an_own_kernel_is_of_the_image_alone() -> None:
    network = OwnKernel(20)
    torch.testing.assert_close(network(IMAGES)[1:2], network(IMAGES[1:2]))


def test_what_is_residual_adds_nothing_at_first() -> None:
    assert torch.equal(Residual(Convolutions(4, 3, 3))(IMAGES), IMAGES)


def test_images_are_joined_in_order_as_arguments_and_as_a_list() -> None:
    joined = Joined(MLP(784, 5), MLP(10, 7, 4))
    other = torch.rand(3, 28, 28)
    assert torch.equal(joined(IMAGES, other), joined(torch.stack([IMAGES, other], 1)))
    assert not torch.equal(joined(IMAGES, other), joined(other, IMAGES))


def test_an_image_stands_in_the_place_of_all_inputs() -> None:
    class Sum(nn.Module):
        def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
            return torch.stack(inputs).sum(0)

    assert torch.equal(OnImage(Sum(), 2)(IMAGES, torch.zeros(3)), IMAGES + IMAGES)


def test_orthogonal_weights_keep_lengths_but_for_the_gain() -> None:
    network = orthogonal(MLP(20, 30, 2), gain=2)
    weight = network[1].weight  # pyright: ignore[reportIndexIssue]
    torch.testing.assert_close(weight.T @ weight, 4 * torch.eye(20), atol=1e-4, rtol=0)


def test_a_program_is_one_more_head_of_a_transformer() -> None:
    strings = torch.randint(4, (3, 6))
    given = list[torch.Size]()

    class Head(nn.Module):
        def forward(self, first: torch.Tensor, letters: torch.Tensor) -> torch.Tensor:
            given.extend([first.shape, letters.shape])
            return letters

    for program in (None, Head()):
        assert Transformer(6, 4, 8, 2, program)(strings).shape == (3, 6, 4)
    assert given == [(3, 4), (3, 6, 4)]


def test_weights_are_rewarded_for_their_spread_over_a_batch() -> None:
    network = Balanced(nn.Identity(), bonus=0.5)
    network(torch.eye(4))
    network(torch.eye(4)[:, None])
    assert network.penalty().item() == pytest.approx(-0.5 * math.log(4))
    network(torch.eye(4)[[0, 0]])
    assert network.penalty().item() == 0
    with torch.no_grad():
        network(torch.eye(4))
    network.eval()(torch.eye(4))
    network.train()(torch.eye(4)[[0, 1]])
    assert network.penalty().item() == pytest.approx(-0.5 * math.log(2))
