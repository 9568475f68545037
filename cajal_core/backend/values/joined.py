"""Lists that a comprehension reads in step: what is known of their lengths before they are read.

A tensor has one length for all samples, whole lengths are one for each. Weights of lengths are not known to
be any. While torch compiles or batches a call, shapes are known alone.

>>> known_length(torch.rand(2, 3, 5), torch.rand(2, 3, 5)), first_difference(3, torch.tensor([3, 2]))
(3, (1,))
"""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, cast

import torch
from torch import Tensor

from cajal_core.backend.finite import may_look
from cajal_core.backend.values.sequence import Sequence as Lists
from cajal_core.base import tys
from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.tensors import JoinedListsDiffer
from cajal_core.ir import graph as ir

#: The length of all lists, or the whole lengths (*batch).
Known: TypeAlias = int | Tensor


def known_length(value: Any, elements: Tensor) -> Known | None:
    """The length of what was given or returned for a list; `elements` are (*batch, n, dim)."""
    if isinstance(value, Lists):
        return value.lengths if value.is_whole and may_look(value.lengths) else None
    if isinstance(value, Tensor) and value.is_nested:
        return cast("Any", value).offsets().diff()
    return elements.shape[-2]


def known_lengths(
    joins: Sequence[ir.Join], given: Sequence[Any], prepared: Sequence[Any]
) -> dict[str | int, Known]:
    """The lengths of the arguments that are joined, by position."""
    known: dict[str | int, Known] = {}  # written so that torch can compile it
    for length in (length for join in joins for length in join.lengths):
        if isinstance(length.source, ir.Argument) and (position := length.source.position) < len(given):
            own = known_length(given[position], prepared[position][0])
            if own is not None:
                known[position] = own
    return known


def check_joined(joins: Sequence[ir.Join], known: Mapping[str | int, Known]) -> None:
    """Does nothing where the lists that are joined may have one length in each sample.

    Raises:
        CajalError: if two are known to differ.
    """
    for join in joins:
        totals: list[tuple[ir.Length, Known]] = []
        for length in join.lengths:
            own = 0 if length.source is None else known.get(ir.key(length.source))
            if own is not None and (totals or length.source):
                totals.append((length, own + length.more))
        for one in totals[1:]:
            sample = first_difference(totals[0][1], one[1])
            if sample is not None:
                first, other = [
                    (_described(length), _at(total, sample)) for length, total in (totals[0], one)
                ]
                raise CajalError(JoinedListsDiffer(join.span, first, other, sample, _cut(totals[0], one)))


def first_difference(first: Known, other: Known) -> tuple[int, ...] | None:
    """The first sample in which two lengths differ, () if they do so in all; None if they are equal."""
    if not (isinstance(first, Tensor) or isinstance(other, Tensor)):
        return () if first != other else None
    differ = torch.as_tensor(first != other)
    return tuple(differ.nonzero()[0].tolist()) if differ.any() else None


def _at(length: Known, sample: tuple[int, ...]) -> int:
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


def _cut(*lists: tuple[ir.Length, Known]) -> str | None:
    """The longer of two lists as it is cut in Python, where that is a tensor and the other has one length."""
    if any(isinstance(total, Tensor) for _, total in lists):
        return None
    (_, least), (longer, _) = sorted(lists, key=lambda one: int(one[1]))
    if not isinstance(longer.source, ir.Argument):
        return None
    type, count = longer.source.type, int(least) - longer.more
    assert isinstance(type, tys.List)
    return (
        f"{longer.source.name}[..., :{count}{', :' * len(tys.shape(type.element))}]" if count >= 0 else None
    )
