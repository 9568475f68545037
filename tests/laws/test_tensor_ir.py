"""The tensor IR means what its docstrings say: read in NumPy, it agrees with the evaluator and with torch."""

import numpy as np
import pytest
import torch
from hypothesis import given

from cajal_core import CajalError, Neuron, Program
from cajal_core.ir.fuse import fuse
from cajal_core.ir.tabulate import tabulate
from cajal_core.syntax.printer import pretty
from tests.laws.budget import budget
from tests.laws.numpy_ir import NumpyIR
from tests.laws.oracle import dim, uncurry, values
from tests.laws.strategies import Sample, inputs, samples
from tests.laws.test_laws import SEEDS, close, program_of, tensors, vector, with_parameters


def compiled(sample: Sample) -> Neuron:
    return with_parameters(program_of(sample).compile(pretty(sample.term)), sample.links)


@given(samples(), SEEDS)
@budget(500)
def test_numpy_and_torch_agree_on_the_ir(sample: Sample, seed: int) -> None:
    neuron = compiled(sample)
    parameters = sample.links
    arguments = inputs(seed, sample.type, 2)
    found = neuron(*tensors(arguments))
    for index in range(2):
        one = [each[index] for each in arguments]
        expected = NumpyIR(neuron.ir, one, parameters).run()
        close(found[index] if arguments else found, expected)
        # As it was before it was optimized.
        np.testing.assert_allclose(NumpyIR(neuron._lowered, one, parameters).run(), expected, atol=1e-9)


@given(samples(), SEEDS)
@budget(150)
def test_short_recurrences_run_as_long_ones_do(sample: Sample, seed: int) -> None:
    """Numbers in generated programs are small, and are looped otherwise."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cajal_core.backend.run.SHORT", 1)
        neuron, arguments = compiled(sample), inputs(seed, sample.type, 2)
        found = neuron(*tensors(arguments))
        for index in range(2):
            one = [each[index] for each in arguments]
            expected = NumpyIR(neuron._lowered, one, sample.links).run()
            close(found[index] if arguments else found, expected)


@given(samples(externs=False, data=True), SEEDS)
@budget(2000)
def test_the_evaluator_numpy_and_torch_agree(sample: Sample, seed: int) -> None:
    program, (arguments, result) = program_of(sample), uncurry(sample.type)
    random = np.random.default_rng(seed)
    chosen = [values(each)[random.integers(dim(each))] for each in arguments]
    term = " ".join([f"({pretty(sample.term)})", *chosen])
    neuron = program.compile(term).to(torch.float64)
    tensor = NumpyIR(neuron.ir, [], {}).run()
    close(neuron(), tensor)
    try:
        value = program.evaluate(term)
    except CajalError as error:
        assert sample.overflow == "truncate"
        assert "does not fit" in error.errors[0].title
        assert not tensor.any()
    else:
        np.testing.assert_array_equal(tensor.reshape(-1), vector(str(value), result, sample).reshape(-1))


@given(samples())
@budget(100)
def test_optimizing_twice_changes_nothing(sample: Sample) -> None:
    graph = compiled(sample).ir
    assert str(fuse(tabulate(graph))) == str(graph)


def test_the_interpreter_can_disagree() -> None:
    neuron = Program().compile(r"\x:Bool. if x then false else true").to(torch.float64)
    wrong = NumpyIR(neuron.ir, [np.array([0.25, 0.75])], {}).run()[::-1]
    assert not np.allclose(neuron(torch.tensor([0.25, 0.75], dtype=torch.float64)).numpy(), wrong)
