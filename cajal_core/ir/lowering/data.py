"""Symbolic values of types with constructors, and alternatives: how they are made and told apart.

A constructor has a block of the vector, and a `case` sums over the basis of the fields in each block.

>>> evaluator, pair = DataEvaluator(), tys.Data("T", ("A", "B"), ((tys.Bool(),), ()))
>>> value = evaluator.apply(evaluator.constructor(pair, 0), evaluator.emit(ir.OneHot(1), tys.Bool()))
>>> print(ir.block_text(evaluator.builder.code))
v1 : Bool = onehot(1)
v2 : Nat[1] = zero()
v3 : T = concat([v1 v2])
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import reduce
from itertools import accumulate, groupby
from typing import assert_never

from cajal_core.base import tys
from cajal_core.diagnostics.errors import InternalError
from cajal_core.ir import graph as ir
from cajal_core.ir.symbolic import Function, Held, Pair, Symbolic, SymbolicEvaluator, Tuple, product


class DataEvaluator(SymbolicEvaluator):
    """Constructors, `case`, alternatives, `fail` and dictionaries on symbolic values."""

    def constructor(self, data: tys.Data, index: int, given: tuple[Symbolic, ...] = ()) -> Symbolic:
        """A constructor, or a function of the fields that it still lacks."""
        types, start = data.arguments(index), sum(data.blocks[:index])
        if not types:
            return self.emit(ir.OneHot(start), data)
        if len(given) < len(types):
            lacking = tys.arrows(types[len(given) :], data)
            assert isinstance(lacking, tys.Arrow)
            return Function(lacking, lambda field: self.constructor(data, index, (*given, field)))
        block = reduce(self.outer, [self.reify(field) for field in given])
        value = self.concatenated(data, [block], start)
        if all(map(self.is_basis, given)):
            self.bases.add(value)
        return value

    def case(
        self,
        weights: ir.Value,
        arms: Mapping[int, Symbolic],
        rest: Callable[[Symbolic], Symbolic] | None,
        type: tys.Type,
    ) -> Symbolic:
        """Σ over the arms, each a function of the fields at its place, and over the rest."""
        data = weights.type
        fields = (
            [data.arguments(place) for place in range(len(data.constructors))]
            if isinstance(data, tys.Data)
            else [()] * weights.dim
        )
        if rest is None and not any(fields):
            return self.choose(weights, type, tuple([arms[place] for place in sorted(arms)]))
        types = [product(own) for own in fields]
        starts = [0, *accumulate(map(tys.dim, types))]
        parts = [
            self.arm(self.slice(weights, starts[place], types[place]), fields[place], arms[place], type)
            for place in sorted(arms)
        ]
        if rest:
            blocks = list[ir.Value]()
            for is_taken, run in groupby(range(len(fields)), arms.__contains__):
                places = [*run]
                start, end = starts[places[0]], starts[places[-1] + 1]
                block = tys.Nat(end - start)
                blocks.append(self.zero(block) if is_taken else self.slice(weights, start, block))
            remaining = self.concatenated(data, blocks) if arms else weights
            parts.append(self.distributed(remaining, data, rest, type))
        return self.sum(type, tuple(parts))

    def arm(self, block: ir.Value, types: tuple[tys.Type, ...], arm: Symbolic, type: tys.Type) -> Symbolic:
        """An arm, weighed by a block of the weights, whose fields have some types."""
        if not types:
            return self.pointwise(type, (arm,), lambda parts: self.weigh(block, parts[0]))

        def applied(fields: tuple[Symbolic, ...]) -> Symbolic:
            return reduce(self.apply, fields, arm)

        return self.distributed_at(block, types, applied, type)

    def weighed(self, weights: ir.Value, symbolic: Symbolic, type: tys.Type) -> Symbolic:
        """(Σ_i weights[i]) · a value. What is kept apart stays so."""
        match symbolic:
            case Held(_, _, _, lengths):
                return replace(symbolic, lengths=self.weigh(weights, lengths))
            case Tuple(alternatives, parts):
                types = (
                    alternatives.parts
                    if isinstance(alternatives, tys.With)
                    else (alternatives.base,) * len(parts)
                )
                return Tuple(
                    alternatives,
                    tuple([self.weighed(weights, part, own) for part, own in zip(parts, types, strict=True)]),
                )
            case ir.Value() | Function() | Pair():
                return self.arm(weights, (), symbolic, type)
            case _:
                assert_never(symbolic)

    def case_number(
        self, weights: ir.Value, zero: Symbolic, succ: Callable[[Symbolic], Symbolic], type: tys.Type
    ) -> Symbolic:
        """weights[0] · zero + Σ_i weights[i] · succ(e_{i-1})"""
        none = self.arm(self.slice(weights, 0, tys.Unit()), (), zero, type)
        if weights.dim == 1:
            return none
        smaller = tys.Nat(weights.dim - 1)

        def body(predecessor: Symbolic) -> Symbolic:
            return succ(self.widened(predecessor, weights.type))

        return self.sum(type, (none, self.distributed(self.slice(weights, 1, smaller), smaller, body, type)))

    def widened(self, symbolic: Symbolic, type: tys.Type) -> Symbolic:
        """A number under a larger bound, or alternatives of the same numbers as another type."""
        if isinstance(symbolic, Tuple) and isinstance(type, tys.With | tys.Power):
            return Tuple(type, symbolic.parts)
        vector = self.reify(symbolic)
        value = self.concatenated(type, [vector])
        if vector in self.bases:
            self.bases.add(value)
        return value

    def picked(self, alternatives: Symbolic, place: int, type: tys.Type) -> Symbolic:
        """One of some alternatives, which has the type."""
        match alternatives:
            case Tuple(_, parts):
                return parts[place]
            case ir.Value(_, tys.Power()):
                start = place * tys.dim(type)
            case ir.Value(_, tys.With(types)):
                start = sum(map(tys.dim, types[:place]))
            case ir.Value() | Function() | Pair() | Held():
                raise InternalError(f"{alternatives} has no alternatives")
            case _:
                assert_never(alternatives)
        return self.reflect(self.slice(alternatives, start, type))

    def failed(self, type: tys.Type) -> Symbolic:
        """No result: zero at any type."""
        match type:
            case tys.Arrow(_, result):
                return Function(type, lambda _: self.failed(result))
            case tys.List(_, most):
                return Held(type, (), None, self.zero(tys.Nat(most + 1)))
            case (
                tys.Bool() | tys.Unit() | tys.Nat() | tys.Data() | tys.Space() | tys.Product() | tys.With()
                | tys.Power()
            ):  # fmt: skip
                return self.zero(type)
            case _:
                assert_never(type)

    def dictionary(self, keys: ir.Value, values: ir.Value, count: int, type: tys.Arrow) -> Symbolic:
        """Σ_i values_i keys_iᵀ, where keys and values are so many rows, flattened."""
        axis = self.builder.axis(count)
        rows = self.emit(ir.Unstack(keys, axis), type.argument)
        columns = self.emit(ir.Unstack(values, axis), type.result)
        total = ir.Total(self.outer(columns, rows), (axis,))
        return self.reflect(self.slice(self.emit(total, product((type.result, type.argument))), 0, type))

    def apart(self, pair: Symbolic, body: Callable[[Symbolic], Symbolic], result: tys.Type) -> Symbolic:
        """Σ over the basis of what is no list that is held apart. Such a list in a pair stays as it is."""
        if self.is_basis(pair):
            return body(pair)
        if not holds_list(pair):
            vector = self.reify(pair)
            return self.distributed(vector, vector.type, body, result)
        if not isinstance(pair, Pair):
            return body(pair)
        type, left, right = pair.type, pair.left, pair.right

        def with_left(first: Symbolic) -> Symbolic:
            return self.apart(right, lambda second: body(Pair(type, first, second)), result)

        return self.apart(left, with_left, result)


def holds_list(symbolic: Symbolic) -> bool:
    """Whether a value is a list that is held apart, or has one among its parts."""
    pending, seen = [symbolic], set[Symbolic]()
    while pending:
        part = pending.pop()
        match part:
            case Held():
                return True
            case Pair(_, left, right):
                parts = (left, right)
            case Tuple(_, parts):
                pass
            case ir.Value() | Function():
                parts = ()
            case _:
                assert_never(part)
        if part not in seen:
            seen.add(part)
            pending += parts
    return False
