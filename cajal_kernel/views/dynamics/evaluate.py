"""Runs a neuron for the states and the weights of its recurrences."""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

import cajal_core as cajal
from cajal_kernel.errors import MagicError
from cajal_kernel.views.basis import Axis
from cajal_kernel.views.dynamics.inputs import Input, argument_input, bound_input
from cajal_kernel.views.dynamics.runs import Run, Runs
from cajal_kernel.views.lists import vector_list
from cajal_kernel.views.picture import called

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    Array = NDArray[Any]

PAGE = 2**20
"""The numbers that are sent to a page at most, as far as one input alone has no more."""

LARGEST = 2**22
"""The most numbers of one input that a page is sent."""

CHOSEN = 1024
"""The most basis vectors of an argument in which states are not known to be linear, that are run at once."""


def neuron_runs(
    title: str, neuron: cajal.Neuron, given: Sequence[Any] = (), held: Collection[int] = ()
) -> Runs:
    """Every `iter` and `fold` that runs in a neuron. `given` are values of its first arguments, perhaps None.

    States are computed at every basis vector of the arguments that they depend on, where they are few enough.
    The arguments at the places `held` stay as they are given.

    Raises:
        MagicError: if none runs, or if one input alone has too many states for a page.
        CajalError: as `neuron.dynamics` does.
    """
    recurrences = neuron.recurrences
    if not recurrences:
        raise MagicError(
            f"No `iter` or `fold` runs in {called(title)}, so there are no dynamics to show.",
            "Its matrix can be shown: leave out `--as dynamics`.",
        )
    counts = {place for each in recurrences for place in each.weights_from}
    first = [*given, *[None] * (len(neuron.arguments) - len(given))]
    inputs = [
        argument_input(place, argument, first[place], place in counts)
        for place, argument in enumerate(neuron.arguments)
    ]
    over = _expanded(title, recurrences, inputs, held)
    with neuron.evaluating():
        found = neuron.dynamics(*_batches(neuron, inputs, over))
    runs = [
        _run(recurrence, dynamics, inputs, over)
        for recurrence, dynamics in zip(recurrences, found, strict=True)
    ]
    made = Runs(title, tuple(inputs), tuple(runs))
    return made if given else replace(made, inputs=_telling(made, counts))


def _expanded(
    title: str, recurrences: Sequence[cajal.Recurrence], inputs: Sequence[Input], held: Collection[int]
) -> set[int]:
    """The arguments that run over their basis, the smallest first, as far as a page holds what comes out."""
    longest = max((_length(each) for each in inputs if cajal.list_of(each.type)), default=0)

    def steps(each: cajal.Recurrence) -> int:
        """A list that is no argument may be as long as its type says."""
        lists = any(cajal.list_of(inputs[place].type) for place in each.weights_from)
        return min(each.steps, longest + 1) if each.order and lists else each.steps

    def numbers(over: set[int]) -> int:
        total, runs = 0, [1] * len(recurrences)
        for place, each in enumerate(recurrences):
            if each.inside is not None:
                runs[place] = runs[each.inside] * (steps(recurrences[each.inside]) - 1)
            axes = math.prod(map(cajal.dim, each.axes))
            samples = math.prod(inputs[position].dim for position in over.intersection(each.states_from))
            weighs = math.prod(inputs[position].dim for position in over.intersection(each.weights_from))
            total += runs[place] * steps(each) * axes * samples * cajal.dim(each.type)
            total += runs[place] * steps(each) * axes * weighs if each.count is None else 0
        return total

    if numbers(set()) > LARGEST:
        largest = max(recurrences, key=lambda each: steps(each) * cajal.dim(each.type))
        many = f"{numbers(set()):,} numbers"
        raise MagicError(
            f"The states of `{largest.name}` in {called(title)} are {many}, too many for a page.",
            "Make Nat smaller.",
        )
    needed = {place for each in recurrences for place in each.states_from}
    needed |= {place for each in recurrences if each.count is None for place in each.weights_from}
    needed -= {place for place, each in enumerate(inputs) if cajal.list_of(each.type)}
    nonlinear = {place for each in recurrences for place in each.nonlinear}
    chosen = set[int]()
    for place in sorted(needed - set(held), key=lambda place: inputs[place].dim):
        of_data = cajal.is_data(inputs[place].type) and inputs[place].dim <= CHOSEN
        if place in nonlinear and not of_data:
            continue
        if numbers({*chosen, place}) <= PAGE:
            chosen.add(place)
    return chosen


def _length(value: Input) -> int:
    """How long a list is at most."""
    _, most = cajal.list_of(value.type) or (None, 0)
    return int(np.flatnonzero(value.value[-most - 1 :]).max(initial=0))


def _batches(neuron: cajal.Neuron, inputs: Sequence[Input], over: set[int]) -> list[Tensor | cajal.Sequence]:
    """The arguments of a call, each on a batch dimension of its own, where some run over their basis."""
    import torch

    like = next(iter(neuron.parameters()), torch.empty(0))
    tensors: list[Tensor | cajal.Sequence] = []
    for place, each in enumerate(inputs):
        if cajal.list_of(each.type):
            one = vector_list(torch.tensor(each.value).to(like.device, like.dtype), each.type)
            batch = [1] * len(inputs)
            elements = one.elements.reshape(*batch, *one.elements.shape)
            tensors.append(cajal.Sequence(elements, one.lengths.reshape(*batch, -1), one.most))
            continue
        rows = torch.eye(each.dim) if place in over else torch.tensor(each.value).reshape(1, -1)
        batch = [1] * len(inputs)
        batch[place] = len(rows)
        tensors.append(rows.reshape(*batch, *cajal.shape(each.type)).to(like.device, like.dtype))
    return tensors


