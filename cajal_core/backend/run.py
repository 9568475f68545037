"""One run of emitted code: what it calls, and how its recurrences are run.

It has more than 300 lines, because what is called and what recurs share the state of one run.
"""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, TypeAlias, TypeVar, cast

import torch
from torch import Tensor

from cajal_core.backend import masked
from cajal_core.backend.arguments import Given, Inputs, broadcast, in_dtype
from cajal_core.backend.calls.shared import Joined, portions, shared_modules
from cajal_core.backend.executable import Executable
from cajal_core.backend.finite import absorbing, is_differentiated, is_spoiled, may_look, without_lost
from cajal_core.backend.folds.ends import Order, ends_of, positions_in, run_to_ends
from cajal_core.backend.folds.plan import Choice
from cajal_core.backend.folds.products import by_table, run_products, step_table
from cajal_core.backend.links import Link, call_link, keeps_arguments, multiply
from cajal_core.backend.plan import Method, choice, task_of
from cajal_core.backend.positions import vector_of
from cajal_core.backend.recurrence import (
    Items,
    backwards,
    from_ends,
    last_of,
    run_apart,
    run_guarded,
    run_jumps,
    run_loop,
    run_matrix,
    step_matrix,
    weighted,
    whole_lengths,
)
from cajal_core.backend.values.joined import check_joined
from cajal_core.backend.values.lists import Apart
from cajal_core.backend.values.sequence import Whole, multiplied_out
from cajal_core.backend.watch.recorder import Recorder
from cajal_core.base import tys
from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.runtime import Diverged
from cajal_core.ir import graph as ir
from cajal_core.ir.analysis import SHORT

#: The batch for which compiled code is planned.
COMPILED_BATCH = 64

_Result = TypeVar("_Result")
#: What `call` is given: a callee, the number of axes, and flattened values.
Request: TypeAlias = tuple[Any, ...]


class NotFiniteError(Exception):
    """The plain code met numbers that are not finite, where only the careful code is right."""


def run(
    code: Executable,
    links: Mapping[str, Link],
    inputs: Inputs,
    methods: Mapping[str, Method],
    watch: Recorder | None = None,
) -> Tensor | Apart:
    """The result of some code, (*batch, dim of its type) or held apart, in the dtype of the arguments.

    Arguments of less than single precision are computed with in single precision, in which all sums are
    added up, and `torch.autocast` holds for what is linked alone. Where the result is not finite, the code
    runs again so that zero times whatever is zero.

    Raises:
        CajalError: if a recurrence grows past the largest number.
    """

    def plain(autocast: torch.dtype | None) -> Tensor | Apart:
        return _carefully(Execution(code, links, inputs, methods, watch, autocast))

    return outside_autocast(inputs.device, plain)


def outside_autocast(device: torch.device, run: Callable[[torch.dtype | None], _Result]) -> _Result:
    """What a function returns without the autocast of a device, whose dtype it is given for callables."""
    # Only `meta` has no autocast. torch itself says so, but torch 2.11 does not compile the question.
    if device.type == "meta" or not torch.is_autocast_enabled(device.type):
        return run(None)
    autocast = torch.get_autocast_dtype(device.type)
    with torch.autocast(device.type, enabled=False):
        return run(autocast)


def _carefully(execution: Execution) -> Tensor | Apart:
    """The result by the plain code or, where a number that is not finite gets in the way, by the careful."""
    if execution.is_careful:
        return execution.run()
    try:
        flat = execution.run()
    except NotFiniteError:
        flat = None
    if flat is None or any(map(is_spoiled, flat if isinstance(flat, tuple) else (flat,))):
        return replace(execution, is_careful=True).run()
    return flat


