"""Random programs come back from their files with equal results."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import torch
from hypothesis import given

import cajal_core as cajal
from cajal_core import Sequence
from tests.laws.budget import budget
from tests.laws.strategies import Sample, inputs, samples
from tests.laws.test_laws import SEEDS, program_of, tensors, term_of, with_parameters


def numbers(result: Any) -> list[torch.Tensor]:
    return [result.elements, result.lengths] if isinstance(result, Sequence) else [result]


@given(samples(), SEEDS)
@budget(60)
def test_a_saved_program_gives_the_same_numbers(sample: Sample, seed: int) -> None:
    neuron = with_parameters(term_of(program_of(sample), sample), sample.links)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sample.cajaln"
        neuron.save(path)
        loaded = cajal.load_neuron(path)
    assert str(loaded.type) == str(neuron.type)
    arguments = tensors(inputs(seed, sample.type, 3))
    for one, other in zip(numbers(loaded(*arguments)), numbers(neuron(*arguments)), strict=True):
        assert torch.equal(one.nan_to_num(7), other.nan_to_num(7))


@given(samples(whole=True))
@budget(30)
def test_what_a_cell_gave_is_saved_as_it_was_then(sample: Sample) -> None:
    """The last item of the cell is a definition, and later cells change what its names mean."""
    program = cajal.Program(nat_size=sample.nat_size, overflow=sample.overflow, auto=sample.auto)
    result = next((one for one in reversed(program.run(sample.source)) if one.kind in ("def", "term")), None)
    if result is None:
        return
    neuron = with_parameters(result.neuron(), sample.links)
    for name in program.names:
        program.run(f"def {name} : Unit = ()")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sample.cajaln"
        neuron.save(path)
        loaded = cajal.load_neuron(path)
    assert loaded.ir.type == neuron.ir.type
    assert str(loaded.ir) == str(neuron.ir)
