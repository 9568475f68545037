"""One run of emitted code: what it calls, and how its recurrences are run."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from cajal_core import tensor_ir as ir
from cajal_core import tys
from cajal_core.analyse import callees
from cajal_core.errors import CajalError
from cajal_core.errors.use import Diverged
from cajal_core.links import Link, call_link, multiply
from cajal_core.recurrence import Method, choose, plans, run_loop, run_matrix, step_matrix
from cajal_core.watch import Watch

#: Recurrences of no more states are looped at once: there is nothing to gain.
SHORT = 16
#: Recurrences of more states are looked at afterwards, for numbers too large to represent.
LONG = 64


@dataclass(frozen=True, slots=True)
class Execution:
    """Serves emitted code. `links` has what is linked or learned under each name, `inputs` the arguments."""

    graph: ir.Graph
    loops: Sequence[ir.Iterate]
    links: Mapping[str, Link]
    inputs: Sequence[Tensor | Callable[..., Tensor]]
    dtype: torch.dtype
    forced: Mapping[str, Method]
    watch: Watch | None

    def call(self, callee: str | int, axes: int, *arguments: Tensor) -> Tensor:
        """A parameter or an argument, applied to flattened values over so many axes."""
        if isinstance(callee, int):
            link, type = self.inputs[callee], self.graph.arguments[callee].type
        else:
            link = self.links[callee]
            type = next(each.type for each in self.graph.parameters if each.name == callee)
        if isinstance(link, Tensor):
            return multiply(type, link.to(self.dtype), axes, arguments)
        kind = "argument" if isinstance(callee, int) else "extern"
        name = self.graph.arguments[callee].name if isinstance(callee, int) else callee
        return call_link(f"the {kind} `{name}`", type, link, arguments)

    def recur(self, number: int, weights: Tensor, base: Tensor, step: Callable[[Tensor], Tensor]) -> Tensor:
        """Σ_i weights[i] · stepⁱ base, of shapes (..., N) and (..., D).

        Raises:
            CajalError: if a long recurrence grows past the largest number.
        """
        loop = self.loops[number]
        if self.watch:
            return self._watched(number, weights, base, step)
        method, matrix = self.forced.get(loop.name), None
        if (weights.shape[-1] > SHORT or method) and method != "loop" and self._is_linear(loop):
            batch = max([weights.ndim, base.ndim, *self._batches()]) - 1
            matrix = step_matrix(step, base.shape[-1], batch, weights)
        method = choose(method, weights, base, matrix, len(loop.step))
        if matrix is None or method == "loop":
            result = run_loop(weights, base, step)
        else:
            result = run_matrix(method, weights, base, matrix)
        if weights.shape[-1] > LONG and not torch.compiler.is_compiling():
            self._check_finite(loop, result, weights, base)
        return result

    def _watched(
        self, number: int, weights: Tensor, base: Tensor, step: Callable[[Tensor], Tensor]
    ) -> Tensor:
        states = [base]
        for _ in range(weights.shape[-1] - 1):
            states.append(step(states[-1]))
        assert self.watch
        self.watch.states(number, states, weights)
        parts = [weights[..., index : index + 1] * state for index, state in enumerate(states)]
        return torch.stack(list(torch.broadcast_tensors(*parts))).sum(0)

    def _is_linear(self, loop: ir.Iterate) -> bool:
        """Whether a step runs through tensors alone."""
        linked = [self.inputs[c] if isinstance(c, int) else self.links[c] for c in callees(loop)]
        return all(isinstance(link, Tensor) for link in linked)

    def _batches(self) -> list[int]:
        """How many dimensions the inputs would have as flattened values."""
        return [
            given.ndim - len(tys.shape(argument.type)) + 1
            for argument, given in zip(self.graph.arguments, self.inputs, strict=True)
            if isinstance(given, Tensor)
        ]

    def _check_finite(self, loop: ir.Iterate, result: Tensor, weights: Tensor, base: Tensor) -> None:
        if bool(torch.isfinite(result).all()) or not bool(
            torch.isfinite(weights).all() & torch.isfinite(base).all()
        ):
            return
        raise CajalError(Diverged(loop.span, loop.name, weights.shape[-1]))


def plan_table(
    loops: Sequence[ir.Iterate], links: Mapping[str, Link], methods: Mapping[str, Method], batch: int
) -> str:
    """What each method would take for each recurrence, the one that is chosen first and marked."""
    rows = [["state", "steps", "dim", "method", "operations", "multiplications", "memory"]]
    for loop in loops:
        opaque = any(isinstance(c, int) or not isinstance(links.get(c), Tensor) for c in callees(loop))
        found = plans(loop.weights.dim, loop.base.dim, batch, False, len(loop.step))
        looped = opaque or loop.weights.dim <= SHORT
        chosen = methods.get(loop.name) or ("loop" if looped else found[0].method)
        for plan in sorted(found, key=lambda plan: plan.method != chosen):
            mark = "" if plan.method != chosen else " *"
            shown = [f"{number:,}" for number in (plan.operations, plan.multiplications, plan.memory)]
            rows.append([loop.name, str(loop.weights.dim), str(loop.base.dim), plan.method + mark, *shown])
    widths = [max([len(row[column]) for row in rows]) for column in range(len(rows[0]))]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
