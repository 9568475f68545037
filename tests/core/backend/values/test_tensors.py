"""What is no tensor of real numbers, and what makes one of the right shape."""

from __future__ import annotations

import pytest
import torch

from cajal_core import CajalError
from cajal_core.backend.values.tensors import as_tensor, wrong_shape
from cajal_core.base import tys


def test_numbers_become_a_tensor_and_a_tensor_stays() -> None:
    tensor = torch.rand(3)
    assert as_tensor("it", tensor) is tensor
    assert as_tensor("it", [1, 2]).tolist() == [1, 2]


@pytest.mark.parametrize(
    "given", ["abc", torch.zeros(1, dtype=torch.complex64), torch.eye(2).to_sparse(), {}]
)
def test_what_is_no_tensor_of_real_numbers(given: object) -> None:
    with pytest.raises(CajalError, match=r"^it "):
        as_tensor("it", given)


def test_the_way_out_of_a_wrong_shape_is_right() -> None:
    tensor, type = torch.rand(7, 20), tys.Space("Image", (4, 5))
    mistake = wrong_shape("it", type, tensor, "(..., 4, 5)", "x")
    assert mistake.help == "`x.unflatten(-1, (4, 5))`"
    assert tensor.unflatten(-1, (4, 5)).shape == (7, 4, 5)
