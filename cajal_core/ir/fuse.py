r"""A pass of the tensor IR that joins products, contractions and basis vectors into sums of products.

One `Einsum` takes the place of several operations, so that the tensors between them are never built:

>>> graph = lowered(r"\f:Bool -o Bool. \g:Bool -o Bool. \x:Bool. f (g x)")
>>> graph = specialize(graph, given=2, tensors=frozenset({0, 1}))
>>> print(graph)
neuron (f : Bool -o Bool, g : Bool -o Bool) : Bool -o Bool
  v4 : Bool over a1:2 = basis(a1:2)
  v5 : Bool -o Bool = given(g)
  v6 : Bool over a1:2 = apply(v5, v4)
  v7 : Bool -o Bool = given(f)
  v8 : Bool over a1:2 = apply(v7, v6)
  v9 : Bool -o Bool = matrix(v8, [a1:2])
  return v9
>>> print(fuse(graph))
neuron (f : Bool -o Bool, g : Bool -o Bool) : Bool -o Bool
  v5 : Bool -o Bool = given(g)
  v7 : Bool -o Bool = given(f)
  v9 : Bool -o Bool = einsum([v7 v5], [[a4:2 a2:2] [a2:2 a1:2]], [a4:2 a1:2])
  return v9

A basis vector is no operand of the sum. Over an axis it renames an index; alone it fixes one.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import assert_never

from cajal_core.base import tys
from cajal_core.ir import graph as ir
from cajal_core.ir.analysis import rewritten

#: A sum has no more operands, and no more indices, since each is a letter of its equation.
_MOST_OPERANDS, _MOST_INDICES = 16, 40


@dataclass(frozen=True, slots=True)
class _Sum:
    """A value as a sum of products: its operands with their indices, and the indices of its components."""

    operands: tuple[tuple[ir.Value, tuple[ir.Index, ...]], ...]
    components: tuple[ir.Index, ...]
    #: How many operations it stands for, and whether a basis vector among them has been used up.
    operations: int = 0
    saves: bool = False

    def where(self, old: tuple[ir.Index, ...], new: tuple[ir.Index, ...]) -> _Sum:
        """The sum with some indices exchanged for others."""
        renamed = dict(zip(old, new, strict=True))
        operands = [(value, _renamed(indices, renamed)) for value, indices in self.operands]
        return dataclasses.replace(
            self, operands=tuple(operands), components=_renamed(self.components, renamed)
        )


def fuse(graph: ir.Graph) -> ir.Graph:
    """The graph with sums in place of the operations that they stand for."""
    fuser = _Fuser()
    fuser.count(graph.assignments)
    fuser.uses[graph.result] += 1
    fuser.define(graph.assignments, 0)
    code = rewritten(graph.assignments, {graph.result}, fuser.changed)
    return dataclasses.replace(graph, assignments=code)


class _Fuser:
    def __init__(self) -> None:
        self.uses = Counter[ir.Value]()
        self.depths: dict[ir.Value, int] = {}
        #: What each value stands for, None if it is no product, sum or basis vector.
        self.sums: dict[ir.Value, _Sum | None] = {}
        self.axes = 0

    def count(self, assignments: Iterable[ir.Assignment]) -> None:
        """Counts how often each value is read, and the axes."""
        for assignment in assignments:
            self.uses.update(ir.operands(assignment.operation))
            # A sum may close an axis that none of its values runs over.
            own = {*assignment.target.axes, *ir.closed_axes(assignment.operation)}
            self.axes = max([self.axes, *(axis.number for axis in own)])
            if isinstance(assignment.operation, ir.Iterate):
                self.count(assignment.operation.step)
                self.uses[assignment.operation.result] += 1

    def define(self, assignments: Iterable[ir.Assignment], depth: int) -> None:
        """Finds what each value stands for, those that it reads first."""
        for assignment in assignments:
            target, operation = assignment.target, assignment.operation
            if isinstance(operation, ir.Iterate):
                for value in (operation.state, *operation.items):
                    self.depths[value], self.sums[value] = depth + 1, None
                self.define(operation.step, depth + 1)
            self.depths[target] = depth
            self.sums[target] = self.expanded(target, operation)

    def changed(self, target: ir.Value, operation: ir.Operation, _: set[ir.Value]) -> ir.Operation:
        return self.einsum(target) or operation

    def einsum(self, target: ir.Value) -> ir.Einsum | None:
        """The sum that a value is, if it stands for several operations or saves one."""
        total = self.sums[target]
        if total is None or not total.operands or (total.operations < 2 and not total.saves):
            return None
        output = (*target.axes, *total.components)
        used = {index for _, indices in total.operands for index in indices if isinstance(index, ir.Axis)}
        if len(set(output)) < len(output) or not set(output) <= used or len(used) > _MOST_INDICES:
            return None  # the same index twice, or a fixed one, is no dimension of a sum
        operands, indices = zip(*total.operands, strict=True)
        axes = tuple([index for index in output if isinstance(index, ir.Axis)])
        return ir.Einsum(operands, indices, axes)

    def sum(self, value: ir.Value, depth: int) -> _Sum:
        """A value inside a sum: what it stands for, or else an operand of its own."""
        total = self.sums[value]
        # What others use too is computed once, and what stands outside of a step is computed there.
        is_own = self.uses[value] == 1 and self.depths[value] == depth
        if total and (not total.operands or (is_own and len(total.operands) <= _MOST_OPERANDS)):
            return total
        indices = self.fresh(tys.components(value.type))
        return _Sum(((value, (*value.axes, *indices)),), indices)

    def expanded(self, target: ir.Value, operation: ir.Operation) -> _Sum | None:
        """The sum that a value stands for, if it has one index for each component."""
        # A tensor of so many components is never computed, unless most have one entry.
        if any(tys.rank(value.type) > _MOST_INDICES for value in (target, *ir.operands(operation))):
            return None
        total = self.expansion(target, operation)
        sizes = tys.components(target.type)
        if total is None or len(total.components) != len(sizes):
            return None
        # An axis may run over several components at once, and a sum has an index for each.
        pairs = zip(total.components, sizes, strict=True)
        return total if all(isinstance(index, int) or index.size == size for index, size in pairs) else None

    def expansion(self, target: ir.Value, operation: ir.Operation) -> _Sum | None:
        """An operation as a sum over what its operands stand for, None if it is none."""
        depth = self.depths[target]
        match operation:
            case ir.OneHot(index) if tys.rank(target.type) == 1:
                return _Sum((), (index,), saves=True)
            case ir.Table((), (index,)) if tys.rank(target.type) == 1:
                return _Sum((), (index,), saves=True)
            case ir.Basis(axis) if tys.components(target.type) == (axis.size,):
                return _Sum((), (axis,), saves=True)
            case ir.Outer(left, right):
                first, second = self.sum(left, depth), self.sum(right, depth)
                return _joined(first, second, (*first.components, *second.components))
            case ir.Weigh(weights, vector):
                first, second = self.sum(weights, depth), self.sum(vector, depth)
                # The mass of a basis vector is one, so that nothing is left to sum over.
                return _joined(first, second, second.components)
            case ir.Matrix(columns, over):
                inside = self.sum(columns, depth)
                return _joined(_Sum((), ()), inside, (*inside.components, *over))
            case ir.Total(vectors, over):
                inside = self.sum(vectors, depth)
                used = {index for _, indices in inside.operands for index in indices}
                # What does not vary along an axis would have to be taken as often as it is long.
                if not set(over) <= used - {*inside.components}:
                    return None
                return _joined(_Sum((), ()), inside, inside.components)
            case ir.Contract(weights, vectors, over):
                first, second = self.sum(weights, depth), self.sum(vectors, depth)
                if tuple([axis.size for axis in over]) != tys.components(weights.type):
                    return None
                second = second.where(over, first.components)
                return _joined(first, second, second.components)
            case ir.Apply(matrix, vector):
                first, second = self.sum(matrix, depth), self.sum(vector, depth)
                split = len(first.components) - len(second.components)
                columns = first.components[split:]
                are_axes = all(isinstance(index, ir.Axis) for index in columns)
                if len(set(columns)) < len(columns) or not are_axes:
                    return None
                first = first.where(columns, second.components)
                return _joined(first, second, first.components[:split])
            case (
                ir.Input() | ir.Given() | ir.OneHot() | ir.Zero() | ir.Basis() | ir.Shift() | ir.Choose()
                | ir.Table() | ir.Sum() | ir.Slice() | ir.Concat() | ir.Unstack() | ir.Stack() | ir.Item()
                | ir.Narrow() | ir.Elements() | ir.Lengths() | ir.Held() | ir.Einsum() | ir.Call()
                | ir.Iterate()
            ):  # fmt: skip
                return None
            case _:
                assert_never(operation)

    def fresh(self, sizes: Iterable[int]) -> tuple[ir.Axis, ...]:
        axes = list[ir.Axis]()
        for size in sizes:
            self.axes += 1
            axes.append(ir.Axis(self.axes, size))
        return tuple(axes)


def _joined(first: _Sum, second: _Sum, components: tuple[ir.Index, ...]) -> _Sum:
    operations = first.operations + second.operations + 1
    operands = (*first.operands, *second.operands)
    return _Sum(operands, components, operations, first.saves or second.saves)


def _renamed(indices: tuple[ir.Index, ...], renamed: Mapping[ir.Index, ir.Index]) -> tuple[ir.Index, ...]:
    # An index that is fixed is a number, and must not be mistaken for another's name.
    return tuple([renamed.get(index, index) if isinstance(index, ir.Axis) else index for index in indices])
