"""The inputs that a run begins with, and how they are told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

import cajal_core as cajal
from cajal_kernel.errors import MagicError
from cajal_kernel.views.graph.values import run_of
from cajal_kernel.views.inputs import default_inputs, inputs_text, run_inputs
from cajal_kernel.views.picture import Subject

SOURCE = """
space V[3]
def f (n : Nat[20]) (b : Bool) (v : V) (g : Bool -o Bool) : Nat[20] * Bool * V = (n, g b, v)
"""


@pytest.fixture
def neuron() -> cajal.Neuron:
    return cajal.load(SOURCE)["f"]


def test_a_run_begins_with_basis_vectors(neuron: cajal.Neuron) -> None:
    given = default_inputs(neuron)
    count, bit, vector, function = [each for each in given if isinstance(each, torch.Tensor)]
    assert (int(count.argmax()), int(bit.argmax()), vector.tolist()) == (9, 0, [0.5] * 3)
    assert function.tolist() == [[1, 0], [0, 1]]


@pytest.mark.parametrize("view", ["explorer", "dynamics"])
@pytest.mark.parametrize("empty", [torch.zeros(0, 20), np.zeros((2, 0, 20))])
def test_an_empty_batch_has_no_item_to_show(view: str, empty: Any) -> None:
    program = cajal.load("def even (n : Nat[20]) : Bool = iter n { zero => true | succ b => b }")
    with pytest.raises(cajal.CajalError) as caught:
        program["even"].show(empty, view=view)
    assert str(caught.value) == (
        f"the batch of `n` is empty: its shape is {tuple(empty.shape)}\n"
        "help: give at least one item, of shape (20,)"
    )


def test_the_graph_of_an_empty_batch_has_no_values(neuron: cajal.Neuron) -> None:
    given = (torch.zeros(0, 20), torch.zeros(2), torch.zeros(3), lambda x: x)
    _, why = run_of(Subject("f", neuron, given))
    assert why == "the batch of `n` is empty: its shape is (0, 20)."


def test_inputs_are_told_in_words(neuron: cajal.Neuron) -> None:
    told = inputs_text(default_inputs(neuron), neuron.arguments)
    assert told == "n = 9, b = true, v = 0.5 everywhere, g = true ↦ true, false ↦ false"
    given = [torch.eye(20)[:3], torch.tensor([0.25, 0.75]), torch.arange(3.0), lambda x: x]
    told = inputs_text(given, neuron.arguments)
    assert told == "n = 0, b = false: 0.75, true: 0.25, v = a tensor of shape (3,), g = a callable"


def test_all_arguments_or_none(neuron: cajal.Neuron) -> None:
    assert len(run_inputs(Subject("f", neuron))) == 4
    with pytest.raises(MagicError, match="`f` still takes b, v, g, and this picture shows a run") as caught:
        run_inputs(Subject("f", neuron, (torch.eye(20)[0],)))
    assert caught.value.hint == "Give all arguments or none: without any, it begins with inputs of its own."


@pytest.mark.parametrize("view", ["explorer", "dynamics", "trace"])
def test_an_argument_too_many_is_refused(view: Any) -> None:
    neuron = cajal.load("def even (n : Nat) : Bool = iter n { zero => true | succ b => b }")["even"]
    with pytest.raises(cajal.CajalError, match="takes 1 argument, got 2"):
        neuron.show(torch.eye(10)[1], torch.eye(2)[0], view=view)


@pytest.mark.parametrize("view", ["explorer", "dynamics", "trace"])
@pytest.mark.parametrize("given", ["a", {"n": 1}, [[1, 2], [3]], object()])
def test_what_is_no_tensor_is_refused_in_words(view: Any, given: Any) -> None:
    neuron = cajal.load("def even (n : Nat) : Bool = iter n { zero => true | succ b => b }")["even"]
    with pytest.raises(cajal.CajalError, match="the argument `n` must be a tensor, got"):
        neuron.show(given, view=view)
