"""What a term is while it is lowered: a tensor, a function of the compiler, or a pair of these.

A function is applied by calling it, so lambdas and definitions leave no trace in the IR. It becomes
a tensor, its matrix, only where one is needed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from cajal_core.base import tys
from cajal_core.diagnostics.errors import InternalError
from cajal_core.ir import graph as ir
from cajal_core.ir.builder import Builder, union


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    type: tys.Arrow
    apply: Callable[[Meaning], Meaning]


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    type: tys.Product
    left: Meaning
    right: Meaning
    #: Whether it is a basis vector, which is the sum over its basis already.
    basis: bool = False


Meaning: TypeAlias = ir.Value | Function | Pair


class Meanings:
    """Meanings, and the tensors that they become, in code under construction."""

    def __init__(self) -> None:
        self.builder = Builder()
        #: Axes over which an extern or an argument was called, so that linearity there is not known.
        self.opaque: set[ir.Axis] = set()
        #: For each axis that stands for a value, all axes of that value, and its weights on them.
        self.weights = dict[ir.Axis, tuple[tuple[ir.Axis, ...], ir.Value]]()

    def apply(self, function: Meaning, argument: Meaning) -> Meaning:
        if not isinstance(function, Function):
            raise InternalError(f"{function} is applied")
        return function.apply(argument)

    def tensor(self, meaning: Meaning) -> ir.Value:
        """A value is itself, a pair its outer product, a function its matrix."""
        match meaning:
            case Pair(type, left, right):
                first, second = self.tensor(left), self.tensor(right)
                return self.builder.emit(ir.Outer(first, second), type, union(first, second))
            case Function(type, apply):
                argument, over = self.basis(type.argument)
                columns = self.tensor(apply(argument))
                axes = tuple([axis for axis in columns.axes if axis not in over])
                return self.builder.emit(ir.Matrix(columns, over), type, axes)
            case _:
                return meaning

    def basis(self, type: tys.Type) -> tuple[Meaning, tuple[ir.Axis, ...]]:
        """All basis vectors of a type, over new axes: one for each component that is no pair."""
        if isinstance(type, tys.Product):
            left, over_left = self.basis(type.left)
            right, over_right = self.basis(type.right)
            return Pair(type, left, right, basis=True), (*over_left, *over_right)
        axis = self.builder.axis(tys.dim(type))
        return self.meaning(self.builder.emit(ir.Basis(axis), type, (axis,))), (axis,)

    def meaning(self, value: ir.Value) -> Meaning:
        """A value that is a matrix, as the function that multiplies by it."""
        type = value.type
        if not isinstance(type, tys.Arrow):
            return value

        def apply(argument: Meaning) -> Meaning:
            vector = self.tensor(argument)
            product = ir.Apply(value, vector)
            return self.meaning(self.builder.emit(product, type.result, union(value, vector)))

        return Function(type, apply)

    def callee(
        self, callee: ir.Extern | ir.Learn | ir.Argument, type: tys.Type, given: tuple[Meaning, ...] = ()
    ) -> Meaning:
        """What is only known from outside: called once, when all its arguments have come."""
        if isinstance(type, tys.Arrow):
            rest = type.result
            return Function(type, lambda argument: self.callee(callee, rest, (*given, argument)))
        arguments = tuple([self.tensor(each) for each in given])
        axes = union(*arguments)
        if not isinstance(callee, ir.Learn):
            self.opaque.update(axes)
        return self.builder.emit(ir.Call(callee, arguments), type, axes)

    def pointwise(
        self, type: tys.Type, parts: tuple[Meaning, ...], combine: Callable[[tuple[ir.Value, ...]], ir.Value]
    ) -> Meaning:
        """A combination of values, or of functions at each argument."""
        if not isinstance(type, tys.Arrow):
            return combine(tuple([self.tensor(part) for part in parts]))

        def apply(argument: Meaning) -> Meaning:
            applied = tuple([self.apply(part, argument) for part in parts])
            return self.pointwise(type.result, applied, combine)

        return Function(type, apply)

    def choose(self, weights: ir.Value, type: tys.Type, branches: tuple[Meaning, ...]) -> Meaning:
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
        self, weights: ir.Value, type: tys.Type, body: Callable[[Meaning], Meaning], result: tys.Type
    ) -> Meaning:
        """Σ_i weights[i] · body(e_i): a body that uses a value of a type as its basis vectors."""
        vectors, over = self.basis(type)
        self.weights.update(dict.fromkeys(over, (over, weights)))
        inside = body(vectors)
        return self.pointwise(result, (inside,), lambda parts: self.contract(weights, parts[0], over))

    def marginal(self, value: ir.Value) -> ir.Value | None:
        """A value, summed over its axes with their weights; None over the basis of no value."""
        while value.axes:
            last = value.axes[-1]
            if last not in self.weights:
                return None
            over, weights = self.weights[last]
            value = self.contract(weights, value, over)
        return value


def type_of(values: tuple[ir.Value, ...]) -> tys.Type:
    """The type that all of them have."""
    return values[0].type
