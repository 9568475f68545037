r"""Refuses code that needs a tensor which is too large, once passes have chosen how each value is computed.

What is lowered may stand for tensors that nobody computes: the outer product of a sum of products, all basis
vectors where one is looked up, what only a trace shows. So only the code that is left is looked at.

>>> check_sizes(lowered(r"\x:Nat[9000]. \y:Nat[9000]. (x, y)"))  # doctest: +ELLIPSIS
Traceback (most recent call last):
    ...
cajal_core.diagnostics.errors.CajalError: a tensor of type Nat[9000] * Nat[9000] ... has 81,000,000 entries...
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from cajal_core.base import tys
from cajal_core.diagnostics.calls import TooLarge
from cajal_core.diagnostics.errors import CajalError
from cajal_core.ir import graph as ir

#: Tensors of more entries, batch not counted, are refused when they are compiled.
LARGEST_TENSOR = 2**26


def check_sizes(graph: ir.Graph) -> None:
    """Checks that no operation makes a tensor that is too large and larger than all that it reads.

    Raises:
        CajalError: if one has more than `LARGEST_TENSOR` entries, batch not counted.
    """
    value = next(_too_large(graph.assignments), None)
    if value:
        # What is asked for says more than the first part of it that is too large.
        is_list = isinstance(graph.result.type, tys.List)
        value = graph.result if _entries(graph.result) > LARGEST_TENSOR and not is_list else value
        check_size(f"a tensor of type {value.type}", (*(axis.size for axis in value.axes), value.dim))


def _too_large(assignments: Iterable[ir.Assignment]) -> Iterator[ir.Value]:
    for assignment in assignments:
        target, operation = assignment.target, assignment.operation
        if isinstance(operation, ir.Iterate):
            yield from _too_large(operation.step)
        # What comes from outside is there already, and what is held apart is no tensor of its own.
        is_given = isinstance(operation, ir.Input | ir.Given | ir.Elements) or (
            isinstance(operation, ir.Call) and not target.axes
        )
        read = [value for value in ir.operands(operation) if not isinstance(value.type, tys.List)]
        allowed = max([LARGEST_TENSOR, *map(_entries, read)])
        if not is_given and not ir.is_held(target, operation) and _entries(target) > allowed:
            yield target


def _entries(value: ir.Value) -> int:
    return math.prod([value.dim, *(axis.size for axis in value.axes)])


def check_size(what: str, shape: tuple[int, ...]) -> None:
    """Refuses a tensor of a shape that is too large. `what` says what it is.

    Raises:
        CajalError: if it has more than `LARGEST_TENSOR` entries.
    """
    entries = math.prod(shape)
    if entries > LARGEST_TENSOR:
        raise CajalError(TooLarge(what, shape, entries, LARGEST_TENSOR))
