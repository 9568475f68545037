"""What a run of a neuron shows besides its result: the states of recurrences, and named values."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from cajal_core.base import tys
from cajal_core.base.source import Span
from cajal_core.ir import graph as ir
from cajal_core.ir.analysis import loops_in, recurrences


@dataclass(frozen=True, slots=True)
class Dynamics:
    r"""How the states of one `iter` evolved.

    `states` has shape `(steps, *batch, dim)` and holds Sⁱ b for i = 0 … steps-1; `weights`, of shape
    `(*batch, steps)`, is the count: the result is Σ_i weights[i] · states[i] (docs/spec.md, section 3.2).
    `name` is the step's variable and `span` the `iter` in the source.

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

    @property
    def labels(self) -> list[str]:
        """Names of the coordinates of a state."""
        return list(tys.labels(self.type))


@dataclass(frozen=True, slots=True)
class Traced:
    r"""A named sub-term and its value, of shape `(*batch, *shape of its type)`.

    Inside the step of an `iter`, and for its state, the shape begins with the steps: `steps` is 1. For the
    state of an `iter` inside another's step it is 2: the runs of the inner one come first, then its steps.

    Example:
        >>> import cajal_core as cajal
        >>> import torch
        >>> neuron = cajal.Program().compile(r"\x:Bool. let y = x in if y then false else true")
        >>> for traced in neuron.trace(torch.tensor([1.0, 0.0])):
        ...     print(traced.kind, traced.name, traced.span.text, traced.value)
        let y x tensor([1., 0.])
        condition if y tensor([1., 0.])
    """

    kind: Literal["let", "call", "condition", "state"]
    name: str
    type: tys.Type
    span: Span
    value: Tensor
    steps: int


@dataclass(frozen=True, slots=True)
class Trace:
    r"""A run of a neuron: its result, and every named sub-term; first those of `let`, calls and conditions in
    the order of evaluation, then the states of each `iter`.

    `str()` is a table, with the likeliest basis vector of each value for the first of the batch.

    Example:
        >>> import cajal_core as cajal
        >>> import torch
        >>> neuron = cajal.Program().compile(r"\x:Bool. let y = x in if y then false else true")
        >>> trace = neuron.trace(torch.tensor([0.9, 0.1]))
        >>> print(trace)
        where  what       name  type  first of the batch
        1:18   let        y     Bool  true (0.90)
        1:26   condition  if    Bool  true (0.90)
        >>> trace["y"], trace.result
        (tensor([0.9000, 0.1000]), tensor([0.1000, 0.9000]))
    """

    result: Tensor
    entries: tuple[Traced, ...]

    def __getitem__(self, name: str) -> Tensor:
        """The value of the first sub-term of that name.

        Raises:
            KeyError: if there is none.
        """
        for entry in self.entries:
            if entry.name == name:
                return entry.value
        raise KeyError(name)

    def __iter__(self) -> Iterator[Traced]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def __str__(self) -> str:
        several = len({entry.span.source.name for entry in self.entries}) > 1
        rows = [
            (
                f"{entry.span.source.name}:" * several + f"{entry.span.line}:{entry.span.column}",
                entry.kind,
                entry.name,
                str(entry.type),
                _shown(entry),
            )
            for entry in self.entries
        ]
        rows.insert(0, ("where", "what", "name", "type", "first of the batch"))
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        return "\n".join(
            "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4]])
            for row in rows
        )


class Recorder:
    """Keeps the states and the marked values of one run of a graph."""

    def __init__(self, graph: ir.Graph) -> None:
        self._graph = graph
        self._loops = recurrences(graph)
        #: For each recurrence its runs; inside a step there are several.
        self._runs: dict[int, list[Dynamics]] = {}
        self._values: dict[int, list[Tensor]] = {}

    def states(self, number: int, states: list[Tensor], weights: Tensor) -> None:
        """States of shape (*batch, dim) for each step, and weights of shape (*batch, steps)."""
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
        self._values.setdefault(number, []).append(value.clone())

    @property
    def dynamics(self) -> list[Dynamics]:
        """Those of every recurrence that ran; of one inside a step, the last."""
        return [runs[-1] for _, runs in sorted(self._runs.items())]

    def trace(self, result: Tensor) -> Trace:
        entries = list[Traced]()
        inside = {value for loop in self._loops for value in _assigned(loop)}
        for mark in self._graph.marks:
            values = self._values.get(mark.value.number, [])
            if values:
                steps = mark.value in inside
                value = _stacked(values) if steps else values[0]
                type = mark.value.type
                entries.append(
                    Traced(mark.kind, mark.name, type, mark.span, _shaped(value, type), int(steps))
                )
        nested = {id(inner) for loop in self._loops for inner in loops_in(loop.step)}
        for number, runs in sorted(self._runs.items()):
            run, steps = runs[0], 2 if id(self._loops[number]) in nested else 1
            states = _stacked([again.states for again in runs]) if steps > 1 else run.states
            value = _shaped(states, run.type)
            entries.append(Traced("state", run.name, run.type, run.span, value, steps))
        return Trace(result, tuple(entries))


def _assigned(loop: ir.Iterate) -> Iterator[ir.Value]:
    yield loop.state
    for assignment in loop.step:
        yield assignment.target


def _stacked(values: list[Tensor]) -> Tensor:
    return torch.stack(list(torch.broadcast_tensors(*values)))


def _shaped(value: Tensor, type: tys.Type) -> Tensor:
    return value.unflatten(-1, tys.shape(type))


def _shown(entry: Traced) -> str:
    """The likeliest basis vector, or the sequence of them over the steps."""
    flat = entry.value.detach().flatten(-len(tys.shape(entry.type)))
    steps = math.prod(flat.shape[: entry.steps])
    firsts = flat.reshape(steps, -1, flat.shape[-1])[:, 0]
    if not tys.is_data(entry.type):
        return f"norm {', '.join(f'{norm:.3g}' for norm in firsts.norm(dim=-1).tolist())}"
    labels = list(tys.labels(entry.type))
    shown = [f"{labels[int(row.argmax())]} ({float(row.max()):.2f})" for row in firsts[:12]]
    return ", ".join(shown) + (" …" if len(firsts) > 12 else "")
