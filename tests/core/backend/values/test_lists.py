"""What is given for a list, and the basis of lists."""

from __future__ import annotations

import pytest
import torch

from cajal_core import CajalError, Sequence
from cajal_core.backend.values.lists import apart, basis, given_sequence, together
from cajal_core.base import tys

BITS = tys.List(tys.Bool(), 3)
IMAGES = tys.List(tys.Space("Image", (4, 5)), 3)


def test_a_tensor_has_lists_of_one_length() -> None:
    elements, weights = apart(given_sequence("it", IMAGES, torch.rand(7, 2, 4, 5), "x"), 3)
    assert elements.shape == (7, 2, 20)
    assert weights.tolist() == [[0.0, 0.0, 1.0, 0.0]] * 7


def test_a_jagged_tensor_has_its_own_lengths() -> None:
    parts = [torch.rand(2, 4, 5), torch.rand(0, 4, 5), torch.rand(3, 4, 5)]
    jagged = torch.nested.nested_tensor(parts, layout=torch.jagged)
    given = given_sequence("it", IMAGES, jagged, "x")
    assert given.most == 3
    elements, weights = apart(given, 3)
    assert weights.argmax(-1).tolist() == [2, 0, 3]
    for part, own in zip(parts, elements, strict=True):
        assert torch.equal(own[: len(part)], part.flatten(1))


def test_a_nested_tensor_of_another_kind_is_refused() -> None:
    jagged = torch.nested.nested_tensor([torch.rand(2, 2), torch.rand(1, 2)], layout=torch.jagged)
    strided = jagged.transpose(1, 2)
    with pytest.raises(CajalError, match=r"layout=torch\.jagged"):
        given_sequence("it", BITS, strided, "x")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (torch.rand(2, 4, 2), r"it : List\[3\] Bool has lists of 0 to 3 elements, got 4"),
        (torch.rand(2, 3, 3), r"has shape \(\.\.\., n, 2\) with n at most 3, got \(2, 3, 3\)"),
        (torch.rand(2), r"has shape \(\.\.\., n, 2\) with n at most 3, got \(2,\)"),
        (Sequence(torch.rand(2, 4, 2), torch.tensor([1, 1])), "got 4"),
        (Sequence(torch.rand(2, 3, 4, 5), torch.tensor([1, 1])), "has shape"),
        ("abc", "must be a tensor"),
    ],
)
def test_what_is_no_list_of_the_type(value: object, message: str) -> None:
    with pytest.raises(CajalError, match=message):
        given_sequence("it", BITS, value, "x")


def test_a_basis_of_lists_is_multiplied_out_to_basis_vectors() -> None:
    for type in (BITS, tys.List(tys.Nat(3), 2), tys.List(tys.Unit(), 4), tys.List(tys.Bool(), 0)):
        every = basis(type, torch.arange(tys.dim(type)), torch.empty(0))
        assert isinstance(every, Sequence)
        assert torch.equal(every.dense(), torch.eye(tys.dim(type)))


def test_what_code_makes_is_given_again() -> None:
    held = torch.rand(5, 2, 20), torch.rand(5, 4)
    again = apart(given_sequence("it", IMAGES, together(IMAGES, held), "x"), 3)
    assert torch.equal(again[0], held[0])
    assert torch.equal(again[1][:, :3], held[1][:, :3])
