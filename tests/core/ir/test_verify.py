"""Graphs that the passes must never make are noticed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cajal_core import Program
from cajal_core.base import tys
from cajal_core.base.source import Source, Span
from cajal_core.diagnostics.errors import InternalError
from cajal_core.ir import graph as ir
from cajal_core.ir.lower import lower
from cajal_core.ir.verify import verify_graph
from cajal_core.terms import core

HERE = Span(Source("test", "x"), 0, 1)
X = core.Binder("x", tys.Bool(), HERE)


def lam(binder: core.Binder, body: core.Term) -> core.Term:
    return core.Lam(binder, body, tys.Arrow(binder.type, body.type), span=HERE)


def var(binder: core.Binder) -> core.Term:
    return core.Var(binder, span=HERE)


def graph() -> ir.Graph:
    program = Program(nat_size=3)
    program.run(
        "extern f : Bool -o Bool\n"
        "def t (n : Nat) (x : Bool) : Bool = iter n { zero => if x then f true else false | succ y => f y }"
    )
    return program["t"]._lowered


@pytest.mark.parametrize(
    ("find", "change", "what"),
    [
        (ir.OneHot, lambda operation: replace(operation, index=7), "no basis vector 7"),
        (ir.Choose, lambda operation: replace(operation, branches=operation.branches[:1]), "other branches"),
        (ir.Call, lambda operation: replace(operation, arguments=(ir.Value(99, tys.Bool(), ()),)), "scope"),
        (ir.Iterate, lambda operation: replace(operation, step=()), "does not end"),
        (ir.Iterate, lambda operation: replace(operation, jumps=(0, 3)), "jumps out"),
        (ir.Iterate, lambda operation: replace(operation, base=operation.weights), "expected Bool, got Nat"),
    ],
)
def test_a_graph_that_makes_no_sense(find: type, change, what: str) -> None:
    good = graph()
    verify_graph(good)
    code = list(good.assignments)
    place = next(index for index, each in enumerate(code) if isinstance(each.operation, find))
    code[place] = replace(code[place], operation=change(code[place].operation))
    with pytest.raises(InternalError, match=what):
        verify_graph(replace(good, assignments=tuple(code)))


def test_axes_are_checked() -> None:
    lowered = lower(
        core.Ref(core.Definition("f", tys.Arrow(tys.Bool(), tys.Bool()), lam(X, var(X))), span=HERE)
    )
    wrong = ir.Assignment(replace(lowered.result, number=50, axes=(ir.Axis(1, 2),)), ir.OneHot(0))
    with pytest.raises(InternalError, match="other axes"):
        verify_graph(replace(lowered, assignments=(*lowered.assignments, wrong)))
