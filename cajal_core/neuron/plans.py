"""What `Neuron.plan` prints: what each way to run a recurrence would take, and the one that is chosen."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from cajal_core.backend import plan
from cajal_core.backend.executable import Executable
from cajal_core.backend.folds import plan as folds
from cajal_core.backend.plan import Method
from cajal_core.ir import graph as ir
from cajal_core.ir.analysis import SHORT, recurrences


def plan_table(
    graph: ir.Graph,
    code: Executable,
    links: Mapping[str, object],
    methods: Mapping[str, Method],
    task: tuple[int, bool, str],
) -> str:
    """What each method would take for each recurrence of a graph, the one that is chosen first and marked.

    Recurrences that the code has no more are tables. The lists of folds are as long as they may be. `task`
    tells the batch, whether function arguments are a matrix for each sample, and the device.
    """
    rows = [["state", "steps", "dim", "method", "operations", "multiplications", "memory"]]
    batch, per_sample, device = task
    numbers = {loop.state: number for number, loop in enumerate(code.loops)}
    for original in recurrences(graph):
        steps, dim = original.weights.dim, original.base.dim
        head = [original.name, str(steps), str(dim)]
        number = numbers.get(original.state)
        if number is None:
            rows.append([*head, "table *", "1", f"{batch * steps * dim:,}", f"{batch * dim:,}"])
            continue
        loop, work, called = code.loops[number], code.works[number], code.callees[number]
        is_opaque = any(isinstance(key, str) and not isinstance(links.get(key), Tensor) for key in called)
        forced = methods.get(loop.name)
        made: list[tuple[str, plan.Plan | folds.Choice]]
        if loop.over is not None:
            count, is_closed = loop.over.size, code.is_closed[number]
            fold = folds.fold_task(loop, work, count, batch, is_closed, device)
            chosen = folds.choice(fold, forced)
            made = [(each.method + " by table" * each.by_table, each) for each in folds.ways(fold)]
            first = "loop" if is_opaque else chosen.method + " by table" * chosen.by_table
        else:
            varies = per_sample and any(isinstance(key, int) for key in called)
            run_on = plan.task_of(loop, work, batch, varies, device)
            made = [(each.method, each) for each in plan.plans(run_on)]
            is_looped = is_opaque or (steps <= SHORT and not forced)
            first = "loop" if is_looped else plan.choice(run_on, forced)
        for name, each in sorted(made, key=lambda pair: pair[0] != first):
            shown = [f"{number:,}" for number in (each.operations, each.multiplications, each.memory)]
            rows.append([*head, name + (" *" if name == first else ""), *shown])
    widths = [max([len(row[column]) for row in rows]) for column in range(len(rows[0]))]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
