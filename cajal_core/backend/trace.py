"""What a run of a neuron shows besides its result: the states of recurrences, and named values.

It has over 300 lines, because what is shown stands beside what keeps it during a run.
"""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import torch
from torch import Tensor

from cajal_core.base import tys
from cajal_core.base.source import Span
from cajal_core.diagnostics.calls import NotTraced
from cajal_core.diagnostics.errors import CajalError
from cajal_core.ir import graph as ir
from cajal_core.ir.analysis import loops_in, recurrences

#: A table shows so many characters of a name, steps of an `iter`, and entries of a vector.
_NAME, _STEPS, _LARGEST = 32, 12, 4
#: What may be lacking of a distribution's sum, by rounding.
_SUM = 5e-3


@dataclass(frozen=True, slots=True)
class Dynamics:
    r"""How the states of one `iter` evolved.

    `states` has shape `(steps, *batch, dim)` and holds Sⁱ b for i = 0 … steps-1; `weights`, of shape
    `(*batch, steps)`, is the count: the result is Σ_i weights[i] · states[i] (docs/spec.md, section 3.2).
    `name` is the step's variable and `span` the `iter` in the source.

    `transition` is the matrix of the step, whose column j is the image of basis vector j, where the step is
    known to be linear and has at most 256 dimensions; else None. An `iter` in the step of another has several
    `runs` in the last run of that one: for each of its steps the states and the weights. The last is above.

    Example:
        >>> import cajal_core as cajal
        >>> import torch
        >>> term = r"\n:Nat[3]. iter n { zero => true | succ b => if b then false else true }"
        >>> [dynamics] = cajal.Program().compile(term).dynamics(torch.tensor([0.0, 0.0, 1.0]))
        >>> print(dynamics.name, dynamics.labels, dynamics.weights.tolist())
        b ['true', 'false'] [0.0, 0.0, 1.0]
        >>> dynamics.states
        tensor([[1., 0.],
                [0., 1.],
                [1., 0.]])
    """

    name: str
    type: tys.Type
    states: Tensor
    weights: Tensor
    span: Span
    transition: Tensor | None = None
    runs: tuple[tuple[Tensor, Tensor], ...] = ()

    @property
    def labels(self) -> list[str]:
        """Names of the coordinates of a state."""
        return list(tys.labels(self.type))


@dataclass(frozen=True, slots=True)
class Traced:
    r"""A named sub-term and its value, of shape `(*batch, *shape of its type)`.

    `kind` tells what it is: a `let`, a `call` of a definition, of an `extern`, a `learn` tensor or an
    `argument` of function type, a `condition`, or the `state` of an `iter`. A condition is named as it is
    written: `if odd x`.

    Inside the step of an `iter`, and for its state, the shape begins with the steps: `steps` is 1. For the
    state of an `iter` inside another's step it is 2: the runs of the inner one come first, then its steps.

    Example:
        >>> import cajal_core as cajal
        >>> import torch
        >>> neuron = cajal.Program().compile(r"\x:Bool. let y = x in if y then false else true")
        >>> for traced in neuron.trace(torch.tensor([1.0, 0.0])):
        ...     print(traced.kind, traced.name, traced.span.text, traced.value)
        let y x tensor([1., 0.])
        condition if y y tensor([1., 0.])
    """

    kind: ir.Kind
    name: str
    type: tys.Type
    span: Span
    value: Tensor
    steps: int


@dataclass(frozen=True, slots=True)
class Probe:
    r"""One of the values that every trace of a neuron has: of those of a name the one at `index`, from 0.

    Example:
        >>> import cajal_core as cajal
        >>> import torch
        >>> program = cajal.load("def not (x : Bool) : Bool = if x then false else true")
        >>> neuron = program.compile(r"\x:Bool. not (not x)")
        >>> probe = neuron.probe("not", 1)
        >>> print(probe.span.text, probe.type, neuron.trace(torch.tensor([1.0, 0.0]))[probe])
        not (not x) Bool tensor([1., 0.])
    """

    name: str
    index: int
    kind: ir.Kind
    type: tys.Type
    span: Span


