"""What links are heard while a module is called, and what they say."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

import cajal_core as cajal
from cajal_core.training.watching.heard import Link, hearing
from cajal_core.training.watching.uses import uses_of

from .said import IMAGES, Says, linked


def heard(model: nn.Module, *inputs: Any, **named: Any) -> list[Link]:
    modules = list(model.modules())
    neurons = {part: uses_of(part.lowered) for part in modules if isinstance(part, cajal.Neuron)}
    with hearing(modules, neurons) as links:
        model(*inputs, **named)
    assert not any(part._forward_hooks or part._forward_pre_hooks for part in modules)
    return links


def test_an_extern_says_its_rows() -> None:
    says = Says((0.9, 0.1), (0.2, 0.8))
    [link] = heard(linked("decides", odd=says), IMAGES)
    assert link.names == ["odd"] and link.varies and link.is_extern
    assert torch.equal(link.said[:, 0], says(IMAGES).detach())


def test_arguments_that_networks_feed_are_heard() -> None:
    neuron = cajal.Program().compile(r"\x:Bool. \y:Bool. if x then y else (drop y in false)")

    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.neuron = neuron
            self.network = nn.Linear(3, 2)

        def forward(self, images: Tensor, y: Tensor) -> Tensor:
            return self.neuron(self.network(images), y=y)

    model, images = Model(), torch.rand(6, 3)
    [link] = heard(model, images, torch.rand(6, 2))
    assert link.names == ["x"] and not link.is_extern
    assert torch.equal(link.said[:, 0], model.network(images).detach())
    assert {id(own) for own in link.parameters} == {id(own) for own in model.network.parameters()}


def test_a_parameter_that_is_given_is_no_link() -> None:
    neuron = cajal.Program().compile(r"\x:Bool. if x then false else true")
    assert heard(neuron, nn.Parameter(torch.rand(6, 2))) == []


def test_padding_of_lists_is_not_heard() -> None:
    program = cajal.load(
        "def all (xs : List[3] Bool) : Bool = "
        "fold xs { nil => true | cons x y => if x then y else (drop y in false) }"
    )

    class Lists(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = nn.Parameter(torch.zeros(1))

        def forward(self, images: Tensor) -> cajal.Sequence:
            elements = torch.full((len(images), 3, 2), 0.5) + self.weight
            elements = elements.masked_fill(torch.tensor([False, False, True])[:, None], torch.nan)
            return cajal.Sequence(elements, torch.full((len(images),), 2))

    [link] = heard(cajal.Linked(program["all"], xs=Lists()), torch.rand(4, 3))
    assert link.said.shape == (8, 1, 2) and bool((link.said == 0.5).all())


def test_images_are_not_heard() -> None:
    assert [link.name for link in heard(linked("decides", step=Says((0.1, 0.1, 0.1, 0.1))), IMAGES)] == [
        "odd"
    ]
