"""What is taken for a number and for dimensions; what is not, tests/core/diagnostics/learning has."""

import pytest
import torch

from cajal_core import CajalError
from cajal_core.neuron.encodings.settings import dimensions, number


def test_whatever_python_takes_for_a_number() -> None:
    assert [number("temperature", given) for given in (4, 0.5, torch.tensor(2.0), "3")] == [
        4.0,
        0.5,
        2.0,
        3.0,
    ]
    assert number("entropy", -0.1) == -0.1
    for wrong in (None, torch.rand(2), float("nan"), float("inf"), 0, -1):
        with pytest.raises(CajalError, match="the temperature must be a positive number, got"):
            number("temperature", wrong)


def test_one_dimension_or_several() -> None:
    assert dimensions(-2) == (-2,)
    assert dimensions((-1, -3)) == (-1, -3)


def test_a_tensor_that_is_trained_is_refused() -> None:
    with pytest.raises(CajalError, match="a positive number, got a tensor that is trained"):
        number("temperature", torch.nn.Parameter(torch.tensor(2.0)))
