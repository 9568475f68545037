"""Models without a program."""

from __future__ import annotations

import pytest
import torch

from cajal_core.training.controls.baselines import SLACK, Constant, Mlp, Returned, count, hidden_sizes


@pytest.mark.parametrize(
    ("inputs", "outputs", "parameters", "layers"),
    [
        (1568, 2, 628_800, 1),
        (1568, 784, 239_011, 1),
        (2352, 784, 553_813, 1),
        (784, 784, 7_900, 2),
        (4, 2, 300, 1),
    ],
)
def test_an_mlp_has_about_so_many_parameters(inputs: int, outputs: int, parameters: int, layers: int) -> None:
    sizes = hidden_sizes(inputs, outputs, parameters)
    assert sizes is not None
    assert len(sizes) == layers
    assert abs(count(inputs, sizes, outputs) - parameters) <= SLACK * parameters
    model = Mlp([(inputs,)], sizes, (outputs,), softmax=False)
    assert sum(tensor.numel() for tensor in model.parameters()) == count(inputs, sizes, outputs)


@pytest.mark.parametrize(("inputs", "outputs", "parameters"), [(784, 784, 100), (10, 2, 3), (1, 1, 1)])
def test_no_mlp_is_so_small(inputs: int, outputs: int, parameters: int) -> None:
    assert hidden_sizes(inputs, outputs, parameters) is None


def test_an_mlp_reads_all_inputs_and_has_the_shape_of_the_result() -> None:
    model = Mlp([(2, 3), (4,)], (5, 6), (2, 2), softmax=True)
    first, second = torch.rand(7, 3, 2, 3), torch.rand(7, 3, 4)
    result = model(first, second)
    assert result.shape == (7, 3, 2, 2)
    torch.testing.assert_close(result.sum((-1, -2)), torch.ones(7, 3))
    assert not torch.equal(model(first + 1, second), result)
    assert not torch.equal(model(first, second + 1), result)


def test_baselines_learn_nothing() -> None:
    inputs = torch.rand(3, 2), torch.rand(3, 4)
    assert Returned(1)(*inputs) is inputs[1]
    constant = Constant(torch.tensor([0.0, 1.0]), 1)
    assert constant(*inputs).tolist() == [[0, 1]] * 3
    assert constant(torch.rand(2)).tolist() == [0, 1] and constant(torch.rand(4, 3, 2)).shape == (4, 3, 2)
    assert not [*constant.parameters(), *Returned(0).parameters()]
