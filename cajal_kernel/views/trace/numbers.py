"""The numbers of a trace for a page: those of some items of its batch, as many as a message may have."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

import cajal_core as cajal
from cajal_kernel.views.basis import entries
from cajal_kernel.views.lists import list_vector
from cajal_kernel.views.live.picture import Live, Spec
from cajal_kernel.views.trace.applied import applied

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

SENT = 2**19
"""The most numbers of one message: 4 MB."""


@dataclass(frozen=True, eq=False)
class Values:
    """The values of a sub-term, `(*steps, *batch, *shape)`, or the weights of an `iter`, whose shape is `()`.

    `steps` is how many dimensions the steps take, and `rank` how many the shape.
    """

    tensor: Tensor
    steps: int
    rank: int

    @property
    def batch(self) -> tuple[int, ...]:
        """The batch dimensions that the tensor has, which may be fewer than those of the trace."""
        return tuple(self.tensor.shape[self.steps : self.tensor.ndim - self.rank])

    @property
    def runs(self) -> int:
        """How many values there are for an item of the batch, a run for each step."""
        return math.prod(self.tensor.shape[: self.steps])

    @property
    def size(self) -> int:
        """How many numbers a value has."""
        return math.prod(self.tensor.shape[self.tensor.ndim - self.rank :])

    @property
    def varies(self) -> bool:
        """Whether the values of two items of the batch may differ."""
        strides = self.tensor.stride()[self.steps : self.steps + len(self.batch)]
        return any(size > 1 and stride for size, stride in zip(self.batch, strides, strict=True))

    def fits(self, batch: tuple[int, ...]) -> bool:
        """Whether they are over a batch. Values over the basis of a function's argument are not."""
        pairs = zip(reversed(self.batch), reversed(batch), strict=False)
        return len(self.batch) <= len(batch) and all(own in (1, whole) for own, whole in pairs)

    def of(self, items: NDArray[np.int64], batch: tuple[int, ...]) -> NDArray[np.float64]:
        """Those of some items of a batch, `(items, runs, size)`; of one item where all have the same."""
        missing = [1] * (len(batch) - len(self.batch))
        whole = self.tensor.detach().reshape(self.runs, *missing, *self.batch, self.size)
        if self.varies:
            whole = whole.expand(self.runs, *batch, self.size)
            chosen = whole[(slice(None), *np.unravel_index(items, batch))]
        else:
            chosen = whole[(slice(None), *[0] * len(batch))].unsqueeze(1)
        return np.moveaxis(entries(chosen), 1, 0)


def trace_values(trace: cajal.Trace) -> list[tuple[Values, Values | None]]:
    """The values of each entry with the weights of its steps, and at last the result."""
    made: list[tuple[Values, Values | None]] = []
    for entry in trace:
        weights = None if entry.weights is None else Values(entry.weights, entry.steps, 0)
        made.append((Values(entry.value, entry.steps, len(cajal.shape(entry.type))), weights))
    if isinstance(trace.result, cajal.Sequence):
        result = Values(list_vector(trace.result, trace.type), 0, 1)
    else:
        result = Values(trace.result, 0, len(cajal.shape(trace.type)))
    return [*made, (result, None)]


def trace_live(title: str, type: str, trace: cajal.Trace, note: str = "") -> Live:
    """The tree, and the numbers of the first items of the batch; the page asks for those of others.

    `note` stands behind the title.
    What is too large for one message even for one item is left out, and the page says so.
    """
    values = trace_values(trace)
    sent = _sent(values, trace.batch)

    def answer(question: Spec) -> Live:
        spec, numbers = _numbers(values, sent, trace.batch, int(question["item"]))
        return Live("trace", spec, {"numbers": numbers})

    spec, numbers = _numbers(values, sent, trace.batch, 0)
    whole = {"title": title, "type": type, "note": note, "batch": list(trace.batch), **trace.plain(), **spec}
    for mark, entry in zip(whole["marks"], trace, strict=True):
        mark["applied"] = applied(entry)
    return Live("trace", whole, {"numbers": numbers}, answer)


def _sent(values: list[tuple[Values, Values | None]], batch: tuple[int, ...]) -> list[bool]:
    """Which entries are sent: all that fit, the largest left out first."""
    sizes = [value.runs * value.size + (weights.runs if weights else 0) for value, weights in values]
    sent = [value.fits(batch) for value, _ in values]
    for place in sorted(range(len(values)), key=lambda place: -sizes[place]):
        total = sum(size for size, is_sent in zip(sizes, sent, strict=True) if is_sent)
        if total <= SENT:
            break
        sent[place] = False
    return sent


def _numbers(
    values: list[tuple[Values, Values | None]], sent: list[bool], batch: tuple[int, ...], first: int
) -> tuple[Spec, NDArray[np.float64]]:
    """The numbers of the items from `first` on, and where those of each entry are among them."""
    each = [part for pair, is_sent in zip(values, sent, strict=True) for part in pair if part and is_sent]
    same = sum(part.runs * part.size for part in each if not part.varies)
    own = sum(part.runs * part.size for part in each if part.varies)
    count = max(1, min(math.prod(batch) - first, (SENT - same) // max(own, 1)))
    items = np.arange(first, first + count)
    parts: list[NDArray[np.float64]] = []
    at = 0

    def placed(part: Values | None, is_sent: bool) -> Spec | None:
        nonlocal at
        if part is None or not is_sent:
            return None
        numbers = part.of(items, batch).ravel()
        parts.append(numbers)
        at += numbers.size
        return {"at": at - numbers.size, "runs": part.runs, "size": part.size, "varies": part.varies}

    places = [
        {"values": placed(value, is_sent), "weights": placed(weights, is_sent)}
        for (value, weights), is_sent in zip(values, sent, strict=True)
    ]
    left = [
        f"{value.runs:,} × {value.size:,}" if value.fits(batch) else "over a basis"
        for (value, _), is_sent in zip(values, sent, strict=True)
        if not is_sent
    ]
    spec: Spec = {"first": first, "count": count, "places": places, "left": left}
    return spec, np.concatenate([np.zeros(0), *parts])
