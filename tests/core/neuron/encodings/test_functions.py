"""What an encoding does to numbers."""

import pytest
import torch
from torch import Tensor

from cajal_core.neuron.encodings.functions import ENCODINGS, Encoding, encoded, mean_entropy

DISTRIBUTIONS = ("softmax", "simplex")


@pytest.mark.parametrize("dims", [(-1,), (-2,), (-2, -1), (-3, -1)])
@pytest.mark.parametrize("how", ENCODINGS)
def test_vectors_stand_along_the_dimensions(how: Encoding, dims: tuple[int, ...]) -> None:
    values = torch.randn(5, 4, 3, generator=torch.Generator().manual_seed(0))
    made = encoded(how, values, dims)
    assert made.shape == values.shape
    sums, lengths = made.sum(dims), made.square().sum(dims).sqrt()
    assert torch.allclose(sums, torch.ones_like(sums)) == (how in DISTRIBUTIONS)
    assert torch.allclose(lengths, torch.ones_like(lengths)) == (how == "norm")
    assert bool((made >= 0).all()) == (how in (*DISTRIBUTIONS, "sigmoid"))


def test_softmax_over_several_dimensions_is_that_of_one_vector() -> None:
    values = torch.randn(5, 4, 3)
    expected = values.flatten(1).softmax(-1).unflatten(1, (4, 3))
    torch.testing.assert_close(encoded("softmax", values, (-2, -1)), expected)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
@pytest.mark.parametrize("how", ENCODINGS)
@pytest.mark.parametrize("row", [[0.0, 0.0], [-1.0, -2.0], [3.0, 0.0], [60.0, 0.0]])
def test_each_is_finite_with_a_finite_gradient(how: Encoding, dtype: torch.dtype, row: list[float]) -> None:
    values = torch.tensor([row], dtype=dtype, requires_grad=True)
    made = encoded(how, values, (-1,))
    assert made.dtype == dtype
    assert made.isfinite().all()
    (gradient,) = torch.autograd.grad(made[0, 0], values)
    assert gradient.isfinite().all()


def test_what_is_not_positive_becomes_uniform_on_the_simplex() -> None:
    made = encoded("simplex", torch.tensor([[-1.0, 0.0, -2.0], [3.0, 1.0, -5.0]]), (-1,))
    torch.testing.assert_close(made, torch.tensor([[1 / 3, 1 / 3, 1 / 3], [0.75, 0.25, 0.0]]))
    assert encoded("simplex", torch.zeros(0, 3), (-1,)).shape == (0, 3)


def test_a_vector_of_zeros_can_leave_the_origin() -> None:
    zero = torch.zeros(2, requires_grad=True)
    (gradient,) = torch.autograd.grad(encoded("norm", zero, (-1,))[0], zero)
    assert gradient.tolist() == [1.0, 0.0]


def test_mean_entropy() -> None:
    even = torch.zeros(4, 3)
    torch.testing.assert_close(mean_entropy(even, (-1,)), torch.tensor(3.0).log())
    torch.testing.assert_close(mean_entropy(even, (-2, -1)), torch.tensor(12.0).log())
    sure = torch.tensor([[0.0, 200.0, -torch.inf]], requires_grad=True)
    entropy = mean_entropy(torch.cat([sure, torch.zeros(1, 3)]), (-1,))
    torch.testing.assert_close(entropy.detach(), torch.tensor(3.0).log() / 2)
    (gradient,) = torch.autograd.grad(entropy, sure)
    assert gradient.isfinite().all()


def test_what_weighs_nothing_has_no_entropy() -> None:
    def entropy(values: list[list[float]], weights: list[float]) -> Tensor:
        return mean_entropy(torch.tensor(values), (-1,), torch.tensor(weights))

    expected = entropy([[0.0, 1.0]], [1.0])
    torch.testing.assert_close(entropy([[0.0, 1.0], [torch.nan, 0.0]], [0.5, 0.0]), expected)
    assert entropy([[0.0, 1.0]], [0.0]) == 0
