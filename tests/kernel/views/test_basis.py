"""The labels of a picture, as the compiler names them."""

from __future__ import annotations

import cajal_core as cajal
from cajal_kernel.views.basis import argument_axes, combinations, entries, result_axis


def test_each_argument_is_an_axis_with_its_labels() -> None:
    program = cajal.Program()
    program.run("data Side = L | R\ndef pick (s : Side) (n : Nat[3]) : Nat[3] = case s { L => n | R => n }")
    neuron = program["pick"]
    side, number = argument_axes(neuron)
    assert (str(side), side.labels, side.at(1)) == ("s : Side", ("L", "R"), "s = R")
    assert (str(number), number.labels) == ("n : Nat[3]", ("0", "1", "2"))
    result = result_axis(neuron.type)
    assert (str(result), result.labels, result.at(2)) == ("Nat[3]", ("0", "1", "2"), "2")
    assert list(combinations([side, number]))[:4] == [(0, 0), (0, 1), (0, 2), (1, 0)]


def test_a_tensor_of_any_dtype_is_an_array() -> None:
    import torch

    tensor = torch.tensor([1, 0.5], dtype=torch.bfloat16, requires_grad=True)
    assert entries(tensor).tolist() == [1, 0.5]
