"""Syntax as text: one line, and no parentheses that the grammar does not need."""

from __future__ import annotations

import pytest

from cajal_core import CajalError
from cajal_core.base.source import Source
from cajal_core.syntax import tree
from cajal_core.syntax.parse import parse
from cajal_core.syntax.printer import pretty


def parsed(text: str) -> tree.Item:
    [item] = parse(Source("cell", text))
    return item


PRINTED = [
    "f (g x) (h y) z",
    "(\\x. x) (\\y:Bool -o Bool. y)",
    "(if a then b else c) (succ d) ()",
    "succ (f x) (succ y)",
    "if if a then b else c then let x = y in x else drop d in f x",
    "iter succ n { zero => \\x. x | succ y => copy y as (a, b) in (a, b) }",
    "(case d { A => f | B => \\x. x }) (case e { A => a })",
    "let (x, y) = (a, (b, c), d) in ((\\x. x) y : Bool * Bool)",
    "((f x : Bool -o Bool) zero, (3, true))",
    "def f (!g : (Bool -o Bool) -o Bool) (x : V) : Bool -o Nat[3] -o Unit = \\y. g",
    "extern f : (A -o B) * C * (D * E) -o (F -o G) * (H -o I)",
    "learn w : A * B -o Nat",
    "data D = A | B | C",
    "space V[2, 3]",
]


@pytest.mark.parametrize("text", PRINTED)
def test_what_is_written_so_is_printed_so(text: str) -> None:
    assert pretty(parsed(text)) == text


@pytest.mark.parametrize("text", PRINTED)
def test_each_pair_of_parentheses_that_is_printed_is_needed(text: str) -> None:
    item, opened = parsed(text), list[int]()
    text = pretty(item)
    for close, char in enumerate(text):
        if char == "(":
            opened.append(close)
        elif char == ")":
            start = opened.pop()
            try:
                other = parsed(text[:start] + " " + text[start + 1 : close] + " " + text[close + 1 :])
            except CajalError:
                continue
            assert other != item, text[start : close + 1]


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("((f) (x))", "f x"),
        ("(f x) y", "f x y"),
        ("((a, b), c)", "(a, b, c)"),
        (r"λ(x:Bool) (y:Nat). (x)", r"\x:Bool. \y:Nat. x"),
        ("iter {a | y ↪ (y)} (n)", "iter n { zero => a | succ y => y }"),
        ("extern f : ((A ⊗ B)) ⊸ (C ⊸ D)", "extern f : A * B -o C -o D"),
        ("if (tt) then\n  (if a then b else c)\nelse d", "if true then if a then b else c else d"),
    ],
)
def test_what_is_not_needed_is_left_out(text: str, printed: str) -> None:
    assert pretty(parsed(text)) == printed
    assert parsed(printed) == parsed(text)


def test_a_type_and_a_term_are_printed_too() -> None:
    item = parsed(r"(\f. f : (Bool -o Bool) -o V)")
    assert isinstance(item, tree.Show) and isinstance(item.term, tree.Annot)
    assert pretty(item.term.type) == "(Bool -o Bool) -o V"
    assert pretty(item.term.term) == r"\f. f"


def test_what_is_nested_deeply_is_printed() -> None:
    text = "if a then b else " * 900 + "c"
    assert pretty(parsed(text)) == text
