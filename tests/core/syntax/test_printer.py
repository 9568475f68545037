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
    "data T = A Nat (B * C) List[2] D List E (F ^ 2) | G",
    "type T = (A -o B) & (C & D) & E * F -o (A * B) ^ 2 * List (A ^ 3) ^ 2",
    "use logic",
    "use logic (and, or)",
    "def f (_ : A) ((a, _, b) : A * B * C) (!g : D) : E = \\(a, (b, c)):F. \\_. t",
    "let (x, _, (y, z)) : A = a in copy y as (a, b, c) in b",
    "case t { A x (y, _) => a | () => b | 3 => c | succ m => d | nil => e | cons x _ => f | x => g }",
    "case t { (a, _) => if b then c else d <|> e }",
    "iter n { zero => a | succ (x, y) => b }",
    "fold xs { nil => a | cons x (y, z) => b } <|> fold [] { nil => a | snoc y _ => b }",
    "<f x, \\x. x, (a, b)>.2.1 <g.1, g y>",
    "[f x <|> y, [], [a], [x | x in f xs, (y, _) in ys]]",
    "cons (succ a) (cons b.1 nil) (dict ks [v])",
    "a <|> b c <|> (d <|> e) <|> \\x. x <|> y",
    "(\\x. a <|> b) <|> (if a then b else c) <|> (a <|> \\x. b)",
    "f (a <|> b) (fold xs { nil => a | cons x y => y }) (\\p. 1) (3).1",
    "fail <|> iter n <|> m { zero => a | succ _ => fail }",
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
        (r"\(x _ : Bool) ((a, b) : C). \x (y, z). t", r"\x:Bool. \_:Bool. \(a, b):C. \x. \(y, z). t"),
        ("def f (x (y, z) : A) (!g h : B) : C = d", "def f (x : A) ((y, z) : A) (!g : B) (!h : B) : C = d"),
        ("let ((x, y), z) = (a) in (b.1)", "let (x, y, z) = a in b.1"),
        ("((a <|> b) <|> (f c)) <|> (case d { A => (e) })", "a <|> b <|> f c <|> case d { A => e }"),
        ("(a <|> (if b then c else (d <|> e)))", "a <|> if b then c else d <|> e"),
        ("extern f : (A & (B * C)) -o (D ^ 2) * (List[3] (E))", "extern f : A & B * C -o D ^ 2 * List[3] E"),
        ("(<(a), b>).1", "<a, b>.1"),
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
