"""Which calls stand together, and that the order is one in which all operands come first."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cajal_core.ir import graph as ir
from cajal_core.ir import schedule as passes
from cajal_core.ir.schedule import has_joinable, schedule, together
from cajal_core.ir.verify import verify_graph

Lowered = Callable[[str], ir.Graph]

EXTERNS = """
extern f : Bool -o Bool
extern g : Bool -o Bool
extern n : Bool -o Nat[3]
extern m : Nat[3] -o Bool
extern lists : Bool -o List[2] Bool
learn t : Bool -o Bool
def not (x : Bool) : Bool = if x then false else true
"""


def groups(graph: ir.Graph) -> list[list[str]]:
    """The calls that stand together, by what is called."""
    return [
        [str(ir.key(each.operation.callee)) for each in calls if isinstance(each.operation, ir.Call)]
        for calls in together(graph.assignments)
        if isinstance(calls[0].operation, ir.Call)
    ]


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (r"\x:Bool. \y:Bool. (f x, g y)", [["f", "g"]]),
        # What a later call needs is moved with it.
        (r"\x:Bool. \y:Bool. (not (f x), g (not y))", [["f", "g"]]),
        # One that reads the other comes behind it.
        (r"\x:Bool. \y:Bool. (f (g x), f y)", [["g", "f"], ["f"]]),
        # Other shapes are no reason to wait, unless more calls then stand together.
        (r"\x:Bool. \y:Bool. (n x, f y)", [["n"], ["f"]]),
        (r"\x:Bool. \y:Bool. (f x, m (n y))", [["f"], ["n"], ["m"]]),
        (r"\x:Bool. \y:Bool. (f x, f (m (n y)))", [["n"], ["m"], ["f", "f"]]),
        # Both shapes could wait for the other: one does.
        (r"\x:Bool. \y:Nat[3]. (m (n x), n (m y))", [["n"], ["m", "m"], ["n"]]),
        # A learned tensor is multiplied by, and lists are no samples.
        (r"\x:Bool. \y:Bool. (t x, t y)", [["t"], ["t"]]),
        (r"\x:Bool. \y:Bool. (lists x, lists y)", [["lists"], ["lists"]]),
    ],
)
def test_calls_of_equal_shapes_stand_together(lowered: Lowered, term: str, expected: list[list[str]]) -> None:
    graph = lowered(EXTERNS + term)
    ordered = schedule(graph)
    verify_graph(ordered)
    assert groups(ordered) == expected
    assert sorted(map(str, ordered.assignments)) == sorted(map(str, graph.assignments))


def test_what_cannot_stand_together_stays_in_its_order(lowered: Lowered) -> None:
    for term in (r"\x:Bool. f (g (f x))", r"\x:Bool. \y:Bool. (t x, m (n y))", "true"):
        graph = lowered(EXTERNS + term)
        assert schedule(graph).assignments == graph.assignments


def test_calls_in_a_step_stand_together(lowered: Lowered) -> None:
    step = "if f h then g x else not (g x)"
    source = rf"\xs:List[3] Bool. fold xs {{ nil => true | snoc h x => {step} }}"
    graph = lowered(EXTERNS + source)
    assert has_joinable(graph.assignments)
    [loop] = [
        each.operation for each in schedule(graph).assignments if isinstance(each.operation, ir.Iterate)
    ]
    assert [len(calls) for calls in together(loop.step) if isinstance(calls[0].operation, ir.Call)] == [2]


def test_a_call_behind_a_recurrence_waits_for_what_its_step_reads(lowered: Lowered) -> None:
    result = "iter k { zero => y | succ s => if f x then s else not s }"
    head = "def both (!x : Bool) (y : Bool) (k : Nat) : Bool * Bool ="
    graph = schedule(lowered(f"{EXTERNS}{head} (g ({result}), not (g (f x)))"))
    verify_graph(graph)
    assert groups(graph) == [["f"], ["g", "g"]]


def test_a_block_of_many_calls_stays_as_it_is(lowered: Lowered, monkeypatch: pytest.MonkeyPatch) -> None:
    graph = lowered(EXTERNS + r"\x:Bool. \y:Bool. (not (f x), g y)")
    assert schedule(graph).assignments != graph.assignments
    monkeypatch.setattr(passes, "_MOST_CALLS", 1)
    assert schedule(graph).assignments == graph.assignments
