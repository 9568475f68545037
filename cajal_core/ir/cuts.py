"""What a table of zeros and ones may rest on, and what it costs beside the code that it stands for.

A *cut* of a value is a set of vectors, its leaves. Code that calls nothing computes the value from them, and
is linear in each. So a table may have them as its weights:

>>> from cajal_core.base import tys
>>> x, y = ir.Value(1, tys.Bool(), ()), ir.Value(2, tys.Nat(3), ())
>>> cut = Cut(frozenset({x})).joined(Cut(frozenset({y})))
>>> cut.rows
6

Costs are for one sample of a batch, in entries of tensors.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import assert_never

from cajal_core.ir import graph as ir
from cajal_core.ir.analysis import SHORT

#: Tables over several vectors have at most so many entries.
LARGEST_TABLE = 2**14
#: What the start of an operation costs, in entries of a sample. The batch is not known here: this is what a
#: start costs at a batch of about 1,500, so that tables grow only where they stay small for each sample.
_START = 6
#: So many multiplications of a product of matrices take the time of one entry of any other operation.
_PER_ENTRY = 16


@dataclass(frozen=True, slots=True)
class Cut:
    """Vectors that a value is linear in, by code that calls nothing: the leaves of a table of it.

    Basis vectors over an axis stand apart. They are ones and zeros, so a value may use them often. Where they
    are no leaves, a table has no place for their axes, until the code closes these.
    """

    leaves: frozenset[ir.Value] = frozenset()
    bases: frozenset[ir.Value] = frozenset()
    #: The axes of basis vectors that are no leaves.
    open: frozenset[ir.Axis] = frozenset()

    @property
    def all(self) -> frozenset[ir.Value]:
        return self.leaves | self.bases

    @property
    def rows(self) -> int:
        return math.prod([leaf.dim for leaf in self.all])

    def beside(self, other: Cut) -> Cut:
        """The leaves of both. A basis vector that is a leaf is one wherever it stands."""
        bases = self.bases | other.bases
        leaves, axes = self.leaves | other.leaves, [axis for base in bases for axis in base.axes]
        return Cut(leaves, bases, (self.open | other.open).difference(axes))

    def joined(self, other: Cut) -> Cut | None:
        """The cut of a product, None if a leaf is in both factors or a table would be too large."""
        both = self.beside(other)
        is_large = len(both.all) > 1 and both.rows > LARGEST_TABLE
        return None if is_large or self.leaves & other.leaves else both


#: What rests on nothing.
CONSTANT = Cut()


def products(first: list[Cut], second: list[Cut]) -> list[Cut]:
    """The cuts of a product of two operands."""
    joined = [left.joined(right) for left in first for right in second]
    return list(dict.fromkeys([cut for cut in joined if cut is not None]))


def common(first: list[Cut], second: list[Cut]) -> list[Cut]:
    """The cuts of a choice between two branches.

    A branch that lacks a leaf is constant in it, and the sum then is not linear. It may lack a basis vector.
    """
    return list(
        dict.fromkeys(
            [left.beside(right) for left in first for right in second if left.leaves == right.leaves]
        )
    )


def table_cost(leaves: frozenset[ir.Value], dim: int, places: int = 1) -> int:
    """What a table costs a sample: a product, and before it two for each leaf where there are several.

    It has that product at each of so many places of the axes of its leaves.
    """
    if not leaves:
        return 0
    dims = [leaf.dim for leaf in leaves]
    rows, count = math.prod(dims), len(dims)
    if count == 1:
        return _START + places * min(dim + rows * dim // _PER_ENTRY, 8 * rows)
    multiplications = rows * (sum(dims) + dim)
    return 2 * count * _START + places * ((2 * count - 1) * rows + dim + multiplications // _PER_ENTRY)


def operation_cost(target: ir.Value, operation: ir.Operation, inside: int, is_constant: bool) -> int:
    """What an operation costs a sample. `inside` is what the step of a recurrence costs."""
    entries = 0 if is_constant else target.dim * math.prod([axis.size for axis in target.axes])
    match operation:
        case (
            ir.OneHot() | ir.Zero() | ir.Basis() | ir.Input() | ir.Given() | ir.Call() | ir.Table()
            | ir.Einsum() | ir.Elements() | ir.Lengths() | ir.Held()
        ):  # fmt: skip
            return 0
        case ir.Slice() | ir.Unstack() | ir.Item() | ir.Narrow():
            return 2 * _START
        case ir.Sum(parts):
            return 2 * len(parts) * _START + len(parts) * entries
        case ir.Concat() | ir.Stack():
            return 3 * _START + entries
        case ir.Total(_, over):
            return 2 * _START + entries * math.prod([axis.size for axis in over])
        case ir.Choose(_, branches):
            return (2 + 2 * len(branches)) * _START + (1 + len(branches)) * entries
        case ir.Iterate(weights, over=over):
            steps = weights.dim - 1
            # More are not looped where there is a better way.
            steps = steps if steps < SHORT or over else 4 * math.isqrt(steps)
            return steps * (3 * _START + 2 * entries + inside)
        case ir.Shift(_, saturate):
            return (5 if saturate else 3) * _START + 2 * entries
        case ir.Weigh():
            return 4 * _START + 2 * entries
        case ir.Outer() | ir.Matrix():
            return 4 * _START + entries
        case ir.Contract(_, vectors, over):
            summed = math.prod([axis.size for axis in over if axis in vectors.axes])
            return 4 * _START + entries * (1 + summed // _PER_ENTRY)
        case ir.Apply(_, vector):
            return 4 * _START + entries * (1 + vector.dim)
        case _:
            assert_never(operation)
