"""Elements over the positions of lists, whose number is known only when the code runs.

Emitted code counts dimensions from the right. So `place`, that of the positions, is negative.

>>> elements = stack(-2, 4, torch.tensor([1.0, 0.0]), torch.tensor([0.0, 1.0]))
>>> elements
tensor([[1., 0.],
        [0., 1.]])
>>> item(elements, -2, 3)
tensor([0., 0.])
"""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import pad


def concat(*parts: Tensor) -> Tensor:
    """Vectors (..., D), one after the other."""
    return joined(parts, -1)


def stack(place: int, most: int, *elements: Tensor, rest: Tensor | None = None) -> Tensor:
    """Elements at the first positions and, behind them, those of the rest, as far as there are places."""
    parts = [element.unsqueeze(place) for element in elements[:most]]
    if rest is not None:
        parts.append(narrow(rest, place, 0, most - len(parts)))
    return joined(parts, place)


def item(elements: Tensor, place: int, position: int) -> Tensor:
    """The element at a position, zero where the lists are shorter."""
    if position < elements.shape[place]:
        return elements.select(place, position)
    return elements.new_zeros(
        [size for dim, size in enumerate(elements.shape, -elements.ndim) if dim != place]
    )


def narrow(elements: Tensor, place: int, start: int, *most: int) -> Tensor:
    """The elements from a position on, so many at most."""
    left = max(elements.shape[place] - start, 0)
    return elements.narrow(place, min(start, elements.shape[place]), min(left, *most))


def vector_of(elements: Tensor, lengths: Tensor) -> Tensor:
    """Elements (..., n, D), zeros up to the greatest length, and the weights of lengths, as one vector."""
    missing = lengths.shape[-1] - 1 - elements.shape[-2]
    return joined([pad(elements, (0, 0, 0, missing)).flatten(-2), lengths], -1)


def joined(parts: list[Tensor] | tuple[Tensor, ...], place: int) -> Tensor:
    """Tensors that broadcast in all dimensions but one, joined in that one."""
    if len(parts) == 1:
        return parts[0]
    rank = max([part.ndim for part in parts])
    parts = [part.reshape(*[1] * (rank - part.ndim), *part.shape) for part in parts]
    place += rank
    shape = torch.broadcast_shapes(*[(*part.shape[:place], 1, *part.shape[place + 1 :]) for part in parts])
    return torch.cat(
        [part.expand(*shape[:place], part.shape[place], *shape[place + 1 :]) for part in parts], place
    )
