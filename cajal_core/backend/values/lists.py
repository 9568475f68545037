"""What Python gives for a list, as emitted code takes it: the elements, flattened, and weights of lengths."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from typing import Any, TypeAlias

import torch
from torch import Tensor

from cajal_core.backend.values.sequence import Sequence
from cajal_core.backend.values.tensors import as_tensor, wrong_shape
from cajal_core.base import tys
from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.tensors import LengthOutOfRange, NotRagged

#: A list that is held apart: the elements (*batch, n, dim A), n ≤ k, and the weights (*batch, k + 1).
Apart: TypeAlias = tuple[Tensor, Tensor]


def given_sequence(what: str, type: tys.List, value: Any, name: str) -> Sequence:
    """What is given for a list: a `Sequence`, a jagged tensor, or a tensor whose lists are equally long.

    Raises:
        CajalError: if it is none of them, an element has another shape, or lists are longer than they may be.
    """
    shape = tys.shape(type.element)
    if isinstance(value, Tensor) and value.is_nested:
        value = _padded(what, value, type.most)
    if isinstance(value, Sequence):
        elements, place = value.elements, value.rank
    else:
        elements = as_tensor(what, value)
        place = elements.ndim - len(shape) - 1
    if place < 0 or elements.shape[place + 1 :] != shape:
        raise CajalError(wrong_shape(what, type, elements, lists_text("...", type), name))
    longest = elements.shape[place]
    if longest > type.most:
        raise CajalError(LengthOutOfRange(f"{what} : {type}", longest, type.most))
    if isinstance(value, Sequence):
        return value
    lengths = torch.full((), longest, device=elements.device).expand(elements.shape[:place])
    return Sequence.made(elements, lengths, type.most, is_full=True)


def _padded(what: str, value: Any, most: int) -> Sequence:
    """The lists of a jagged tensor."""
    if value.layout != torch.jagged or value._ragged_idx != 1 or value.lengths() is not None:
        raise CajalError(NotRagged(what))
    lengths = value.offsets().diff()
    return Sequence.made(torch.nested.to_padded_tensor(value, 0.0), lengths, most)


def apart(sequence: Sequence, most: int) -> Apart:
    """A sequence as emitted code takes it."""
    elements, weights = sequence.flat()
    missing = most + 1 - weights.shape[-1]
    return elements, torch.nn.functional.pad(weights, (0, missing)) if missing else weights


def together(type: tys.List, held: Apart) -> Sequence:
    """A list that emitted code made, as Python sees it."""
    elements, weights = held
    length = elements.shape[-2]
    return Sequence.made(
        elements.unflatten(-1, tys.shape(type.element)), weights[..., : length + 1], type.most
    )


def basis(type: tys.Type, index: Tensor, like: Tensor) -> Tensor | Sequence:
    """The basis vectors of some indices (…), as they are given for an argument: (…, *shape of the type)."""
    if not isinstance(type, tys.List):
        vectors = torch.nn.functional.one_hot(index, tys.dim(type)).to(like.dtype)
        return vectors.reshape(*index.shape, *tys.shape(type))
    dim, rest, lengths = tys.dim(type.element), index, torch.zeros_like(index)
    blocks = [dim**length for length in range(type.most + 1)]
    start = 0
    for length, block in enumerate(blocks):
        inside = (index >= start) & (index < start + block)
        lengths = torch.where(inside, length, lengths)
        rest = torch.where(inside, index - start, rest)
        start += block
    # The last digit is that of the last element, wherever that stands.
    places = [torch.where(lengths > place, lengths - 1 - place, 0) for place in range(type.most)]
    powers = torch.tensor(blocks, device=index.device)
    digits = [rest // powers[place] % dim for place in places]
    elements = torch.stack(digits, -1) if digits else index.new_zeros(*index.shape, 0)
    vectors = torch.nn.functional.one_hot(elements, dim).to(like.dtype)
    return Sequence.made(vectors.unflatten(-1, tys.shape(type.element)), lengths, type.most)


def lists_text(samples: object, type: tys.List) -> str:
    """The shape of the elements of lists, in words."""
    return f"({samples}, n, {', '.join(map(str, tys.shape(type.element)))}) with n at most {type.most}"


def shape_text(value: Tensor | Sequence) -> str:
    """The shape of what is given or returned, in words."""
    if isinstance(value, Tensor):
        return str(tuple(value.shape))
    return f"Sequence of {tuple(value.elements.shape)} and {tuple(value.lengths.shape)}"
