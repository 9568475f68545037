"""Lists that are held apart, as vectors and in words."""

from __future__ import annotations

import pytest
import torch

import cajal_core as cajal
from cajal_kernel.views.lists import default_list, first_list, list_text, list_vector, vector_list


def of(type: str) -> cajal.Type:
    program = cajal.Program()
    program.run("space Image[2, 2]\nextern seen : Image -o Bool")
    return cajal.uncurry(program.type(rf"\xs:List[{type}. xs"))[0][0]


@pytest.mark.parametrize(
    ("type", "text"),
    [
        ("64] Bool", "[true, false, true]"),
        ("2] Nat[4]", "[0, 1]"),
        ("3] (Bool * Bool)", "[(true, true), (true, false), (false, true)]"),
        ("4] Image", "[norm 1, norm 1, norm 1]"),
        ("3] Unit", "[(), (), ()]"),
    ],
)
def test_a_list_to_begin_with(type: str, text: str) -> None:
    assert list_text(default_list(of(type)), of(type)) == text


def test_vectors_and_back() -> None:
    """The elements, zeros up to the greatest length, and the weights of the lengths."""
    type = of("3] Bool")
    eye = torch.eye(2)
    lists = cajal.Sequence(torch.stack([eye, eye.flip(0)]), torch.tensor([1, 2]))
    vectors = list_vector(lists, type)
    assert vectors.tolist() == [[1, 0, 0, 0, 0, 0, 0, 1, 0, 0], [0, 1, 1, 0, 0, 0, 0, 0, 1, 0]]
    back = vector_list(vectors[1], type)
    torch.testing.assert_close(back.dense(), lists.dense().new_zeros(15).index_fill(0, torch.tensor(5), 1.0))
    assert len(vector_list(vectors[0], type).elements) == 1
    assert list_text(first_list(lists), type) == "[true]"


def test_lengths_that_are_mixed_are_told() -> None:
    type = of("3] Bool")
    elements = torch.tensor([[0.75, 0.25], [0.0, 1.0]])
    mixed = cajal.Sequence(elements, torch.tensor([0.0, 0.5, 0.5]))
    assert list_text(mixed, type) == "[(true: 0.75, false: 0.25), false] with lengths 1: 0.5, 2: 0.5"
    assert list_text(vector_list(torch.zeros(10), type), type) == "[] of no length"
