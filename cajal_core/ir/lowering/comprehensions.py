"""Comprehensions on symbolic values: what is made of the elements of lists, which are read in step.

>>> lists, type = ComprehensionEvaluator(), tys.List(tys.Bool(), 2)
>>> held = lists.cons(lists.emit(ir.OneHot(0), tys.Bool()), lists.nil(type))
>>> made = lists.comprehension(type, (held,), lambda elements: elements[0])
>>> made.head == held.head, lists.known_length(made)
(True, 1)
"""

from __future__ import annotations

from collections.abc import Callable

from cajal_core.base import tys
from cajal_core.ir import graph as ir
from cajal_core.ir.builder import union
from cajal_core.ir.lowering.lists import ListEvaluator
from cajal_core.ir.symbolic import Function, Held, Pair, Symbolic


class ComprehensionEvaluator(ListEvaluator):
    """Makes a list of the results of a body, which runs once for all elements that are over an axis."""

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
