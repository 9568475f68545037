"""What is known of training data."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, TensorDataset

from cajal_core import CajalError
from cajal_core.training.controls.data import most_frequent, read_data


class Items(Dataset[Any]):
    def __init__(self, *tensors: Tensor) -> None:
        self.tensors = tensors

    def __len__(self) -> int:
        return len(self.tensors[0])

    def __getitem__(self, place: int) -> tuple[Any, ...]:
        *inputs, target = self.tensors
        return (*[tensor[place] for tensor in inputs], int(target[place]))


def test_tensors_datasets_and_loaders_are_read_alike() -> None:
    tensors = torch.rand(4, 2, 3), torch.rand(4, 5), torch.tensor([0, 2, 2, 1])
    dataset = TensorDataset(*tensors)
    for data in (tensors, [*tensors], dataset, DataLoader(dataset, batch_size=2), Items(*tensors)):
        read = read_data(data)
        assert read is not None
        assert [*read.shapes] == [(2, 3), (5,)]
        assert most_frequent(read, 3, 1) == 2
    assert read_data(None) is None


def test_targets_are_indices_or_weights() -> None:
    def frequent(target: Tensor, dim: int = 2, rank: int = 1) -> int | None:
        read = read_data((torch.rand(len(target), 1), target))
        assert read is not None
        return most_frequent(read, dim, rank)

    assert frequent(torch.tensor([1, 1, 0])) == 1
    assert frequent(torch.tensor([[0.9, 0.1], [0.4, 0.6]])) == 0
    assert frequent(torch.eye(4)[[3, 3, 1]].view(3, 2, 2), 4, 2) == 3
    assert frequent(torch.tensor([True, False, False])) == 0
    assert frequent(torch.tensor([2, 1])) is None
    assert frequent(torch.tensor([-1, 1])) is None
    assert frequent(torch.rand(3)) is None
    assert frequent(torch.rand(3, 5)) is None


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ((torch.rand(3, 2), torch.rand(4)), "lengths differ"),
        ((torch.rand(0, 2), torch.rand(0)), "lengths differ, or are 0"),
        ((torch.rand(3),), "two parts"),
        ((torch.rand(3), "labels"), "no tensor"),
        ("train", "got str"),
        (torch.rand(3, 2), "got Tensor"),
    ],
)
def test_other_data_is_refused(data: Any, reason: str) -> None:
    with pytest.raises(CajalError, match=reason):
        read_data(data)
