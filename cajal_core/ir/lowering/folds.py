"""Folds of lists, on symbolic values: recurrences that read an element at each step.

>>> from cajal_core.base.source import Source
>>> folds, type = FoldEvaluator(), tys.List(tys.Bool(), 2)
>>> held = folds.cons(folds.emit(ir.OneHot(0), tys.Bool()), folds.nil(type))
>>> (weights,) = folds.mass(held, Span(Source("cell", "xs"), 0, 2))
>>> print(ir.block_text(folds.builder.code[-2:]))
v4 : Unit = onehot(0)
v5 : Unit = weigh(v1, v4)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Literal

from cajal_core.base import tys
from cajal_core.base.source import Span
from cajal_core.ir import graph as ir
from cajal_core.ir.lowering.lists import ListEvaluator
from cajal_core.ir.symbolic import Function, Held, Pair, Symbolic

#: A recurrence of functions runs on their matrices up to this many entries, else it is unrolled.
LARGEST_MATRIX_STATE = 2**12
#: The same where the unrolled code is too much. A step that applies its state twice doubles it.
LARGEST_LOOPED_STATE = 2**16


@dataclass(frozen=True, slots=True)
class Recurrence:
    """What a `fold` does at an element and a state, and what its state is called."""

    step: Callable[[Symbolic, Symbolic], Symbolic]
    base: Symbolic
    order: Literal["snoc", "cons"]
    type: tys.Type
    name: str
    span: Span


class FoldEvaluator(ListEvaluator):
    """Folds lists, and drops them, which is a fold."""

    def __init__(self, largest_state: int = LARGEST_MATRIX_STATE) -> None:
        super().__init__()
        self.largest_state = largest_state
        #: Whether a recurrence of functions is unrolled that may run on larger matrices.
        self.may_loop = False

    def runs_on_matrices(self, type: tys.Arrow) -> bool:
        """Whether a recurrence of functions of a type runs on their matrices, if it calls nothing."""
        self.may_loop |= self.largest_state < tys.dim(type) <= LARGEST_LOOPED_STATE
        return tys.dim(type) <= self.largest_state

    def fold(self, held: Held, recurrence: Recurrence) -> Symbolic:
        base = recurrence.base
        if self.known_length(held) is not None and self.is_unrolled(held.head):
            return self.folded([*held.head], recurrence)
        if not isinstance(base, Function):
            return self.fold_tensors(held, recurrence, self.reify(base))
        if self.runs_on_matrices(base.type):
            # On the matrices of the states, unless they run through what need not be linear.
            opaque, self.opaque, marks = self.opaque, set(), self.marks.count
            result = self.fold_tensors(held, recurrence, self.reify(base))
            linear = not self.opaque
            self.opaque |= opaque
            if linear:
                return self.reflect(result)
            self.marks.forget(marks)  # that code is not needed
        elements = self.elements(held)
        if recurrence.order == "snoc":
            states = [*accumulate(elements, lambda y, x: memoized(recurrence.step(x, y)), initial=base)]
        else:
            states = [self.folded(elements[:length], recurrence) for length in range(len(elements) + 1)]
        weights = self.slice(held.lengths, 0, tys.Nat(len(states)))
        return self.choose(weights, recurrence.type, tuple(states))

    def folded(self, elements: list[Symbolic], recurrence: Recurrence) -> Symbolic:
        """The last state of a list of one length."""
        state = recurrence.base
        for element in elements if recurrence.order == "snoc" else reversed(elements):
            after = recurrence.step(element, state)
            state = memoized(after) if isinstance(after, Function) else self.reify(after)
        return state if isinstance(state, Function) else self.reify(state)

    def fold_tensors(self, held: Held, recurrence: Recurrence, base: ir.Value) -> ir.Value:
        """The recurrence of states that are tensors: of a function its matrix."""
        head, tail, weights = held.head, held.tail, held.lengths
        if head and (recurrence.order == "cons" or not self.is_unrolled(head)):
            # A state with `cons` mixes lists of several lengths, and where it is called is known in a step.
            head, tail = (), self.stacked(held)
        states = [base]
        for element in head:
            states.append(self.reify(recurrence.step(element, self.reflect(states[-1]))))
        if tail is None:
            return self.chosen(self.slice(weights, 0, tys.Nat(len(states))), states)
        behind = self.slice(weights, len(head), tys.Nat(tail[1].size + 1))
        last = self.looped(behind, states.pop(), tail, recurrence)
        if not states:
            return last
        return self.reify(
            self.sum(last.type, (self.chosen(self.slice(weights, 0, tys.Nat(len(states))), states), last))
        )

    def chosen(self, weights: ir.Value, states: list[ir.Value]) -> ir.Value:
        return self.emit(ir.Choose(weights, tuple(states)), states[0].type)

    def looped(
        self, weights: ir.Value, base: ir.Value, tail: tuple[Symbolic, ir.Axis], recurrence: Recurrence
    ) -> ir.Value:
        """The recurrence over the elements that stand over an axis."""
        elements, axis = tail
        inputs, element_of = self.inputs(elements, axis)

        def body(state: ir.Value, *items: ir.Value) -> ir.Value:
            with self.marks.inside() as scope:
                weighed = self.sums(state.axes) or ()
                mark = ir.Mark("state", recurrence.name, recurrence.span, state, weighed=weighed)
                self.marks.add(mark, scope)
                return self.reify(recurrence.step(element_of(iter(items)), self.reflect(state)))

        over, order = (axis, recurrence.order) if inputs else (None, "snoc")
        return self.builder.iterate(
            weights, base, body, recurrence.name, recurrence.span, inputs=inputs, over=over, order=order
        )

    def inputs(
        self, elements: Symbolic, axis: ir.Axis
    ) -> tuple[tuple[ir.Value, ...], Callable[[Iterator[ir.Value]], Symbolic]]:
        """The tensors over an axis that elements consist of, and how one element is made of theirs."""
        if isinstance(elements, Pair):
            left, left_of = self.inputs(elements.left, axis)
            right, right_of = self.inputs(elements.right, axis)
            return (*left, *right), lambda items: replace(
                elements, left=left_of(items), right=right_of(items)
            )
        value = self.reify(elements)
        if axis not in value.axes:  # it is the same at each position
            return (), lambda _: elements
        return (value,), lambda items: self.reflect(next(items))

    def mass(self, dropped: Symbolic, span: Span) -> tuple[ir.Value, ...]:
        """What a value that is dropped is weighed by; nothing where it is a basis vector."""
        if self.is_basis(dropped):
            return ()
        if isinstance(dropped, Pair):
            return (*self.mass(dropped.left, span), *self.mass(dropped.right, span))
        if not isinstance(dropped, Held):
            return (self.reify(dropped),)

        def step(element: Symbolic, state: Symbolic) -> Symbolic:
            value = self.reify(state)
            for weights in self.mass(element, span):
                value = self.weigh(weights, value)
            return value

        one, marks = self.emit(ir.OneHot(0), tys.Unit()), self.marks.count
        dropping = Recurrence(step, one, "snoc", tys.Unit(), "drop", span)
        total = self.reify(self.fold(dropped, dropping))
        self.marks.forget(marks)  # nobody named that state
        return (total,)


def memoized(function: Symbolic) -> Symbolic:
    """A function that keeps its results, so that nested states are not unfolded again and again."""
    if not isinstance(function, Function):
        return function
    results: dict[Symbolic, Symbolic] = {}

    def apply(argument: Symbolic) -> Symbolic:
        if argument not in results:
            results[argument] = function.apply(argument)
        return results[argument]

    return Function(function.type, apply)
