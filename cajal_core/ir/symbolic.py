"""Symbolic values: what terms stand for while `lower` evaluates them.

A symbolic value is a tensor of the IR, a Python function on symbolic values, a pair of them, alternatives, or
a list that is held apart. Lambdas and definitions are such functions. To apply one is to call it, so that it
leaves no operation behind.

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

This is more than 300 lines, because all symbolic values stand here with what is asked of each.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import reduce
from typing import TypeAlias, assert_never

from cajal_core.base import tys
from cajal_core.base.recursion import deep
from cajal_core.base.source import Span
from cajal_core.diagnostics.errors import CajalError, InternalError
from cajal_core.diagnostics.runtime import MultipliedOut, TooManyComponents
from cajal_core.ir import graph as ir
from cajal_core.ir.builder import Builder, union
from cajal_core.ir.sizes import LARGEST_TENSOR

#: A type of more components is not taken apart.
MOST_COMPONENTS = 1_000
#: A list of more elements is not multiplied out. Its elements may be of dimension 1.
MOST_MULTIPLIED = 25


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
    #: Whether it is written as the element of a list. Then it is taken apart as it is.
    element: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Tuple:
    """Alternatives that are kept apart, so that to pick one is to take it."""

    type: tys.With | tys.Power
    parts: tuple[Symbolic, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """A list that is held apart: its first elements, those behind them over an axis, the weights of lengths.

    It has no more elements than its type says. The lengths are 0 … `type.most`. One that is greater than the
    number of elements has no weight. `length` tells where its length comes from, if that is one for a sample.
    """

    type: tys.List
    head: tuple[Symbolic, ...]
    tail: tuple[Symbolic, ir.Axis] | None
    lengths: ir.Value
    length: ir.Length | None = None


#: A tensor at a list type is a list that is multiplied out.
Symbolic: TypeAlias = ir.Value | Function | Pair | Tuple | Held


class SymbolicEvaluator:
    """Operations on symbolic values, which emit the operations that they need into a `Builder`."""

    def __init__(self) -> None:
        self.builder = Builder()
        #: Axes over which an extern or an argument was called, so that linearity there is not known.
        self.opaque: set[ir.Axis] = set()
        #: How often an extern or an argument was called.
        self.calls = 0
        #: The tensors of what is kept apart. A pair that doubles has few parts, each met often.
        self.tensors = dict[Pair | Tuple | Held, ir.Value]()
        #: The basis vectors of data that have been emitted.
        self.bases = set[ir.Value]()
        #: The vectors that are known to be zero.
        self.zeros = set[ir.Value]()
        #: For each axis that stands for a value, all axes of that value, and its weights on them.
        self.weights = dict[ir.Axis, tuple[tuple[ir.Axis, ...], ir.Value]]()
        #: The names of externs and the positions of arguments whose lists come multiplied out.
        self.dense = frozenset[str | int]()
        #: The term that is evaluated, for errors.
        self.here: Span | None = None

    @deep
    def apply(self, function: Symbolic, argument: Symbolic) -> Symbolic:
        if not isinstance(function, Function):
            raise InternalError(f"{function} is applied")
        return function.apply(argument)

    @deep
    def reify(self, symbolic: Symbolic) -> ir.Value:
        """The tensor of a symbolic value: of a pair its outer product, of a function its matrix.

        Alternatives stand one after the other, and a list is multiplied out.

        Raises:
            CajalError: if a list is too long for that.
        """
        match symbolic:
            case Pair() | Tuple() | Held():
                if symbolic not in self.tensors:
                    self.tensors[symbolic] = self.tensor(symbolic)
                return self.tensors[symbolic]
            case Function(type, apply):
                argument, over = self.basis(type.argument)
                columns = self.reify(apply(argument))
                return self.emit(ir.Matrix(columns, over), type)
            case ir.Value():
                return symbolic
            case _:
                assert_never(symbolic)

    def emit(self, operation: ir.Operation, type: tys.Type) -> ir.Value:
        return self.builder.emit(operation, type)

    def tensor(self, symbolic: Pair | Tuple | Held) -> ir.Value:
        match symbolic:
            case Pair(_, left, right):
                return self.outer(self.reify(left), self.reify(right))
            case Tuple(type, parts):
                return self.concatenated(type, [self.reify(part) for part in parts])
            case Held(type, _, _, lengths):
                self.check_list(type)
                blocks = [self.slice(lengths, 0, tys.Unit())]
                product: ir.Value | None = None
                for length, element in enumerate(self.elements(symbolic), 1):
                    vector = self.reify(element)
                    product = self.outer(product, vector) if product else vector
                    blocks.append(self.weigh(self.slice(lengths, length, tys.Unit()), product))
                return self.concatenated(type, blocks)
            case _:
                assert_never(symbolic)

    def check_list(self, type: tys.List) -> None:
        """Refuses to multiply out a list that is too long for it."""
        if tys.dim(type) > LARGEST_TENSOR or type.most > MOST_MULTIPLIED:
            raise CajalError(MultipliedOut(self.here, str(type), tys.dim(type), type.most > MOST_MULTIPLIED))

    def outer(self, left: ir.Value, right: ir.Value) -> ir.Value:
        return self.emit(ir.Outer(left, right), tys.Product(left.type, right.type))

    def slice(self, vector: ir.Value, start: int, type: tys.Type) -> ir.Value:
        """The entries of a vector from `start` on, as a vector of a type."""
        if start == 0 and type == vector.type:
            return vector
        return self.emit(ir.Slice(vector, start), type)

    def zero(self, type: tys.Type) -> ir.Value:
        value = self.emit(ir.Zero(), type)
        self.zeros.add(value)
        return value

    def concatenated(self, type: tys.Type, parts: Sequence[ir.Value], start: int = 0) -> ir.Value:
        """A vector of a type that has the parts one after the other from `start` on, and zeros elsewhere."""
        end = start + sum(part.dim for part in parts)
        before = [self.zero(tys.Nat(start))] if start else []
        behind = [self.zero(tys.Nat(tys.dim(type) - end))] if end < tys.dim(type) else []
        blocks = (*before, *parts, *behind)
        if len(blocks) == 1:
            return self.slice(blocks[0], 0, type)
        return self.emit(ir.Concat(blocks), type)

    def sum(self, type: tys.Type, parts: tuple[Symbolic, ...]) -> Symbolic:
        def combine(values: tuple[ir.Value, ...]) -> ir.Value:
            summed = [value for value in values if value not in self.zeros] or values[:1]
            return summed[0] if len(summed) == 1 else self.emit(ir.Sum(tuple(summed)), type_of(values))

        return self.pointwise(type, parts, combine)

    def elements(self, held: Held) -> list[Symbolic]:
        """The elements of a list that is held apart, one by one."""
        if held.tail is None:
            return [*held.head]
        elements, axis = held.tail
        return [*held.head, *(self.item(elements, axis, position) for position in range(axis.size))]

    def item(self, elements: Symbolic, axis: ir.Axis, position: int) -> Symbolic:
        def combine(values: tuple[ir.Value, ...]) -> ir.Value:
            (value,) = values
            if axis not in value.axes:
                return value
            return self.emit(ir.Item(value, axis, position), value.type)

        return self.entrywise((elements,), combine, {axis})

    @deep
    def entrywise(
        self,
        parts: tuple[Symbolic, ...],
        combine: Callable[[tuple[ir.Value, ...]], ir.Value],
        axes: AbstractSet[ir.Axis],
    ) -> Symbolic:
        """Elements of lists, combined: pairs component by component, functions at each argument.

        An argument over one of the axes of the lists would be mistaken for their elements. There the matrices
        of the functions are combined.
        """
        first = parts[0]
        if isinstance(first, Pair) and all(isinstance(part, Pair) for part in parts):
            pairs = [part for part in parts if isinstance(part, Pair)]
            left = self.entrywise(tuple([pair.left for pair in pairs]), combine, axes)
            right = self.entrywise(tuple([pair.right for pair in pairs]), combine, axes)
            basis, element = all(pair.basis for pair in pairs), all(pair.element for pair in pairs)
            return Pair(first.type, left, right, basis, element)

        def combined() -> Symbolic:
            return self.reflect(combine(tuple([self.reify(part) for part in parts])))

        if not isinstance(first, Function):
            return combined()

        def apply(argument: Symbolic) -> Symbolic:
            if not isinstance(argument, ir.Value | Pair) or axes & {*self.reify(argument).axes}:
                return self.apply(combined(), argument)
            return self.entrywise(tuple([self.apply(part, argument) for part in parts]), combine, axes)

        return Function(first.type, apply)

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
            case (
                tys.Bool() | tys.Nat() | tys.Unit() | tys.Data() | tys.Space() | tys.Arrow()
                | tys.With() | tys.Power() | tys.List()
            ):  # fmt: skip
                if isinstance(type, tys.List):
                    self.check_list(type)
                axis = self.builder.axis(tys.dim(type))
                vectors = self.emit(ir.Basis(axis), type)
                self.bases.add(vectors)
                return self.reflect(vectors), (axis,)
            case _:
                assert_never(type)

    def bases_of(self, types: tuple[tys.Type, ...]) -> tuple[tuple[Symbolic, ...], tuple[ir.Axis, ...]]:
        """All basis vectors of each of some types."""
        bases = [self.basis(type) for type in types]
        return tuple([vectors for vectors, _ in bases]), tuple([axis for _, over in bases for axis in over])

    def is_basis(self, symbolic: Symbolic) -> bool:
        """Whether a value is known to be a basis vector, so that its copies are equal to it."""
        pending, seen = [symbolic], set[Pair | Held]()
        while pending:
            match pending.pop():
                case Pair(_, left, right, basis) as pair:
                    if not basis and pair not in seen:  # a pair that doubles has few parts, each met often
                        pending += left, right
                    seen.add(pair)
                case ir.Value() as value:
                    if value not in self.bases:
                        return False
                case Held(_, head, tail, lengths) as held:
                    if tail:
                        return False
                    if held not in seen:
                        pending += *head, lengths
                    seen.add(held)
                case Function() | Tuple():
                    return False
        return True

    def reflect(self, value: ir.Value) -> Symbolic:
        """A tensor as a symbolic value: of a matrix, the function that multiplies by it."""
        type = value.type
        if not isinstance(type, tys.Arrow):
            return value

        def apply(argument: Symbolic) -> Symbolic:
            return self.reflect(self.emit(ir.Apply(value, self.reify(argument)), type.result))

        return Function(type, apply)

    def callee(self, callee: ir.Callee, type: tys.Type, given: tuple[Symbolic, ...] = ()) -> Symbolic:
        """A parameter or a function argument: a function that is called once, with all of its arguments."""
        if isinstance(type, tys.Arrow):
            rest = type.result
            return Function(type, lambda argument: self.callee(callee, rest, (*given, argument)))
        return self.called_with(callee, type, tuple([self.reify(argument) for argument in given]))

    def called_with(self, callee: ir.Callee, type: tys.Type, arguments: tuple[ir.Value, ...]) -> ir.Value:
        """The one call of a callee, whose result has the type."""
        if not isinstance(callee, ir.Learn):
            self.opaque.update(union(*arguments))
            self.calls += 1
        return self.emit(ir.Call(callee, arguments), type)

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
            return self.emit(ir.Choose(weights, parts), type_of(parts))

        return self.pointwise(type, branches, combine)

    def weigh(self, weights: ir.Value, vector: ir.Value) -> ir.Value:
        """(Σ_i weights[i]) · vector"""
        return self.emit(ir.Weigh(weights, vector), vector.type)

    def contract(self, weights: ir.Value, vectors: ir.Value, over: tuple[ir.Axis, ...]) -> ir.Value:
        """Σ_i weights[i] · vectors at index i of the axes"""
        if not set(over) & set(vectors.axes):
            return self.weigh(weights, vectors)
        return self.emit(ir.Contract(weights, vectors, over), vectors.type)

    def distributed(
        self, weights: ir.Value, type: tys.Type, body: Callable[[Symbolic], Symbolic], result: tys.Type
    ) -> Symbolic:
        """Σ_i weights[i] · body(e_i): a body that uses a value of a type as its basis vectors."""
        return self.distributed_at(weights, (type,), lambda vectors: body(vectors[0]), result)

    def distributed_at(
        self,
        weights: ir.Value,
        types: tuple[tys.Type, ...],
        body: Callable[[tuple[Symbolic, ...]], Symbolic],
        result: tys.Type,
    ) -> Symbolic:
        """Σ_ij… weights[i, j, …] · body(e_i, e_j, …), where the weights are of the product of some types."""
        vectors, over = self.bases_of(types)
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


def product(types: tuple[tys.Type, ...]) -> tys.Type:
    """The type of the tuple of some types; `Unit` where there are none."""
    return reduce(tys.Product, types) if types else tys.Unit()


def type_of(values: tuple[ir.Value, ...]) -> tys.Type:
    """The type that all of them have."""
    return values[0].type
