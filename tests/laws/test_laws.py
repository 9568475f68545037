"""The laws of docs/spec.md, section 3.3, on generated programs, and agreement with the oracle."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from itertools import product
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import assume, given, reject
from hypothesis import strategies as st

from cajal_core import CajalError, Program, Sequence, Value
from cajal_core.base.source import Source
from cajal_core.diagnostics.runtime import Fails, ListOverflow, Overflow, TooManySteps, UnequalLists
from cajal_core.neuron.module import Neuron
from cajal_core.syntax import tree
from cajal_core.syntax.parse import parse
from cajal_core.syntax.printer import pretty
from cajal_core.terms.values import Components, OverflowMode, Superposition
from tests.laws.budget import budget
from tests.laws.oracle import (
    Beside,
    Fun,
    Lst,
    Oracle,
    Pow,
    Rows,
    Type,
    components,
    dim,
    is_data,
    shape,
    uncurry,
    values,
)
from tests.laws.strategies import Input, Sample, inputs, nodes, samples

#: Basis arguments at which a function is evaluated.
MOST_CHOICES = 12
SEEDS = st.integers(0, 2**16)


def program_of(sample: Sample) -> Program:
    program = Program(nat_size=sample.nat_size, overflow=sample.overflow, auto=sample.auto)
    program.run(sample.source)
    return program


def oracle_of(sample: Sample) -> Oracle:
    oracle = Oracle(sample.nat_size, sample.overflow, sample.auto)
    oracle.declare(sample.declarations, sample.tensor)
    return oracle


def term_of(program: Program, sample: Sample, **options: Any) -> Neuron:
    """The sample's term, compiled in a program that has its declarations.

    Closures may unfold to more than the compiler takes on, which it says. Such a sample is left out.
    """
    try:
        return program.compile(pretty(sample.term), **options)
    except CajalError as error:
        if isinstance(error.errors[0], TooManySteps):
            reject()
        raise


def compiled(sample: Sample) -> Neuron:
    """The sample's term as a neuron in float64, its externs linked to the sample's tensors."""
    return with_parameters(term_of(program_of(sample), sample), sample.links)


def with_parameters(neuron: Neuron, tensors: Mapping[str, Any]) -> Neuron:
    """The neuron with its externs linked, and its learned tensors set."""
    neuron.to(torch.float64)
    neuron.link(**{name: torch.from_numpy(tensors[name]) for name in neuron.externs})
    for name, parameter in neuron.learned.items():
        parameter.data = torch.from_numpy(tensors[name])
    return neuron


def close(found: Any, expected: np.ndarray) -> None:
    assert tuple(found.shape) == expected.shape
    scale = max(1.0, float(np.abs(expected).max(initial=0)))
    np.testing.assert_allclose(found.detach().numpy() / scale, expected / scale, rtol=0, atol=1e-9)


def tensors(arrays: Iterable[Input]) -> list[Any]:
    """What a neuron takes: a tensor, or a sequence of lists."""
    return [tensor(each) for each in arrays]


def tensor(array: Input) -> Any:
    if isinstance(array, Rows):
        return Sequence(torch.from_numpy(array.elements), torch.from_numpy(array.weights))
    return torch.from_numpy(array)


def on_arrays(change: Callable[..., np.ndarray], *inputs: Input) -> Input:
    """What is made of the arrays of some inputs of one kind."""
    rows = [each for each in inputs if isinstance(each, Rows)]
    if rows:
        return Rows(change(*[each.elements for each in rows]), change(*[each.weights for each in rows]))
    return change(*inputs)


def run(neuron: Neuron, *arguments: Any) -> torch.Tensor:
    """The result of a call, in which lists that are held apart are multiplied out."""
    result = neuron(*arguments)
    return result.dense() if isinstance(result, Sequence) else result


# Agreement


@given(samples(), SEEDS)
@budget(250)
def test_a_neuron_agrees_with_the_oracle(sample: Sample, seed: int) -> None:
    neuron, oracle = compiled(sample), oracle_of(sample)
    close(neuron.matrix(), oracle.tensor(sample.term))
    arguments = inputs(seed, sample.type, 3)
    found = run(neuron, *tensors(arguments))
    if not arguments:
        close(found, oracle.tensor(sample.term))
        return
    for index in range(3):
        close(found[index], oracle.call(sample.term, *(each[index] for each in arguments)))


@given(samples(), st.integers(1, 6), st.sampled_from(["truncate", "saturate"]))
@budget(120)
def test_compiling_for_another_size(sample: Sample, nat_size: int, overflow: OverflowMode) -> None:
    """The definitions that are reached are read again, each with what its names meant when it was made."""
    oracle = Oracle(nat_size, overflow)
    try:
        oracle.declare(sample.declarations, sample.tensor)
        expected = oracle.tensor(sample.term)
    except AssertionError:
        # At this size a numeral or a type does not fit any more.
        reject()
    neuron = term_of(program_of(sample), sample, nat_size=nat_size, overflow=overflow)
    close(with_parameters(neuron, oracle.links).matrix(), expected)


@given(samples(externs=False, data=True))
@budget(120)
def test_the_evaluator_agrees_with_the_oracle(sample: Sample) -> None:
    """Laws 1 and 3: the results at basis arguments, each as often as it is counted, or zero for overflow."""
    program, oracle = program_of(sample), oracle_of(sample)
    tensor, (arguments, result) = oracle.tensor(sample.term), uncurry(sample.type)
    # The matrix of the first argument is outermost: its columns are flattened matrices of the others.
    table = tensor.reshape(dim(result), *(dim(each) for each in reversed(arguments)))
    choices = list(product(*(range(dim(each)) for each in arguments)))
    some = np.random.default_rng(sample.seed).permutation(len(choices))[:MOST_CHOICES]
    for choice in [choices[place] for place in some]:
        given_ = [values(each)[index] for each, index in zip(arguments, choice, strict=True)]
        applied = " ".join([f"({pretty(sample.term)})", *map(as_atom, given_)])
        agrees(program, applied, table[(slice(None), *reversed(choice))], sample, oracle)


def as_atom(value: str) -> str:
    return f"({value})" if " " in value and value[0] not in "([" else value


def agrees(program: Program, term: str, column: np.ndarray, sample: Sample, oracle: Oracle) -> None:
    """Compares what a term evaluates to with what it means."""
    _, result = uncurry(sample.type)
    assert np.array_equal(column, column.round())
    assert column.min(initial=0) >= 0
    try:
        value = program.evaluate(term)
    except CajalError as error:
        [mistake] = error.errors
        if isinstance(mistake, Fails):
            assert not keeps_mass(sample)
            assert not column.any()
        else:
            assert isinstance(mistake, Overflow | ListOverflow | UnequalLists)
            assert sample.overflow == "truncate" or not isinstance(mistake, Overflow)
            # Of an overflow on one of several ways, or in one of several components, the others are left.
            is_alone = keeps_mass(sample) and not isinstance(result, Beside | Pow)
            assert not is_alone or not column.any()
    else:
        assert column.tolist() == vector(value, result, oracle).tolist()


def keeps_mass(sample: Sample) -> bool:
    """Whether a program reaches nothing that has no result or several."""
    several = tree.Fail, tree.Or, tree.Dict
    return not any(isinstance(node, several) for node in nodes(tuple(sample.items)))


@given(samples(externs=False, several=True))
@budget(80)
def test_components_agree_with_the_oracle(sample: Sample) -> None:
    """A closed term of alternatives shows the results of each."""
    oracle = oracle_of(sample)
    agrees(program_of(sample), pretty(sample.term), oracle.tensor(sample.term).reshape(-1), sample, oracle)


def vector(value: Value, type: Type, oracle: Oracle) -> np.ndarray:
    """The vector of a value, which is printed as it is written; that of several results is their sum."""
    if isinstance(value, Superposition):
        parts = [count * vector(each, type, oracle) for each, count in value.results]
        return sum(parts, np.zeros(dim(type)))
    if isinstance(value, Components):
        own = zip(value.parts, components(type), strict=True)
        return np.concatenate([vector(each, of, oracle) for each, of in own])
    [item] = parse(Source("value", str(value)))
    assert isinstance(item, tree.Show)
    found, meaning = oracle.read(item.term, {}, type)
    assert found == type
    return meaning({})


@given(samples(externs=True, data=True))
@budget(60)
def test_a_value_does_not_depend_on_externs(sample: Sample) -> None:
    """A term with externs has a value only where it does not come to them, and then whatever they are."""
    assume(not uncurry(sample.type)[0])
    try:
        value = program_of(sample).evaluate(pretty(sample.term))
    except CajalError as error:
        reasons = ("extern", "learn", "does not fit", "fails", "go in step")
        assert any(reason in str(error) for reason in reasons)
    else:
        close(compiled(sample).matrix().reshape(-1), vector(value, sample.type, oracle_of(sample)))


@given(samples(externs=False))
@budget(60)
def test_columns_have_one_entry_or_overflowed(sample: Sample) -> None:
    """Law 3, read off the matrix of every first-order function."""
    arguments, result = uncurry(sample.type)
    assume(all(map(is_data, [*arguments, result])))
    matrix = compiled(sample).matrix().reshape(dim(result), -1)
    assert matrix.equal(matrix.round().abs())
    if keeps_mass(sample):
        sums = set(matrix.sum(0).tolist())
        # A list that is too long falls off under saturate, too.
        falls_off = sample.overflow == "truncate" or any(
            isinstance(node, tree.Cons | tree.Comprehension) for node in nodes(tuple(sample.items))
        )
        assert sums <= ({0.0, 1.0} if falls_off else {1.0})


@given(samples())
@budget(60)
def test_types_are_what_was_asked_for(sample: Sample) -> None:
    program = program_of(sample)
    type = program.type(pretty(sample.term))
    assert term_of(program, sample).type == type
    # The oracle's own reading of the printed type is the type that the program was written for.
    [item] = parse(Source("type", f"extern t : {type}"))
    assert isinstance(item, tree.Extern)
    assert oracle_of(sample).type(item.type) == sample.type
    neuron = term_of(program, sample)
    assert len(neuron.arguments) == len(uncurry(sample.type)[0])
    # Where an extern stands between, the degree is not known before it is linked.
    degrees = {1, None} if neuron.externs else {1}
    # What always fails is zero, and does not depend on an argument.
    if any(isinstance(node, tree.Fail) for node in nodes((sample.term, *sample.items))):
        degrees.add(0)
    assert {each.degree for each in neuron.arguments} <= degrees


# Maps


@given(samples(), SEEDS, st.floats(-3, 3), st.floats(-3, 3))
@budget(80)
def test_linear_in_each_argument(sample: Sample, seed: int, a: float, b: float) -> None:
    """Law 2, arguments of function type included."""
    count = len(uncurry(sample.type)[0])
    neuron = compiled(sample)
    fixed = inputs(seed, sample.type)
    for index in range(count):
        first, second = fixed[index], inputs(seed + 1, sample.type)[index]
        if isinstance(first, Rows):
            # In the weights of its lengths, whatever its elements are.
            assert isinstance(second, Rows)
            second = Rows(first.elements, second.weights)
            mixed: Input = Rows(first.elements, a * first.weights + b * second.weights)
        else:
            mixed = on_arrays(lambda one, other: a * one + b * other, first, second)
        stacked = [*fixed]
        stacked[index] = on_arrays(lambda *parts: np.stack(parts), first, second, mixed)
        of_first, of_second, of_sum = run(neuron, *tensors(stacked))
        close(of_sum, (a * of_first + b * of_second).detach().numpy())


@given(samples(), SEEDS)
@budget(60)
def test_fewer_arguments_leave_a_matrix(sample: Sample, seed: int) -> None:
    arguments = inputs(seed, sample.type, 2)
    assume(arguments)
    neuron, oracle = compiled(sample), oracle_of(sample)
    for count in range(len(arguments)):
        found = run(neuron, *tensors(arguments[:count]))
        if not count:
            found = torch.stack([found, found])
        for index in range(2):
            close(found[index], oracle.call(sample.term, *(each[index] for each in arguments[:count])))


@given(samples(), SEEDS)
@budget(60)
def test_batches_broadcast_between_arguments(sample: Sample, seed: int) -> None:
    """Each argument is one sample or has a batch of its own, all with equally many dimensions.

    The result is that of every sample alone.
    """
    arguments = inputs(seed, sample.type, 2, 3)
    assume(arguments)
    generator = np.random.default_rng(seed)
    batches: list[tuple[int, ...]] = [(), (1,), (1, 1)]
    batches += [(2, 1), (1, 3), (2, 3)] if generator.integers(2) else [(3,)]
    chosen = [batches[index] for index in generator.integers(0, len(batches), len(arguments))]
    # Cut each argument down to the batch that it is to have.
    cut = [
        on_arrays(
            lambda array, batch=batch: array[
                tuple(slice(0, size) for size in (*(1,) * (2 - len(batch)), *batch))
            ].reshape(*batch, *array.shape[2:]),
            each,
        )
        for each, batch in zip(arguments, chosen, strict=True)
    ]
    neuron, oracle = compiled(sample), oracle_of(sample)
    found = run(neuron, *tensors(cut))
    whole = np.broadcast_shapes(*chosen)
    assert tuple(found.shape[: len(whole)]) == whole
    full = [
        on_arrays(
            lambda array, batch=batch: np.broadcast_to(array, (*whole, *array.shape[len(batch) :])), each
        )
        for each, batch in zip(cut, chosen, strict=True)
    ]
    for index in product(*map(range, whole)):
        close(found[index], oracle.call(sample.term, *(each[index] for each in full)))


@given(samples(), SEEDS)
@budget(60)
def test_gradients_reach_each_argument(sample: Sample, seed: int) -> None:
    """The derivative by a coordinate of an argument is the value at that basis vector."""
    arguments = inputs(seed, sample.type)
    assume(arguments)
    neuron, oracle = compiled(sample), oracle_of(sample)
    # Of a list, the weights of its lengths: the result is linear in them.
    leaves = [
        torch.from_numpy(each.weights if isinstance(each, Rows) else each).requires_grad_()
        for each in arguments
    ]
    given_ = [
        Sequence(torch.from_numpy(each.elements), leaf) if isinstance(each, Rows) else leaf
        for each, leaf in zip(arguments, leaves, strict=True)
    ]
    result = run(neuron, *given_)
    assume(result.requires_grad)
    weights = np.random.default_rng(seed + 1).normal(size=result.shape)
    (result * torch.from_numpy(weights)).sum().backward()
    for index, leaf in enumerate(leaves):
        expected = np.zeros(math.prod(leaf.shape))
        for position, direction in enumerate(np.eye(expected.size)):
            at, old = [*arguments], arguments[index]
            moved = direction.reshape(leaf.shape)
            at[index] = Rows(old.elements, moved) if isinstance(old, Rows) else moved
            expected[position] = (oracle.call(sample.term, *at) * weights).sum()
        # What no result rests on may have no gradient.
        assert leaf.grad is not None or not expected.any()
        if leaf.grad is not None:
            close(leaf.grad, expected.reshape(leaf.shape))


@given(samples(), SEEDS)
@budget(60)
def test_single_precision_stays_single(sample: Sample, seed: int) -> None:
    neuron, oracle = compiled(sample).to(torch.float32), oracle_of(sample)
    arguments = inputs(seed, sample.type)
    found = run(
        neuron, *tensors([on_arrays(lambda array: array.astype(np.float32), each) for each in arguments])
    )
    assert found.dtype == torch.float32
    expected = oracle.call(sample.term, *arguments)
    dense = [each.elements if isinstance(each, Rows) else each for each in arguments]
    scale = max(1.0, np.abs(expected).max(initial=0), *(np.abs(each).max(initial=0) for each in dense))
    np.testing.assert_allclose(found.detach().numpy() / scale**2, expected / scale**2, rtol=1e-3, atol=1e-3)


@given(samples(externs=False, data=True))
@budget(50)
def test_whole_numbers_become_floats(sample: Sample) -> None:
    """Integers and booleans become torch's default floating type."""
    arguments, _ = uncurry(sample.type)
    assume(arguments)
    neuron, oracle = compiled(sample), oracle_of(sample)
    last = [last_of(each) for each in arguments]
    kinds = [np.bool_, np.int64]
    whole = [
        Sequence(torch.from_numpy(each.elements.astype(np.int64)), torch.tensor(len(each.elements)))
        if isinstance(each, Rows)
        else torch.from_numpy(each.astype(kinds[place % 2]))
        for place, each in enumerate(last)
    ]
    found = run(neuron, *whole)
    assert found.dtype == torch.get_default_dtype()
    np.testing.assert_allclose(found.detach().numpy(), oracle.call(sample.term, *last), rtol=1e-5, atol=1e-5)


