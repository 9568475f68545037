"""Where lists end is known from what is given, or seen; None where it is neither."""

from __future__ import annotations

import torch
from torch import Tensor

from cajal_core.backend.folds.ends import Ends, Order, ends_of, positions_in, run_to_ends


def one_hot(*lengths: int) -> Tensor:
    return torch.nn.functional.one_hot(torch.tensor(lengths), 4).float()


def counted(state: Tensor, _: int) -> Tensor:
    return state + 1


def test_lists_that_are_known_to_be_full_are_not_looked_at() -> None:
    assert ends_of(torch.full((2, 4), torch.nan), 3, 3) == Ends(3, 3, None, is_full=True)
    assert ends_of(one_hot(2, 2), 2, 3) == Ends(2, 2, None, is_full=True)


def test_whole_lengths_that_are_known() -> None:
    ends = ends_of(one_hot(1, 3), torch.tensor([1, 3]), 3)
    assert ends is not None and ends.lengths is not None
    assert (ends.longest, ends.shortest, ends.lengths.tolist(), ends.is_full) == (3, 1, [[1], [3]], False)
    assert ends_of(one_hot(3, 3), torch.tensor([3, 3]), 3) == Ends(3, 3, None)


def test_weights_of_one_length_are_seen_and_keep_their_weight() -> None:
    ends = ends_of(one_hot(1, 3) / 2, None, 3)
    assert ends is not None and ends.lengths is not None
    assert (ends.lengths.tolist(), ends.is_full) == ([[1], [3]], False)
    assert ends_of(one_hot(1, 3) + one_hot(2, 3), None, 3) is None


def test_no_lists_at_all() -> None:
    none = torch.zeros(0, dtype=torch.long)
    assert ends_of(torch.zeros(0, 4), None, 3) == Ends(3, 3, None)
    assert ends_of(torch.zeros(0, 4), none, 3) == Ends(3, 3, None)


def test_no_list_is_compared_before_the_shortest_ends() -> None:
    """A step before it is taken by all, as no list has ended: `shortest` is trusted."""
    lengths = torch.tensor([[0], [3]])
    for shortest, counts in ((0, [[0.0], [3.0]]), (2, [[2.0], [3.0]])):
        states = run_to_ends(Ends(3, shortest, lengths), torch.zeros(2, 1), counted, range(3))
        torch.testing.assert_close(states, torch.tensor(counts))


def test_lists_are_read_from_their_first_element_or_their_last() -> None:
    read = list[int]()

    def noted(state: Tensor, position: int) -> Tensor:
        read.append(position)
        return counted(state, position)

    orders: dict[Order, list[int]] = {"snoc": [0, 1, 2], "cons": [2, 1, 0]}
    for order, positions in orders.items():
        read.clear()
        ends = Ends(3, 1, torch.tensor([[1], [3]]))
        states = run_to_ends(ends, torch.zeros(2, 1), noted, positions_in(order, 3))
        assert read == positions
        torch.testing.assert_close(states, torch.tensor([[1.0], [3.0]]))
