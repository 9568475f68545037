"""What the controls need to know of training data: the shapes of inputs, and the targets."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, TensorDataset

from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.use.controls import NotTrainingData


@dataclass(frozen=True, slots=True)
class Data:
    """The shape of each input of a sample, and all targets, which are only read where they are needed."""

    shapes: Sequence[tuple[int, ...]]
    targets: Callable[[], Tensor]


def read_data(data: Any) -> Data | None:
    """What is known of training data.

    Raises:
        CajalError: if it is neither tensors nor a Dataset of inputs and a target.
    """
    if data is None:
        return None
    if isinstance(data, DataLoader):
        data = data.dataset
    if isinstance(data, TensorDataset):
        data = data.tensors
    if isinstance(data, tuple | list):
        *inputs, target = _tensors(data)
        if any(tensor.ndim == 0 or len(tensor) != len(target) for tensor in inputs) or not len(target):
            raise CajalError(NotTrainingData(f"the lengths differ, or are 0: {[*map(_length, data)]}"))
        return Data([tuple(tensor.shape[1:]) for tensor in inputs], lambda: target)
    if not isinstance(data, Dataset) or not hasattr(data, "__len__") or not len(data):  # type: ignore[arg-type]
        raise CajalError(NotTrainingData(f"got {type(data).__name__}"))
    *inputs, _ = _tensors(data[0])

    def targets() -> Tensor:
        return torch.stack([torch.as_tensor(data[place][-1]) for place in range(len(data))])  # type: ignore[arg-type]

    return Data([tuple(tensor.shape) for tensor in inputs], targets)


def _tensors(sample: Any) -> list[Tensor]:
    if not isinstance(sample, tuple | list) or len(sample) < 2:
        raise CajalError(NotTrainingData("there are not two parts or more"))
    try:
        return [torch.as_tensor(part) for part in sample]
    except (TypeError, ValueError, RuntimeError) as error:
        raise CajalError(NotTrainingData("a part is no tensor")) from error


def _length(part: Any) -> int:
    return len(part) if torch.as_tensor(part).ndim else 0


def most_frequent(data: Data, dim: int, rank: int) -> int | None:
    """The index of the most frequent target. None where targets are no indices or weights of results."""
    targets = data.targets()
    if not targets.is_floating_point() and targets.ndim == 1:
        is_index = int(targets.min()) >= 0 and int(targets.max()) < dim
        return int(torch.bincount(targets.long(), minlength=dim).argmax()) if is_index else None
    flat = targets.reshape(len(targets), -1)
    return int(flat.sum(0).argmax()) if targets.ndim == 1 + rank and flat.shape[1] == dim else None