@dataclass(slots=True, eq=False)
class Execution:
    """Serves emitted code. `links` has what is linked or learned under each name, `inputs` the arguments.

    `autocast` is the dtype of the autocast that is to hold for callables.
    """

    code: Executable
    links: Mapping[str, Link]
    inputs: Inputs
    forced: Mapping[str, Method]
    watch: Recorder | None
    autocast: torch.dtype | None = None
    is_careful: bool = False
    #: What is computed in.
    dtype: torch.dtype = field(init=False)
    #: Which callables are known to leave their arguments as they are.
    kept: dict[str | int, bool] = field(init=False)
    #: The whole lengths of lists that joined externs have returned, by name, of each call.
    returned: dict[str, list[Whole]] = field(init=False)
    #: Whole lengths of lists, by the identity of the weights that the code has for them.
    lengths: dict[int, Whole] = field(init=False)

    def __post_init__(self) -> None:
        self.dtype = torch.float32 if self.inputs.dtype.itemsize < 4 else self.inputs.dtype
        self.kept, self.lengths = {}, {}
        self.returned = {name: [] for name in self.code.joined}

    def run(self) -> Tensor | Apart:
        """The flat result, in the dtype of the arguments."""
        emitted = self.code.careful if self.is_careful else self.code.emitted
        if self.watch:
            self.watch.begin()
        constants = self.code.constants(self.dtype, self.inputs.device)
        given = self.inputs.tensors
        if self.dtype != self.inputs.dtype:
            given = [in_dtype(value, self.dtype) for value in given]
        if torch.compiler.is_compiling():  # ONNX has no sums of products over batches of unequal rank
            given = list(map(self._of_batch_rank, self.code.graph.arguments, given))
        self.know_lengths(given)
        code = emitted.masked if masked.is_needed() else emitted.run
        flat = code(given, constants, self.call, self.calls, self.recur, self.watch)
        self.check_returned()
        return cast("Tensor | Apart", in_dtype(flat, self.inputs.dtype))

    def know_lengths(self, given: Sequence[Given]) -> None:
        """Keeps the whole lengths of the lists in what the code is given."""
        self.lengths = {
            id(cast("Apart", given[place])[1]): known for place, known in self.inputs.lengths.items()
        }

    def check_returned(self) -> None:
        """Refuses lists that externs have returned and that are known to differ where they are joined."""
        if self.returned:  # of an extern that was called twice nobody knows which list is meant
            once = {name: lengths[0] for name, lengths in self.returned.items() if len(lengths) == 1}
            check_joined(self.code.graph.joins, self.inputs.lengths, once)

    def _of_batch_rank(self, argument: ir.Argument, value: Given) -> Given:
        """The value with as many batch dimensions as the batch has."""
        if isinstance(value, tuple):
            rank = len(self.inputs.batch)
            elements, weights = value
            return (
                elements.reshape(*[1] * (rank + 2 - elements.ndim), *elements.shape),
                weights.reshape(*[1] * (rank + 1 - weights.ndim), *weights.shape),
            )
        if not isinstance(value, Tensor):
            return value
        missing = len(self.inputs.batch) + len(tys.shape(argument.type)) - value.ndim
        return value.reshape(*[1] * missing, *value.shape)

    def call(self, callee: str | int, axes: int, *arguments: Tensor | Apart) -> Tensor | Apart:
        """A parameter or an argument, applied to flattened values over so many axes."""
        link = self.linked(callee)
        if not isinstance(link, Tensor):
            answer = self._asked(callee, link, arguments)
            if self.watch:
                self.watch.answer(vector_of(*answer) if isinstance(answer, tuple) else answer)
            return answer
        type = self.code.types[callee]
        vectors = [
            multiplied_out(*argument, argument[1].shape[-1] - 1) if isinstance(argument, tuple) else argument
            for argument in arguments
        ]
        factors = link.to(self.dtype), *vectors
        if not self.is_careful:
            return multiply(type, factors[0], axes, vectors)

        def applied(tensor: Tensor, *given: Tensor) -> Tensor:
            return multiply(type, tensor, axes, given)

        return absorbing(applied, *factors)

    def calls(self, *requests: Request) -> list[Tensor]:
        """The results of calls that do not read each other, each as `call` is given it.

        Those of one module are one call, on all of their samples (`backend/calls`).
        """
        # The careful run looks at each result, and what torch compiles at no module and no size.
        if self.is_careful or masked.is_needed():
            return [cast("Tensor", self.call(*request)) for request in requests]
        results: list[Tensor | None] = [None] * len(requests)
        for link, places in shared_modules([self.linked(callee) for callee, *_ in requests]):
            for portion in portions([(place, requests[place][2:]) for place in places]):
                joined = Joined.of([requests[place][2:] for place in portion])
                try:
                    answer = self._asked(requests[portion[0]][0], link, tuple(joined.arguments), is_own=True)
                except NotFiniteError:
                    raise
                except Exception:  # noqa: BLE001, S112  # one of the calls, made by itself, says what is wrong
                    continue
                for place, result in zip(portion, joined.results(cast("Tensor", answer)), strict=True):
                    results[place] = result
        return [
            cast("Tensor", self.call(*request)) if result is None else result
            for request, result in zip(requests, results, strict=True)
        ]

    def _asked(
        self,
        callee: str | int,
        link: Callable[..., Any],
        arguments: tuple[Tensor | Apart, ...],
        is_own: bool = False,
    ) -> Tensor | Apart:
        """What a callable returns for flattened values. With `is_own` these are of no use after the call."""
        type = self.code.types[callee]
        parts = [part for value in arguments for part in (value if isinstance(value, tuple) else (value,))]
        # A callable should never see a NaN that nobody gave.
        if not self.is_careful and any(map(is_spoiled, parts)):
            raise NotFiniteError
        if is_own:
            kept = True
        elif callee in self.kept:
            kept = self.kept[callee]
        else:
            kept = self.kept[callee] = keeps_arguments(link)
        lengths = self.returned.get(callee) if isinstance(callee, str) else None
        kind = "argument" if isinstance(callee, int) else "extern"
        name = self.code.graph.arguments[callee].name if isinstance(callee, int) else callee

        def called(*arguments: Tensor | Apart) -> Any:
            given = [in_dtype(argument, self.inputs.dtype) for argument in arguments]
            if self.autocast is None:
                return call_link(f"the {kind} `{name}`", type, link, given, self.dtype, kept, lengths)
            with torch.autocast(self.inputs.device.type, self.autocast):
                return call_link(f"the {kind} `{name}`", type, link, given, self.dtype, kept, lengths)

        if not self.is_careful:
            return called(*arguments)
        tensors = [argument for argument in arguments if isinstance(argument, Tensor)]
        has_lists = len(tensors) < len(arguments) or isinstance(tys.uncurry(type)[1], tys.List)
        return called(*arguments) if has_lists else without_lost(called, *tensors)

    def linked(self, callee: str | int) -> Link:
        """What stands behind a name, or a position of an argument."""
        # A list is no callee.
        return cast("Link", self.inputs.tensors[callee]) if isinstance(callee, int) else self.links[callee]

    def recur(
        self,
        number: int,
        weights: Tensor,
        base: Tensor,
        step: Callable[..., Tensor],
        jumps: Tensor | None = None,
        inputs: Sequence[Tensor] | None = None,
        order: Order = "snoc",
    ) -> Tensor:
        """Σ_i weights[i] · stepⁱ base, of shapes (..., N) and (..., D). `jumps` is as in `ir.Iterate`.

        The steps read the inputs (n, ..., E), step i what stands at position i.

        Raises:
            CajalError: if a long recurrence grows past the largest number.
        """
        if inputs is not None and not (self.watch or self.is_careful) and may_look(weights):
            ended = self._ended(number, weights, base, step, inputs, order)
            if ended is not None:
                return ended
        items = None if inputs is None else [*zip(*[each.unbind() for each in inputs], strict=True)]
        if self.watch:
            return self._watched(number, weights, base, step, items, order)
        # What cannot be mended later is masked at once.
        is_guarded = self.is_careful or not may_look(weights)
        if items is not None:
            result = self._folded(number, weights, base, step, items, order, is_guarded)
        elif self.is_careful:
            result = run_guarded(weights, base, step)
        else:
            result = self._run(number, weights, base, step, jumps)
        if self.is_careful:
            self._check_finite(number, result, weights, base, *chain(*(items or ())))
        return result

    def _run(
        self,
        number: int,
        weights: Tensor,
        base: Tensor,
        step: Callable[[Tensor], Tensor],
        jumps: Tensor | None,
    ) -> Tensor:
        """The result of a recurrence without inputs."""
        method, matrix = self.method(number, weights, base, step)
        if method == "pointer-jumping" and jumps is not None:
            return run_jumps(weights, base, jumps)
        if matrix is not None:
            return run_matrix(method, weights, base, matrix)
        # What cannot be mended later is masked at once.
        return (run_loop if may_look(weights) else run_guarded)(weights, base, step)

    def method(
        self, number: int, weights: Tensor, base: Tensor, step: Callable[[Tensor], Tensor]
    ) -> tuple[Method, Tensor | None]:
        """How a recurrence without inputs is run, and the matrix of its step where that is taken.

        The method is the one that is forced, if the step allows it, or else the cheapest.
        """
        loop = self.code.loops[number]
        forced = self.forced.get(loop.name)
        is_short = loop.weights.dim <= SHORT and not forced
        if forced == "loop" or is_short or not self.is_linear(number):
            return "loop", None
        matrix = self._linked_step(loop)
        rank = max(weights.ndim - 1, base.ndim - 1, len(self.inputs.batch) + len(loop.state.axes))
        if loop.jumps is not None:
            matrices: tuple[int, ...] = ()
        elif matrix is not None:
            matrices = matrix.shape[:-2]
        else:  # one state tells whether the step varies by sample, before a matrix of it is made
            matrices = step(weights.new_zeros(*[1] * rank, loop.base.dim)).shape[:-1]
        # While torch compiles the batch is a symbol, and the plan must not depend on it.
        is_compiling = torch.compiler.is_compiling()
        batch = broadcast([weights.shape[:-1], base.shape[:-1], matrices]) if not is_compiling else None
        task = task_of(
            loop,
            self.code.works[number],
            COMPILED_BATCH if is_compiling else math.prod(batch or ()),
            any(size != 1 for size in matrices),
            weights.device.type,
        )
        method = choice(task, forced)
        if method in ("loop", "pointer-jumping"):
            return method, None
        return method, step_matrix(step, loop.base.dim, rank, weights) if matrix is None else matrix

    def _linked_step(self, loop: ir.Iterate) -> Tensor | None:
        """The matrix of a step that is no more than one call of a tensor, whose row j is the image of e_j."""
        match loop.step:
            case (ir.Assignment(target, ir.Call(callee, (state,))),) if (state, target) == (
                loop.state,
                loop.result,
            ):
                link = self.linked(ir.key(callee))
                if isinstance(link, Tensor) and not state.axes:
                    return link.to(self.dtype).mT
            case _:
                pass
        return None

    def _folded(
        self,
        number: int,
        weights: Tensor,
        base: Tensor,
        step: Callable[..., Tensor],
        items: Sequence[Items],
        order: Order,
        is_guarded: bool,
    ) -> Tensor:
        """The result of a recurrence with inputs."""
        if order == "snoc":
            return (run_guarded if is_guarded else run_loop)(weights, base, step, items)
        if self.is_linear(number):
            return last_of(backwards(weights, base, step, items, is_guarded=is_guarded))
        rank = len(self.inputs.batch) + len(self.code.loops[number].state.axes)
        return run_apart(weights, base, self._checked(step), items, rank)

    def _ended(
        self,
        number: int,
        weights: Tensor,
        base: Tensor,
        step: Callable[..., Tensor],
        inputs: Sequence[Tensor],
        order: Order,
    ) -> Tensor | None:
        """The result of a recurrence with inputs where each list has one length; None where it has several.

        Then the state that the list ends with is all that is wanted.
        """
        if not self.is_linear(number) or is_differentiated(weights) or not len(inputs[0]):
            return None
        ends = ends_of(weights, self.lengths.get(id(weights)), len(inputs[0]))
        if ends is None:
            return None
        rank = max(weights.ndim, base.ndim, *(each.ndim - 1 for each in inputs)) - 1
        batch = broadcast([weights.shape[:-1], base.shape[:-1], *(each.shape[1:-1] for each in inputs)])
        way, table = self.way(number, ends.longest, math.prod(batch or ()), step, rank, weights)
        if way.method == "products":
            state = run_products(ends, base, step, inputs, order, rank, table)
        else:
            step = step if table is None else by_table(table)
            items = [*zip(*[each.unbind() for each in inputs], strict=True)]

            def read(state: Tensor, position: int) -> Tensor:
                return step(state, *items[position])

            state = run_to_ends(ends, base, read, positions_in(order, ends.longest))
        return state if ends.is_full else weights.sum(-1, keepdim=True) * state

    def way(
        self, number: int, count: int, batch: int, step: Callable[..., Tensor], rank: int, like: Tensor
    ) -> tuple[Choice, Tensor | None]:
        """How a recurrence with inputs is run on lists of so many elements, and the table of its step."""
        loop, is_closed = self.code.loops[number], self.code.is_closed[number]
        way = self.code.way(number, count, batch, like.device.type, self.forced.get(loop.name))
        table = None
        if way.by_table:
            key = number, self.dtype, self.inputs.device
            table = self.code.tables.get(key)
            if table is None:
                table = step_table(step, loop.base.dim, loop.items[0].dim, rank, like)
                if table is not None and is_closed:
                    with torch.inference_mode(mode=False):  # it outlives the call, and serves with gradients
                        self.code.tables[key] = table = table.clone()
        return way, table

    def _checked(self, step: Callable[..., Tensor]) -> Callable[..., Tensor]:
        """A step whose state is finite also where a list has ended, since its gradient would not be."""

        def checked(state: Tensor, *items: Tensor) -> Tensor:
            after = step(state, *items)
            if not self.is_careful and is_spoiled(after):
                raise NotFiniteError
            return after

        return checked

    def _watched(
        self,
        number: int,
        weights: Tensor,
        base: Tensor,
        step: Callable[..., Tensor],
        items: Sequence[Items] | None,
        order: Order,
    ) -> Tensor:
        assert self.watch
        result: Tensor | None = None
        reads = [()] * (weights.shape[-1] - 1) if items is None else items
        weights = weights[..., : len(reads) + 1]
        if order == "snoc":
            states = [base]
            for read in reads:
                states.append(step(states[-1], *read))
        else:
            if self.is_linear(number):
                states = [*backwards(weights, base, step, reads, is_guarded=True)]
                total = torch.ones_like(weights[..., :1])
            else:
                length = whole_lengths(weights)
                if length is None or is_differentiated(weights):  # in a weight it is the state of its own run
                    rank = len(self.inputs.batch) + len(self.code.loops[number].state.axes)
                    with self.watch.paused():
                        result = run_apart(weights, base, step, reads, rank)
                if length is None:  # several runs at once are no sequence of states
                    self.watch.several_runs(number)
                    return cast("Tensor", result)
                states = [*from_ends(length, base, step, reads)]
                total = weights.sum(-1, keepdim=True)
            weights = torch.cat([torch.zeros_like(weights[..., 1:]), total], -1)
        self.watch.states(number, states, weights, items if order == "snoc" else items and items[::-1])
        if items is None:
            rank = max(weights.ndim, base.ndim) - 1
            self.watch.transition(number, lambda: step_matrix(step, base.shape[-1], rank, weights))
        return weighted(weights, states) if result is None else result

    def is_linear(self, number: int) -> bool:
        """Whether a step runs through tensors alone."""
        return all(isinstance(self.linked(callee), Tensor) for callee in self.code.callees[number])

    def _check_finite(self, number: int, result: Tensor, *read: Tensor) -> None:
        """Refuses a result that overflowed, and not one that was given numbers which are not finite."""
        loop = self.code.loops[number]
        given = [*read, *(self.linked(callee) for callee in self.code.callees[number])]
        tensors = [value for value in given if isinstance(value, Tensor)]
        fits = result.to(self.inputs.dtype).isfinite().all()
        if not fits and all(bool(tensor.isfinite().all()) for tensor in tensors):
            raise CajalError(Diverged(loop.span, loop.name, loop.weights.dim))
