"""The tensor IR under construction: each operation is emitted once, as far out as it can stand.

Equal operations share one value. An operation in a step that reads nothing of the step stands before the
recurrence, so that it runs once and not at each step.

>>> builder = Builder()
>>> true = builder.emit(ir.OneHot(0), tys.Bool())
>>> builder.emit(ir.OneHot(0), tys.Bool()) is true
True
>>> print(ir.block_text(builder.code))
v1 : Bool = onehot(0)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from cajal_core.base import tys
from cajal_core.base.source import Span
from cajal_core.ir import graph as ir


@dataclass(slots=True, eq=False)
class Block:
    """Code under construction. `depth` is 0 for the graph, and grows by one for each enclosing step."""

    depth: int
    assignments: list[ir.Assignment] = field(default_factory=list[ir.Assignment])
    emitted: dict[tuple[ir.Operation, tys.Type], ir.Value] = field(
        default_factory=dict[tuple[ir.Operation, tys.Type], ir.Value]
    )
    #: The depth of the innermost block outside this one that it reads from.
    reads: int = 0


class Builder:
    """Nested blocks of code. An operation is emitted once, in the outermost block that knows its operands."""

    def __init__(self) -> None:
        self.blocks = [Block(0)]
        self.homes: dict[ir.Value, Block] = {}
        self.values = 0
        self.axes = 0

    @property
    def code(self) -> tuple[ir.Assignment, ...]:
        return tuple(self.blocks[0].assignments)

    def emit(self, operation: ir.Operation, type: tys.Type) -> ir.Value:
        """The value of an operation: that of an equal one in sight, or a new one."""
        for block in self.blocks:
            if equal := block.emitted.get((operation, type)):
                return equal
        home = self.blocks[max((self.homes[value].depth for value in ir.operands(operation)), default=0)]
        value = self.append(operation, self.value(type, axes_of(operation), home), home)
        home.emitted[operation, type] = value
        return value

    def append(self, operation: ir.Operation, value: ir.Value, home: Block) -> ir.Value:
        home.assignments.append(ir.Assignment(value, operation))
        depths = [self.homes[operand].depth for operand in ir.operands(operation)]
        if isinstance(operation, ir.Iterate):
            depths.append(self.homes[operation.state].reads)
        for block in self.blocks[1 : home.depth + 1]:
            block.reads = max([block.reads, *(depth for depth in depths if depth < block.depth)])
        return value

    def value(self, type: tys.Type, axes: tuple[ir.Axis, ...], home: Block) -> ir.Value:
        """A new value, known from `home` inwards."""
        self.values += 1
        value = ir.Value(self.values, type, axes)
        self.homes[value] = home
        return value

    def axis(self, size: int) -> ir.Axis:
        """A new axis, to the right of all others."""
        self.axes += 1
        return ir.Axis(self.axes, size)

    def iterate(
        self,
        weights: ir.Value,
        base: ir.Value,
        step: Callable[..., ir.Value],
        name: str,
        span: Span,
        *,
        inputs: tuple[ir.Value, ...] = (),
        over: ir.Axis | None = None,
        order: Literal["snoc", "cons"] = "snoc",
    ) -> ir.Value:
        """A recurrence, whose step is emitted into a block of its own.

        `step` is called with the state, and with an element of each of the inputs.
        """
        block = Block(len(self.blocks))
        self.blocks.append(block)
        state = self.value(base.type, _without(over, union(weights, base, *inputs)), block)
        items = [self.value(value.type, _without(over, value.axes), block) for value in inputs]
        result = step(state, *items)
        self.blocks.pop()
        if (depth := self.homes[result].depth) < block.depth:
            block.reads = max(block.reads, depth)
        depths = [self.homes[value].depth for value in (weights, base, *inputs)]
        home = self.blocks[max(block.reads, *depths)]
        operation = ir.Iterate(
            weights, base, name, state, tuple(block.assignments), result, span,
            inputs=inputs, items=tuple(items), over=over, order=order,
        )  # fmt: skip
        return self.append(operation, self.value(base.type, axes_of(operation), home), home)


def union(*values: ir.Value) -> tuple[ir.Axis, ...]:
    """The axes that some values run over together, in order."""
    return tuple(sorted({axis for value in values for axis in value.axes}))


def axes_of(operation: ir.Operation) -> tuple[ir.Axis, ...]:
    """The axes that the value of an operation runs over, in order."""
    axes = {*union(*ir.operands(operation))} - ir.closed_axes(operation) | ir.opened_axes(operation)
    if isinstance(operation, ir.Iterate):
        axes |= {*operation.result.axes}
    return tuple(sorted(axes))


def _without(over: ir.Axis | None, axes: tuple[ir.Axis, ...]) -> tuple[ir.Axis, ...]:
    return tuple([axis for axis in axes if axis != over])