def last_of(type: Type) -> Input:
    """The last basis vector."""
    if not isinstance(type, Lst):
        return np.eye(dim(type))[-1].reshape(shape(type))
    one = np.eye(dim(type.element))[-1].reshape(shape(type.element))
    return Rows(np.stack([one] * type.most), np.eye(type.most + 1)[-1])


# Runs that are watched


@given(samples(), SEEDS)
@budget(80)
def test_traces_and_dynamics_agree_with_the_call(sample: Sample, seed: int) -> None:
    neuron = compiled(sample)
    arguments = tensors(inputs(seed, sample.type, 2))
    expected = run(neuron, *arguments).detach().numpy()
    trace = neuron.trace(*arguments)
    found = trace.result if isinstance(trace.result, torch.Tensor) else trace.result.dense()
    close(found, np.broadcast_to(expected, found.shape))
    assert str(trace)
    for entry in trace:
        same = [other for other in trace if other.name == entry.name]
        place = next(place for place, other in enumerate(same) if other is entry)
        assert trace[neuron.probe(entry.name, place)] is entry.value
    # One in a step that never runs has no states, and need not be there.
    states = [entry for entry in trace if entry.kind == "state"]
    ran = Counter([entry.name for entry in states if entry.value.shape[0]])
    shown = Counter([each.name for each in neuron.dynamics(*arguments)])
    assert ran <= shown <= Counter([entry.name for entry in states])
    for dynamics in neuron.dynamics():
        assert len(dynamics.labels) == dynamics.states.shape[-1]


