"""Measures by hand."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn

import cajal_core as cajal
from cajal_experiments.data.enlarged import enlarged
from cajal_experiments.experiment import Task
from cajal_experiments.measures import BATCH, accuracy, judge, judged, l1, psnr, psnr_of, read_by, results
from cajal_experiments.networks import OnImage


class Half(nn.Module):
    """Half of its input, and of each batch the size; it drops all in train mode."""

    def forward(self, x: Tensor) -> Tensor:
        assert len(x) <= BATCH
        return x * 0 if self.training else x / 2


def task(inputs: Tensor, target: Tensor) -> Task:
    return Task((), (inputs, target))


def test_results_are_those_of_eval_mode_in_order() -> None:
    model = Half().train()
    inputs = torch.arange(1200.0)
    assert torch.equal(results(model, task(inputs, inputs)), inputs / 2)
    assert model.training


def test_accuracy_counts_the_greatest() -> None:
    inputs = torch.tensor([[1.0, 3.0], [2.0, 1.0], [0.0, 1.0], [0.0, 1.0]])
    assert accuracy(Half(), task(inputs, torch.tensor([1, 0, 0, 1]))) == 0.75


def test_l1_is_a_mean_of_entries() -> None:
    assert l1(Half(), task(torch.full((3, 2, 2), 2.0), torch.zeros(3, 2, 2))) == 1


def test_psnr_is_a_mean_of_samples_and_finite_for_a_copy() -> None:
    target = torch.stack([torch.zeros(2, 2), torch.full((2, 2), 0.8)])
    inputs = torch.tensor([0.0, 2.0])[:, None, None].expand(2, 2, 2)
    # Errors of 0 and 0.2: 106.02 dB, and 10 log10(4 / 0.04) = 20 dB.
    assert psnr(Half(), task(inputs, target)) == pytest.approx((106.0206 + 20) / 2, abs=1e-3)


def test_psnr_of_the_samples_with_some_labels() -> None:
    inputs = torch.tensor([2.0, 0.0, 2.0])[:, None, None].expand(3, 2, 2)
    target = torch.full((3, 2, 2), 0.8)
    with_labels = Task((), (inputs, torch.tensor([1, 2, 1]), target))

    class First(nn.Module):
        def forward(self, x: Tensor, _labels: Tensor) -> Tensor:
            return x / 2

    ones = psnr_of(1)(First(), with_labels)
    assert ones == pytest.approx(20, abs=1e-3)  # errors of 0.2


def test_results_are_judged_by_a_network_that_knows_digits() -> None:
    images = enlarged()
    judge.cache_clear()
    with torch.no_grad():  # as while a model is trained
        right = judge(images)(images.test).argmax(1) == images.test_labels
    assert right.float().mean() > 0.9
    inputs = images.test, images.test_labels, images.test
    sevens = {
        labels: judged(7, *labels)(OnImage(nn.Identity()), Task((), inputs, images))
        for labels in ((7,), (3, 4))
    }
    assert sevens[7,] > 0.9
    assert sevens[3, 4] < 0.1


def test_what_an_extern_reads_is_compared_with_labels() -> None:
    neuron = cajal.load("space V[3]\nextern bit : V -o Bool\ndef same (v : V) : Bool = bit v")["same"]
    neuron.link(bit=torch.tensor([[1.0, 0, 0], [0, 1, 1]]))
    task = Task((), (torch.eye(3), torch.tensor([0, 1, 0]), torch.zeros(3)))
    assert read_by("bit")(OnImage(neuron), task) == pytest.approx(2 / 3)
    assert math.isnan(read_by("bit")(OnImage(nn.Identity()), task))


def test_results_are_computed_once_for_the_same_weights_and_task() -> None:
    class Counted(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.calls, self.weight = 0, nn.Parameter(torch.ones(()))

        def forward(self, x: Tensor) -> Tensor:
            self.calls += 1
            return x * self.weight

    model, inputs = Counted(), torch.rand(4, 2)
    one, other = task(inputs, inputs), task(inputs, inputs)
    assert results(model, one) is results(model, one)
    assert model.calls == 1
    results(model, other)
    assert model.calls == 2
    with torch.no_grad():
        model.weight.mul_(2)
    assert torch.equal(results(model, other), inputs * 2)
    assert model.calls == 3
