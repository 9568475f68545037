"""Lists of a batch, held apart: their elements, and their lengths or the weights of those."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from typing import Any, TypeAlias, cast

import torch
from torch import Tensor
from torch.utils import _pytree as pytree
from torch.utils.data._utils.collate import (
    default_collate_fn_map,  # pyright: ignore[reportUnknownVariableType]
)

from cajal_core.backend.finite import may_look
from cajal_core.backend.values.tensors import as_tensor
from cajal_core.base.dimension import geometric
from cajal_core.diagnostics.calls import TooLarge
from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.tensors import LengthOutOfRange, LengthsDiffer

#: Whole lengths of the lists of a batch: one for all, or one each.
Whole: TypeAlias = int | Tensor

#: Lists multiplied out have at most so many entries.
DENSE_LIMIT = 2**26


class Sequence:
    """Lists of at most k' elements: what a neuron takes for an argument of type `List[k] A`, and may return.

    `elements` have the shape `(…, k', *shape of A)`, where k' ≤ k. `lengths` are whole numbers (…), or
    weights (…, k' + 1) of the lengths 0 … k', which are floating: those of one list add up to 1 where it is a
    distribution. What stands beyond a whole length is never read. `most` is the k of the type, where that is
    greater than k'; what a neuron returns has it, and weights for its lengths.

    Raises:
        CajalError: if one is no tensor of real numbers, the shapes do not fit, or a length is out of range.

    Example:
        >>> import cajal_core as cajal
        >>> import torch
        >>> first, second = [[1.0, 0.0], [0.0, 1.0]], [[1.0, 0.0], [torch.nan, torch.nan]]
        >>> words = cajal.Sequence(torch.tensor([first, second]), torch.tensor([2, 1]))
        >>> words.dense()  # nil, the two lists of one truth value, the four of two
        tensor([[0., 0., 0., 0., 1., 0., 0.],
                [0., 1., 0., 0., 0., 0., 0.]])

    The lists of a `torch.utils.data.Dataset` go into one batch, whatever their lengths:
        >>> samples = [cajal.Sequence(torch.eye(2), 2), cajal.Sequence(torch.ones(1, 2), 1)]
        >>> torch.utils.data.default_collate(samples).lengths
        tensor([2, 1])
    """

    elements: Tensor
    lengths: Tensor
    most: int
    #: Whether all lists are known to be as long as the tensor.
    is_full: bool = False

    def __init__(self, elements: Any, lengths: Any, most: int | None = None) -> None:
        self.elements = as_tensor("the elements of a Sequence", elements)
        self.lengths = as_tensor("the lengths of a Sequence", lengths)
        rank = self.rank
        shapes = tuple(self.elements.shape), tuple(self.lengths.shape)
        fits = rank >= 0 and self.elements.ndim > rank
        if not fits or (not self.is_whole and shapes[1][rank] != shapes[0][rank] + 1):
            raise CajalError(LengthsDiffer(*shapes, self.is_whole))
        batches = zip(shapes[0][:rank], shapes[1][:rank], strict=True)
        if any(one != other and 1 not in (one, other) for one, other in batches):
            raise CajalError(LengthsDiffer(*shapes, self.is_whole))
        longest = shapes[0][rank]
        self.most = longest if most is None else most
        if longest > self.most:
            raise CajalError(LengthOutOfRange("a Sequence", longest, self.most))
        if self.is_whole and self.lengths.numel() and may_look(self.lengths):
            least, greatest = self.lengths.aminmax()
            for length in (int(least), int(greatest)):
                if not 0 <= length <= longest:
                    raise CajalError(LengthOutOfRange("a Sequence", length, longest))

    def __repr__(self) -> str:
        return f"Sequence(elements={self.elements}, lengths={self.lengths})"

    @property
    def is_whole(self) -> bool:
        """Whether the lengths are whole numbers, and no weights."""
        return not self.lengths.is_floating_point()

    @property
    def rank(self) -> int:
        """The number of batch dimensions."""
        return self.lengths.ndim - (0 if self.is_whole else 1)

    @property
    def known_lengths(self) -> Whole | None:
        """The lengths, if they are whole: a number where all lists are known to be as long as the tensor."""
        if self.is_full:
            return self.elements.shape[self.rank]
        return self.lengths if self.is_whole else None

    def weights(self) -> Tensor:
        """The weights (…, k' + 1) of the lengths, in the dtype of the elements where that is floating."""
        if not self.is_whole:
            return self.lengths
        longest = self.elements.shape[self.rank]
        dtype = self.elements.dtype if self.elements.is_floating_point() else torch.get_default_dtype()
        if self.is_full:
            weights = torch.zeros(longest + 1, dtype=dtype, device=self.lengths.device)
            weights[longest] = 1
            return weights.expand(*self.lengths.shape, -1)
        every = torch.arange(longest + 1, device=self.lengths.device)
        return (self.lengths.unsqueeze(-1) == every).to(dtype)

    def flat(self) -> tuple[Tensor, Tensor]:
        """The elements (…, k', dim A), zero beyond whole lengths, and the weights (…, k' + 1)."""
        elements = self.elements.flatten(self.rank + 1)
        if self.is_whole and not self._fills(elements.shape[-2]):
            places = torch.arange(elements.shape[-2], device=self.lengths.device)
            inside = places < self.lengths.unsqueeze(-1)
            elements = torch.where(inside.unsqueeze(-1), elements, torch.zeros_like(elements[..., :1, :1]))
        return elements, self.weights()

    def _fills(self, longest: int) -> bool:
        """Whether whole lengths are seen to leave nothing to mask."""
        return self.is_full or (may_look(self.lengths) and bool((self.lengths >= longest).all()))

    def dense(self) -> Tensor:
        """The lists multiplied out: (…, 1 + dim A + … + (dim A)^k), by length, then the elements row-major.

        Raises:
            CajalError: if one has more than 2**26 entries.
        """
        elements, weights = self.flat()
        return multiplied_out(elements, weights, self.most)

    @classmethod
    def made(cls, elements: Tensor, lengths: Tensor, most: int, *, is_full: bool = False) -> Sequence:
        """A sequence of parts that are known to fit."""
        sequence = cls.__new__(cls)
        sequence.elements, sequence.lengths, sequence.most = elements, lengths, most
        sequence.is_full = is_full
        return sequence


def batch_of(elements: Tensor, weights: Tensor) -> tuple[int, ...]:
    """The leading dimensions of flattened elements and of weights, together."""
    return tuple(cast("list[int]", torch.broadcast_shapes(elements.shape[:-2], weights.shape[:-1])))


def multiplied_out(elements: Tensor, weights: Tensor, most: int) -> Tensor:
    """Lists that are held apart, as vectors: `elements` (…, n, D), `weights` of lengths up to n or more."""
    dim = elements.shape[-1]
    entries = geometric(dim, most)
    if entries > DENSE_LIMIT:
        raise CajalError(TooLarge("a list multiplied out", (entries,), entries, DENSE_LIMIT, _INSTEAD))
    batch = batch_of(elements, weights)
    product = weights.new_ones(*batch, 1)
    parts = [weights[..., :1].expand(*batch, 1)]
    for place, element in enumerate(elements.unbind(-2), 1):
        product = (product.unsqueeze(-1) * element.unsqueeze(-2)).flatten(-2)
        parts.append(weights[..., place : place + 1] * product)
    missing = entries - sum([part.shape[-1] for part in parts])
    return torch.nn.functional.pad(torch.cat(parts, -1), (0, missing))


_INSTEAD = "read its `elements` and `lengths`, or fold it in the program"


def _taken_apart(sequence: Sequence) -> tuple[list[Any], int]:
    return [sequence.elements, sequence.lengths], sequence.most


def _put_together(parts: Any, most: int) -> Sequence:
    elements, lengths = parts
    return Sequence.made(elements, lengths, most)


def _named(sequence: Sequence) -> tuple[list[Any], int]:
    parts, most = _taken_apart(sequence)
    return [*zip(map(pytree.GetAttrKey, ("elements", "lengths")), parts, strict=True)], most


def _joined(sequences: list[Sequence], **_: object) -> Sequence:
    """The lists of several samples as a batch, the shorter ones padded."""
    longest = max([sequence.elements.shape[sequence.rank] for sequence in sequences])
    are_whole = all(sequence.is_whole for sequence in sequences)
    elements, lengths = list[Tensor](), list[Tensor]()
    for sequence in sequences:
        missing = longest - sequence.elements.shape[sequence.rank]
        behind = (0, 0) * (sequence.elements.ndim - sequence.rank - 1)
        elements.append(torch.nn.functional.pad(sequence.elements, (*behind, 0, missing)))
        lengths.append(
            sequence.lengths if are_whole else torch.nn.functional.pad(sequence.weights(), (0, missing))
        )
    most = max([sequence.most for sequence in sequences])
    return Sequence.made(torch.stack(elements), torch.stack(lengths), most)


# A DataLoader makes a batch of samples with lists.
default_collate_fn_map[Sequence] = _joined

# Torch's compiler, exporter and `vmap` see the two tensors of a sequence.
pytree.register_pytree_node(
    Sequence,
    _taken_apart,
    _put_together,
    serialized_type_name="cajal_core.Sequence",
    flatten_with_keys_fn=_named,
)
