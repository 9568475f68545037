"""Controls without a program: I, an MLP on all inputs, and models that learn nothing."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

#: By how much the number of parameters of I may differ from that of the program's model.
SLACK = 0.05


def hidden_sizes(inputs: int, outputs: int, parameters: int) -> tuple[int, ...] | None:
    """The widths of the hidden layers of an MLP with biases that has about so many parameters.

    One layer where that is within `SLACK`, else two. None where no MLP is.
    """
    width = max(1, round((parameters - outputs) / (inputs + outputs + 1)))
    if _miss(inputs, (width,), outputs, parameters) <= SLACK * parameters:
        return (width,)
    best, least = tuple[int, ...](), parameters
    for first in range(1, width + 2):
        second = max(1, round((parameters - first * (inputs + 1) - outputs) / (first + 1 + outputs)))
        if (miss := _miss(inputs, (first, second), outputs, parameters)) < least:
            best, least = (first, second), miss
    return best if least <= SLACK * parameters else None


def _miss(inputs: int, sizes: tuple[int, ...], outputs: int, parameters: int) -> int:
    return abs(count(inputs, sizes, outputs) - parameters)


def count(inputs: int, sizes: tuple[int, ...], outputs: int) -> int:
    """The parameters of an MLP, biases included."""
    widths = (inputs, *sizes, outputs)
    return sum([(before + 1) * after for before, after in pairwise(widths)])


class Mlp(nn.Module):
    """An MLP on all inputs, flattened and concatenated, whose result has the shape of the program's."""

    def __init__(
        self,
        shapes: Sequence[tuple[int, ...]],
        sizes: tuple[int, ...],
        result: tuple[int, ...],
        softmax: bool,
    ) -> None:
        super().__init__()
        self.shapes, self.result, self.softmax = tuple(shapes), result, softmax
        widths = (sum(map(math.prod, shapes)), *sizes)
        layers = list[nn.Module]()
        for before, after in pairwise(widths):
            layers += [nn.Linear(before, after), nn.ReLU()]
        self.layers = nn.Sequential(*layers, nn.Linear(widths[-1], math.prod(result)))

    def forward(self, *inputs: Tensor) -> Tensor:
        """The result `(*batch, *shape of the result)` for the inputs, with any batch."""
        pairs = zip(inputs, self.shapes, strict=True)
        flat = [given.reshape(*given.shape[: given.ndim - len(shape)], -1) for given, shape in pairs]
        result = self.layers(torch.cat(flat, -1))
        result = result.softmax(-1) if self.softmax else result
        return result.unflatten(-1, self.result)


class Returned(nn.Module):
    """Returns one of its inputs."""

    def __init__(self, place: int) -> None:
        super().__init__()
        self.place = place

    def forward(self, *inputs: Tensor) -> Tensor:
        """The input itself."""
        return inputs[self.place]


class Constant(nn.Module):
    """Returns the same for every sample of a batch. `rank` is the number of dimensions of the first input."""

    value: Tensor

    def __init__(self, value: Tensor, rank: int) -> None:
        super().__init__()
        self.rank = rank
        self.register_buffer("value", value)

    def forward(self, *inputs: Tensor) -> Tensor:
        """The value, `(*batch, *shape)`, for as many samples as the inputs have."""
        batch = inputs[0].shape[: inputs[0].ndim - self.rank]
        return self.value.expand(*batch, *self.value.shape)
