"""Elements over positions whose number is known only when the code runs."""

from __future__ import annotations

import pytest
import torch

from cajal_core.backend.positions import concat, item, narrow, stack

ELEMENTS = torch.arange(24.0).reshape(2, 3, 4)


def test_vectors_of_unequal_batches_are_joined() -> None:
    joined = concat(torch.ones(3), torch.zeros(2, 1, 2), torch.full((5, 1), 2.0))
    assert joined.shape == (2, 5, 6)
    assert joined[1, 4].tolist() == [1, 1, 1, 0, 0, 2]


@pytest.mark.parametrize("place", [-2, -3])
def test_a_stack_keeps_the_first_elements(place: int) -> None:
    rest = ELEMENTS.movedim(-2, place)
    first = torch.full((4,), -1.0) if place == -2 else torch.full((2, 4), -1.0)
    for most, kept in ((9, 3), (2, 1), (1, 0)):
        stacked = stack(place, most, first, rest=rest).movedim(place, -2)
        assert stacked.shape == (2, 1 + kept, 4)
        assert (stacked[:, 0] == -1).all()
        assert torch.equal(stacked[:, 1:], ELEMENTS[:, :kept])


def test_beyond_the_end_there_are_zeros() -> None:
    assert torch.equal(item(ELEMENTS, -2, 2), ELEMENTS[:, 2])
    assert torch.equal(item(ELEMENTS, -2, 3), torch.zeros(2, 4))
    assert torch.equal(item(ELEMENTS, -3, 5), torch.zeros(3, 4))


def test_a_part_is_no_longer_than_the_elements() -> None:
    assert torch.equal(narrow(ELEMENTS, -2, 1, 9), ELEMENTS[:, 1:])
    assert torch.equal(narrow(ELEMENTS, -2, 1, 9, 1), ELEMENTS[:, 1:2])
    assert narrow(ELEMENTS, -2, 3, 9).shape == (2, 0, 4)
    assert narrow(ELEMENTS, -2, 7, 9).shape == (2, 0, 4)
