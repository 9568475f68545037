"""What is written by habit, and how it is rewritten: each rewrite, and where it would have to guess."""

from __future__ import annotations

import pytest

from cajal_core import edited
from cajal_core.base.source import Source
from cajal_core.syntax import rewrites
from cajal_core.syntax.lexer import tokenize
from cajal_core.syntax.rewrites import Rewrite


def written(text: str, culprit: str, rewrite: Rewrite) -> str:
    """The text with the first token that is the culprit rewritten."""
    tokens = tokenize(Source("cell", text)).tokens
    at = next(place for place, token in enumerate(tokens) if token.span.text == culprit)
    return edited(text, rewrite(tokens, at))


@pytest.mark.parametrize(
    ("text", "culprit", "rewrite", "expected"),
    [
        ("zero -> true", "->", rewrites.instead("=>"), "zero => true"),
        ("f succ )", ")", rewrites.instead("s", back=1), "f s )"),
        ("a b", "b", rewrites.before("("), "a (b"),
        ("a b", "b", rewrites.before("(", back=1), "(a b"),
        ("a : b", ":", rewrites.first("def "), "def a : b"),
        ("succ succ zero", "succ", rewrites.nothing, "succ succ zero"),
        ("f succ zero", "succ", rewrites.parenthesized, "f (succ zero)"),
        ("f succ (g x)", "succ", rewrites.parenthesized, "f succ (g x)"),
        (r"\x y. x", "y", rewrites.next_lambda, r"\x. \y. x"),
        (r"\x y", "y", rewrites.next_lambda, r"\x y"),
        ("f (x : image)", "image", rewrites.declared, "f (x : Image)"),
        ("f (x : a)", "a", rewrites.declared, "f (x : a)"),
        ("drop x t", "t", rewrites.joined, "drop x in t"),
        ("drop x t in u", "t", rewrites.joined, "drop x t in u"),
        ("def x : A = t : A", "t", rewrites.annotated, "def x : A = t : A"),
        ("let a, b = s in t", ",", rewrites.paired, "let (a, b) = s in t"),
        ("let a, b, c = s in t", ",", rewrites.paired, "let (a, b, c) = s in t"),
        ("copy s as a, b c in t", "a", rewrites.copies, "copy s as (a, b, c) in t"),
        ("copy s as a in t", "a", rewrites.copies, "copy s as a in t"),
        ("data T = C(A, Bool)", ",", rewrites.fields, "data T = C A Bool"),
        ("data T = C(A * B, D)", ",", rewrites.fields, "data T = C(A * B, D)"),
        ("data T = C(A, B", ",", rewrites.fields, "data T = C(A, B"),
        ("data T = C A * B", "*", rewrites.field_of, "data T = C (A * B)"),
        ("data T = C A ^ 2", "^", rewrites.field_of, "data T = C (A ^ 2)"),
        ("data T = C Nat[2] * B", "*", rewrites.field_of, "data T = C Nat[2] * B"),
        ("x : List Bool[3]", "[", rewrites.sized_list, "x : List[3] Bool"),
        ("use logic.and", ".", rewrites.listed, "use logic (and)"),
        ("case xs { [] => t }", "[", rewrites.empty_list, "case xs { nil => t }"),
        ("x : r => t", ":", rewrites.cons_pattern, "cons x r => t"),
        ("x :: r => t", ":", rewrites.cons_pattern, "cons x r => t"),
        ("x : 3 => t", ":", rewrites.cons_pattern, "x : 3 => t"),
        ("f (cons x)", ")", rewrites.applied("cons", "xs"), r"f ((\xs. cons x xs))"),
        ("f (cons (g x))", ")", rewrites.applied("cons", "xs"), "f (cons (g x))"),
        ("type T = A | B", "|", rewrites.declared_by("data"), "data T = A | B"),
        (r"\X:Bool. X", "X", rewrites.renamed(rewrites.small), r"\x:Bool. x"),
        ("fun x -> x", "fun", rewrites.lambda_word, r"\x. x"),
        ("lambda x: x", "lambda", rewrites.lambda_word, r"\x. x"),
        ("lambda x, y: x", "lambda", rewrites.lambda_word, "lambda x, y: x"),
    ],
)
def test_rewrites(text: str, culprit: str, rewrite: Rewrite, expected: str) -> None:
    assert written(text, culprit, rewrite) == expected