def _run(recurrence: cajal.Recurrence, found: cajal.Dynamics, inputs: list[Input], over: set[int]) -> Run:
    """One recurrence. Values that are taken apart around it and are no arguments become inputs."""
    ranks = found.states.ndim - 2 - len(recurrence.axes)  # 0, or one for each argument
    dims = [
        _Dims((place,), place, place in recurrence.states_from, place in recurrence.weights_from)
        for place in range(ranks)
    ]
    for source, group in itertools.groupby(enumerate(recurrence.sources), key=lambda pair: pair[1]):
        places = [place for place, _ in group]
        size = math.prod(cajal.dim(recurrence.axes[place]) for place in places)
        # An argument of which only a part is taken apart is bound value by bound value.
        is_whole = source is not None and size == inputs[source].dim
        for part in [places] if is_whole else [[place] for place in places]:
            if not is_whole:
                inputs.append(bound_input(recurrence.axes[part[0]]))
            dims.append(
                _Dims(
                    tuple(ranks + place for place in part),
                    source if is_whole and source is not None else len(inputs) - 1,
                    any(place in recurrence.states_over for place in part),
                    any(place in recurrence.weights_over for place in part),
                )
            )
    pairs = found.runs or ((found.states, found.weights),)
    states = _reduced([_entries(each) for each, _ in pairs], dims, [each.states for each in dims], 1)
    weights = _reduced([_entries(each) for _, each in pairs], dims, [each.weights for each in dims], 0)
    matrix = None if found.transition is None else _entries(found.transition)
    size = states.shape[-1]
    depends = {*recurrence.states_from, *(recurrence.weights_from if recurrence.count is None else ())}
    fixed, counted = depends - over, recurrence.count is not None
    return Run(
        Axis(recurrence.name, str(recurrence.type), tuple(found.labels)),
        cajal.sizes(recurrence.type),
        recurrence.span.line,
        states.shape[1],
        states,
        tuple([each.input for each in dims if each.states and each.input not in fixed]),
        None if counted else weights,
        tuple([each.input for each in dims if each.weights and not counted and each.input not in fixed]),
        recurrence.count,
        tuple(sorted(fixed)),
        recurrence.nonlinear,
        recurrence.inside,
        matrix.reshape(size, size) if matrix is not None and matrix.size == size * size else None,
        recurrence.opaque,
        recurrence.order,
        _elements(found) if recurrence.inside is None else (),
    )


def _elements(found: cajal.Dynamics) -> tuple[tuple[Axis, tuple[int, ...] | None, Array], ...]:
    """What the steps of a fold read, where it is the same at all basis vectors that the states run over."""
    made: list[tuple[Axis, tuple[int, ...] | None, Array]] = []
    for type, tensor in found.elements:
        rows = _entries(tensor).reshape(len(tensor), -1, cajal.dim(type))
        if (rows == rows[:, :1]).all():
            axis = Axis("", str(type), tuple(cajal.labels(type)))
            made.append((axis, cajal.sizes(type), rows[:, 0].astype(float)))
    return tuple(made)


@dataclass(frozen=True, slots=True)
class _Dims:
    """Dimensions of a batch, by their places, that run over the basis of an input, by its place.

    `states` and `weights` say which of these depend on it.
    """

    places: tuple[int, ...]
    input: int
    states: bool
    weights: bool


def _entries(tensor: Tensor) -> Array:
    """A tensor of any device as an array, which takes no memory where the tensor is expanded."""
    return tensor.detach().cpu().numpy()


def _reduced(tensors: Sequence[Array], dims: Sequence[_Dims], varies: Sequence[bool], axis: int) -> Array:
    """Arrays whose batch begins at `axis`, stacked, with one dimension for each input that they vary over."""
    shape = list(tensors[0].shape[:axis])
    index: list[slice] = [slice(None)] * axis
    for each, is_kept in zip(dims, varies, strict=True):
        size = math.prod(tensors[0].shape[axis + place] for place in each.places)
        index += [slice(None) if is_kept else slice(0, 1)] * len(each.places)
        if is_kept and size > 1:
            shape.append(size)
    shape += tensors[0].shape[-1:]
    return np.stack([each[tuple(index)].reshape(shape) for each in tensors])


def _telling(made: Runs, counts: set[int]) -> tuple[Input, ...]:
    """Inputs at which something happens: 1 in place of 0, and as many steps as there are states for."""
    inputs, run = list(made.inputs), made.runs[made.main]

    def last() -> int:
        """The last step whose state is not zero."""
        states = run.at([each.value for each in inputs])[0]
        return max((step for step in range(run.steps) if states[step].any()), default=0)

    for each in made.runs:
        for place in set(each.weighs) - set(each.over) - counts:
            inputs[place] = replace(inputs[place], value=np.eye(inputs[place].dim)[-1])
    if run.count is None:
        return tuple(inputs)
    for place in run.over:
        each = inputs[place]
        if place in counts or each.axis.labels[:2] != ("0", "1") or last() < run.steps - 1:
            continue
        inputs[place] = replace(each, value=np.eye(each.dim)[1])
        if last() < run.steps - 1:
            inputs[place] = each
    counted = np.zeros(run.steps)
    counted[last()] = 1
    inputs[run.count] = replace(inputs[run.count], value=counted)
    return tuple(inputs)
