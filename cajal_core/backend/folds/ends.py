"""Where the lists of a batch end, and recurrences that run up to there, one step after the other.

Where each list has one length, the state that it ends with is all that is wanted:

>>> weights = torch.tensor([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])  # one element, and two
>>> ends = ends_of(weights, None, 2)
>>> run_to_ends(ends, torch.zeros(2, 1), lambda state, position: state + 10 + position, range(2))
tensor([[10.],
        [21.]])
"""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal, NamedTuple, TypeVar

import torch
from torch import Tensor

from cajal_core.backend.finite import may_look
from cajal_core.backend.recurrence import whole_lengths
from cajal_core.backend.values.sequence import Whole

Order = Literal["snoc", "cons"]
State = TypeVar("State")


class Ends(NamedTuple):
    """Lists that each have one length.

    None has more than `longest` elements or fewer than `shortest`. `lengths` (*batch, 1) are None where all
    have `longest`. With `is_full` all are as long as the tensor of the elements, and there is one for each.
    """

    longest: int
    shortest: int
    lengths: Tensor | None
    is_full: bool = False


def ends_of(weights: Tensor, known: Whole | None, count: int) -> Ends | None:
    """The ends of lists of at most `count` elements, None where a list has several lengths with weights.

    None also where they may not be looked at. `known` are the lengths that the weights (*batch, N) were made
    of, if they are known to be whole.
    """
    if isinstance(known, int):
        return Ends(known, known, None, is_full=True)
    lengths = whole_lengths(weights) if known is None else known.unsqueeze(-1)
    if lengths is None or not may_look(lengths):
        return None
    shortest = int(lengths.min()) if lengths.numel() else count
    return Ends(count, shortest, lengths if shortest < count else None)


def run_to_ends(
    ends: Ends,
    state: State,
    step: Callable[[State, int], State],
    positions: Iterable[int],
    where: Callable[[Tensor, State, State], State] = torch.where,
) -> State:
    """The state that each list ends with, or begins with where the positions run backwards.

    A step takes the state and the position that it reads. `where` chooses between two states as `torch.where`
    does.
    """
    for position in positions:
        after = step(state, position)
        if ends.lengths is not None and position >= ends.shortest:
            after = where(ends.lengths > position, after, state)
        state = after
    return state


def positions_in(order: Order, count: int) -> Sequence[int]:
    """The positions of a list in the order in which a recurrence reads them."""
    return range(count) if order == "snoc" else range(count - 1, -1, -1)