@dataclass(frozen=True, slots=True)
class Trace:
    r"""A run of a neuron: its result, and every named sub-term in the order of evaluation.

    `trace["y"]` is the first value of that name, `trace["y", 1]` the second, which is also
    `trace[neuron.probe("y", 1)]`. `str()` is a table with the values for the first of the batch: a basis
    vector by its name, any other by its largest entries, with a note where it is no distribution.

    Example:
        >>> import cajal_core as cajal
        >>> import torch
        >>> neuron = cajal.Program().compile(r"\x:Bool. let y = x in if y then false else true")
        >>> trace = neuron.trace(torch.tensor([0.9, 0.1]))
        >>> print(trace)
        where  what       name  type  first of the batch
        1:18   let        y     Bool  true 0.9, false 0.1
        1:26   condition  if y  Bool  true 0.9, false 0.1
               result           Bool  false 0.9, true 0.1
        >>> trace["if y"], trace.result
        (tensor([0.9000, 0.1000]), tensor([0.1000, 0.9000]))
    """

    result: Tensor
    type: tys.Type
    entries: tuple[Traced, ...]

    def __getitem__(self, which: str | tuple[str, int] | Probe) -> Tensor:
        """The value of a sub-term by its name, by name and place among those of that name, or by its probe.

        Raises:
            CajalError: if there is none.
        """
        match which:
            case str():
                name, index = which, 0
            case Probe():
                name, index = which.name, which.index
            case (name, index):
                pass
        return chosen(self.entries, name, index).value

    def __contains__(self, name: object) -> bool:
        return any(entry.name == name for entry in self.entries)

    def __iter__(self) -> Iterator[Traced]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def __str__(self) -> str:
        several = len({entry.span.source.name for entry in self.entries}) > 1
        rows = [("where", "what", "name", "type", "first of the batch")]
        for entry in self.entries:
            where = f"{entry.span.source.name}:" * several + f"{entry.span.line}:{entry.span.column}"
            name = entry.name if len(entry.name) <= _NAME else f"{entry.name[: _NAME - 1]}…"
            shown = _shown(entry.value, entry.type, entry.steps)
            rows.append((where, entry.kind, name, str(entry.type), shown))
        rows.append(("", "result", "", str(self.type), _shown(self.result, self.type, 0)))
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        return "\n".join(
            "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4]])
            for row in rows
        )


_Named = TypeVar("_Named", Traced, ir.Mark)


def chosen(entries: Sequence[_Named], name: str, index: int) -> _Named:
    """The entry of a name that is at some place among those of the name.

    Raises:
        CajalError: if there is none.
    """
    of_name = [entry for entry in entries if entry.name == name]
    if not -len(of_name) <= index < len(of_name):
        raise CajalError(NotTraced(name, index, Counter([entry.name for entry in entries])))
    return of_name[index]


