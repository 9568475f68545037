r"""A pass of the tensor IR that turns closed code into tables of zeros and ones.

Let a value be computed from some others, its *leaves*, by code that calls nothing and uses each of them once.
It is then linear in each leaf, so it is a sum over their basis vectors:

    Σ_ij… leaf₁[i] · leaf₂[j] · … · image(i, j, …)

The images are basis vectors or zero, and are computed once (`basis_image`). So a chain of choices, or a whole
recurrence, becomes one product with a constant.

>>> graph = lowered(r"\x:Bool. \n:Nat[3]. iter n { zero => x | succ y => if y then false else true }")
>>> print(tabulate(graph))
neuron (x : Bool, n : Nat[3]) : Bool -o Nat[3] -o Bool
  v1 : Bool = input(x)
  v2 : Nat[3] = input(n)
  v7 : Bool = table([v1 v2], [0 3 4 7 8 11])
  return v7

The table has the shape (2, 3, 2) and ones at these places, row-major: at (0, 0, 0) since zero steps leave
`true` as it is, at (0, 1, 1) since one step makes it `false`.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable
from typing import TypeAlias, assert_never

import numpy as np

from cajal_core.base import tys
from cajal_core.ir import graph as ir
from cajal_core.ir.analysis import rewritten
from cajal_core.ir.basis_image import LOST, Budget, Image, Imager, Indices, NoImageError, axis_of

#: Tables over several vectors have at most so many entries, and tables over one so many rows.
LARGEST_TABLE, MOST_ROWS = 2**14, 2**16
#: Work spent on the images of a graph, in entries.
_BUDGET = 2**22

_Leaves: TypeAlias = frozenset[ir.Value]


def tabulate(graph: ir.Graph) -> ir.Graph:
    """The graph with tables for closed code, and without the code that is then not needed."""
    tabulator = _Tabulator()
    tabulator.define(graph.assignments, 0)
    code = rewritten(graph.assignments, {graph.result}, tabulator.changed)
    return dataclasses.replace(graph, assignments=code, marks=())


def basis_images(graph: ir.Graph, budget: int) -> Indices | None:
    """Where a closed function between data types sends its basis arguments: (dim A1, …, dim An), or None.

    None too if that takes more work than the budget, in entries.
    """
    tabulator = _Tabulator()
    tabulator.define(graph.assignments, 0)
    tabulator.budget = Budget(budget)
    inputs = {
        operation.argument.position: target
        for target, operation in tabulator.definitions.items()
        if isinstance(operation, ir.Input)
    }
    if graph.parameters or not all(tys.is_data(argument.type) for argument in graph.arguments):
        return None
    leaves = [inputs[argument.position] for argument in graph.arguments]
    return tabulator.images(graph.result, leaves) if tys.is_data(graph.result.type) else None


class _Tabulator:
    def __init__(self) -> None:
        self.definitions: dict[ir.Value, ir.Operation] = {}
        #: The leaves of each value. A value that is not linear in what it reads is its own leaf.
        self.leaves: dict[ir.Value, _Leaves] = {}
        #: How many steps each value stands in.
        self.depths: dict[ir.Value, int] = {}
        #: Recurrences whose step is closed.
        self.closed = set[ir.Value]()
        self.budget = Budget(_BUDGET)

    def define(self, assignments: Iterable[ir.Assignment], depth: int) -> None:
        for assignment in assignments:
            target, operation = assignment.target, assignment.operation
            if isinstance(operation, ir.Iterate):
                own = frozenset({operation.state})
                self.leaves[operation.state], self.depths[operation.state] = own, depth + 1
                self.define(operation.step, depth + 1)
                if self.leaves_at(operation.result, depth + 1) == own:
                    self.closed.add(target)
            leaves = self.linear_in(target, operation, depth)
            self.definitions[target], self.depths[target] = operation, depth
            self.leaves[target] = frozenset({target}) if leaves is None else leaves

    def linear_in(self, target: ir.Value, operation: ir.Operation, depth: int) -> _Leaves | None:
        """The leaves that an operation is linear in; None if it calls something, or is not linear."""
        match operation:
            case ir.Input() | ir.Given() | ir.Call():
                return None
            case ir.Iterate() if target not in self.closed:
                return None
            case ir.Choose(weights, branches):
                first, *others = [self.leaves_at(branch, depth) for branch in branches]
                # A branch that lacks a leaf is constant in it, and the sum then is not linear.
                return _joined(first, self.leaves_at(weights, depth)) if {first} >= set(others) else None
            case (
                ir.OneHot() | ir.Basis() | ir.Shift() | ir.Table() | ir.Weigh() | ir.Outer() | ir.Contract()
                | ir.Matrix() | ir.Apply() | ir.Einsum() | ir.Iterate()
            ):  # fmt: skip
                leaves: _Leaves | None = frozenset()
                for operand in ir.operands(operation):
                    leaves = leaves if leaves is None else _joined(leaves, self.leaves_at(operand, depth))
                return leaves
            case _:
                assert_never(operation)

    def leaves_at(self, value: ir.Value, depth: int) -> _Leaves:
        """The leaves of a value. Those of steps end at the step, so that nothing moves into it."""
        leaves = self.leaves[value]
        return leaves if self.depths[value] == depth or not leaves else frozenset({value})

    def changed(self, target: ir.Value, operation: ir.Operation, needed: set[ir.Value]) -> ir.Operation:
        if table := self.table(target, needed):
            return table
        if isinstance(operation, ir.Iterate):
            return dataclasses.replace(operation, jumps=self.jumps(target, operation))
        return operation

    def table(self, target: ir.Value, needed: set[ir.Value]) -> ir.Table | None:
        """The table of a value, if it has one that takes less than its code."""
        unordered = self.leaves[target]
        if target in unordered or set(target.axes) != {axis for leaf in unordered for axis in leaf.axes}:
            return None
        leaves = sorted(unordered, key=lambda leaf: (leaf.dim, leaf.number))
        rows = math.prod([leaf.dim for leaf in leaves])
        # Over one vector, data is found by an index; what is a function, or rests on several, is a matrix.
        is_index = len(leaves) == 1 and not isinstance(target.type, tys.Arrow)
        too_large = rows > MOST_ROWS or (not is_index and rows * target.dim > LARGEST_TABLE)
        if too_large or not all(tys.is_data(leaf.type) for leaf in leaves):
            return None
        if not self.takes_more(target, needed, unordered, _work(leaves)):
            return None
        indices = self.images(target, leaves)
        return None if indices is None else ir.Table(tuple(leaves), _ones(indices, len(leaves), target.type))

    def images(self, target: ir.Value, leaves: list[ir.Value]) -> Indices | None:
        """A value at all basis vectors of its leaves, (*dims, *dims of its arguments), if it is one there."""
        axes = tuple([axis_of(leaf) for leaf in leaves])
        given = {leaf: Image((axis,), np.arange(leaf.dim)) for leaf, axis in zip(leaves, axes, strict=True)}
        try:
            image = Imager(self.definitions, given, self.budget).image(target)
            if not set(image.axes) <= set(axes):
                return None
            indices = image.over(axes)
        except NoImageError:
            return None
        columns = image.indices.shape[len(image.axes) :]
        return np.broadcast_to(indices, (*(axis.size for axis in axes), *columns))

    def jumps(self, target: ir.Value, loop: ir.Iterate) -> tuple[int, ...] | None:
        """The step of a recurrence as indices, if it is closed and sends each state to one or to nothing."""
        if loop.jumps:
            return loop.jumps
        dim = loop.state.dim
        if target not in self.closed or not tys.is_data(loop.state.type) or dim > MOST_ROWS:
            return None
        indices = self.images(loop.result, [loop.state])
        return None if indices is None else tuple(np.where(indices == LOST, dim, indices).tolist())

    def takes_more(self, target: ir.Value, needed: set[ir.Value], leaves: _Leaves, operations: int) -> bool:
        """Whether about more tensor operations than these compute a value from its leaves, not counting what
        is needed anyway.
        """
        pending, seen = [target], {*leaves}
        while pending and operations >= 0:
            value = pending.pop()
            if value not in seen and (value is target or value not in needed):
                seen.add(value)
                operations -= _operations(self.definitions[value])
                pending.extend(ir.operands(self.definitions[value]))
        return operations < 0


def _joined(left: _Leaves, right: _Leaves) -> _Leaves | None:
    """The leaves of a product, None if one is in both factors or a table would be too large."""
    both = left | right
    if left & right or (left and right and math.prod([leaf.dim for leaf in both]) > LARGEST_TABLE):
        return None
    return both


def _operations(operation: ir.Operation) -> int:
    """About how many tensor operations one of the IR is."""
    match operation:
        case ir.OneHot() | ir.Basis():
            return 0
        case ir.Choose(_, branches):
            return 1 + len(branches)
        case ir.Iterate(weights, step=step):
            return (weights.dim - 1) * (2 + sum(_operations(assignment.operation) for assignment in step))
        case ir.Shift(_, saturate):
            return 3 if saturate else 1
        case (
            ir.Input() | ir.Given() | ir.Table() | ir.Weigh() | ir.Outer() | ir.Contract() | ir.Matrix()
            | ir.Apply() | ir.Einsum() | ir.Call()
        ):  # fmt: skip
            return 2
        case _:
            assert_never(operation)


def _work(leaves: list[ir.Value]) -> int:
    """The same for a table: a product, and before it two for each leaf where there are several."""
    return len(leaves) if len(leaves) < 2 else 2 * len(leaves)


def _ones(indices: Indices, leaves: int, type: tys.Type) -> tuple[int, ...]:
    return tuple(np.sort(places(indices, leaves, type)).tolist())


def places(indices: Indices, leaves: int, type: tys.Type) -> Indices:
    """Where a table has ones, row-major, of shape (*dims of the leaves, dim of the type).

    The tensor of a function has the dimension of its last argument first, behind that of its result.
    """
    if not indices.ndim:
        return indices[indices != LOST]
    kept = indices != LOST
    at, place, row = np.nonzero(kept), indices[kept], np.zeros(int(kept.sum()), np.int64)
    for index, dim in zip(at[:leaves], indices.shape[:leaves], strict=True):
        row = row * dim + index
    for index, dim in reversed(list(zip(at[leaves:], indices.shape[leaves:], strict=True))):
        place = place * dim + index
    return row * tys.dim(type) + place
