r"""What a program does with each extern and each argument: which conditions and counts are what it says.

>>> from cajal_core import Program
>>> program = Program()
>>> _ = program.run("extern odd : Nat[9] -o Bool")
>>> uses = uses_of(program.compile(r"\n:Nat[9]. if odd n then false else true").lowered)
>>> [(name, [mark.name for mark in use.conditions]) for name, use in uses.items()]
[('odd', ['if odd n'])]
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cajal_core.base.source import Span
from cajal_core.ir import graph as ir
from cajal_core.ir.analysis import loops_in
from cajal_core.terms.core import Extern


@dataclass(slots=True)
class Uses:
    """Of an extern or an argument. What it says may be turned by closed code, as in `if not (odd n)`."""

    #: Where it stands in the program; None for an argument that no condition and no count reads.
    span: Span | None = None
    #: Conditions that it decides, and recurrences whose steps it counts: marks of their states.
    conditions: list[ir.Mark] = field(default_factory=list[ir.Mark])
    counts: list[ir.Mark] = field(default_factory=list[ir.Mark])


def uses_of(graph: ir.Graph) -> dict[str, Uses]:
    """By name, the externs that are called, and the arguments that decide a condition or a count."""
    operations, closed = dict[ir.Value, ir.Operation](), set[ir.Value]()
    _collect(graph.assignments, operations, closed)
    weights = {loop.state: loop.weights for loop in loops_in(graph.assignments) if loop.over is None}
    uses = dict[str, Uses]()
    for mark in graph.marks:
        if mark.kind == "extern":
            use = uses.setdefault(mark.name, Uses())
            use.span = use.span or mark.span
        elif mark.kind == "condition" or (mark.kind == "state" and mark.value in weights):
            read = weights[mark.value] if mark.kind == "state" else mark.value
            if isinstance(operations.get(read), ir.Basis) and len(mark.weighed) == 1:  # it is a copy
                read = mark.weighed[0][1]
            if (name := _decided_by(read, operations, closed)) is not None:
                use = uses.setdefault(name, Uses())
                use.span = use.span or mark.span
                (use.conditions if mark.kind == "condition" else use.counts).append(mark)
    return uses


def _collect(
    assignments: tuple[ir.Assignment, ...], operations: dict[ir.Value, ir.Operation], closed: set[ir.Value]
) -> None:
    """What makes each value, and which values depend on nothing that is called, given or linked."""
    for assignment in assignments:
        operation = assignment.operation
        operations[assignment.target] = operation
        if isinstance(operation, ir.Iterate):
            _collect(operation.step, operations, closed)
        elif not isinstance(operation, ir.Input | ir.Given | ir.Call) and closed.issuperset(
            ir.operands(operation)
        ):
            closed.add(assignment.target)


def _decided_by(
    value: ir.Value, operations: dict[ir.Value, ir.Operation], closed: set[ir.Value]
) -> str | None:
    """The one extern or argument of the same type that a value is, but for closed code."""
    type = value.type
    while value.type == type and value in operations:
        operation = operations[value]
        if isinstance(operation, ir.Input):
            return operation.argument.name
        if isinstance(operation, ir.Call):
            return operation.callee.name if isinstance(operation.callee, Extern) else None
        read = {each for each in ir.operands(operation) if each not in closed}
        if len(read) != 1 or isinstance(operation, ir.Iterate):
            return None
        [value] = read
    return None
