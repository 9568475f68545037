"""A place in an item: the variables that are bound there, and the `case` whose arm begins there."""

from __future__ import annotations

import pytest

import cajal_core as cajal
from cajal_core import Expected, Variable


def at_end(text: str) -> Expected:
    return cajal.expected(text, len(text))


def names(text: str) -> list[tuple[str, int]]:
    return [(variable.name, variable.uses) for variable in at_end(text).variables]


@pytest.mark.parametrize(
    ("text", "scrutinee"),
    [
        ("case d { ", "d"),
        ("case f (g d) { A => a | ", "f (g d)"),
        ("case d { A => case e { ", "e"),
        ("case d { A => case e { B => a } | ", "d"),
        ("case d { A => iter 3 { zero => a | succ y => y } | ", "d"),
        ("case d { A => ", None),
        ("case d ", None),
    ],
)
def test_what_the_arms_of_a_case_take_apart(text: str, scrutinee: str | None) -> None:
    assert at_end(text).scrutinee == scrutinee


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        (r"\x:Bool. \(y:A) (z:B). y ", [("x", 0), ("y", 1), ("z", 0)]),
        ("let (a, b) = p in a ", [("a", 1), ("b", 0)]),
        ("let (a, _, (b, c)) = p in b ", [("a", 0), ("b", 1), ("c", 0)]),
        (r"\x (a, _). a ", [("x", 0), ("a", 1)]),
        ("copy s as (a, b, c) in ", [("a", 0), ("b", 0), ("c", 0)]),
        ("\\s:T. case s { C a (b, _) => a ", [("s", 1), ("a", 1), ("b", 0)]),
        ("\\s:T. case s { C a => a | succ m => ", [("s", 1), ("m", 0)]),
        ("\\s:T. case s { C a => a | x => ", [("s", 1), ("x", 0)]),
        ("\\s:T. case s { C ", [("s", 1)]),
        ("\\x:A. x <|> ", [("x", 0)]),
        ("\\x:A. f (x <|> x) ", [("x", 1)]),
        ("\\x:A. <x, f ", [("x", 0)]),
        ("\\x:A. <x, f x> ", [("x", 1)]),
        ("\\p:A. p.1 ", [("p", 1)]),
        ("\\x:A. [x, x, ", [("x", 2)]),
        ("\\x:A. cons x ", [("x", 1)]),
        ("\\x:A. fold xs { nil => x | cons a (b, c) => b ", [("a", 0), ("b", 1), ("c", 0)]),
        ("\\x:A. fold xs { nil => x | snoc s a => ", [("s", 0), ("a", 0)]),
        ("\\x:A. fold xs { nil => x | snoc s a => s } ", [("x", 1)]),
        ("\\x:A. [y | y in ", [("x", 0)]),
        ("\\x:A. f [y | y in x] ", [("x", 1)]),
        ("\\x:A. [y | y in x, z in ", [("x", 1)]),
        ("let a = p ", []),
        ("let a = \\b. b ", [("b", 1)]),
        ("copy s as (a, b) in (\\a:Bool. a) b ", [("a", 0), ("b", 1)]),
        ("drop s in let x = 3 in ", [("x", 0)]),
        ("\\x:Bool. if x then x else ", [("x", 1)]),
        ("\\x:Bool. \\y:Bool. if x then y else ", [("x", 1), ("y", 0)]),
        ("\\x:Bool. \\y:Bool. f (if x then y else y) ", [("x", 1), ("y", 1)]),
        ("\\d:D. \\y:Bool. case d { A => y | B => ", [("d", 1), ("y", 0)]),
        ("\\d:D. \\y:Bool. case d { A => y | B => y } ", [("d", 1), ("y", 1)]),
        ("\\d:D. \\y:Bool. (case d { A => y | B => y }) ", [("d", 1), ("y", 1)]),
        (
            "def f (x : Bool) (!g : Bool -o Bool) : Bool = iter 3 { zero => x | succ y => ",
            [("g", 0), ("y", 0)],
        ),
        ("def f (!g : A) : B = \\g:A. iter 3 { zero => g | succ y => ", [("y", 0)]),
        ("\\x:Bool. \\z:Bool. iter 3 { zero => x | succ y => y } ", [("x", 1), ("z", 0)]),
        ("\\x:Bool. iter { x | y -> ", [("y", 0)]),
        ("\\x:Bool. iter { x | y -> y } ", [("x", 1)]),
        ("\\x:Bool. (\\y:Bool. y) ", [("x", 0)]),
        ("\\x:Bool. \\x:Nat. x ", [("x", 1)]),
        ("\\x:Bool. \\y:Bool. \\x:Nat. ", [("y", 0), ("x", 0)]),
        ("\\x:Bool. f x (g x) (", [("x", 2)]),
        ("\\x:", []),
        ("def f (x : ", []),
        ("\\x:Bool. x\n", []),
        ("let x = 3 in f x ) x ", [("x", 1)]),  # the parser stops at the bracket
        ("let x = 3 in f x ? x ", [("x", 2)]),
        ("then x", []),
    ],
)
def test_what_is_bound_and_used(text: str, scope: list[tuple[str, int]]) -> None:
    assert names(text) == scope


def test_types_of_variables_are_as_written() -> None:
    assert at_end("def f (x : (Bool -o Nat[3])) (!g : A) : B = \\y : A * B. let z = y in ").variables == (
        Variable("x", "(Bool -o Nat[3])"),
        Variable("g", "A", reusable=True),
        Variable("y", "A * B", uses=1),
        Variable("z"),
    )
    text = r"def f ((x, _, y) : (A -o B) * C * D) (!g h : E) : B = \(a, b):E. let (c, d) : A * B = t in "
    assert {variable.name: variable.type for variable in at_end(text).variables} == {
        "x": "(A -o B)",
        "y": "D",
        "g": "E",
        "h": "E",
        "a": None,
        "b": None,
        "c": "A",
        "d": "B",
    }
