"""Calls of one module that do not read each other, as one call on all of their samples.

>>> first, second = torch.rand(3, 2), torch.rand(2, 1, 2)
>>> joined = Joined.of([(first,), (second,)])
>>> [argument.shape for argument in joined.arguments]
[torch.Size([5, 2])]
>>> [result.shape for result in joined.results(torch.rand(5, 4))]
[torch.Size([3, 4]), torch.Size([2, 1, 4])]

What is linked computes each sample by itself, so it gives the same, but for rounding. Not all that is linked
keeps to that: `is_by_sample` tells what is called for each value as it stands in the program.
"""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm, _NormBase  # pyright: ignore[reportPrivateUsage]

from cajal_core.backend.arguments import broadcast

#: A joined call has no more samples. With more there is nothing to gain: arithmetic takes the time, and no
#: longer the start of operations, and what lies between the layers of a network leaves the caches.
MOST_SAMPLES = 1024
#: Where a module keeps its hooks.
_HOOKS = "_forward_pre_hooks", "_forward_hooks", "_backward_pre_hooks", "_backward_hooks"


def shared_modules(links: Sequence[object]) -> Iterator[tuple[nn.Module, list[int]]]:
    """The modules that stand several times among some links, with their places."""
    places = dict[int, list[int]]()
    for place, link in enumerate(links):
        if isinstance(link, nn.Module):
            places.setdefault(id(link), []).append(place)
    for own in places.values():
        link = links[own[0]]
        if len(own) > 1 and isinstance(link, nn.Module) and is_by_sample(link):
            yield link, own


def is_by_sample(module: nn.Module) -> bool:
    """Whether a module is not known to see how many samples it is given at once.

    A norm over the batch does where it takes the statistics of the batch, and so does a norm that updates
    running statistics. Attention and recurrent layers may take the first dimension for that of a sequence.
    Hooks are told of each call.
    """
    return not any(map(_sees_batch, module.modules()))


def _sees_batch(part: nn.Module) -> bool:
    own: Any = part.__dict__  # torch's `__getattr__` takes longer
    if any(own[hooks] for hooks in _HOOKS):
        return True
    if isinstance(part, nn.MultiheadAttention | nn.RNNBase):
        return True
    if not isinstance(part, _NormBase):
        return False
    if part.running_mean is None:
        return isinstance(part, _BatchNorm)
    return part.training


@dataclass(frozen=True, slots=True)
class Joined:
    """The arguments (samples, dim) of a joined call, and the leading dimensions that each call had."""

    arguments: list[Tensor]
    leading: list[tuple[int, ...]]

    @classmethod
    def of(cls, calls: Sequence[Sequence[Tensor]]) -> Joined:
        """Joins calls, of each the arguments (..., dim), whose leading dimensions broadcast."""
        leading = [batch_of(arguments) for arguments in calls]
        columns = [
            torch.cat(
                [
                    value.expand(*shape, value.shape[-1]).reshape(math.prod(shape), value.shape[-1])
                    for value, shape in zip(values, leading, strict=True)
                ]
            )
            for values in zip(*calls, strict=True)
        ]
        return cls(columns, leading)

    def results(self, answer: Tensor) -> list[Tensor]:
        """The result (..., dim) of each call, from those of all samples (samples, dim)."""
        parts = torch.split(answer, [math.prod(shape) for shape in self.leading])
        return [
            part.reshape(*shape, answer.shape[-1]) for part, shape in zip(parts, self.leading, strict=True)
        ]


def batch_of(arguments: Sequence[Tensor]) -> tuple[int, ...]:
    """The leading dimensions of values (..., dim), broadcast."""
    return broadcast([value.shape[:-1] for value in arguments]) or ()


def portions(calls: Sequence[tuple[int, Sequence[Tensor]]]) -> Iterator[list[int]]:
    """The places of calls, in portions that are small enough to be joined, and have at least two."""
    portion, samples = list[int](), 0
    for place, arguments in calls:
        own = math.prod(batch_of(arguments))
        if samples + own > MOST_SAMPLES:
            if len(portion) > 1:
                yield portion
            portion, samples = [], 0
        portion.append(place)
        samples += own
    if len(portion) > 1:
        yield portion
