"""Links are watched while a module trains: what dies is told, what goes well is not, and nothing changes."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, l1_loss

import cajal_core as cajal
from cajal_core import LinkWatch, encode

from .problems import loop, mnist_ones, parity
from .said import IMAGES, Says, linked


def soft(network: nn.Module) -> nn.Module:
    return encode(network)


def softer(network: nn.Module) -> nn.Module:
    for part in network.modules():
        if isinstance(part, nn.Linear):
            nn.init.orthogonal_(part.weight)
    return encode(network, temperature=4)


def silent(_: cajal.LinkWarning) -> None:
    pass


@pytest.mark.parametrize(
    ("encoded", "shared", "loss"),
    [
        (soft, True, cajal.nll),
        (softer, True, cajal.nll),
        (softer, False, cajal.nll),
        (nn.Sequential, False, cross_entropy),
    ],
)
def test_a_training_that_goes_well_is_told_nothing(
    encoded: Callable[[nn.Module], nn.Module], shared: bool, loss: Any
) -> None:
    model, data = parity(0, encoded, shared)
    watch = LinkWatch(model, tell=silent)
    loop(model, data, loss, 312, watch)
    *inputs, target = data
    assert (model(*inputs).argmax(-1) == target).float().mean() > 0.93
    assert watch.warnings == []


def test_a_network_that_is_sure_from_the_start_is_told() -> None:
    """Two networks, of which one says the same of all with certainty, and the other learns nothing then."""
    told = list[cajal.LinkWarning]()
    model, data = parity(1, lambda network: encode(network, temperature=0.02), shared=False)
    loop(model, data, cajal.nll, 100, LinkWatch(model, tell=told.append))
    assert [(warning.step, warning.kind) for warning in told] == [(50, "saturated")]


def test_weights_and_random_numbers_are_the_same_as_without() -> None:
    def trained(watch: bool) -> tuple[dict[str, Tensor], list[Any]]:
        def drawn(network: nn.Module) -> nn.Module:
            parts = [nn.BatchNorm1d(64), *network.children(), nn.Dropout(0.3)]
            return encode(
                nn.Sequential(*parts),
                entropy=cajal.Ramp(0.1, 0.0, steps=20),
                temperature=cajal.Ramp(4.0, 1.0, steps=20),
            )

        model, data = parity(0, drawn, shared=True)
        torch.manual_seed(1)
        random.seed(1)
        np.random.seed(1)  # noqa: NPY002
        penalized = [part for part in model.modules() if isinstance(part, cajal.Encoded)]

        def loss(result: Tensor, target: Tensor) -> Tensor:
            return cajal.nll(result, target) + sum(part.penalty() for part in penalized)

        loop(model, data, loss, 30, LinkWatch(model, every=3, tell=silent) if watch else None)
        assert all(part.training for part in model.modules())
        drawn_next = [torch.rand(1), random.random(), np.random.random()]  # noqa: NPY002
        gradients = {name: own.grad for name, own in model.named_parameters() if own.grad is not None}
        return {**model.state_dict(), **gradients}, drawn_next

    (first, next_first), (second, next_second) = trained(watch=False), trained(watch=True)
    assert first.keys() == second.keys() and all(torch.equal(first[name], second[name]) for name in first)
    assert next_first == next_second


def test_a_loss_that_is_low_from_the_start_is_not_high() -> None:
    watch = LinkWatch(linked("plain", odd=Says((1.0, 0.0), (0.0, 1.0))), every=1, tell=silent)
    for _ in range(5):
        watch.step(IMAGES, loss=0.01)
    assert watch.warnings == []


def test_it_is_told_once_until_it_recovers() -> None:
    says = Says((1.0, 0.0))
    watch = LinkWatch(linked("plain", odd=says), every=1, tell=silent)

    def steps(count: int) -> list[int]:
        return [warning.step for _ in range(count) for warning in watch.step(IMAGES)]

    assert steps(10) == [2]
    says.rows = torch.tensor([[0.9, 0.1], [0.2, 0.8]])
    assert steps(3) == []
    says.rows = torch.tensor([[1.0, 0.0]])
    assert steps(5) == [15]


def test_other_branches_that_starve_in_turn_are_not_told() -> None:
    says = Says((1.0, 0.0))
    watch = LinkWatch(linked("decides", odd=says), every=5, tell=silent)
    for step in range(300):
        rows = [[0.9995, 0.0005], [0.9993, 0.0007]]
        says.rows = torch.tensor(rows if step // 40 % 2 else [row[::-1] for row in rows])
        watch.step(IMAGES)
    assert watch.warnings == []


def test_one_that_goes_on_tells_the_same() -> None:
    whole = LinkWatch(linked("decides", odd=Says((0.9995, 0.0005), (0.9993, 0.0007))), tell=silent)
    first = LinkWatch(whole.module, tell=silent)
    for _ in range(60):
        first.step(IMAGES)
    second = LinkWatch(whole.module, tell=silent)
    second.load_state_dict(first.state_dict())
    for step in range(100):
        whole.step(IMAGES)
        if step >= 60:
            second.step(IMAGES)
    assert first.warnings == [] and second.warnings == whole.warnings and len(whole.warnings) == 1


def test_a_network_under_two_names_is_one_link() -> None:
    program = cajal.load("space Image[4]\nextern a : Image -o Bool\nextern b : Image -o Bool")
    says = Says((1.0, 0.0))
    program.run("def both (!x : Image) : Bool = if a x then b x else (drop b x in false)")
    neuron = program.compile("both", link={"a": says, "b": says})
    watch = LinkWatch(neuron, every=1, tell=silent)
    for _ in range(3):
        watch.step(IMAGES)
    assert [warning.name for warning in watch.warnings] == ["a, b"]


def test_another_method_is_called_instead() -> None:
    neuron = linked("plain", odd=Says((1.0, 0.0)))
    watch = LinkWatch(neuron, every=1, forward=neuron.log, tell=silent)
    for _ in range(3):
        watch.step(IMAGES)
    assert [warning.kind for warning in watch.warnings] == ["saturated"]


COMPILED = """
import torch
from cajal_core import LinkWatch
from said import IMAGES, Says, linked
graphs = []
def backend(module, _):
    graphs.append(module)
    return module.forward
