"""One run of emitted code: what it calls, and how its recurrences are run."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from cajal_core.backend.arguments import Inputs, broadcast
from cajal_core.backend.executable import Executable
from cajal_core.backend.links import Link, call_link, multiply
from cajal_core.backend.plan import Method, Task, plans
from cajal_core.backend.recurrence import run_jumps, run_loop, run_matrix, step_matrix
from cajal_core.backend.trace import Recorder
from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.runtime import Diverged
from cajal_core.ir import graph as ir
from cajal_core.ir.analysis import callees, recurrences

#: Recurrences of no more states are looped at once: there is nothing to gain.
SHORT = 16
#: The batch for which compiled code is planned.
COMPILED_BATCH = 64
#: Recurrences of more states are looked at afterwards, for numbers too large to represent.
LONG = 64


@dataclass(frozen=True, slots=True)
class Execution:
    """Serves emitted code. `links` has what is linked or learned under each name, `inputs` the arguments."""

    code: Executable
    links: Mapping[str, Link]
    inputs: Inputs
    forced: Mapping[str, Method]
    watch: Recorder | None

    def call(self, callee: str | int, axes: int, *arguments: Tensor) -> Tensor:
        """A parameter or an argument, applied to flattened values over so many axes."""
        link = self._linked(callee)
        if isinstance(callee, int):
            type = self.code.graph.arguments[callee].type
        else:
            type = next(
                parameter.type for parameter in self.code.graph.parameters if parameter.name == callee
            )
        if isinstance(link, Tensor):
            return multiply(type, link.to(self.inputs.dtype), axes, arguments)
        kind = "argument" if isinstance(callee, int) else "extern"
        name = self.code.graph.arguments[callee].name if isinstance(callee, int) else callee
        return call_link(f"the {kind} `{name}`", type, link, arguments, self.inputs.dtype)

    def _linked(self, callee: str | int) -> Link:
        return self.inputs.tensors[callee] if isinstance(callee, int) else self.links[callee]

    def recur(
        self,
        number: int,
        weights: Tensor,
        base: Tensor,
        step: Callable[[Tensor], Tensor],
        jumps: Tensor | None = None,
    ) -> Tensor:
        """Σ_i weights[i] · stepⁱ base, of shapes (..., N) and (..., D). `jumps` is as in `ir.Iterate`.

        Raises:
            CajalError: if a long recurrence grows past the largest number.
        """
        loop = self.code.loops[number]
        if self.watch:
            return self._watched(number, weights, base, step)
        result = self._run(number, weights, base, step, jumps)
        # Where torch traces or transforms the run, no value may decide what is done.
        is_traced = torch.compiler.is_compiling() or _is_transformed()
        if loop.weights.dim > LONG and not is_traced:
            self._check_finite(loop, result, weights, base)
        return result

    def _run(
        self,
        number: int,
        weights: Tensor,
        base: Tensor,
        step: Callable[[Tensor], Tensor],
        jumps: Tensor | None,
    ) -> Tensor:
        """The result by the method that is forced, if the step allows it, or else by the cheapest."""
        loop = self.code.loops[number]
        forced = self.forced.get(loop.name)
        is_short = loop.weights.dim <= SHORT and not forced
        if forced == "loop" or is_short or not self._is_linear(number):
            return run_loop(weights, base, step)
        matrix = self._matrix(loop, weights, base, step) if jumps is None else None
        leading = [weights.shape[:-1], base.shape[:-1], *([] if matrix is None else [matrix.shape[:-2]])]
        task = Task(
            loop.weights.dim,
            loop.base.dim,
            # While torch compiles the batch is a symbol, and the plan must not depend on it.
            COMPILED_BATCH if torch.compiler.is_compiling() else math.prod(broadcast(leading) or ()),
            matrix is not None and matrix.ndim > 2,
            len(loop.step),
            jumps is not None,
            weights.device.type,
        )
        possible: list[Method] = [plan.method for plan in plans(task)]
        method = forced if forced in possible else possible[0]
        if method == "pointer-jumping" and jumps is not None:
            return run_jumps(weights, base, jumps)
        if method == "loop":
            return run_loop(weights, base, step)
        if matrix is None:
            matrix = self._matrix(loop, weights, base, step)
        return run_matrix(method, weights, base, matrix)

    def _matrix(
        self, loop: ir.Iterate, weights: Tensor, base: Tensor, step: Callable[[Tensor], Tensor]
    ) -> Tensor:
        """The matrix of a step: of what it calls, if it is one call, or the step at every basis vector."""
        match loop.step:
            case (ir.Assignment(target, ir.Call(callee, (state,))),) if (state, target) == (
                loop.state,
                loop.result,
            ):
                link = self._linked(ir.key(callee))
                if isinstance(link, Tensor) and not state.axes:
                    return link.to(self.inputs.dtype).mT
            case _:
                pass
        batch = max(weights.ndim - 1, base.ndim - 1, len(self.inputs.batch) + len(loop.state.axes))
        return step_matrix(step, loop.base.dim, batch, weights)

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

    def _is_linear(self, number: int) -> bool:
        """Whether a step runs through tensors alone."""
        return all(isinstance(self._linked(callee), Tensor) for callee in self.code.callees[number])

    def _check_finite(self, loop: ir.Iterate, result: Tensor, weights: Tensor, base: Tensor) -> None:
        if bool(torch.isfinite(result).all()) or not bool(
            torch.isfinite(weights).all() & torch.isfinite(base).all()
        ):
            return
        raise CajalError(Diverged(loop.span, loop.name, weights.shape[-1]))


def plan_table(
    graph: ir.Graph,
    kept: Sequence[ir.Iterate],
    links: Mapping[str, Link],
    methods: Mapping[str, Method],
    task: tuple[int, bool, str],
) -> str:
    """What each method would take for each recurrence of a graph, the one that is chosen first and marked.

    `kept` are those that optimizing left, the others are tables. `task` tells the batch, whether function
    arguments are a matrix for each sample, and the device.
    """
    rows = [["state", "steps", "dim", "method", "operations", "multiplications", "memory"]]
    batch, per_sample, device = task
    still = {loop.state: loop for loop in kept}
    for original in recurrences(graph):
        steps, dim = original.weights.dim, original.base.dim
        head = [original.name, str(steps), str(dim)]
        if original.state not in still:
            rows.append([*head, "table *", "1", f"{batch * steps * dim:,}", f"{batch * dim:,}"])
            continue
        loop = still[original.state]
        called = callees(loop)
        opaque = any(isinstance(key, str) and not isinstance(links.get(key), Tensor) for key in called)
        varies = per_sample and any(isinstance(key, int) for key in called)
        possible = plans(Task(steps, dim, batch, varies, len(loop.step), loop.jumps is not None, device))
        looped = opaque or (steps <= SHORT and loop.name not in methods)
        forced = methods.get(loop.name)
        can_force = forced in [plan.method for plan in possible]
        chosen = "loop" if looped else forced if forced and can_force else possible[0].method
        for plan in sorted(possible, key=lambda plan: plan.method != chosen):
            mark = "" if plan.method != chosen else " *"
            shown = [f"{number:,}" for number in (plan.operations, plan.multiplications, plan.memory)]
            rows.append([*head, plan.method + mark, *shown])
    widths = [max([len(row[column]) for row in rows]) for column in range(len(rows[0]))]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def _is_transformed() -> bool:
    """Whether torch.func (`vmap`, `jacfwd`, …) runs this. Torch has no public name for it."""
    functorch: Any = torch._C._functorch  # pyright: ignore[reportAttributeAccessIssue, reportPrivateUsage]
    return functorch.maybe_current_level() is not None
