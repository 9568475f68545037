"""What a recurrence runs on, and what a picture begins with."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import cajal_core as cajal
from cajal_kernel.views.dynamics.inputs import argument_input, bound_input, vector_text


@pytest.mark.parametrize(
    ("name", "place", "counts", "text"),
    [
        ("even", 0, True, "n = 9"),
        ("add", 1, False, "n = 0"),
        ("repeat", 0, False, "f = false ↦ true, true ↦ false"),
        ("dilate", 0, False, "img = [14, 14]"),
        ("rotate", 1, False, "v = [0]"),
    ],
)
def test_a_picture_begins_where_something_happens(
    program: cajal.Program, name: str, place: int, counts: bool, text: str
) -> None:
    assert argument_input(place, program[name].arguments[place], None, counts).text() == text


def test_what_was_given_comes_first(program: cajal.Program) -> None:
    batch = torch.tensor([[0.75, 0.25], [0.0, 1.0]])
    assert argument_input(1, program["boom"].arguments[1], batch).text() == "x = true: 0.75, false: 0.25"


def test_what_is_no_tensor_is_read_as_one_and_another_shape_is_refused(program: cajal.Program) -> None:
    x = program["boom"].arguments[1]
    assert argument_input(1, x, [0.0, 1.0]).text() == "x = false"
    assert argument_input(1, x, np.array([[1, 0], [0, 1]])).text() == "x = true"
    with pytest.raises(
        cajal.CajalError, match=r"the argument `x` : Bool has shape \(\.\.\., 2\), got \(3, 4\)"
    ):
        argument_input(1, x, torch.zeros(3, 4))


def test_a_mixture_is_written_by_its_greatest_entries() -> None:
    labels = ("a", "b", "c", "d")
    assert vector_text(labels, np.array([0.1, 0.4, 0.2, 0.3])) == "b: 0.4, d: 0.3, c: 0.2, …"
    assert vector_text(labels, np.array([0.5, -1, 0, 0])) == "b: -1, a: 0.5"
    assert vector_text(labels, np.array([-0.5, 1, 0, 0])) == "b: 1, a: -0.5"
    assert vector_text(labels, np.zeros(4)) == "0"


def test_a_bound_value_has_the_name_of_its_type(program: cajal.Program) -> None:
    bound = bound_input(program["mul"].arguments[0].type)
    assert (bound.name, bound.place, bound.value.tolist()) == ("inside, of Nat[4]", None, [1, 0, 0, 0])
