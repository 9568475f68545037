"""What is kept of a run of a neuron: the states of recurrences, and named values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from torch import Tensor

from cajal_core.base import tys
from cajal_core.base.source import Span
from cajal_core.checking.spelling import nearest
from cajal_core.diagnostics.calls import NotTraced
from cajal_core.diagnostics.errors import CajalError
from cajal_core.ir import graph as ir


@dataclass(frozen=True, slots=True)
class Dynamics:
    r"""How the states of one `iter` or `fold` evolved.

    `states` has shape `(steps, *batch, dim)` and holds Sⁱ b for i = 0 … steps-1; `weights`, of shape
    `(*batch, steps)`, is the count: the result is Σ_i weights[i] · states[i] (docs/spec.md, section 3.2).
    `name` is the step's variable and `span` the `iter` in the source.

    `transition` is the matrix of the step, whose column j is the image of basis vector j, where the step is
    known to be linear and has at most 256 dimensions; else None. An `iter` in the step of another has several
    `runs` in the last run of that one: for each of its steps the states and the weights. The last is above.

    A `fold` has a step for each element of the longest list. Each reads its own of `elements`, a type and
    a tensor of shape `(steps - 1, *batch, dim)` for each, and so has no one matrix. With `cons` the last
    element is read first, and the states have the weights of the lengths in them: the last state is the
    result, and alone has a weight. With `snoc` the weights are those of the lengths.

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
    elements: tuple[tuple[tys.Type, Tensor], ...] = ()

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
    `Trace.at` has the value at one step.

    `parent` is the call of a definition or the `iter` that it is evaluated in, by its place in the trace, and
    `over` has the places of the `iter`s over whose steps the value runs, outermost first. What does not
    depend on a step is computed once, and does not run over it. `weights` are those of the steps of a state
    in the count: of shape `(*value.shape[:steps], *batch)`. A step past the count has the weight 0. `is_fold`
    says that the state is that of a `fold`, whose steps and weights are as in `Dynamics`.

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
    parent: int | None = None
    over: tuple[int, ...] = ()
    weights: Tensor | None = None
    is_fold: bool = False


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


_Named = TypeVar("_Named", Traced, ir.Mark)


def chosen(entries: Sequence[_Named], name: str, index: int) -> _Named:
    """The entry of a name that is at some place among those of the name.

    Raises:
        CajalError: if there is none.
    """
    of_name = [entry for entry in entries if entry.name == name]
    if not -len(of_name) <= index < len(of_name):
        names = Counter([entry.name for entry in entries])
        raise CajalError(NotTraced(name, index, names, () if of_name else nearest(name, names)))
    return of_name[index]
