"""The forms of the picture of recurrences."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch

import cajal_core as cajal
from cajal_kernel.views.dynamics.picture import dynamics_picture
from cajal_kernel.views.picture import Picture, Subject
from tests.kernel.views.conftest import Page


def drawn(program: cajal.Program, name: str) -> Picture:
    [picture] = dynamics_picture(Subject(name, program[name]))
    return picture


def test_a_picture_has_three_forms(program: cajal.Program) -> None:
    picture = drawn(program, "even")
    assert picture.text.startswith("even : iter\nstate b : Bool, 9 steps; n = 9\n")
    assert Page(picture.html).text == "even : iter with state b : Bool9 steps; n = 9 gives false"
    [alternative] = Page(picture.html).all("img", "alt")
    assert alternative == (
        "The states of b : Bool over 9 steps, their weights and their weighted sum. "
        "With n = 9, step 9 has the greatest weight, and the sum is false."
    )
    assert picture.live is not None
    assert picture.live.answer is None
    assert {name: array.shape for name, array in picture.live.arrays.items()} == {
        "value0": (10,),
        "states0": (1, 10, 2),
        "eigen0": (2, 2),
    }


@pytest.mark.parametrize("name", ["even", "add", "mul", "nested", "repeat", "boom", "opaque", "dilate"])
def test_each_is_sent_whole_and_saved_small(program: cajal.Program, name: str) -> None:
    picture = drawn(program, name)
    assert picture.live is not None
    spec, data = picture.live.packed()
    assert json.loads(picture.live.json) == json.loads(json.dumps(spec))
    assert len(data) < 100_000
    assert len(picture.html) < 100_000
    for run, place in zip(spec["runs"], range(9), strict=False):
        assert picture.live.arrays[f"states{place}"].shape[1] == run["steps"]
        assert (f"weights{place}" in picture.live.arrays) == (run["count"] is None)


def test_every_recurrence_of_a_neuron_is_in_one_picture(program: cajal.Program) -> None:
    picture = drawn(program, "mul")
    assert picture.html.count("<img") == 2
    assert picture.html.index("state s") < picture.html.index("state u")
    assert picture.live is not None
    assert [each["bound"] for each in picture.live.spec["inputs"]] == [False, False, True, True]


def test_a_kernel_answers_where_a_page_has_no_states(program: cajal.Program) -> None:
    live = drawn(program, "dilate").live
    assert live is not None
    assert live.answer is not None
    image = torch.zeros(28, 28)
    image[3, 4] = 1
    answer = live.answer({"inputs": {"0": image.flatten().tolist()}})
    [found] = program["dilate"].dynamics(image, torch.eye(8)[0])
    np.testing.assert_array_equal(answer.arrays["states0"][0], found.states.flatten(1).numpy())


def test_a_mixture_is_answered_where_states_are_not_linear(program: cajal.Program) -> None:
    live = drawn(program, "opaque").live
    assert live is not None
    assert live.answer is not None
    answer = live.answer({"inputs": {"1": [0.5, 0.5]}})
    [found] = program["opaque"].dynamics(torch.eye(12)[0], torch.tensor([0.5, 0.5]))
    np.testing.assert_array_equal(answer.arrays["states0"][0], found.states.numpy())
    assert answer.spec["runs"][0]["over"] == ()


def test_the_eigenvalues_are_those_of_the_step_that_is_given(program: cajal.Program) -> None:
    live = drawn(program, "repeat").live
    assert live is not None
    assert live.answer is not None
    assert live.arrays["eigen0"][:, 0].tolist() == [1, -1]
    answer = live.answer({"inputs": {"0": [1.0, 0.0, 0.0, 1.0]}})
    assert answer.arrays["eigen0"][:, 0].tolist() == [1, 1]


def test_what_is_given_is_shown(program: cajal.Program) -> None:
    given = [torch.eye(10)[[3, 4]], torch.eye(10)[[5, 1]]]
    [picture] = dynamics_picture(Subject("add", program["add"], given))
    assert "m = 3, n = 5 gives 8" in picture.html


def test_an_overflow_is_told(program: cajal.Program) -> None:
    assert "The states are not finite from step 294 on." in drawn(program, "boom").html