@given(samples(), SEEDS)
@budget(60)
def test_what_a_weight_of_zero_would_see_is_not_seen(sample: Sample, seed: int) -> None:
    """At basis vectors a neuron is its matrix, where the careful code runs for other samples too."""
    arguments = inputs(seed, sample.type, 3)
    assume(arguments)
    neuron = compiled(sample)
    expected = run(neuron, *tensors(arguments)).detach()
    spoilt = on_arrays(np.copy, arguments[0])
    for array in (spoilt.elements, spoilt.weights) if isinstance(spoilt, Rows) else (spoilt,):
        array[1] = np.nan
    found = run(neuron, *tensors([spoilt, *arguments[1:]])).detach()
    batch = torch.broadcast_to(expected, found.shape)
    torch.testing.assert_close(found[[0, 2]], batch[[0, 2]], rtol=1e-9, atol=1e-9)


# Linked parts


@given(samples(externs=True, larger=False), SEEDS)
@budget(80)
def test_externs_need_not_be_linear(sample: Sample, seed: int) -> None:
    """Networks behind externs: application applies them, each sample by itself, all arguments at once."""
    program = program_of(sample)
    neuron = with_parameters(term_of(program, sample), sample.links)
    assume(neuron.externs)
    oracle = Oracle(sample.nat_size, sample.overflow)
    bent = {name: bend(sample.externs[name], table) for name, table in sample.links.items()}
    oracle.declare(
        sample.declarations, lambda name, _: sample.links[name] if name in sample.learned else bent[name][0]
    )
    neuron.link(**{name: bent[name][1] for name in neuron.externs})
    arguments = inputs(seed, sample.type, 2)
    if len(arguments) == 0:
        close(run(neuron), oracle.tensor(sample.term))
        return
    found = run(neuron, *tensors(arguments))
    for index in range(2):
        close(found[index], oracle.call(sample.term, *(each[index] for each in arguments)))


