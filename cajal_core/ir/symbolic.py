"""Symbolic values: what terms stand for while `lower` evaluates them.

A symbolic value is a tensor of the IR, a Python function on symbolic values, or a pair of them. Lambdas and
definitions are such functions. To apply one is to call it, so that it leaves no operation behind.

`reify` turns a symbolic value into a tensor. A function becomes its matrix, whose columns are its results at
the basis vectors. `reflect` goes back: a matrix becomes the function that multiplies by it. The names come
from normalisation by evaluation.

>>> evaluator = SymbolicEvaluator()
>>> identity = Function(tys.Arrow(tys.Bool(), tys.Bool()), lambda argument: argument)
>>> print(evaluator.reify(identity))
v2
>>> print(ir.block_text(evaluator.builder.code))
v1 : Bool over a1:2 = basis(a1:2)
v2 : Bool -o Bool = matrix(v1, [a1:2])
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from cajal_core.base import tys
from cajal_core.base.recursion import deep
from cajal_core.diagnostics.errors import CajalError, InternalError
from cajal_core.diagnostics.runtime import TooManyComponents
from cajal_core.ir import graph as ir
from cajal_core.ir.builder import Builder, union

#: A type of more components is not taken apart.
MOST_COMPONENTS = 1_000


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    type: tys.Arrow
    apply: Callable[[Symbolic], Symbolic]


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    type: tys.Product
    left: Symbolic
    right: Symbolic
    #: Whether it is a basis vector, which is the sum over its basis already.
    basis: bool = False


Symbolic: TypeAlias = ir.Value | Function | Pair


class SymbolicEvaluator:
    """Operations on symbolic values, which emit the operations that they need into a `Builder`."""

    def __init__(self) -> None:
        self.builder = Builder()
        #: Axes over which an extern or an argument was called, so that linearity there is not known.
        self.opaque: set[ir.Axis] = set()
        #: The outer products of pairs. A pair that doubles has few parts, each met often.
        self.products = dict[Pair, ir.Value]()
        #: The basis vectors of data that have been emitted.
        self.bases = set[ir.Value]()
        #: For each axis that stands for a value, all axes of that value, and its weights on them.
        self.weights = dict[ir.Axis, tuple[tuple[ir.Axis, ...], ir.Value]]()

    @deep
    def apply(self, function: Symbolic, argument: Symbolic) -> Symbolic:
        if not isinstance(function, Function):
            raise InternalError(f"{function} is applied")
        return function.apply(argument)

    @deep
    def reify(self, symbolic: Symbolic) -> ir.Value:
        """The tensor of a symbolic value: of a pair its outer product, of a function its matrix."""
        match symbolic:
            case Pair(type, left, right):
                if symbolic not in self.products:
                    first, second = self.reify(left), self.reify(right)
                    outer = ir.Outer(first, second)
                    self.products[symbolic] = self.builder.emit(outer, type, union(first, second))
                return self.products[symbolic]
            case Function(type, apply):
                argument, over = self.basis(type.argument)
                columns = self.reify(apply(argument))
                axes = tuple([axis for axis in columns.axes if axis not in over])
                return self.builder.emit(ir.Matrix(columns, over), type, axes)
            case ir.Value():
                return symbolic
            case _:
                assert_never(symbolic)

    @deep
    def basis(self, type: tys.Type) -> tuple[Symbolic, tuple[ir.Axis, ...]]:
        """All basis vectors of a type, over new axes: one for each component that is no pair.

        Raises:
            CajalError: if the type has more than `MOST_COMPONENTS`. Each may be of dimension 1.
        """
        if tys.rank(type) > MOST_COMPONENTS:
            raise CajalError(TooManyComponents(tys.rank(type), MOST_COMPONENTS))
        match type:
            case tys.Product():
                left, over_left = self.basis(type.left)
                right, over_right = self.basis(type.right)
                return Pair(type, left, right, basis=True), (*over_left, *over_right)
            case tys.Bool() | tys.Nat() | tys.Unit() | tys.Data() | tys.Space() | tys.Arrow():
                axis = self.builder.axis(tys.dim(type))
                vectors = self.builder.emit(ir.Basis(axis), type, (axis,))
                self.bases.add(vectors)
                return self.reflect(vectors), (axis,)
            case _:
                assert_never(type)

    def is_basis(self, symbolic: Symbolic) -> bool:
        """Whether a value is known to be a basis vector, so that its copies are equal to it."""
        pending, seen = [symbolic], set[Pair]()
        while pending:
            match pending.pop():
                case Pair(_, left, right, basis) as pair:
                    if not basis and pair not in seen:  # a pair that doubles has few parts, each met often
                        pending += left, right
                    seen.add(pair)
                case ir.Value() as value:
                    if value not in self.bases:
                        return False
                case Function():
                    return False
        return True

    def reflect(self, value: ir.Value) -> Symbolic:
        """A tensor as a symbolic value: of a matrix, the function that multiplies by it."""
        type = value.type
        if not isinstance(type, tys.Arrow):
            return value

        def apply(argument: Symbolic) -> Symbolic:
            vector = self.reify(argument)
            product = ir.Apply(value, vector)
            return self.reflect(self.builder.emit(product, type.result, union(value, vector)))

        return Function(type, apply)

    def callee(self, callee: ir.Callee, type: tys.Type, given: tuple[Symbolic, ...] = ()) -> Symbolic:
        """A parameter or a function argument: a function that is called once, with all of its arguments."""
        if isinstance(type, tys.Arrow):
            rest = type.result
            return Function(type, lambda argument: self.callee(callee, rest, (*given, argument)))
        arguments = tuple([self.reify(argument) for argument in given])
        axes = union(*arguments)
        if not isinstance(callee, ir.Learn):
            self.opaque.update(axes)
        return self.builder.emit(ir.Call(callee, arguments), type, axes)

    @deep
    def pointwise(
        self, type: tys.Type, parts: tuple[Symbolic, ...], combine: Callable[[tuple[ir.Value, ...]], ir.Value]
    ) -> Symbolic:
        """Parts of a type, combined: tensors at once, functions at each argument."""
        if not isinstance(type, tys.Arrow):
            return combine(tuple([self.reify(part) for part in parts]))

        def apply(argument: Symbolic) -> Symbolic:
            applied = tuple([self.apply(part, argument) for part in parts])
            return self.pointwise(type.result, applied, combine)

        return Function(type, apply)

    def choose(self, weights: ir.Value, type: tys.Type, branches: tuple[Symbolic, ...]) -> Symbolic:
        """Σ_i weights[i] · branches[i]"""

        def combine(parts: tuple[ir.Value, ...]) -> ir.Value:
            return self.builder.emit(ir.Choose(weights, parts), type_of(parts), union(weights, *parts))

        return self.pointwise(type, branches, combine)

    def weigh(self, weights: ir.Value, vector: ir.Value) -> ir.Value:
        """(Σ_i weights[i]) · vector"""
        return self.builder.emit(ir.Weigh(weights, vector), vector.type, union(weights, vector))

    def contract(self, weights: ir.Value, vectors: ir.Value, over: tuple[ir.Axis, ...]) -> ir.Value:
        """Σ_i weights[i] · vectors at index i of the axes"""
        if not set(over) & set(vectors.axes):
            return self.weigh(weights, vectors)
        axes = tuple([axis for axis in union(weights, vectors) if axis not in over])
        return self.builder.emit(ir.Contract(weights, vectors, over), vectors.type, axes)

    def distributed(
        self, weights: ir.Value, type: tys.Type, body: Callable[[Symbolic], Symbolic], result: tys.Type
    ) -> Symbolic:
        """Σ_i weights[i] · body(e_i): a body that uses a value of a type as its basis vectors."""
        vectors, over = self.basis(type)
        self.weights.update(dict.fromkeys(over, (over, weights)))
        inside = body(vectors)
        return self.pointwise(result, (inside,), lambda parts: self.contract(weights, parts[0], over))

    def marginal(self, value: ir.Value) -> ir.Value | None:
        """A value, summed over its axes with their weights; None over the basis of no value."""
        sums = self.sums(value.axes)
        if sums is None:
            return None
        for over, weights in sums:
            value = self.contract(weights, value, over)
        return value

    def sums(self, axes: tuple[ir.Axis, ...]) -> tuple[tuple[tuple[ir.Axis, ...], ir.Value], ...] | None:
        """The sums that leave none of some axes, each over axes and with weights; None as in `marginal`."""
        made = list[tuple[tuple[ir.Axis, ...], ir.Value]]()
        while axes:
            if axes[-1] not in self.weights:
                return None
            over, weights = self.weights[axes[-1]]
            made.append((over, weights))
            axes = tuple([axis for axis in sorted({*axes, *weights.axes}) if axis not in over])
        return tuple(made)


def type_of(values: tuple[ir.Value, ...]) -> tys.Type:
    """The type that all of them have."""
    return values[0].type