model = torch.compile(linked("plain", odd=Says((1.0, 0.0))), backend=backend)
watch = LinkWatch(model, every=2, tell=lambda _: None)
for _ in range(6):
    model(IMAGES).sum().backward()
    watch.step(IMAGES)
print(len(graphs), *[warning.kind for warning in watch.warnings])
"""


def test_a_model_that_torch_compiles_is_heard_and_not_compiled_again() -> None:
    """In a process of its own: torch cannot compile what is checked as the tests check it."""
    ran = subprocess.run(
        [sys.executable, "-c", COMPILED],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == "1 saturated\n"


@pytest.mark.parametrize(("module", "every"), [(linked, 25), (nn.Identity(), 0), (nn.Identity(), 2.5)])
def test_what_cannot_be_watched_is_refused(module: Any, every: Any) -> None:
    with pytest.raises(cajal.CajalError):
        LinkWatch(module, every=every)


def test_a_branch_that_starves_on_mnist_is_told(mnist: Any) -> None:
    """The papers' first experiment: at first it is best to keep the image, and nothing else is learned."""
    model, data = mnist_ones(mnist, 1)
    watch = LinkWatch(model, tell=silent)
    loop(model, data, l1_loss, 150, watch, size=32)
    assert {"c"} == {warning.name for warning in watch.warnings}
    assert {warning.kind for warning in watch.warnings} & {"branch", "saturated"}


def test_the_way_out_is_one(mnist: Any) -> None:
    model, data = mnist_ones(mnist, 1, temperature=4.0)
    watch = LinkWatch(model, tell=silent)
    loop(model, data, l1_loss, 150, watch, size=32)
    assert watch.warnings == []