def bend(type: Type, table: np.ndarray) -> tuple[Any, Any]:
    """A map that is not linear, for the oracle and for a neuron; a tensor where there are no arguments."""
    arguments, result = uncurry(type)
    if not arguments:
        return table, torch.from_numpy(table)
    rows = table.reshape(dim(result), *(dim(each) for each in reversed(arguments)))
    axes = "abcdefg"[: len(arguments)]
    on_arrays = f"z{axes[::-1]},{','.join(axes)}->z"
    on_batches = f"z{axes[::-1]},{','.join('n' + axis for axis in axes)}->nz"

    def of_arrays(*given: np.ndarray) -> np.ndarray:
        flat = [each.reshape(-1) for each in given]
        return np.sin(np.einsum(on_arrays, rows, *flat) + 0.5).reshape(shape(result))

    def of_batches(*given: torch.Tensor) -> torch.Tensor:
        assert all(tuple(each.shape[1:]) == shape(of) for each, of in zip(given, arguments, strict=True))
        flat = [each.reshape(len(each), -1) for each in given]
        values = torch.einsum(on_batches, torch.from_numpy(rows).to(flat[0].dtype), *flat)
        return torch.sin(values + 0.5).reshape(-1, *shape(result))

    return of_arrays, of_batches


@given(samples(), SEEDS)
@budget(60)
def test_functions_are_passed_as_matrices_or_callables(sample: Sample, seed: int) -> None:
    arguments, _ = uncurry(sample.type)
    assume(any(isinstance(each, Fun) for each in arguments))
    # A callable takes and returns lists as sequences, not multiplied out as a matrix does.
    taken = [uncurry(each) for each in arguments if isinstance(each, Fun)]
    assume(not any(isinstance(of, Lst) for own, result in taken for of in (*own, result)))
    neuron = compiled(sample)
    values = tensors(inputs(seed, sample.type))
    expected = run(neuron, *values).detach().numpy()
    callables = [
        as_callable(type, value) if isinstance(type, Fun) else value
        for type, value in zip(arguments, values, strict=True)
    ]
    close(run(neuron, *callables), expected)


