"""Degrees, and what reaches a value, where lists are held apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from cajal_core.ir import graph as ir
from cajal_core.ir.analysis import called_with, callees, degrees, free, reached_by, recurrences

Lowered = Callable[[str], ir.Graph]

HEAD = "extern f : Bool -o Bool\ndef xor (x y : Bool) : Bool = if x then (if y then false else true) else y\n"
FOLD = "fold xs { nil => b | cons x y => xor x y }"
READING = "fold xs { nil => true | cons x y => xor b (xor x y) }"
CLOSED = "fold xs { nil => true | cons x y => xor x y }"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"\b:Bool. \xs:List[4] Bool. " + FOLD, {0: 1, 1: 1}),
        (r"\b:Bool. \xs:List[4] Bool. " + FOLD.replace("xor x y", "f (xor x y)"), {0: None, 1: None}),
        (r"\b:Bool. \xs:List[4] Bool. " + FOLD.replace("xor x y", "xor (f x) y"), {0: 1, 1: None}),
        # Each element is a factor, and each has degree 1.
        (r"\xs:List[3] Bool. \c:Bool. if c then xs else xs", {0: 1, 1: 1}),
        (r"\xs:List[4] Bool. [xor x true | x in xs]", {0: 1}),
        (rf"\xs:List[4] Bool. case xs {{ nil => true | cons b xs => {FOLD} }}", {0: 1}),
        (rf"def g (!xs : List[4] Bool) (b : Bool) : Bool * Bool = ({FOLD}, {CLOSED})", {0: 2, 1: 1}),
        # What a step reads is read four times, and so is what a comprehension over four reads.
        (rf"def g (!b : Bool) (xs : List[4] Bool) : Bool = {READING}", {0: 4, 1: 1}),
        ("def g (!c : Bool) (xs : List[4] Bool) : List[4] Bool = [xor c x | x in xs]", {0: 4, 1: 1}),
        ("def g (!h : Bool -o Bool) (xs : List[4] Bool) : List[4] Bool = [h x | x in xs]", {0: 4, 1: 1}),
        (r"\x:Bool. x <|> xor x true", {0: 1}),
    ],
)  # fmt: skip
def test_degrees(lowered: Lowered, source: str, expected: Mapping[int, int | None]) -> None:
    assert degrees(lowered(HEAD + source)) == expected


def test_a_step_reads_its_items(lowered: Lowered) -> None:
    graph = lowered(HEAD + r"\b:Bool. \xs:List[4] Bool. " + FOLD.replace("xor x y", "f (xor x y)"))
    (loop,) = recurrences(graph)
    assert {*free(loop)}.isdisjoint({loop.state, *loop.items})
    assert callees(loop) == {"f"}
    reached = reached_by(graph)
    assert [reached[item] for item in loop.items] == [{1}]
    assert reached[loop.state] == {0, 1}
    assert called_with(graph) == {"f": {0, 1}}
