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
        ("let x : A = s in t", ":", rewrites.annotated_let, "let x = (s : A) in t"),
        ("let x : A = let y = s in t in u", ":", rewrites.annotated_let, "let x : A = let y = s in t in u"),
        ("let a, b = s in t", ",", rewrites.paired, "let (a, b) = s in t"),
        ("f [a, [b, c]]", "[", rewrites.rounded, "f (a, [b, c])"),
        ("f [a", "[", rewrites.rounded, "f [a"),
        (r"\X:Bool. X", "X", rewrites.renamed(rewrites.small), r"\x:Bool. x"),
        ("fun x -> x", "fun", rewrites.lambda_word, r"\x. x"),
        ("lambda x: x", "lambda", rewrites.lambda_word, r"\x. x"),
        ("lambda x, y: x", "lambda", rewrites.lambda_word, "lambda x, y: x"),
        ("case p { (a, b) => t }", "(", rewrites.pair_arm, "let (a, b) = p in t "),
        ("case p { (a, b) => t | c => u }", "(", rewrites.pair_arm, "case p { (a, b) => t | c => u }"),
        ("case c { true => s | false => t }", "true", rewrites.bool_arms, "if c then s else t "),
        ("case c { true => s }", "true", rewrites.bool_arms, "case c { true => s }"),
        ("case c { true => s | x => t }", "true", rewrites.bool_arms, "case c { true => s | x => t }"),
    ],
)
def test_rewrites(text: str, culprit: str, rewrite: Rewrite, expected: str) -> None:
    assert written(text, culprit, rewrite) == expected