def as_callable(type: Type, matrix: torch.Tensor) -> Callable[..., torch.Tensor]:
    arguments, result = uncurry(type)
    rows = matrix.reshape(dim(result), *(dim(each) for each in reversed(arguments)))
    axes = "abcdefg"[: len(arguments)]
    rule = f"z{axes[::-1]},{','.join('n' + axis for axis in axes)}->nz"

    def function(*given: torch.Tensor) -> torch.Tensor:
        flat = [each.reshape(len(each), -1) for each in given]
        return torch.einsum(rule, rows, *flat).reshape(-1, *shape(result))

    return function


# Automatic copies and drops, reusable parameters


@given(samples(auto=True), SEEDS)
@budget(120)
def test_auto_distributes_data_over_its_basis(sample: Sample, seed: int) -> None:
    """Whatever is put in, the program is linear in each variable, and on the basis it is what is written."""
    neuron, oracle = compiled(sample), oracle_of(sample)
    close(neuron.matrix(), oracle.tensor(sample.term))
    arguments = inputs(seed, sample.type)
    close(run(neuron, *tensors(arguments)), oracle.call(sample.term, *arguments))


@given(samples(auto=True))
@budget(80)
def test_what_auto_puts_in_is_a_program(sample: Sample) -> None:
    """Shown with its copies and drops, it is one that the strict rules accept, of the same meaning.

    So is the definition that the strict program then shows as read.
    """
    program = Program(nat_size=sample.nat_size, overflow=sample.overflow, auto=True)
    results = program.run(sample.source)
    results += program.run(f"def main : {program.type(pretty(sample.term))} = {pretty(sample.term)}")
    strict = Program(nat_size=sample.nat_size, overflow=sample.overflow)
    strict.run("\n".join(result.elaborated or result.text for result in results))
    expected = oracle_of(sample).tensor(sample.term)
    close(with_parameters(strict.compile("main"), sample.links).matrix(), expected)
    strict.run(next(stage.text for stage in strict.stages("main") if stage.name == "check"))
    close(with_parameters(strict.compile("main"), sample.links).matrix(), expected)


