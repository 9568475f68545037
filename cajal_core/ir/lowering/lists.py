"""Lists on symbolic values. They are held apart: by their elements and the weights of their lengths.

A list that is multiplied out is a sum over its lengths, and over the basis of its elements at each.

>>> lists, type = ListEvaluator(), tys.List(tys.Bool(), 2)
>>> held = lists.cons(lists.emit(ir.OneHot(0), tys.Bool()), lists.nil(type))
>>> print(held.lengths, lists.known_length(held), len(held.head))
v3 1 1
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import assert_never

from cajal_core.base import tys
from cajal_core.ir import graph as ir
from cajal_core.ir.builder import union
from cajal_core.ir.lowering.joins import JoinEvaluator, longer
from cajal_core.ir.marks import Marks
from cajal_core.ir.symbolic import Function, Held, Pair, Symbolic, Tuple, product, type_of

#: So many first elements are unrolled; more are put over an axis.
MOST_UNROLLED = 4


class ListEvaluator(JoinEvaluator):
    """Makes lists, takes them apart and joins them."""

    def __init__(self) -> None:
        super().__init__()
        self.marks = Marks(lambda: self.builder.values)
        #: The weights of lengths that are known.
        self.known = dict[ir.Value, int]()
        #: The lists that are given, by their elements and lengths.
        self.sequences = dict[tuple[ir.Value, ir.Value], ir.Value]()

    def length(self, type: tys.List, length: int) -> ir.Value:
        """The weights of the one length that a list has, none where it is too long."""
        weights = tys.Nat(type.most + 1)
        if length > type.most:
            return self.zero(weights)
        value = self.emit(ir.OneHot(length), weights)
        self.known[value] = length
        self.bases.add(value)
        return value

    def known_length(self, held: Held) -> int | None:
        """The length of a list, if it has only one and all its elements are kept by themselves."""
        return None if held.tail else self.known.get(held.lengths)

    def nil(self, type: tys.List) -> Held:
        return Held(type, (), None, self.length(type, 0), ir.Length(None))

    def given(self, sequence: ir.Value, source: ir.Argument | ir.Extern) -> Held:
        """A list that an argument or an extern gives."""
        type = sequence.type
        assert isinstance(type, tys.List)
        # Over an axis it is a list for each index.
        own = None if sequence.axes else ir.Length(source)
        lengths = self.emit(ir.Lengths(sequence), tys.Nat(type.most + 1))
        if type.most == 0:
            return Held(type, (), None, lengths, own)
        axis = self.builder.axis(type.most)
        elements = self.emit(ir.Elements(sequence, axis), type.element)
        self.sequences[elements, lengths] = sequence
        return Held(type, (), (self.reflect(elements), axis), lengths, own)

    def callee(self, callee: ir.Callee, type: tys.Type, given: tuple[Symbolic, ...] = ()) -> Symbolic:
        """As of other callees, but an extern takes and returns lists that are held apart."""
        if isinstance(callee, ir.Extern) and callee.name in self.dense:
            return self.reflect(self.emit(ir.Given(callee), type))
        if isinstance(type, tys.Arrow) or not isinstance(callee, ir.Extern):
            return super().callee(callee, type, given)
        types, _ = tys.uncurry(callee.type)
        places = [place for place, argument in enumerate(types) if isinstance(argument, tys.List)]

        def call(held: tuple[Held, ...]) -> Symbolic:
            lists = dict(zip(places, held, strict=True))
            arguments = tuple(
                [
                    self.sequence(lists[place]) if place in lists else self.reify(argument)
                    for place, argument in enumerate(given)
                ]
            )
            value = self.called_with(callee, type, arguments)
            return self.given(value, callee) if isinstance(type, tys.List) else value

        return self.in_lists(tuple([given[place] for place in places]), call, type)

    def sequence(self, held: Held) -> ir.Value:
        """The operation that holds a list apart."""
        elements, axis = self.stacked(held)
        vectors = self.reify(elements)
        if given := self.sequences.get((vectors, held.lengths)):
            return given
        return self.emit(ir.Held(vectors, axis, held.lengths), held.type)

    def cons(self, head: Symbolic, tail: Held) -> Held:
        """A list that is one longer. What is longer than its bound falls off."""
        type, most = tail.type, tail.type.most
        length = self.known_length(tail)
        if length is not None:
            lengths = self.length(type, length + 1)
        else:
            lengths = self.emit(ir.Shift(tail.lengths, saturate=False), tail.lengths.type)
        first = (head, *tail.head)[:most]
        rest = tail.tail and self.cut(*tail.tail, 0, min(tail.tail[1].size, most - len(first)))
        return Held(type, first, rest, lengths, longer(tail.length, 1))

    def cons_multiplied_out(self, head: ir.Value, tail: ir.Value) -> ir.Value:
        """The same of a list that is multiplied out: the product of the element and the block of each length.

        It needs no sum over the basis of the elements.
        """
        type = tail.type
        assert isinstance(type, tys.List)
        self.check_list(type)
        blocks, start = [self.zero(tys.Unit())], 0
        for length in range(type.most):
            block = self.slice(tail, start, product((type.element,) * length))
            start += block.dim
            blocks.append(self.outer(head, block))
        return self.concatenated(type, blocks)

    def cut(
        self, elements: Symbolic, axis: ir.Axis, start: int, size: int
    ) -> tuple[Symbolic, ir.Axis] | None:
        """So many of the elements over an axis, from `start` on."""
        if size == 0:
            return None
        if start == 0 and size == axis.size:
            return elements, axis
        narrow = self.builder.axis(size)
        return self.narrowed(elements, axis, start, narrow), narrow

    def narrowed(
        self,
        elements: Symbolic,
        axis: ir.Axis,
        start: int,
        narrow: ir.Axis,
        beside: tuple[tuple[ir.Value, ir.Axis], ...] = (),
    ) -> Symbolic:
        def combine(values: tuple[ir.Value, ...]) -> ir.Value:
            (value,) = values
            if axis not in value.axes:
                return value
            return self.emit(ir.Narrow(value, axis, start, narrow, beside), value.type)

        return self.entrywise((elements,), combine, {axis, narrow})

    def stacked(self, held: Held) -> tuple[Symbolic, ir.Axis]:
        """All elements of a list, over one axis."""
        if held.tail and not held.head:
            return held.tail
        rest, along = held.tail or (None, None)
        axis = self.builder.axis(len(held.head) + (along.size if along else 0))
        if not held.head:
            return self.emit(ir.Stack((), None, None, axis), held.type.element), axis
        if rest and along and not self.runs_over(rest, along):
            rest = self.reify(rest)

        def combine(values: tuple[ir.Value, ...]) -> ir.Value:
            elements, last = (values[:-1], values[-1]) if rest else (values, None)
            return self.emit(ir.Stack(elements, last, along, axis), type_of(values))

        parts = (*held.head, rest) if rest else held.head
        return self.entrywise(parts, combine, {axis, along} if along else {axis}), axis

    def runs_over(self, elements: Symbolic, axis: ir.Axis) -> bool:
        """Whether each component of the elements over an axis is a tensor over it."""
        match elements:
            case Pair(_, left, right):
                return self.runs_over(left, axis) and self.runs_over(right, axis)
            case ir.Value():
                return axis in elements.axes
            case Function() | Tuple() | Held():
                return True
            case _:
                assert_never(elements)

    def in_lists(
        self, lists: tuple[Symbolic, ...], body: Callable[[tuple[Held, ...]], Symbolic], result: tys.Type
    ) -> Symbolic:
        """What is made of lists, each held apart. One that is multiplied out is a sum over its lengths."""

        def held_from(place: int, held: tuple[Held, ...]) -> Symbolic:
            if place == len(lists):
                return body(held)
            given = lists[place]
            if isinstance(given, Held):
                return held_from(place + 1, (*held, given))
            return self.by_length(self.reify(given), lambda one: held_from(place + 1, (*held, one)), result)

        return held_from(0, ())

    def by_length(self, vector: ir.Value, body: Callable[[Held], Symbolic], result: tys.Type) -> Symbolic:
        """Σ over the lengths of a list that is multiplied out, and over the basis of its elements at each."""
        type = vector.type
        assert isinstance(type, tys.List)
        self.check_list(type)
        parts, start = list[Symbolic](), 0
        for length in range(type.most + 1):
            types, weights = (type.element,) * length, self.length(type, length)
            block = self.slice(vector, start, product(types))
            start += block.dim

            def inside(elements: tuple[Symbolic, ...], weights: ir.Value = weights) -> Symbolic:
                return body(Held(type, elements, None, weights))

            parts.append(self.distributed_at(block, types, inside, result))
        return self.sum(result, tuple(parts))

    def case_list(
        self, held: Held, nil: Symbolic, cons: Callable[[Symbolic, Held], Symbolic], type: tys.Type
    ) -> Symbolic:
        """lengths[0] · nil + cons(the first element, the rest)"""
        length = self.known_length(held)
        if length == 0:
            return self.sum(type, (nil,))
        none = self.arm(self.slice(held.lengths, 0, tys.Unit()), (), nil, type)
        if held.head:
            first, rest = held.head[0], replace(held, head=held.head[1:], length=longer(held.length, -1))
        elif held.tail:
            elements, axis = held.tail
            first, tail = self.item(elements, axis, 0), self.cut(elements, axis, 1, axis.size - 1)
            rest = replace(held, tail=tail, length=longer(held.length, -1))
        else:
            return none
        if length is not None:
            return self.sum(type, (cons(first, replace(rest, lengths=self.length(held.type, length - 1))),))
        shorter = self.slice(held.lengths, 1, tys.Nat(held.type.most))
        rest = replace(rest, lengths=self.concatenated(held.lengths.type, [shorter]))
        return self.sum(type, (none, cons(first, rest)))

    def widened(self, symbolic: Symbolic, type: tys.Type) -> Symbolic:
        if not isinstance(symbolic, Held):
            return super().widened(symbolic, type)
        assert isinstance(type, tys.List)
        length = self.known_length(symbolic)
        if length is not None:
            return replace(symbolic, type=type, lengths=self.length(type, length))
        lengths = self.concatenated(tys.Nat(type.most + 1), [symbolic.lengths])
        return replace(symbolic, type=type, lengths=lengths)

    def is_unrolled(self, head: tuple[Symbolic, ...]) -> bool:
        """Whether elements are looked at one by one: basis vectors, each over axes of its own, or a few."""
        return len(head) <= MOST_UNROLLED or all(map(self.is_basis, head))

    def comprehension(
        self, type: tys.List, lists: tuple[Held, ...], body: Callable[[tuple[Symbolic, ...]], Symbolic]
    ) -> Held:
        """The list of what a body makes of the elements of lists at each position."""
        lengths, joined = self.joined_lengths(type, lists), self.join(lists)
        if not any(held.tail for held in lists):
            count = min(len(held.head) for held in lists)
            if all(self.is_unrolled(held.head[:count]) for held in lists):
                calls, marks = self.calls, self.marks.count
                head = list[Symbolic]()
                while len(head) < count and (count == 1 or self.calls == calls):
                    head.append(body(tuple([held.head[len(head)] for held in lists])))
                if count <= 1 or self.calls == calls:
                    return Held(type, tuple(head), None, lengths, joined)
                self.marks.forget(marks)  # what is called is called once, for all elements
        columns = [self.stacked(held) for held in lists if held.head or held.tail]
        if len(columns) < len(lists):
            return Held(type, (), None, lengths, joined)
        elements, axis = self.joined(columns)
        made, carrier = body(elements), self.carrier(elements[0], axis)

        def over(parts: tuple[ir.Value, ...]) -> ir.Value:
            # What reads no element has used it up by `fail`, so that it is zero.
            return parts[0] if axis in parts[0].axes else self.weigh(carrier, parts[0])

        if isinstance(made, Function) or axis not in self.carrier(made, axis).axes:
            made = self.pointwise(type.element, (made,), over)
        return Held(type, (), (made, axis), lengths, joined)

    def joined(self, columns: list[tuple[Symbolic, ir.Axis]]) -> tuple[tuple[Symbolic, ...], ir.Axis]:
        """Elements of several lists, over one axis that is as long as the shortest."""
        axes = [axis for _, axis in columns]
        if len({*axes}) == 1:
            return tuple([elements for elements, _ in columns]), axes[0]
        narrow = self.builder.axis(min(axis.size for axis in axes))
        lengths = [(self.carrier(elements, axis), axis) for elements, axis in columns]
        return tuple(
            [
                self.narrowed(elements, axis, 0, narrow, (*lengths[:place], *lengths[place + 1 :]))
                for place, (elements, axis) in enumerate(columns)
            ]
        ), narrow

    def carrier(self, elements: Symbolic, axis: ir.Axis) -> ir.Value:
        """A tensor over the axis of some elements, if there is one."""
        if isinstance(elements, Pair):
            left = self.carrier(elements.left, axis)
            return left if axis in left.axes else self.carrier(elements.right, axis)
        return self.reify(elements)

    def joined_lengths(self, type: tys.List, lists: tuple[Held, ...]) -> ir.Value:
        """The weights of the lengths that all of some lists have."""
        known = {self.known_length(held) for held in lists}
        if None not in known:
            (length, *others) = known
            assert length is not None
            return self.zero(tys.Nat(type.most + 1)) if others else self.length(type, length)
        weights = tuple([self.slice(held.lengths, 0, tys.Nat(type.most + 1)) for held in lists])
        if len(weights) == 1:
            return weights[0]
        shared, axes = self.builder.axis(type.most + 1), union(*weights)
        indices = tuple([(*value.axes, shared) for value in weights])
        return self.emit(ir.Einsum(weights, indices, (*axes, shared)), weights[0].type)
