"""Lists that a comprehension reads in step: whether their lengths are known to differ.

A tensor has one length for all samples, whole lengths are one for each. Weights of lengths are not known to
be any. While torch compiles or batches a call, shapes are known alone.

>>> first_difference(3, torch.tensor([3, 2]))
(1,)
"""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from cajal_core.backend.finite import may_look
from cajal_core.backend.values.sequence import Whole
from cajal_core.base import tys
from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.tensors import JoinedListsDiffer
from cajal_core.ir import graph as ir


def check_joined(joins: Sequence[ir.Join], given: Mapping[int, Whole], returned: Mapping[str, Whole]) -> None:
    """Does nothing where the lists that are joined may have one length in each sample.

    The whole lengths are those of arguments, by position, and of lists that externs returned, by name.

    Raises:
        CajalError: if two are known to differ.
    """
    for join in joins:
        totals: list[tuple[ir.Length, Whole]] = []  # written so that torch can compile it
        for length in join.lengths:
            own = _known(length.source, given, returned)
            # Lists that are written are not compared with each other.
            if own is None or not (totals or length.source):
                continue
            if not isinstance(own, Tensor) or may_look(own):
                totals.append((length, own + length.more))
        for one in totals[1:]:
            pair = totals[0], one
            sample = first_difference(*[total for _, total in pair])
            if sample is not None:
                first, other = [(_described(length), _at(total, sample)) for length, total in pair]
                raise CajalError(JoinedListsDiffer(join.span, first, other, sample, _cut(*pair)))


def _known(
    source: ir.Argument | ir.Extern | None, given: Mapping[int, Whole], returned: Mapping[str, Whole]
) -> Whole | None:
    """The length of what a list is longer than."""
    match source:
        case ir.Argument(position):
            return given.get(position)
        case ir.Extern(name):
            return returned.get(name)
        case None:
            return 0


def first_difference(first: Whole, other: Whole) -> tuple[int, ...] | None:
    """The first sample in which two lengths differ, () if they do so in all; None if they are equal."""
    if not (isinstance(first, Tensor) or isinstance(other, Tensor)):
        return () if first != other else None
    differ = torch.as_tensor(first != other)
    return tuple(differ.nonzero()[0].tolist()) if differ.any() else None


def _at(length: Whole, sample: tuple[int, ...]) -> int:
    """The length in a sample of the batch, to which it broadcasts."""
    if not isinstance(length, Tensor):
        return length
    own = sample[len(sample) - length.ndim :]
    return int(length[tuple([min(index, size - 1) for index, size in zip(own, length.shape, strict=True)])])


def _described(length: ir.Length) -> str:
    """What the list is in words."""
    match length.source:
        case ir.Argument(_, name):
            base = f"`{name}`"
        case ir.Extern(name):
            base = f"what `{name}` returns"
        case None:
            return "a list that is written"
    return f"{base} with {length.more} more" if length.more > 0 else base


def _cut(*lists: tuple[ir.Length, Whole]) -> str | None:
    """The longer of two lists as it is cut in Python, where that is a tensor and the other has one length."""
    if any(isinstance(total, Tensor) for _, total in lists):
        return None
    (_, least), (longer, _) = sorted(lists, key=lambda one: int(one[1]))
    if not isinstance(longer.source, ir.Argument):
        return None
    type, count = longer.source.type, int(least) - longer.more
    assert isinstance(type, tys.List)
    shape = ", :" * len(tys.shape(type.element))
    return f"{longer.source.name}[..., :{count}{shape}]" if count >= 0 else None