@given(samples(auto=True, externs=False, data=True))
@budget(60)
def test_evaluation_with_auto(sample: Sample) -> None:
    assume(not uncurry(sample.type)[0])
    oracle = oracle_of(sample)
    agrees(program_of(sample), pretty(sample.term), oracle.tensor(sample.term).reshape(-1), sample, oracle)


@given(samples(whole=True), SEEDS)
@budget(80)
def test_reusable_parameters(sample: Sample, seed: int) -> None:
    """A definition with all its parameters agrees with the oracle, and has a matrix if none is reusable."""
    neuron, oracle = compiled(sample), oracle_of(sample)
    arguments = inputs(seed, sample.type, 2)
    assume(arguments)
    found = run(neuron, *tensors(arguments))
    for index in range(2):
        close(found[index], oracle.call(sample.term, *(each[index] for each in arguments)))
    definition = sample.declarations[-1]
    assert isinstance(definition, tree.Def)
    reusable = sum(param.reusable for param in definition.params)
    if reusable:
        with pytest.raises(CajalError):
            neuron.matrix()
    given_ = [each[0] for each in arguments[:reusable]]
    rest = run(neuron, *tensors(given_)) if reusable else neuron.matrix()
    close(rest, oracle.call(sample.term, *given_))


@given(samples(whole=True, externs=False), SEEDS)
@budget(80)
def test_the_degree_bounds_the_polynomial(sample: Sample, seed: int) -> None:
    """Along a line in one argument, differences of an order above its degree are zero."""
    neuron = compiled(sample)
    assume(not any(isinstance(each, Rows) for each in inputs(seed, sample.type)))
    fixed, direction = (tensors(inputs(each, sample.type)) for each in (seed, seed + 1))
    rank = len(shape(uncurry(sample.type)[1]))
    for index, argument in enumerate(neuron.arguments):
        assert argument.degree is not None
        count = argument.degree + 2
        # With more points, rounding hides the differences.
        if count > 7:
            continue
        steps = torch.arange(count, dtype=torch.float64).reshape(-1, *[1] * fixed[index].ndim) / count
        line = [*fixed]
        line[index] = fixed[index] + steps * direction[index]
        found = run(neuron, *line)
        found = found.expand(count, *found.shape[found.ndim - rank :])
        signs = [(-1.0) ** i * math.comb(count - 1, i) for i in range(count)]
        difference = torch.tensordot(torch.tensor(signs, dtype=torch.float64), found, 1)
        assert difference.abs().max() <= 1e-8 * max(1.0, float(found.abs().max()))


# The printer


@given(samples())
@budget(120)
def test_printed_programs_stay_checked(sample: Sample) -> None:
    """What was printed and read again has the same type, and prints the same."""
    program = program_of(sample)
    once = pretty(sample.term)
    [item] = parse(Source("again", once))
    assert pretty(item) == once
    assert program.type(pretty(item)) == program.type(once)