class Recorder:
    """Keeps the states and the marked values of one run of a graph.

    `transitions` are the recurrences, by number, whose matrix of the step is kept too.
    """

    def __init__(self, graph: ir.Graph, transitions: Collection[int] = ()) -> None:
        self._graph = graph
        self._loops = recurrences(graph)
        #: For each recurrence its runs; inside a step there are several.
        self._runs: dict[int, list[Dynamics]] = {}
        self._values: dict[int, list[Tensor]] = {}
        self._matrices: dict[int, Tensor] = {}
        self._transitions = transitions
        self._is_paused = False
        #: What callables returned, in the order of evaluation, of shape (*batch, *axes, dim).
        self.answers: list[Tensor] = []

    def begin(self) -> None:
        """A run begins, perhaps once more, since numbers that are not finite got in the way of the first."""
        self._runs.clear()
        self._values.clear()
        self._matrices.clear()
        self.answers.clear()

    def answer(self, answer: Tensor) -> None:
        """What a callable returned. It may be a tensor of its own, which it changes later."""
        if self._is_paused:
            return
        self.answers.append(answer.clone())

    def states(self, number: int, states: list[Tensor], weights: Tensor) -> None:
        """States of shape (*batch, dim) for each step, and weights of shape (*batch, steps)."""
        if self._is_paused:
            return
        loop = self._loops[number]
        batch = torch.broadcast_shapes(weights.shape[:-1], *(state.shape[:-1] for state in states))
        # Over the part of the batch that the states do not depend on, they take no memory.
        own = torch.stack(torch.broadcast_tensors(*states))
        leading = [1] * (len(batch) - own.ndim + 2)
        stacked = own.reshape(len(states), *leading, *own.shape[1:]).expand(-1, *batch, -1)
        spread = weights.clone().expand(*batch, weights.shape[-1])
        run = Dynamics(loop.name, loop.state.type, stacked, spread, loop.span)
        self._runs.setdefault(number, []).append(run)

    def mark(self, number: int, value: Tensor) -> None:
        """A marked value, once, or once a step. It may be a constant or a link, which others share."""
        if self._is_paused:
            return
        self._values.setdefault(number, []).append(value.clone())

    def transition(self, number: int, matrix: Callable[[], Tensor]) -> None:
        """The matrix of a linear step, (*batch, D, D) with row j the image of e_j, which is run for it."""
        if number in self._transitions and number not in self._matrices and not self._is_paused:
            self._is_paused = True
            self._matrices[number] = matrix().mT
            self._is_paused = False

    @property
    def dynamics(self) -> list[Dynamics]:
        """Those of every recurrence that ran; of one inside a step, the last."""
        states = {mark.value for mark in self._graph.marks if mark.kind == "state"}
        shown = [each for each in sorted(self._runs.items()) if self._loops[each[0]].state in states]
        outer = {
            inner.state: loop for loop in self._loops for inner in loops_in(loop.step)
        }  # the innermost stands last
        made = list[Dynamics]()
        for number, runs in shown:
            count, loop = 0, self._loops[number]
            while loop := outer.get(loop.state):
                count = max(count, 1) * (loop.weights.dim - 1)
            last = tuple([(run.states, run.weights) for run in runs[len(runs) - count :]])
            made.append(replace(runs[-1], transition=self._matrices.get(number), runs=last))
        return made

    def trace(self, result: Tensor) -> Trace:
        inside = {value for loop in self._loops for value in _assigned(loop)}
        nested = {inner.state for loop in self._loops for inner in loops_in(loop.step)}
        runs = {self._loops[number].state: runs for number, runs in self._runs.items()}
        entries = list[Traced]()
        for mark in self._graph.marks:
            if mark.kind == "state":
                values = [run.states for run in runs.get(mark.value, [])]
                steps, several = 1 + (mark.value in nested), mark.value in nested
            else:
                values = self._values.get(mark.value.number, [])
                steps, several = int(mark.value in inside), mark.value in inside
            type = mark.value.type
            if not values:  # a step that never runs
                values, several = [result.new_zeros(*[0] * steps, tys.dim(type))], False
            value = _stacked(values) if several else values[0]
            entries.append(Traced(mark.kind, mark.name, type, mark.span, _shaped(value, type), steps))
        return Trace(result, self._graph.result.type, tuple(entries))


def _assigned(loop: ir.Iterate) -> Iterator[ir.Value]:
    yield loop.state
    for assignment in loop.step:
        yield assignment.target


def _stacked(values: list[Tensor]) -> Tensor:
    return torch.stack(list(torch.broadcast_tensors(*values)))


def _shaped(value: Tensor, type: tys.Type) -> Tensor:
    return value.unflatten(-1, tys.shape(type))


def _shown(value: Tensor, type: tys.Type, steps: int) -> str:
    """The value for the first of the batch, or the sequence of them over the steps."""
    flat = value.detach().flatten(-len(tys.shape(type)))
    count = math.prod(flat.shape[:steps])
    if not count:
        return "no step"
    rows = flat.reshape(count, math.prod(flat.shape[steps:-1]), flat.shape[-1])
    if not rows.shape[1]:
        return "an empty batch"
    firsts = [row.tolist() for row in rows[:_STEPS, 0].double().cpu()]
    labels = list(tys.labels(type)) if tys.is_data(type) else None
    shown = [f"norm {math.hypot(*row):.3g}" if labels is None else _vector(row, labels) for row in firsts]
    apart = "; " if any(", " in each for each in shown) else ", "
    return apart.join(shown) + (" …" if count > _STEPS else "")


def _vector(entries: list[float], labels: list[str]) -> str:
    """A vector over the basis of a data type."""
    if not any(entries):
        return "the zero vector, as of an overflow"
    places = sorted(range(len(entries)), key=lambda place: (-_size(entries[place]), place))
    first, *others = [place for place in places if entries[place]]
    if entries[first] == 1 and not others:
        return labels[first]
    listed = ", ".join([f"{labels[place]} {entries[place]:.3g}" for place in [first, *others][:_LARGEST]])
    if not all(map(math.isfinite, entries)):
        note = " (not finite)"
    elif min(entries) < 0:
        note = " (no distribution: less than 0)"
    elif abs((total := math.fsum(entries)) - 1) > _SUM:
        note = f" (no distribution: sum {total:.3g})"
    else:
        note = ""
    return listed + ", …" * (len(others) >= _LARGEST) + note


def _size(entry: float) -> float:
    """How large an entry is; what is not finite comes first."""
    return abs(entry) if math.isfinite(entry) else math.inf
