"""Lists of a batch: which parts make them, and how they are multiplied out."""

from __future__ import annotations

import pickle

import pytest
import torch
from torch import Tensor
from torch.utils import _pytree as pytree
from torch.utils.data import default_collate

from cajal_core import CajalError, Sequence

ELEMENTS = torch.rand(2, 3, 2)


@pytest.mark.parametrize(
    ("elements", "lengths", "message"),
    [
        (ELEMENTS, torch.tensor([1, 4]), "lists of 0 to 3 elements, got 4"),
        (ELEMENTS, torch.tensor([-1, 2]), "got -1"),
        (ELEMENTS, torch.tensor([1.0, 2.0]), r"whole lengths are integers: `lengths.long\(\)`"),
        (ELEMENTS, torch.rand(2, 3), "make no lists"),
        (ELEMENTS, torch.tensor([1, 2, 3]), "make no lists"),
        (torch.rand(3), torch.tensor([[1]]), "make no lists"),
        (ELEMENTS, torch.tensor(1.0), "make no lists"),
        ("abc", torch.tensor(1), "must be a tensor"),
    ],
)
def test_parts_that_make_no_lists(elements: object, lengths: object, message: str) -> None:
    with pytest.raises(CajalError, match=message):
        Sequence(elements, lengths)


def test_more_elements_than_may_be() -> None:
    with pytest.raises(CajalError, match="0 to 2 elements, got 3"):
        Sequence(ELEMENTS, torch.tensor([1, 1]), most=2)


def product(*vectors: Tensor) -> Tensor:
    total = torch.ones(1)
    for vector in vectors:
        total = torch.outer(total, vector).flatten()
    return total


def test_lists_are_multiplied_out_by_length() -> None:
    weights = torch.rand(2, 4)
    dense = Sequence(ELEMENTS, weights, most=4).dense()
    assert dense.shape == (2, 1 + 2 + 4 + 8 + 16)
    for row, elements, weight in zip(dense, ELEMENTS, weights, strict=True):
        blocks = [weight[length] * product(*elements[:length]) for length in range(4)]
        assert torch.allclose(row, torch.cat([*blocks, torch.zeros(16)]))


def test_what_stands_beyond_a_whole_length_is_not_read() -> None:
    elements = ELEMENTS.clone()
    elements[0, 1:], elements[1, 2:] = torch.nan, torch.inf
    elements.requires_grad_()
    whole, weights = Sequence(elements, torch.tensor([1, 2])), torch.eye(4)[[1, 2]]
    dense = whole.dense()
    assert torch.equal(dense, Sequence(ELEMENTS, weights).dense())
    dense.square().sum().backward()
    assert elements.grad is not None
    assert elements.grad.isfinite().all()


def test_lists_of_no_elements() -> None:
    assert Sequence(torch.zeros(2, 0, 3), torch.tensor([0, 0])).dense().tolist() == [[1.0], [1.0]]


def test_a_list_that_is_too_long_to_be_multiplied_out_is_refused() -> None:
    with pytest.raises(CajalError, match="a list multiplied out"):
        Sequence(torch.zeros(1, 1, 2), torch.tensor([1]), most=64).dense()


def test_torch_sees_the_parts() -> None:
    sequence = Sequence(ELEMENTS, torch.tensor([1, 2]), most=5)
    leaves, spec = pytree.tree_flatten(sequence)
    assert [leaf is part for leaf, part in zip(leaves, (sequence.elements, sequence.lengths), strict=True)]
    for again in (pytree.tree_unflatten(leaves, spec), pickle.loads(pickle.dumps(sequence))):
        assert (again.most, again.dense().equal(sequence.dense())) == (5, True)


def test_samples_with_lists_of_all_lengths_go_into_a_batch() -> None:
    lists = [torch.rand(length, 2, 3) for length in (2, 0, 3)]
    batch, labels = default_collate([(Sequence(own, len(own)), place) for place, own in enumerate(lists)])
    assert (batch.elements.shape, batch.lengths.tolist(), batch.most) == ((3, 3, 2, 3), [2, 0, 3], 3)
    assert labels.tolist() == [0, 1, 2] and batch.elements[0, :2].equal(lists[0])
    weighed = Sequence(torch.rand(1, 2), torch.tensor([0.25, 0.75]), most=7)
    batch = default_collate([weighed, Sequence(torch.rand(2, 2), 1)])
    assert batch.lengths.tolist() == [[0.25, 0.75, 0.0], [0.0, 1.0, 0.0]] and batch.most == 7
