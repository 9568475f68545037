"""The inputs that a run begins with, and how they are told."""

from __future__ import annotations

import pytest
import torch

import cajal_core as cajal
from cajal_kernel.errors import MagicError
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
    count, bit, vector, function = default_inputs(neuron)
    assert (int(count.argmax()), int(bit.argmax()), vector.tolist()) == (9, 0, [0.5] * 3)
    assert function.tolist() == [[1, 0], [0, 1]]


def test_inputs_are_told_in_words(neuron: cajal.Neuron) -> None:
    told = inputs_text(default_inputs(neuron), neuron.arguments)
    assert told == "n = 9, b = true, v = 0.5 everywhere, g = true ↦ true, false ↦ false"
    given = [torch.eye(20)[:3], torch.tensor([0.25, 0.75]), torch.arange(3.0), lambda x: x]
    told = inputs_text(given, neuron.arguments)
    assert told == "n = 0, b = false: 0.75, true: 0.25, v = a tensor of shape (3,), g = a callable"


def test_all_arguments_or_none(neuron: cajal.Neuron) -> None:
    assert len(run_inputs(Subject("f", neuron))) == 4
    with pytest.raises(MagicError, match="`f` still takes b, v, g, and this picture shows a run"):
        run_inputs(Subject("f", neuron, (torch.eye(20)[0],)))
