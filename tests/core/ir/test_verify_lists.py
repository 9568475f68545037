"""Graphs over lists, blocks and rows that the passes must never make are noticed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cajal_core.base import tys
from cajal_core.base.source import Source, Span
from cajal_core.diagnostics.errors import InternalError
from cajal_core.ir import graph as ir
from cajal_core.ir.builder import Builder
from cajal_core.ir.verify import verify_graph

BOOL = tys.Bool()
LIST = tys.List(BOOL, 2)
ARGUMENT = ir.Argument(0, "xs", LIST)


class Code:
    """A graph in the making over the list that is its argument."""

    def __init__(self) -> None:
        self.builder = Builder()
        self.list = self.emit(ir.Input(ARGUMENT), LIST)
        self.axis = self.builder.axis(2)
        self.elements = self.emit(ir.Elements(self.list, self.axis), BOOL)
        self.lengths = self.emit(ir.Lengths(self.list), tys.Nat(3))
        self.first = self.emit(ir.Item(self.elements, self.axis, 0), BOOL)

    def emit(self, operation: ir.Operation, type: tys.Type) -> ir.Value:
        return self.builder.emit(operation, type)

    def graph(self, result: ir.Value) -> ir.Graph:
        return ir.Graph(tys.Arrow(LIST, result.type), (ARGUMENT,), (), self.builder.code, result)

    def fold(self) -> ir.Value:
        def step(state: ir.Value, item: ir.Value) -> ir.Value:
            return self.emit(ir.Weigh(item, state), BOOL)

        span = Span(Source("test", "x"), 0, 1)
        return self.builder.iterate(
            self.lengths, self.first, step, "y", span, inputs=(self.elements,), over=self.axis, order="cons"
        )


def test_lists_are_read_by_what_can_read_them() -> None:
    code = Code()
    for value in (code.list, code.fold(), code.emit(ir.Held(code.elements, code.axis, code.lengths), LIST)):
        verify_graph(code.graph(value))
    with pytest.raises(InternalError, match="as one vector"):
        verify_graph(code.graph(code.emit(ir.Weigh(code.list, code.first), BOOL)))
    code = Code()
    vector = code.emit(ir.OneHot(0), LIST)
    with pytest.raises(InternalError, match="multiplied out"):
        verify_graph(code.graph(code.emit(ir.Lengths(vector), tys.Nat(3))))


def test_a_list_that_an_extern_returns_is_held_apart_and_one_that_is_learned_is_not() -> None:
    for callee, is_held in ((ir.Extern("f", LIST), True), (ir.Learn("w", LIST), False)):
        code = Code()
        call = code.emit(ir.Call(callee, ()), LIST)
        block = code.emit(ir.Slice(call, 0), BOOL)
        if is_held:
            with pytest.raises(InternalError, match="as one vector"):
                verify_graph(code.graph(block))
        else:
            verify_graph(code.graph(block))


OTHER = ir.Axis(9, 3)


@pytest.mark.parametrize(
    ("operation", "type", "what"),
    [
        (lambda code: ir.Sum(()), BOOL, "no parts"),
        (lambda code: ir.Sum((code.lengths,)), BOOL, "expected Nat"),
        (lambda code: ir.Slice(code.lengths, 2), BOOL, "no part of"),
        (lambda code: ir.Concat((code.first, code.lengths)), tys.Nat(4), "longer than its parts"),
        (lambda code: ir.Total(code.first, (code.axis,)), BOOL, "other axes"),
        (lambda code: ir.Unstack(code.lengths, OTHER), BOOL, "other rows"),
        (lambda code: ir.Stack((code.first,), code.first, code.axis, OTHER), BOOL, "no rest"),
        (lambda code: ir.Stack((code.elements,), None, None, code.axis), BOOL, "has its elements over"),
        (lambda code: ir.Item(code.first, code.axis, 0), BOOL, "no item"),
        (lambda code: ir.Narrow(code.first, code.axis, 0, OTHER), BOOL, "no part"),
        (
            lambda code: ir.Narrow(code.elements, code.axis, 0, OTHER, ((code.first, code.axis),)),
            BOOL,
            "beside",
        ),
        (lambda code: ir.Elements(code.list, OTHER), BOOL, "no axis for the elements"),
        (lambda code: ir.Lengths(code.list), tys.Nat(4), "expected Nat"),
        (lambda code: ir.Held(code.first, code.axis, code.lengths), LIST, "elsewhere"),
        (lambda code: ir.Held(code.elements, code.axis, code.first), LIST, "other lengths"),
    ],
)
def test_an_operation_that_does_not_fit(operation, type: tys.Type, what: str) -> None:
    code = Code()
    value = code.emit(operation(code), type)
    with pytest.raises(InternalError, match=what):
        verify_graph(code.graph(value))


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda loop, code: replace(loop, weights=code.first), "other steps"),
        (lambda loop, code: replace(loop, inputs=(code.first,)), "no items"),
        (lambda loop, code: replace(loop, items=(replace(loop.items[0], type=tys.Nat(3)),)), "expected Nat"),
        (lambda loop, code: replace(loop, jumps=(0, 1)), "other steps"),
    ],
    ids=["weights", "inputs", "items", "jumps"],
)
def test_a_recurrence_whose_inputs_do_not_fit(change, what: str) -> None:
    code = Code()
    result = code.fold()
    verify_graph(code.graph(result))
    *before, last = code.builder.code
    broken = (*before, replace(last, operation=change(last.operation, code)))
    with pytest.raises(InternalError, match=what):
        verify_graph(replace(code.graph(result), assignments=broken))
