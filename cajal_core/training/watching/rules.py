"""The rules by which a link is dead at one step. `docs/training.md` says them in words."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

import torch
from torch import Tensor

from cajal_core.base import tys
from cajal_core.diagnostics.learning.dead import (
    CountStandsStill,
    DeadLink,
    Saturated,
    SaysTheSame,
    StarvedBranch,
    SumOffOne,
    WithoutGradient,
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


def findings(links: Sequence[Link], is_high: bool) -> Iterator[tuple[Link, Finding]]:
    """What is wrong with what links said. `is_high` tells that the loss is known to be high still."""
    certain = set[Link]()
    for link in links:
        for finding in _of_link(link, is_high):
            if finding.rule == "saturated":
                certain.add(link)
            yield link, finding
    sizes = {link: _gradient(link) for link in links} if is_high else {}
    if any(size is not None and size >= NO_GRADIENT for size in sizes.values()):
        for link, size in sizes.items():
            # Of those that are certain the reason is told.
            if size is not None and size < NO_GRADIENT and link not in certain:
                mistake = WithoutGradient(link.name, link.uses.span)
                yield link, Finding("gradient", _WHOLE, lambda _, mistake=mistake: mistake)


def _of_link(link: Link, is_high: bool) -> Iterator[Finding]:
    """What is wrong with what a link said, but for its gradient."""
    said, type, name, span = link.said, link.type, link.name, link.uses.span
    if not len(said):
        return
    sizes, totals = said.abs(), said.sum(-1)
    off = (totals - 1).abs()
    is_distribution = float(off.max()) <= SUM
    if not (is_distribution or link.is_raw) and float(said.min()) >= 0 and float(said.max()) <= 1 + SUM:
        total = float(totals.flatten()[off.argmax()])
        yield Finding("sum", _WHOLE, lambda _: SumOffOne(name, span, total))
    if len(said) < 2 or not link.varies:
        return
    # The last is the one that the user wrote, where a definition that is called has one too.
    condition = link.uses.conditions[-1] if link.uses.conditions else None
    state = link.uses.counts[-1] if link.uses.counts else None
    spread = float((said.amax(0) - said.amin(0)).max())
    if is_distribution and float(sizes.amax(-1).min()) > CERTAIN:
        if spread < COUNTED:
            [answer] = _labels(type, {int(said[0, 0].argmax())}) if said.shape[1] == 1 else ["the same"]
            decides = condition and condition.name, state and state.name
            yield Finding("saturated", _WHOLE, lambda _: Saturated(name, span, answer, *decides))
            return
        if is_high:
            yield Finding("saturated", _WHOLE, lambda _: Saturated(name, span, None))
    shares = (sizes / sizes.sum(-1, keepdim=True).clamp(min=torch.finfo(said.dtype).tiny)).flatten(0, 1)
    starved = _places(shares.amax(0) < STARVED) if condition else frozenset[int]()
    counted = _places(shares.amin(0) > COUNTED) if state else frozenset[int]()
    if spread <= SAME * float(sizes.max()) and not starved | counted:
        yield Finding("same", _WHOLE, lambda _: SaysTheSame(name, span))
    if condition and starved:
        read, probe = condition, name if link.is_extern else condition.name
        yield Finding(
            "branch",
            starved,
            lambda same: StarvedBranch(name, read.span, read.name, _labels(type, same), probe),
        )
    if state and counted:
        counts = state
        yield Finding(
            "count",
            counted,
            lambda same: CountStandsStill(name, counts.span, counts.name, *_labels(type, same)),
        )


def _gradient(link: Link) -> float | None:
    """The greatest entry of the gradient of what learns in a link, if it has one."""
    gradients = [own.grad for own in link.parameters if own.grad is not None]
    sizes = [torch.linalg.vector_norm(gradient.detach(), torch.inf) for gradient in gradients]
    return float(torch.stack(sizes).max()) if sizes else None


def _places(which: Tensor) -> frozenset[int]:
    return frozenset(cast("list[int]", torch.nonzero(which).flatten().tolist()))


def _labels(type: tys.Type, entries: Collection[int]) -> tuple[str, ...]:
    return tuple([label for entry, label in enumerate(tys.labels(type)) if entry in entries])
