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
from collections import Counter
from collections.abc import Iterable
from typing import assert_never

import numpy as np

from cajal_core.base import tys
from cajal_core.ir import graph as ir
from cajal_core.ir.analysis import rewritten
from cajal_core.ir.basis_image import LOST, Budget, Image, Imager, Indices, NoImageError, axis_of
from cajal_core.ir.cuts import CONSTANT, LARGEST_TABLE, Cut, common, operation_cost, products, table_cost
from cajal_core.ir.sizes import LARGEST_TENSOR

#: Tables over one vector have at most so many rows.
MOST_ROWS = 2**18
#: Work spent on the images of a graph, in entries.
_BUDGET = 2**24
#: So many cuts of a value are kept, the cheapest.
_MOST_CUTS = 4


def tabulate(graph: ir.Graph) -> ir.Graph:
    """The graph with tables for closed code, and without the code that is then not needed."""
    code = rewritten(graph.assignments, {graph.result}, lambda _, operation, __: operation)
    tabulator = _Tabulator()
    tabulator.count(code)
    tabulator.define(code, 0)
    code = rewritten(code, {graph.result}, tabulator.changed)
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
    """Covers a graph with tables: for each value, whether one or its own operation is cheaper, and over what.

    Circuits are covered with look-up tables in this way. The cuts of a value are joined from those of its
    operands. A table over a cut costs its own work and that of its leaves. So a long chain becomes many small
    tables, one after the other, and not one table over all that it starts from.
    """

    def __init__(self) -> None:
        self.definitions: dict[ir.Value, ir.Operation] = {}
        self.uses = Counter[ir.Value]()
        #: The cuts of each value. A value that is not linear in what it reads has only itself.
        self.cuts: dict[ir.Value, list[Cut]] = {}
        #: What it costs to compute each value, and the table that does, None if its operation does.
        self.costs: dict[ir.Value, int] = {}
        self.tables: dict[ir.Value, Cut | None] = {}
        #: How many steps each value stands in.
        self.depths: dict[ir.Value, int] = {}
        #: Recurrences whose step is closed.
        self.closed = set[ir.Value]()
        self.budget = Budget(_BUDGET)
        #: What finds images, by the leaves: what several tables rest on is looked at once.
        self.imagers = dict[frozenset[ir.Value], Imager]()

    def count(self, assignments: Iterable[ir.Assignment]) -> None:
        """Counts how often each value is read."""
        for assignment in assignments:
            self.uses.update(ir.operands(assignment.operation))
            if isinstance(assignment.operation, ir.Iterate):
                self.count(assignment.operation.step)

    def define(self, assignments: Iterable[ir.Assignment], depth: int) -> int:
        """Finds the cheapest way to compute each value, those that it reads first. What all cost together."""
        total = 0
        for assignment in assignments:
            target, operation = assignment.target, assignment.operation
            self.definitions[target], self.depths[target] = operation, depth
            inside = 0
            if isinstance(operation, ir.Iterate):
                state = operation.state
                own = Cut(frozenset({state, *operation.items}))
                self.cuts[state], self.depths[state] = [Cut(frozenset({state}))], depth + 1
                self.costs[state] = 0
                for item in operation.items:
                    self.cuts[item], self.depths[item] = [Cut(frozenset({item}))], depth + 1
                    self.costs[item] = 0
                inside = self.define(operation.step, depth + 1)
                if own in self.cuts_at(operation.result, depth + 1):
                    self.closed.add(target)
            cuts = self.linear_in(target, operation, depth)
            is_constant = any(not cut.all for cut in cuts)
            cost = operation_cost(target, operation, inside, is_constant)
            self.costs[target] = cost + sum([self.share(operand) for operand in ir.operands(operation)])
            self.tables[target] = None
            ranked = [(self.with_table(target, cut), place) for place, cut in enumerate(cuts)]
            for (total_cost, is_table), place in sorted(ranked):
                if is_table and total_cost < self.costs[target]:
                    self.costs[target], self.tables[target] = total_cost, cuts[place]
            kept = [cuts[place] for _, place in sorted(ranked)[:_MOST_CUTS]]
            if isinstance(operation, ir.Basis):
                kept.append(Cut(bases=frozenset({target})))
            elif kept != [CONSTANT] or target.axes:
                kept.append(Cut(frozenset({target})))
            self.cuts[target] = kept
            total += self.costs[target] if self.tables[target] else cost
        return total

    def linear_in(self, target: ir.Value, operation: ir.Operation, depth: int) -> list[Cut]:
        """The cuts of a value from those of its operands; none if it calls something, or is not linear."""
        match operation:
            case ir.Input() | ir.Given() | ir.Call() | ir.Elements() | ir.Lengths() | ir.Held():
                return []
            case ir.Iterate() if target not in self.closed:
                return []
            case ir.Choose(weights, branches):
                return products(self.cuts_at(weights, depth), self.common(branches, depth))
            case ir.Sum(parts) | ir.Concat(parts):
                return self.common(parts, depth)
            case ir.Narrow(elements):
                return self.apart(self.cuts_at(elements, depth), operation)
            case ir.Basis(axis):
                return [Cut(open=frozenset({axis}))]
            case (
                ir.OneHot() | ir.Zero() | ir.Shift() | ir.Table() | ir.Weigh() | ir.Slice()
                | ir.Outer() | ir.Contract() | ir.Total() | ir.Unstack() | ir.Stack() | ir.Item()
                | ir.Matrix() | ir.Apply() | ir.Einsum() | ir.Iterate()
            ):  # fmt: skip
                cuts = [CONSTANT]
                for operand in ir.operands(operation):
                    cuts = products(cuts, self.apart(self.cuts_at(operand, depth), operation))
                return cuts
            case _:
                assert_never(operation)

    def common(self, parts: tuple[ir.Value, ...], depth: int) -> list[Cut]:
        """The cuts of one of some vectors, or of their sum. Zero is linear in everything."""
        seen = [part for part in parts if not isinstance(self.definitions.get(part), ir.Zero)]
        cuts = self.cuts_at(seen[0], depth) if seen else [CONSTANT]
        for part in seen[1:]:
            cuts = common(cuts, self.cuts_at(part, depth))
        return cuts

    def apart(self, cuts: list[Cut], operation: ir.Operation) -> list[Cut]:
        """The cuts of which no leaf runs over an axis that an operation closes."""
        closed = ir.closed_axes(operation)
        if not closed:
            return cuts
        return [
            dataclasses.replace(cut, open=cut.open - closed)
            for cut in cuts
            if not any(axis in closed for leaf in cut.all for axis in leaf.axes)
        ]

    def cuts_at(self, value: ir.Value, depth: int) -> list[Cut]:
        """The cuts of a value. Those of steps end at the step, so that nothing moves into it."""
        cuts = self.cuts[value]
        if self.depths[value] == depth:
            return cuts
        return [*[cut for cut in cuts[:-1] if not cut.all], cuts[-1]]

    def with_table(self, target: ir.Value, cut: Cut) -> tuple[int, bool]:
        """What a value costs by a table over a cut, and whether there is one."""
        leaves = cut.all
        # Basis vectors that are leaves are indices of the table, at no cost.
        places = math.prod([axis.size for axis in {axis for leaf in cut.leaves for axis in leaf.axes}])
        cost = table_cost(leaves, target.dim, places) + sum([self.share(leaf) for leaf in leaves])
        if cut.open or set(target.axes) != {axis for leaf in leaves for axis in leaf.axes}:
            return cost, False
        # Over one vector, data is found by an index; what is a function, or rests on several, is a matrix.
        is_index = len(leaves) == 1 and not isinstance(target.type, tys.Arrow)
        too_large = (
            cut.rows > MOST_ROWS
            or target.dim > LARGEST_TENSOR
            or (not is_index and cut.rows * target.dim > LARGEST_TABLE)
        )
        return cost, not too_large and all(tys.is_data(leaf.type) for leaf in leaves)

    def share(self, value: ir.Value) -> int:
        """What computing a value costs each of those that read it."""
        return self.costs[value] // max(1, self.uses[value])

    def changed(self, target: ir.Value, operation: ir.Operation, needed: set[ir.Value]) -> ir.Operation:
        cut = self.tables[target]
        if cut is not None:
            # Basis vectors come last: `emit` needs no product with them there.
            leaves = sorted(cut.all, key=lambda leaf: (leaf in cut.bases, leaf.dim, leaf.number))
            indices = self.images(target, leaves)
            if indices is not None:
                return ir.Table(tuple(leaves), _ones(indices, len(leaves), target.type))
        if isinstance(operation, ir.Iterate):
            return dataclasses.replace(operation, jumps=self.jumps(target, operation))
        return operation

    def images(self, target: ir.Value, leaves: list[ir.Value]) -> Indices | None:
        """A value at all basis vectors of its leaves, (*dims, *dims of its arguments), if it is one there."""
        axes = tuple([axis_of(leaf) for leaf in leaves])
        given = {leaf: Image((axis,), np.arange(leaf.dim)) for leaf, axis in zip(leaves, axes, strict=True)}
        imager = self.imagers.setdefault(frozenset(leaves), Imager(self.definitions, given, self.budget))
        try:
            image = imager.image(target)
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
        if loop.over or target not in self.closed or not tys.is_data(loop.state.type) or dim > MOST_ROWS:
            return None
        indices = self.images(loop.result, [loop.state])
        return None if indices is None else tuple(np.where(indices == LOST, dim, indices).tolist())


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
