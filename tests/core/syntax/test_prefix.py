"""Tokens that do not parse: how far the parser gets, what may follow, and what completes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from cajal_core.base.source import Source
from cajal_core.diagnostics.errors import InternalError
from cajal_core.syntax.grammar import ATOM_STARTS, PATTERN_STARTS, TERM_STARTS, TYPE_STARTS, parse_tokens
from cajal_core.syntax.layout import layout
from cajal_core.syntax.lexer import Token, tokenize
from cajal_core.syntax.prefix import longest_prefix
from tests.core.syntax.test_tree import EVERY_FORM

PROGRAMS = sorted((Path(__file__).parents[2] / "programs").glob("*.cajal"))
TEXTS = [EVERY_FORM, *[path.read_text(encoding="utf-8") for path in PROGRAMS]]


def tokens(text: str) -> list[Token]:
    [item] = layout(tokenize(Source("cell", text)))
    return item.tokens


@pytest.mark.parametrize(
    ("text", "length", "follow", "completion"),
    [
        ("if a then b )", 4, ATOM_STARTS | {"else", ".", "<|>"}, ["else", "name", "end"]),
        ("if a then b", 4, ATOM_STARTS | {"else", ".", "<|>"}, ["else", "name", "end"]),
        ("extern f : Nat[", 5, {"int"}, ["int", "]", "end"]),
        ("extern f : -o Bool", 3, TYPE_STARTS, ["(", "Bool", ")", "end"]),
        ("f (g ,", 4, TERM_STARTS, ["int", ")", "end"]),
        (r"\x:A. \y", 7, {":", "."} | PATTERN_STARTS, [".", "name", "end"]),
        ("case d { A => a B", 7, ATOM_STARTS | {"|", "}", ".", "<|>"}, ["}", "end"]),
        # What comes after the token that does not fit is not looked at.
        ("def then if", 1, {"name"}, ["name", ":", "Bool", "=", "name", "end"]),
    ],
)
def test_the_longest_prefix(text: str, length: int, follow: set[str], completion: list[str]) -> None:
    prefix = longest_prefix(tokens(text))
    assert (prefix.length, prefix.follow) == (length, follow)
    assert prefix.completion() == completion


def test_tokens_that_parse_have_none() -> None:
    with pytest.raises(InternalError, match="parses the second time"):
        longest_prefix(tokens("f x"))


@pytest.mark.parametrize("text", TEXTS, ids=["every form", *[path.stem for path in PROGRAMS]])
def test_a_completion_completes_each_prefix_of_a_program(text: str) -> None:
    for item in layout(tokenize(Source("cell", text))):
        for length, token in enumerate(item.tokens[:-1]):
            hole = Token("hole", "", token.span)
            prefix = longest_prefix([*item.tokens[:length], hole])
            assert prefix.length == length
            completion = [Token(type, "", token.span) for type in prefix.completion()]
            assert completion[0].type in prefix.follow
            parse_tokens([*item.tokens[:length], *completion])
