"""The steps of an `iter` as data and in their three forms."""

from __future__ import annotations

import numpy as np
import pytest

import cajal_core as cajal
from cajal_kernel.errors import MagicError
from cajal_kernel.views.steps import Steps, neuron_steps, steps_html, steps_pictures, steps_png, steps_text
from tests.kernel.views.conftest import Page, boolean, even_steps, picture


def test_states_and_weights_must_fit() -> None:
    with pytest.raises(ValueError, match="states"):
        Steps("f", (boolean("x"),), boolean("s"), np.zeros((1, 3, 2)), np.zeros((2, 3)))
    with pytest.raises(ValueError, match="weights"):
        Steps("f", (boolean("x"),), boolean("s"), np.zeros((2, 3, 2)), np.zeros((2, 4)))


def test_inputs_in_words_and_a_selection_of_them() -> None:
    steps = Steps("f", (boolean("x"), boolean("y")), boolean("s"), np.zeros((4, 1, 2)), np.zeros((4, 1)))
    assert steps.inputs[1] == "x = true, y = false"
    assert steps.selection(12) == [0, 1, 2, 3]
    assert steps.selection(2) == [0, 3]
    assert steps.selection(1) == [0]


def test_runs_of_an_iter(program: cajal.Program) -> None:
    (steps,) = neuron_steps("even", program["even"])
    assert (steps.title, str(steps.state), steps.count) == ("even", "b : Bool", 10)
    assert steps.inputs == [f"n = {n}" for n in range(10)]
    assert steps.states[7].tolist() == [[1, 0], [0, 1]] * 5
    assert steps.weights[7].tolist() == [float(i == 7) for i in range(10)]


def test_runs_keep_the_inputs_in_order(program: cajal.Program) -> None:
    """With m = 2 and n = 3 the state starts at 3 and is one more at each step."""
    (steps,) = neuron_steps("add", program["add"])
    index = steps.inputs.index("m = 2, n = 3")
    assert steps.states[index].argmax(axis=-1)[:7].tolist() == [3, 4, 5, 6, 7, 8, 9]
    assert steps.weights[index].argmax() == 2
    (closed,) = neuron_steps("even 3", program["even 3"])
    assert closed.inputs == [""]


def test_no_runs_and_too_many(program: cajal.Program) -> None:
    with pytest.raises(MagicError, match=r"No `iter` runs in `not`"):
        neuron_steps("not", program["not"])
    program.run("def dilate (img : Image) (n : Nat) : Image = iter n { zero => img | succ y => step y }")
    with pytest.raises(MagicError, match="7840 combinations"):
        neuron_steps("dilate", program["dilate"])


def test_steps_as_text() -> None:
    text = steps_text(even_steps())
    assert text.startswith("state b : Bool, 10 steps\n\nn = 0\nstep │ true false │ weight\n")
    assert "   3 │    ·     1 │      ·" in text
    assert text.endswith("… 7 more inputs")


def test_steps_as_html_keep_a_picture() -> None:
    steps = even_steps()
    page = Page(steps_html(steps, steps_png(steps)))
    assert page.all("img", "src")[0].startswith("data:image/png;base64,iVBOR")
    assert page.text == "even : iter with state b : Bool10 steps"


def test_the_image_is_transparent_and_not_empty() -> None:
    pixels = picture(steps_png(even_steps()))
    assert pixels[0, 0, 3] == 0
    assert pixels[..., 3].max() > 200


def test_a_picture_has_three_forms(program: cajal.Program) -> None:
    [picture] = steps_pictures("even", program["even"])
    assert picture.text.startswith("even : iter\nstate b : Bool, 10 steps\n")
    assert "<img" in picture.html
    assert picture.live is not None
    assert picture.live.arrays["states"].shape == (10, 10, 2)
    assert picture.live.arrays["weights"][4].argmax() == 4


def test_too_many_states_are_refused_with_a_way_out_that_works(program: cajal.Program) -> None:
    """The states do not depend on the inputs, and are the same for all of them."""
    arms = " | ".join(f"C{index} => C{(index + 1) % 8}" for index in range(8))
    program.run(f"data Eight = {' | '.join(f'C{index}' for index in range(8))}")
    program.run(f"def spin (n : Nat[1024]) : Eight = iter n {{ zero => C0 | succ y => case y {{ {arms} }} }}")
    with pytest.raises(MagicError, match=r"states of `y` in `spin` have shape \(1024, 1024, 8\)") as caught:
        neuron_steps("spin", program["spin"])
    assert "`spin 1023`" in str(caught.value)
    [steps] = neuron_steps("spin 1023", program["spin 1023"])
    assert steps.states.shape == (1, 1024, 8)
