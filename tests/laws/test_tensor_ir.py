"""The tensor IR means what its docstrings say: read in NumPy, it agrees with the evaluator and with torch."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given

from cajal_core import Neuron, Program
from cajal_core.base import tys
from cajal_core.ir.fuse import fuse
from cajal_core.ir.tabulate import tabulate
from cajal_core.syntax.printer import pretty
from tests.laws.budget import budget
from tests.laws.numpy_ir import NumpyIR
from tests.laws.oracle import Flat, Lst, Rows, dim, uncurry, values
from tests.laws.strategies import Input, Sample, inputs, samples
from tests.laws.test_laws import (
    SEEDS,
    agrees,
    as_atom,
    close,
    compiled,
    oracle_of,
    program_of,
    run,
    tensors,
)


@given(samples(), SEEDS)
@budget(200)
def test_numpy_and_torch_agree_on_the_ir(sample: Sample, seed: int) -> None:
    neuron = compiled(sample)
    parameters = sample.links
    arguments = inputs(seed, sample.type, 2)
    found = run(neuron, *tensors(arguments))
    for index in range(2):
        one = [as_input(each[index]) for each in arguments]
        expected = multiplied_out(NumpyIR(neuron.ir, one, parameters).run(), neuron)
        close(found[index] if arguments else found, expected)
        # As it was before it was optimized.
        lowered = multiplied_out(NumpyIR(neuron._lowered, one, parameters).run(), neuron)
        np.testing.assert_allclose(lowered, expected, atol=1e-9)


def as_input(value: Input) -> Any:
    """What the reader takes: of a list that is held apart, flat elements and weights."""
    return (
        (value.elements.reshape(len(value.elements), math.prod(value.elements.shape[1:])), value.weights)
        if isinstance(value, Rows)
        else value
    )


def multiplied_out(result: Any, neuron: Neuron) -> np.ndarray:
    if not isinstance(result, tuple):
        return result
    type = neuron.ir.result.type
    assert isinstance(type, tys.List)
    return Rows(*result).dense(Lst(Flat("element", (tys.dim(type.element),)), type.most))


@given(samples(), SEEDS)
@budget(80)
def test_short_recurrences_run_as_long_ones_do(sample: Sample, seed: int) -> None:
    """Numbers in generated programs are small, and are looped otherwise."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cajal_core.backend.run.SHORT", 1)
        neuron, arguments = compiled(sample), inputs(seed, sample.type, 2)
        found = run(neuron, *tensors(arguments))
        for index in range(2):
            one = [as_input(each[index]) for each in arguments]
            expected = multiplied_out(NumpyIR(neuron._lowered, one, sample.links).run(), neuron)
            close(found[index] if arguments else found, expected)


@given(samples(externs=False, data=True), SEEDS)
@budget(400)
def test_the_evaluator_numpy_and_torch_agree(sample: Sample, seed: int) -> None:
    program, (arguments, _) = program_of(sample), uncurry(sample.type)
    random = np.random.default_rng(seed)
    chosen = [values(each)[random.integers(dim(each))] for each in arguments]
    term = " ".join([f"({pretty(sample.term)})", *map(as_atom, chosen)])
    neuron = program.compile(term).to(torch.float64)
    tensor = multiplied_out(NumpyIR(neuron.ir, [], {}).run(), neuron)
    close(run(neuron), tensor)
    agrees(program, term, tensor.reshape(-1), sample, oracle_of(sample))


@given(samples())
@budget(60)
def test_optimizing_twice_changes_nothing(sample: Sample) -> None:
    graph = compiled(sample).ir
    assert str(fuse(tabulate(graph))) == str(graph)


def test_the_interpreter_can_disagree() -> None:
    neuron = Program().compile(r"\x:Bool. if x then false else true").to(torch.float64)
    wrong = NumpyIR(neuron.ir, [np.array([0.25, 0.75])], {}).run()[::-1]
    assert not np.allclose(neuron(torch.tensor([0.25, 0.75], dtype=torch.float64)).numpy(), wrong)
