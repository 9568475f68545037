"""A run of a graph in which numbers are kept in range, however small or great the result is.

The graph is walked, operation by operation, with a `Pair` for each value: a tensor and a power of two for
each sample and place. Emitted code has no place for those. The operations are its own, on the tensors
(`operations`), and so are the steps of recurrences, in which almost all of the time is spent: a step that is
linear, with no recurrence in it, runs whole on the tensor of its state, and the state is rescaled behind it.
Other steps are walked too, since a recurrence inside must be scaled itself, and since a callable is given
true values, whatever stands before and behind it.

It has over 300 lines, because the walk and the recurrences that it meets share the state of one run.
"""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import torch
from torch import Tensor

from cajal_core.backend import masked
from cajal_core.backend.arguments import Inputs, broadcast, in_dtype
from cajal_core.backend.executable import Executable
from cajal_core.backend.finite import is_differentiated, is_spoiled, may_look
from cajal_core.backend.folds.ends import Ends, ends_of, positions_in, run_to_ends
from cajal_core.backend.folds.products import by_table
from cajal_core.backend.links import Link
from cajal_core.backend.plan import Method
from cajal_core.backend.recurrence import Jump
from cajal_core.backend.run import Execution, NotFiniteError, Request, outside_autocast
from cajal_core.backend.scaled.loops import Step, apart, backwards, choose, forwards, quick_to_ends
from cajal_core.backend.scaled.operations import Calculator, Value, aligned, full, pair_over, true_arguments
from cajal_core.backend.scaled.pair import (
    Pair,
    aligned_sum,
    exponents_of,
    in_range,
    magnitude,
    rescaled,
    true,
)
from cajal_core.backend.scaled.products import leaps, run_products
from cajal_core.backend.values.sequence import Whole
from cajal_core.ir import graph as ir
from cajal_core.ir.analysis import loops_in
from cajal_core.ir.schedule import together

#: A value that a step reads from outside is read as it is where its exponents are no greater than this.
_PLAIN = 24


def run_scaled(
    code: Executable, links: Mapping[str, Link], inputs: Inputs, methods: Mapping[str, Method]
) -> tuple[Tensor, Tensor]:
    """The result (*batch, dim), whose greatest magnitude is 1 for each sample, and the logs of its scales.

    The logs (*batch) are in float64: rounded to float32, that of e^-5000 leaves three digits of the value.
    Neither needs to be expanded to the batch.
    """

    def run(autocast: torch.dtype | None) -> tuple[Tensor, Tensor]:
        execution = Execution(code, links, inputs, methods, None, autocast)
        try:
            pair = _Walk(execution).run()
        except NotFiniteError:
            pair = None
        if pair is None or is_spoiled(pair.tensor):
            pair = _Walk(replace(execution, is_careful=True)).run()
        return _normal(pair, inputs.dtype)

    return outside_autocast(inputs.device, run)


