"""One call of a network that feeds several arguments of a neuron.

>>> network, shape = nn.Linear(3, 2), (2,)
>>> [first, second] = fed_together(network, [(torch.rand(4, 3),), (torch.rand(1, 3),)], shape)
>>> first.shape, second.shape
(torch.Size([4, 2]), torch.Size([1, 2]))

Nothing says which dimension of what a network is given is the batch. So the inputs are put behind each other
in their first dimension, and the result shows whether that was the batch: then it has as many rows, and each
is of the type of the argument.
"""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from cajal_core.backend import masked
from cajal_core.backend.calls.shared import MOST_SAMPLES, is_by_sample


def fed_together(
    network: nn.Module, given: Sequence[tuple[Any, ...]], shape: tuple[int, ...]
) -> list[Tensor] | None:
    """What a network makes for several arguments of a shape, of the inputs for each; None if it must be asked
    for each.

    It must be where it may see the other samples, or where the inputs are no batches that fit together.
    """
    if masked.is_needed() or not all(map(_is_batch, given)) or len({*map(_kind, given)}) > 1:
        return None
    sizes = [inputs[0].shape[0] for inputs in given]
    total = sum(sizes)
    if total > MOST_SAMPLES or not is_by_sample(network):
        return None
    try:
        result = network(*map(torch.cat, zip(*given, strict=True)))
    except Exception:  # noqa: BLE001  # a call for one argument says what is wrong
        return None
    if not isinstance(result, Tensor) or result.shape not in ((total, *shape), (total, math.prod(shape))):
        return None
    return [*torch.split(result, sizes)]


def _is_batch(inputs: tuple[Any, ...]) -> bool:
    """Whether all inputs are tensors with equally many rows."""
    tensors = [part for part in inputs if isinstance(part, Tensor) and part.layout == torch.strided]
    if not tensors or len(tensors) < len(inputs):
        return False
    return len({part.shape[:1] for part in tensors}) == 1 and all(
        part.ndim > 1 and not part.is_nested for part in tensors
    )


def _kind(inputs: tuple[Tensor, ...]) -> tuple[object, ...]:
    """What must be equal for tensors to be put behind each other."""
    return tuple([(part.shape[1:], part.dtype, part.device) for part in inputs])
