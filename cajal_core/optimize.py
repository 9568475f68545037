"""Tensor IR -> tensor IR that computes the same."""

from __future__ import annotations

import dataclasses

from cajal_core import tensor_ir as ir
from cajal_core.analyse import free


def prune(graph: ir.Graph) -> ir.Graph:
    """The graph without the code that only its marks need, and without the marks."""
    return dataclasses.replace(graph, assignments=_needed(graph.assignments, {graph.result}), marks=())


def optimize(graph: ir.Graph) -> ir.Graph:
    """A graph that takes fewer operations: choices among basis vectors become products with one matrix."""
    indices = dict[ir.Value, int]()
    return prune(dataclasses.replace(graph, assignments=_selected(graph.assignments, indices), marks=()))


def _selected(
    assignments: tuple[ir.Assignment, ...], indices: dict[ir.Value, int]
) -> tuple[ir.Assignment, ...]:
    """The assignments with each `Choose` among `OneHot`s as a `Select`; `indices` has those `OneHot`s."""
    changed = list[ir.Assignment]()
    for assignment in assignments:
        target, operation = assignment.target, assignment.operation
        match operation:
            case ir.OneHot(index):
                indices[target] = index
            case ir.Choose(weights, branches) if all(branch in indices for branch in branches):
                operation = ir.Select(weights, tuple([indices[branch] for branch in branches]))
            case ir.Iterate(step=step):
                operation = dataclasses.replace(operation, step=_selected(step, indices))
            case _:
                pass
        changed.append(ir.Assignment(target, operation))
    return tuple(changed)


def _needed(assignments: tuple[ir.Assignment, ...], needed: set[ir.Value]) -> tuple[ir.Assignment, ...]:
    """The assignments that the needed values need, and their operands among the needed."""
    kept = list[ir.Assignment]()
    for assignment in reversed(assignments):
        target, operation = assignment.target, assignment.operation
        if target not in needed:
            continue
        if isinstance(operation, ir.Iterate):
            inside = {operation.result}
            operation = dataclasses.replace(operation, step=_needed(operation.step, inside))
            needed.update(free(operation))
        needed.update(ir.operands(operation))
        kept.append(ir.Assignment(target, operation))
    return tuple(reversed(kept))
