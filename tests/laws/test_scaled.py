"""A scaled result times its scale is the plain result, on generated programs, with the same gradient."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import assume, given

from cajal_core import Neuron, Sequence
from tests.laws.budget import budget
from tests.laws.oracle import Rows
from tests.laws.strategies import Input, Sample, inputs, samples
from tests.laws.test_laws import SEEDS, bend, compiled, program_of, tensors, term_of, with_parameters


def scaled(neuron: Neuron, *arguments: torch.Tensor | Sequence) -> torch.Tensor:
    """The result of `scaled`, which is in range, multiplied out."""
    tensor, log = neuron.scaled(*arguments)
    rank = tensor.ndim - log.ndim
    greatest = tensor.detach().abs().flatten(log.ndim).amax(-1)
    assert ((greatest == 0) | ((greatest - 1).abs() < 1e-12)).all()
    return tensor * log.exp().reshape(*log.shape, *[1] * rank)


def agrees(neuron: Neuron, arguments: list[torch.Tensor | Sequence]) -> None:
    points = [each for each in arguments if isinstance(each, torch.Tensor)]
    points += [
        part for each in arguments if isinstance(each, Sequence) for part in (each.elements, each.lengths)
    ]
    points = [point.requires_grad_() for point in points if point.is_floating_point()]
    points += [*neuron.parameters()]
    expected = neuron(*arguments)
    assume(isinstance(expected, torch.Tensor))
    found = scaled(neuron, *arguments)
    expected = expected.expand(found.shape)
    torch.testing.assert_close(found, expected, rtol=1e-9, atol=1e-12)
    if not points or not expected.requires_grad:
        return
    weights = torch.rand(expected.shape, dtype=torch.float64)
    gradients = [
        torch.autograd.grad((result * weights).sum(), points, allow_unused=True, materialize_grads=True)
        for result in (found, expected)
    ]
    for one, other in zip(*gradients, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-8, atol=1e-10)


@given(samples(), SEEDS)
@budget(80)
def test_a_scaled_result_times_its_scale_is_the_plain_result(sample: Sample, seed: int) -> None:
    agrees(compiled(sample), tensors(inputs(seed, sample.type, 2)))


@given(samples(), SEEDS)
@budget(60)
def test_scales_are_kept_apart_over_samples(sample: Sample, seed: int) -> None:
    """Samples of very different magnitude: each has the digits that it has alone."""
    arguments = inputs(seed, sample.type, 2)
    assume(arguments)
    neuron = compiled(sample)
    small = [times(each, np.array([1.0, 1e-120])) for each in arguments]
    tensor, log = neuron_scaled(neuron, small)
    for index in range(2):
        alone = [times(each, np.array([1.0, 1e-120]))[index : index + 1] for each in arguments]
        one, own = neuron_scaled(neuron, alone)
        torch.testing.assert_close(tensor[index], one[0], rtol=1e-9, atol=1e-12)
        torch.testing.assert_close(log[index], own[0], rtol=1e-9, atol=1e-9)


def neuron_scaled(neuron: Neuron, arguments: list[Input]) -> tuple[torch.Tensor, torch.Tensor]:
    given = tensors(arguments)
    assume(isinstance(neuron(*given), torch.Tensor))
    return neuron.scaled(*given)


def times(value: Input, factors: np.ndarray) -> Input:
    """What is given, each sample times a factor."""
    if isinstance(value, Rows):
        elements = value.elements * factors.reshape(-1, *[1] * (value.elements.ndim - 1))
        return Rows(elements, value.weights)
    return value * factors.reshape(-1, *[1] * (value.ndim - 1))


@given(samples(), SEEDS)
@budget(40)
def test_long_recurrences_run_as_short_ones_do(sample: Sample, seed: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cajal_core.backend.run.SHORT", 1)
        agrees(compiled(sample), tensors(inputs(seed, sample.type, 2)))


@given(samples(externs=True, larger=False), SEEDS)
@budget(40)
def test_externs_are_given_true_values(sample: Sample, seed: int) -> None:
    neuron = with_parameters(term_of(program_of(sample), sample), sample.links)
    assume(neuron.externs)
    neuron.link(**{name: bend(sample.externs[name], sample.links[name])[1] for name in neuron.externs})
    agrees(neuron, tensors(inputs(seed, sample.type, 2)))