def _normal(pair: Pair, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    """A pair with a greatest magnitude of 1, and natural logarithms."""
    with torch.no_grad():
        most = magnitude(pair.tensor)
        most = torch.where((most == 0) | ~most.isfinite(), 1.0, most)
        wide = torch.float32 if most.device.type == "mps" else torch.float64
        log = exponents_of(pair).to(wide) * math.log(2) + most.to(wide).log()
    return (pair.tensor / most).to(dtype), log.squeeze(-1)


@dataclass(slots=True, eq=False)
class _Walk:
    execution: Execution
    constants: list[Tensor] = field(init=False)
    inputs: Sequence[Any] = field(init=False)
    functions: Mapping[str, Callable[..., Any]] = field(init=False)
    numbers: Mapping[ir.Value, int] = field(init=False)
    calculator: Calculator = field(init=False)

    def __post_init__(self) -> None:
        execution = self.execution
        code, is_careful = execution.code, execution.is_careful
        operations = code.careful_operations if is_careful else code.operations
        self.functions = operations.masked if masked.is_needed() else operations.functions
        device, dtype = execution.inputs.device, execution.dtype
        self.constants = code.tensors(operations, dtype, device)
        self.inputs = [in_dtype(value, dtype) for value in execution.inputs.tensors]
        execution.know_lengths(self.inputs)
        self.numbers = {loop.state: number for number, loop in enumerate(code.loops)}
        is_careful = is_careful or masked.is_needed()
        self.calculator = Calculator(self._emitted, execution.call, self._is_opaque, is_careful)

    def run(self) -> Pair:
        graph = self.execution.code.graph
        env: dict[ir.Value, Value] = {}
        self._block(graph.assignments, env)
        self.execution.check_returned()
        result = env[graph.result]
        assert isinstance(result, Pair)
        return result

    @property
    def _given(self) -> tuple[Any, ...]:
        """What all emitted code takes."""
        execution = self.execution
        return self.inputs, self.constants, execution.call, execution.calls, execution.recur, None

    def _emitted(self, number: int, *operands: Any) -> Any:
        return self.functions[f"operation{number}"](*operands, *self._given)

    def _is_opaque(self, callee: ir.Callee) -> bool:
        return not isinstance(self.execution.linked(ir.key(callee)), Tensor)

    def _block(self, assignments: Sequence[ir.Assignment], env: dict[ir.Value, Value]) -> None:
        for calls in together(assignments):
            if len(calls) > 1:
                self._joined(calls, env)
            for target, operation in ((each.target, each.operation) for each in calls):
                if isinstance(operation, ir.Iterate):
                    env[target] = self._recurrence(target, operation, env)
                elif target not in env:
                    env[target] = self.calculator.value(target, operation, env)

    def _joined(self, assignments: Sequence[ir.Assignment], env: dict[ir.Value, Value]) -> None:
        """Puts in the results of callables that are called together."""
        targets, requests = list[ir.Value](), list[Request]()
        for target, call in ((each.target, each.operation) for each in assignments):
            if isinstance(call, ir.Call) and self._is_opaque(call.callee):
                # The code of a call is no more than that, so it gives what it would call.
                emitted, given = self.functions[f"operation{target.number}"], true_arguments(call, env)
                requests.append(emitted(*given, self.inputs, self.constants, _request, None, None, None))
                targets.append(target)
        for target, answer in zip(targets, self.execution.calls(*requests), strict=True):
            env[target] = rescaled(answer, None)

    def _recurrence(self, target: ir.Value, loop: ir.Iterate, env: dict[ir.Value, Value]) -> Pair:
        number, axes = self.numbers[loop.state], target.axes
        row = pair_over(loop.weights, cast("Pair", env[loop.weights]), axes)
        base = pair_over(loop.base, in_range(cast("Pair", env[loop.base])), axes)
        inputs, count = list[Pair](), row.tensor.shape[-1] - 1
        for value in loop.inputs:
            pair, place = cast("Pair", env[value]), value.axes.index(cast("ir.Axis", loop.over))
            place -= len(value.axes) + 1
            exponent = None if pair.is_raw else full(pair).movedim(place, 0)
            inputs.append(Pair(pair.tensor.movedim(place, 0), exponent, pair.is_raw))
            count = len(inputs[0].tensor)
        row = Pair(row.tensor[..., : count + 1], row.exponent, row.is_raw)
        known = self.execution.lengths.get(id(cast("Pair", env[loop.weights]).tensor))
        return _Run(self, number, loop, row, base, inputs, count, known).result(env)

    def is_simple(self, number: int, loop: ir.Iterate) -> bool:
        """Whether a step runs whole: it calls tensors alone, and has no recurrence in it that must be scaled.

        What a closed step does to numbers in range leaves them in range.
        """
        if not self.execution.is_linear(number):
            return False
        return self.execution.code.is_closed[number] or not [*loops_in(loop.step)]

    def plain_step(
        self, number: int, loop: ir.Iterate, env: dict[ir.Value, Value]
    ) -> Callable[..., Tensor] | None:
        """A step on tensors, if what it reads from outside is as it is."""
        outside = list[Any]()
        for value in self.execution.code.reads[number]:
            held = env[value]
            if not isinstance(held, Pair):
                return None
            held = in_range(held)
            if held.exponent is not None and not (
                may_look(held.exponent) and bool((held.exponent.abs() <= _PLAIN).all())
            ):
                return None
            outside.append(true(held))
        step, given = self.functions[f"step{number}"], self._given
        return lambda *own: step(*own, *outside, *given)

    def walked_step(self, loop: ir.Iterate, env: dict[ir.Value, Value]) -> Callable[..., Pair]:
        """A step on pairs."""

        def step(state: Pair, items: Sequence[Pair]) -> Pair:
            inside: dict[ir.Value, Value] = {
                **env,
                loop.state: state,
                **dict(zip(loop.items, items, strict=True)),
            }
            self._block(loop.step, inside)
            return cast("Pair", inside[loop.result])

        return step


def _request(*request: Any) -> Request:
    return request


@dataclass(frozen=True, slots=True)
class _Run:
    """One recurrence: its weights (…, N) and base, and what each of `count` steps reads.

    `known` are the whole lengths that the weights were made of, if they are known to be whole.
    """

    walk: _Walk
    number: int
    loop: ir.Iterate
    row: Pair
    base: Pair
    inputs: list[Pair]
    count: int
    known: Whole | None

    @property
    def execution(self) -> Execution:
        return self.walk.execution

    def result(self, env: dict[ir.Value, Value]) -> Pair:
        is_linear, weights = self.execution.is_linear(self.number), self.row.tensor
        plain = None
        if self.walk.is_simple(self.number, self.loop):
            plain = self.walk.plain_step(self.number, self.loop, env)
        if self.inputs and is_linear and not is_differentiated(weights) and not self.execution.is_careful:
            ends = ends_of(weights, self.known, self.count)
            if ends is not None and self.count:
                state = self._ended(ends, plain, env)
                total = state.tensor if ends.is_full else weights.sum(-1, keepdim=True) * state.tensor
                return Pair(total, aligned_sum([state.exponent, self.row.exponent]))
        row = in_range(self.row)
        made = replace(self, row=row, inputs=[*map(in_range, self.inputs)])._summed(plain, env)
        return Pair(made.tensor, aligned_sum([made.exponent, row.exponent]))

    def _summed(self, plain: Callable[..., Tensor] | None, env: dict[ir.Value, Value]) -> Pair:
        """The sum over all states with weights, but for the exponent of the weights."""
        weights = self.row.tensor
        if plain is not None and self.loop.over is None:
            return self._iterated(plain)
        step = self._rescaling(plain) if plain is not None else self._walked(env)
        if self.loop.order == "snoc":
            return forwards(weights, self.base, step, self.count)
        if self.execution.is_linear(self.number):
            return backwards(weights, self.base, step, self.count)
        rank = len(self.execution.inputs.batch) + len(self.loop.state.axes)
        return apart(weights, self.base, step, self.count, rank)

    def _shifts(self) -> Tensor | None:
        """The exponents that each step adds to that of its state, (n, …, 1)."""
        axes, parts = self.loop.state.axes, list[Tensor]()
        for item, pair in zip(self.loop.items, self.inputs, strict=True):
            part = aligned(pair.exponent, item.axes, axes)
            if part is not None:
                parts.append(part)
        if not parts:
            return None
        rank = max(part.ndim for part in parts)
        total = [part.reshape(len(part), *[1] * (rank - part.ndim), *part.shape[1:]) for part in parts]
        return sum(total[1:], start=total[0])

    def _reading(self, plain: Callable[..., Tensor]) -> Callable[[Tensor, int], Tensor]:
        """A step on the tensor of the state, which reads what stands at a position."""
        if not self.inputs:
            return lambda state, _: plain(state)
        items = [*zip(*[each.tensor.unbind() for each in self.inputs], strict=True)]
        return lambda state, position: plain(state, *items[position])

    def _rescaling(self, plain: Callable[..., Tensor]) -> Step:
        """A step on the tensor of the state, which is rescaled behind it."""
        reading, shifts = self._reading(plain), self._shifts()
        added = None if shifts is None else shifts.unbind()

        def step(state: Pair, position: int) -> Pair:
            after = reading(state.tensor, position)
            exponents = exponents_of(state)
            return rescaled(after, exponents if added is None else exponents + added[position])

        return step

    def _walked(self, env: dict[ir.Value, Value]) -> Step:
        """A step on pairs."""
        on_pairs = self.walk.walked_step(self.loop, env)

        def step(state: Pair, position: int) -> Pair:
            return on_pairs(
                state, [Pair(each.tensor[position], exponents_of(each)[position]) for each in self.inputs]
            )

        return step

    def _iterated(self, plain: Callable[..., Tensor]) -> Pair:
        """A recurrence without inputs, by the method that the plain run would take."""
        loop, weights, base, execution = self.loop, self.row.tensor, self.base, self.execution
        # Leaps would lose the derivative of a weight of zero whose state is far greater than its result.
        is_looped = is_differentiated(weights) and (not may_look(weights) or bool((weights == 0).any()))
        if not (is_looped or execution.is_careful):
            method, matrix = execution.method(self.number, weights, base.tensor, plain)
            if method == "pointer-jumping" and loop.jumps is not None:
                jumps = torch.tensor(loop.jumps, dtype=torch.long, device=weights.device)
                return leaps(weights, base, Jump(jumps))
            if matrix is not None:
                return leaps(weights, base, matrix)
        return forwards(weights, base, self._rescaling(plain), self.count)

    def _ended(self, ends: Ends, plain: Callable[..., Tensor] | None, env: dict[ir.Value, Value]) -> Pair:
        """A recurrence with inputs where each list has one length: its last state is all that is wanted."""
        order, positions = self.loop.order, positions_in(self.loop.order, ends.longest)
        weights, base, kept = self.row.tensor, self.base, self
        if plain is not None:
            tensors = [each.tensor for each in self.inputs]
            rank = max(weights.ndim, base.tensor.ndim, *(each.ndim - 1 for each in tensors)) - 1
            shapes = [each.shape[1:-1] for each in tensors]
            samples = math.prod(broadcast([weights.shape[:-1], base.tensor.shape[:-1], *shapes]) or ())
            way, table = self.execution.way(self.number, ends.longest, samples, plain, rank, weights)
            if way.method == "products":
                state = run_products(ends, base, plain, tensors, order, rank, table, quick=True)
                if state is None:
                    kept = replace(self, inputs=[*map(in_range, self.inputs)])
                    tensors = [each.tensor for each in kept.inputs]
                    state = run_products(ends, base, plain, tensors, order, rank, table, quick=False)
                assert state is not None
                return Pair(state.tensor, aligned_sum([state.exponent, kept._total(ends.lengths)]))
            plain = plain if table is None else by_table(table)
        kept = replace(self, inputs=[*map(in_range, self.inputs)])
        if plain is None:
            return run_to_ends(ends, base, kept._walked(env), positions, choose)
        state = quick_to_ends(ends, base, kept._reading(plain), positions)
        if state is None:
            return run_to_ends(ends, base, kept._rescaling(plain), positions, choose)
        return Pair(state.tensor, aligned_sum([state.exponent, kept._total(ends.lengths)]))

    def _total(self, ends: Tensor | None) -> Tensor | None:
        """The exponents of all that the steps up to the ends read."""
        shifts = self._shifts()
        if shifts is None:
            return None
        if ends is None:
            return shifts.sum(0)
        positions = torch.arange(self.count, device=ends.device)
        inside = positions.reshape(-1, *[1] * ends.ndim) < ends
        rank = max(inside.ndim, shifts.ndim)
        shifts = shifts.reshape(self.count, *[1] * (rank - shifts.ndim), *shifts.shape[1:])
        inside = inside.reshape(self.count, *[1] * (rank - inside.ndim), *inside.shape[1:])
        return torch.where(inside, shifts, 0).sum(0)
