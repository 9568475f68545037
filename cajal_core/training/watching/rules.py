"""The rules by which a link is dead at one step. `docs/training.md` says them in words."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

import torch
from torch import Tensor

from cajal_core.base import tys
from cajal_core.diagnostics.dead import (
    CountStandsStill,
    DeadLink,
    NoGradient,
    Saturated,
    SaysTheSame,
    StarvedBranch,
    SumOffOne,
)
from cajal_core.training.watching.heard import Link

#: The rules, by what is wrong.
Dead: TypeAlias = Literal["same", "saturated", "sum", "branch", "count", "gradient"]

#: Entries that differ by less, beside the greatest of all, say the same.
SAME = 1e-3
#: A weight is certain from here on.
CERTAIN = 1 - 1e-4
#: Sums of a distribution are as near to 1.
SUM = 1e-2
#: A branch of less weight starves.
STARVED = 1e-3
#: A count that stands still has at least so much of the weights, for each sample.
COUNTED = 0.5
#: What is less is no gradient.
NO_GRADIENT = 1e-20


#: The entries of what is wrong with a link as a whole.
_WHOLE = frozenset({0})


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a link at one step. It lasts while some of its entries stay the same."""

    rule: Dead
    entries: frozenset[int]
    #: What to tell where it has lasted, of the entries that have been the same.
    mistake: Callable[[frozenset[int]], DeadLink]


def findings(link: Link, is_high: bool) -> Iterator[Finding]:
    """What is wrong with what a link said. `is_high` tells that the loss is known to be high still."""
    said, name, span = link.said, link.name, link.uses.span
    if not len(said):
        return
    totals = said.sum(-1)
    if said.min() >= 0 and said.max() <= 1 + SUM and not link.is_raw:
        off = (totals - 1).abs().max()
        if off > SUM:
            total = totals.flatten()[(totals - 1).abs().argmax()].item()
            yield Finding("sum", _WHOLE, lambda _: SumOffOne(name, span, total))
    if len(said) < 2 or not link.varies:
        return
    size = said.abs()
    certain = bool((size.max(-1).values > CERTAIN).all()) and bool(((totals - 1).abs() <= SUM).all())
    answers = said.argmax(-1)
    agree = bool((answers == answers[:1]).all())
    if certain and agree:
        answer = _labels(link.type, {int(answers[0, 0])})[0] if said.shape[1] == 1 else "the same"
        yield Finding("saturated", _WHOLE, lambda _: Saturated(name, span, answer))
    elif certain and is_high:
        yield Finding("saturated", _WHOLE, lambda _: Saturated(name, span, None))
    elif bool((said.amax(0) - said.amin(0) <= SAME * size.max()).all()):
        yield Finding("same", _WHOLE, lambda _: SaysTheSame(name, span))
    if said.shape[1] > 1:
        return
    shares = (size / size.sum(-1, keepdim=True).clamp(min=torch.finfo(said.dtype).tiny))[:, 0]
    if starved := link.uses.conditions and _places(shares.amax(0) < STARVED):
        # The last is the one that the user wrote, where a definition that is called has one too.
        read = link.uses.conditions[-1]
        yield Finding(
            "branch",
            starved,
            lambda same: StarvedBranch(name, read.span, read.name, _labels(link.type, same)),
        )
    if counted := link.uses.counts and _places(shares.amin(0) > COUNTED):
        state = link.uses.counts[-1]
        yield Finding(
            "count",
            counted,
            lambda same: CountStandsStill(name, state.span, state.name, *_labels(link.type, same)),
        )


def without_gradient(links: Sequence[Link]) -> Iterator[tuple[Link, Finding]]:
    """The links whose weights have no gradient, where those of others have one."""
    sizes = {id(link): _gradient(link) for link in links}
    if all(size is None or size < NO_GRADIENT for size in sizes.values()):
        return
    for link in links:
        size = sizes[id(link)]
        if size is not None and size < NO_GRADIENT:
            yield (
                link,
                Finding("gradient", _WHOLE, lambda _, link=link: NoGradient(link.name, link.uses.span)),
            )


def _gradient(link: Link) -> float | None:
    """The greatest entry of the gradient of what learns in a link, if it has one."""
    sizes = [parameter.grad.abs().max() for parameter in link.parameters if parameter.grad is not None]
    return float(torch.stack(sizes).max()) if sizes else None


def _places(which: Tensor) -> frozenset[int]:
    return frozenset(cast("list[int]", torch.nonzero(which).flatten().tolist()))


def _labels(type: tys.Type, entries: Collection[int]) -> tuple[str, ...]:
    return tuple([label for entry, label in enumerate(tys.labels(type)) if entry in entries])
