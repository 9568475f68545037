"""Which lists a graph notes as joined: those that every call reads in step."""

from __future__ import annotations

import pytest

from cajal_core import Program
from tests.core.ir.lowering.samples import graph

PAIRS = "[(x, y) | x in xs, y in ys]"


@pytest.mark.parametrize(
    ("body", "joined"),
    [
        (PAIRS, [["xs", "ys"]]),
        (f"let zs = {PAIRS} in zs", [["xs", "ys"]]),
        ("[(x, y) | x in [not x | x in xs], y in ys]", [["xs", "ys"]]),
        ("[(p, z) | p in [(x, y) | x in xs, y in ys], z in [true, false]]", [["xs", "ys"], ["xs", "2"]]),
        ("let (a, b) = (xs, cons true ys) in [(x, y) | x in a, y in b]", [["xs", "ys + 1"]]),
        ("drop xs in [(x, y) | x in [true, false], y in ys]", [["ys", "2"]]),
        ("drop xs in drop ys in [(x, y) | x in [true, false], y in [true]]", []),
        ("drop ys in [(x, y) | x in xs, y in (fail : List[3] Bool)]", []),
        ("drop ys in [(x, y) | x in xs, y in (if true then [true] else nil : List[3] Bool)]", []),
        (f"if true then {PAIRS} else [(x, y) | x in ys, y in xs]", []),
        (f"{PAIRS} <|> {PAIRS}", [["xs", "ys"]] * 2),
        (f"<{PAIRS}, {PAIRS}>.1", []),
        (rf"(\x:Bool. drop x in {PAIRS}) true", [["xs", "ys"]]),
        (
            rf"(if true then (\x:Bool. drop x in {PAIRS}) else (\x:Bool. drop x in {PAIRS})) true",
            [],
        ),
    ],
)
def test_lists_that_are_read_in_step(program: Program, body: str, joined: list[list[str]]) -> None:
    term = rf"\xs:List[3] Bool. \ys:List[3] Bool. {body}"
    found = [
        [
            (f"{length.source.name} + {length.more}" if length.more else length.source.name)
            if length.source
            else str(length.more)
            for length in join.lengths
        ]
        for join in graph(program, term).joins
    ]
    assert found == joined


def test_a_list_that_comes_multiplied_out_has_all_lengths(program: Program) -> None:
    term = rf"\xs:List[3] Bool. \ys:List[3] Bool. {PAIRS}"
    assert not graph(program, term, frozenset({0, 1})).joins
    assert not graph(program, term, frozenset({0})).joins


def test_a_helper_has_its_place(program: Program) -> None:
    program.run(f"def zip (xs ys : List[3] Bool) : List[3] (Bool * Bool) = {PAIRS}")
    [join] = graph(program, r"\a:List[3] Bool. \b:List[3] Bool. zip b a").joins
    assert [length.source and length.source.name for length in join.lengths] == ["b", "a"]
    assert join.span.text == PAIRS
