"""What is kept of a run of a neuron for its trace and its dynamics."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import torch
from torch import Tensor

from cajal_core.backend.values.sequence import Sequence as Lists
from cajal_core.backend.watch.trace import Trace
from cajal_core.backend.watch.traced import Dynamics, Traced
from cajal_core.base import tys
from cajal_core.diagnostics.calls import SeveralLengths
from cajal_core.diagnostics.errors import CajalError
from cajal_core.ir import graph as ir
from cajal_core.ir.analysis import recurrences


class Recorder:
    """Keeps the states and the marked values of one run of a graph.

    `transitions` are the recurrences, by number, whose matrix of the step is kept too.
    """

    def __init__(self, graph: ir.Graph, transitions: Collection[int] = ()) -> None:
        self._graph = graph
        self._loops = recurrences(graph)
        #: For each recurrence its runs; inside a step there are several.
        self._runs: dict[int, list[Dynamics]] = {}
        #: For each state the same, summed over the axes over which `copy` and pairs taken apart spread it.
        self._summed: dict[ir.Value, list[tuple[Tensor, Tensor]]] = {}
        self._values: dict[int, list[Tensor]] = {}
        #: What callables returned, in the order of evaluation, of shape (*batch, *axes, dim).
        self.answers: list[Tensor] = []
        self._marks = {mark.value: mark for mark in graph.marks if mark.kind == "state"}
        self._transitions = transitions
        self._matrices: dict[int, Tensor] = {}
        self._is_paused = False
        #: Folds that ran once for each length, of which there is no one sequence of states.
        self._several: list[ir.Iterate] = []

    def begin(self) -> None:
        """A run begins, perhaps once more, since numbers that are not finite got in the way of the first."""
        self._runs.clear()
        self._summed.clear()
        self._values.clear()
        self._matrices.clear()
        self.answers.clear()
        self._several.clear()

    def several_runs(self, number: int) -> None:
        """A fold runs once for each length, from its end on."""
        self._several.append(self._loops[number])

    def check_states(self) -> None:
        """Refuses a run whose recurrences are not one sequence of states each.

        Raises:
            CajalError: if a fold has run once for each length.
        """
        for loop in self._several:
            raise CajalError(SeveralLengths(loop.span, loop.name))

    def answer(self, answer: Tensor) -> None:
        """What a callable returned. It may be a tensor of its own, which it changes later."""
        if self._is_paused:
            return
        self.answers.append(answer.clone())

    def states(
        self, number: int, states: list[Tensor], weights: Tensor, items: Sequence[Sequence[Tensor]] | None
    ) -> None:
        """States of shape (*batch, dim) for each step, and weights of shape (*batch, steps).

        `items` are what each step but the first state's reads beside the state.
        """
        if self._is_paused:
            return
        loop = self._loops[number]
        run = Dynamics(loop.name, loop.state.type, *_together(states, weights), loop.span)
        if items:
            read = zip(loop.items, zip(*items, strict=True), strict=True)
            run = replace(run, elements=tuple([(item.type, _stacked([*parts])) for item, parts in read]))
        self._runs.setdefault(number, []).append(run)
        mark = self._marks.get(loop.state)
        if mark and all(value.number in self._values for _, value in mark.weighed):
            axes = loop.state.axes
            summed = [self._over(state, axes, mark) for state in states]
            run = _together(summed, self._over(weights, axes, mark))
            self._summed.setdefault(loop.state, []).append(run)

    def _over(self, vectors: Tensor, axes: tuple[ir.Axis, ...], mark: ir.Mark) -> Tensor:
        """Vectors (*batch, *axes, dim), summed over the axes of a mark with their weights."""
        for over, value in mark.weighed:
            row = self._values[value.number][-1].unflatten(-1, [axis.size for axis in over]).unsqueeze(-1)
            every = tuple(sorted({*axes, *value.axes, *over}))
            places = [every.index(axis) - len(every) - 1 for axis in over]
            products = _aligned(row, {*value.axes, *over}, every) * _aligned(vectors, {*axes}, every)
            vectors, axes = products.sum(places), tuple([axis for axis in every if axis not in over])
        return vectors

    def mark(self, number: int, value: Tensor) -> None:
        """A marked value, once, or once a step. It may be a constant or a link, which others share."""
        if self._is_paused:
            return
        self._values.setdefault(number, []).append(value.clone())

    def transition(self, number: int, matrix: Callable[[], Tensor]) -> None:
        """The matrix of a linear step, (*batch, D, D) with row j the image of e_j, which is run for it."""
        if number in self._transitions and number not in self._matrices and not self._is_paused:
            with self.paused():
                self._matrices[number] = matrix().mT

    @contextmanager
    def paused(self) -> Generator[None]:
        """What runs in the block is not kept."""
        was_paused, self._is_paused = self._is_paused, True
        try:
            yield
        finally:
            self._is_paused = was_paused

    @property
    def dynamics(self) -> list[Dynamics]:
        """Those of every recurrence that ran; of one in a step, those in its last run.

        Raises:
            CajalError: as `check_states` does.
        """
        self.check_states()
        chains = dict(_chains(self._graph.assignments, ()))
        # A fold has as many steps as the longest list of the run has elements.
        steps = {self._loops[number].state: len(runs[-1].states) - 1 for number, runs in self._runs.items()}
        made = list[Dynamics]()
        for number, runs in sorted(self._runs.items()):
            state = self._loops[number].state
            if state not in self._marks:
                continue
            outer = chains[state][:-1]
            count = math.prod([steps[each] for each in outer]) if outer else 0
            last = tuple([(run.states, run.weights) for run in runs[len(runs) - count :]])
            made.append(replace(runs[-1], transition=self._matrices.get(number), runs=last))
        return made

    def trace(self, result: Tensor | Lists, batch: tuple[int, ...]) -> Trace:
        """The trace of the run, which has gone over a batch of a shape."""
        chains = dict(_chains(self._graph.assignments, ()))
        places = {mark.value: place for place, mark in enumerate(self._graph.marks) if mark.kind == "state"}
        like = result if isinstance(result, Tensor) else result.elements
        entries = [self._entry(mark, chains.get(mark.value, ()), places, like) for mark in self._graph.marks]
        return Trace(result, self._graph.result.type, tuple(entries), batch)

    def _entry(
        self, mark: ir.Mark, chain: tuple[ir.Value, ...], places: dict[ir.Value, int], like: Tensor
    ) -> Traced:
        """The values of a mark that is inside the recurrences of these states."""
        type, weights = mark.value.type, None
        if mark.kind == "state":
            runs = self._summed.get(mark.value, [])
            steps, several = min(len(chain), 2), len(chain) > 1
            values = [states for states, _ in runs]
            counts = [counts for _, counts in runs] or [like.new_zeros([0] * steps)]
            weights = (_stacked(counts) if several and runs else counts[0]).movedim(-1, steps - 1)
        else:
            values = self._values.get(mark.value.number, [])
            steps, several = int(bool(chain)), bool(chain)
        if not values:  # a step that never runs
            values, several = [like.new_zeros(*[0] * steps, tys.dim(type))], False
        value = (_stacked(values) if several else values[0]).unflatten(-1, tys.shape(type))
        over = tuple([places[state] for state in chain])
        loops = [loop for loop in self._loops if loop.state == mark.value] if mark.kind == "state" else []
        is_fold = any(loop.over is not None for loop in loops)
        return Traced(
            mark.kind, mark.name, type, mark.span, value, steps, mark.parent, over, weights, is_fold
        )


def _chains(
    assignments: tuple[ir.Assignment, ...], outer: tuple[ir.Value, ...]
) -> Iterator[tuple[ir.Value, tuple[ir.Value, ...]]]:
    """For each value in a step the states of the recurrences around it, outermost first."""
    for assignment in assignments:
        if outer:
            yield assignment.target, outer
        if isinstance(assignment.operation, ir.Iterate):
            inside = (*outer, assignment.operation.state)
            for value in (assignment.operation.state, *assignment.operation.items):
                yield value, inside
            yield from _chains(assignment.operation.step, inside)


def _aligned(tensor: Tensor, axes: Collection[ir.Axis], every: Sequence[ir.Axis]) -> Tensor:
    """A tensor (*batch, *axes, dim) with a dimension for each of more axes."""
    return tensor[(..., *(slice(None) if axis in axes else None for axis in every), slice(None))]


def _together(states: list[Tensor], weights: Tensor) -> tuple[Tensor, Tensor]:
    """States (steps, *batch, dim) and weights (*batch, steps), over the batch of both."""
    batch = torch.broadcast_shapes(weights.shape[:-1], *(state.shape[:-1] for state in states))
    # Over the part of the batch that the states do not depend on, they take no memory.
    own = torch.stack(torch.broadcast_tensors(*states))
    leading = [1] * (len(batch) - own.ndim + 2)
    stacked = own.reshape(len(states), *leading, *own.shape[1:]).expand(-1, *batch, -1)
    return stacked, weights.clone().expand(*batch, weights.shape[-1])


def _stacked(values: list[Tensor]) -> Tensor:
    return torch.stack(list(torch.broadcast_tensors(*values)))
