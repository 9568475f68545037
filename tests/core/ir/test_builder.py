"""Code under construction: what is emitted once, where it stands, and what is too large."""

from __future__ import annotations

from cajal_core.base import tys
from cajal_core.base.source import Source, Span
from cajal_core.ir import graph as ir
from cajal_core.ir.builder import Builder, union

HERE = Span(Source("test", "x"), 0, 1)
BOOL = tys.Bool()


def test_an_equal_operation_of_another_type_is_another() -> None:
    builder = Builder()
    assert builder.emit(ir.OneHot(0), BOOL) is not builder.emit(ir.OneHot(0), tys.Unit())
    assert len(builder.code) == 2


def test_an_operation_stands_before_the_recurrence_whose_state_it_does_not_read() -> None:
    builder = Builder()
    count = builder.emit(ir.OneHot(1), tys.Nat(3))
    base = builder.emit(ir.OneHot(0), BOOL)

    def step(state: ir.Value) -> ir.Value:
        constant = builder.emit(ir.OneHot(1), BOOL)
        assert builder.emit(ir.OneHot(0), BOOL) is base
        return builder.emit(ir.Choose(state, (constant, base)), BOOL)

    builder.iterate(count, base, step, "y", HERE)
    kinds = [type(assignment.operation) for assignment in builder.code]
    assert kinds == [ir.OneHot, ir.OneHot, ir.OneHot, ir.Iterate]
    loop = builder.code[-1].operation
    assert isinstance(loop, ir.Iterate)
    assert [type(assignment.operation) for assignment in loop.step] == [ir.Choose]


def test_axes_are_in_the_order_in_which_they_were_made() -> None:
    builder = Builder()
    first, second = builder.axis(2), builder.axis(3)
    values = [builder.emit(ir.Basis(axis), tys.Nat(axis.size)) for axis in (second, first)]
    assert union(*values) == (first, second)
