"""The operations of the IR, one of each: what they read, and what they read after a change."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import get_args

import pytest

from cajal_core.base import tys
from cajal_core.base.source import Source, Span
from cajal_core.ir import graph as ir

BOOL, MAP = tys.Bool(), tys.Arrow(tys.Bool(), tys.Bool())
X, Y, M = (ir.Value(number, type, ()) for number, type in enumerate((BOOL, BOOL, MAP), 1))
STATE, RESULT = ir.Value(4, BOOL, ()), ir.Value(5, BOOL, ())
LIST = ir.Value(6, tys.List(BOOL, 2), ())
A, B = ir.Axis(1, 2), ir.Axis(2, 2)
F = ir.Extern("f", MAP)
STEP = (ir.Assignment(RESULT, ir.Choose(STATE, (X, Y))),)
LOOP = ir.Iterate(X, Y, "y", STATE, STEP, RESULT, Span(Source("test", ""), 0, 0), (1, 0))

OPERATIONS: list[tuple[ir.Operation, tuple[ir.Value, ...]]] = [
    (ir.Input(ir.Argument(0, "x", BOOL)), ()),
    (ir.Given(F), ()),
    (ir.OneHot(1), ()),
    (ir.Basis(A), ()),
    (ir.Shift(X, saturate=True), (X,)),
    (ir.Choose(X, (Y, X)), (X, Y, X)),
    (ir.Table((X, Y), (0, 7)), (X, Y)),
    (ir.Weigh(X, Y), (X, Y)),
    (ir.Outer(X, Y), (X, Y)),
    (ir.Contract(X, Y, (A,)), (X, Y)),
    (ir.Zero(), ()),
    (ir.Sum((X, Y)), (X, Y)),
    (ir.Slice(X, 1), (X,)),
    (ir.Concat((X, Y)), (X, Y)),
    (ir.Total(X, (A,)), (X,)),
    (ir.Unstack(X, A), (X,)),
    (ir.Stack((X, Y), X, A, B), (X, Y, X)),
    (ir.Stack((X,), None, None, A), (X,)),
    (ir.Item(X, A, 0), (X,)),
    (ir.Narrow(X, A, 1, B, ((Y, A),)), (X, Y)),
    (ir.Elements(LIST, A), (LIST,)),
    (ir.Lengths(LIST), (LIST,)),
    (ir.Held(X, A, Y), (X, Y)),
    (ir.Matrix(X, (A,)), (X,)),
    (ir.Apply(M, X), (M, X)),
    (ir.Einsum((M, X), ((A, 0), (A,)), ()), (M, X)),
    (ir.Call(F, (X,)), (X,)),
    (LOOP, (X, Y)),
    (replace(LOOP, jumps=None, inputs=(M,), items=(LIST,), over=A, order="cons"), (X, Y, M)),
]


def others(operation: ir.Operation) -> list[object]:
    """The parts of an operation that are no operands."""
    return [
        part
        for part in (getattr(operation, field.name) for field in fields(operation))
        if not set(part if isinstance(part, tuple) else (part,)) & {X, Y, M, ir.Value(9, BOOL, ())}
    ]


def test_there_is_one_of_each() -> None:
    assert {type(operation) for operation, _ in OPERATIONS} == set(get_args(ir.Operation))


@pytest.mark.parametrize(("operation", "operands"), OPERATIONS)
def test_operands_and_a_change_of_them(operation: ir.Operation, operands: tuple[ir.Value, ...]) -> None:
    assert ir.operands(operation) == operands
    assert ir.map_operands(operation, lambda value: value) == operation
    other = ir.Value(9, BOOL, ())
    changed = ir.map_operands(operation, lambda value: other if value == X else value)
    assert type(changed) is type(operation)
    assert ir.operands(changed) == tuple([other if value == X else value for value in operands])
    assert others(changed) == others(operation)


def test_a_callee_is_found_by_its_name_or_its_position() -> None:
    assert ir.key(F) == "f"
    assert ir.key(ir.Learn("w", BOOL)) == "w"
    assert ir.key(ir.Argument(3, "g", MAP)) == 3


def test_text() -> None:
    assert ir.block_text((ir.Assignment(X, LOOP),)).splitlines() == [
        "v1 : Bool = iterate(v1, v2)",
        "  step v4 -> v5 jumps",
        "    v5 : Bool = choose(v4, [v1 v2])",
    ]
    table = ir.Table((Y,), tuple(range(17)))
    assert ir.block_text((ir.Assignment(X, table),)) == "v1 : Bool = table([v2], 17 entries)"
