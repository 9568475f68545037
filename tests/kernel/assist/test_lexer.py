"""Cajal for Pygments: found by its name, and of one opinion with the compiler's lexer."""

from __future__ import annotations

from pathlib import Path

import pytest
from pygments.lexers import get_lexer_by_name, get_lexer_for_filename
from pygments.token import Comment, Keyword, Name, Number, Operator, Punctuation, Text, Token, Whitespace

import cajal_core as cajal
from cajal_core.syntax import lexer
from cajal_kernel.assist.lexer import CajalLexer
from tests.kernel.assist.conftest import PROGRAMS


def test_found_by_alias_and_by_file() -> None:
    assert isinstance(get_lexer_by_name("cajal"), CajalLexer)
    assert isinstance(get_lexer_for_filename("logic.cajal"), CajalLexer)


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_the_lexers_agree_on_where_tokens_are(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    ours = [
        value
        for kind, value in CajalLexer(ensurenl=False, stripnl=False).get_tokens(text)
        if kind not in Comment and kind not in Whitespace and value != ";"  # it cuts items
    ]
    theirs = [
        token.span.text
        for token in lexer.tokenize(cajal.Source("cell", text)).tokens
        if token.type != ";"  # likewise
    ]
    assert ours == theirs


@pytest.mark.parametrize(
    ("code", "kinds"),
    [
        ("def x' = 1", [Keyword.Declaration, Name.Function, Operator, Number.Integer]),
        ("λx. tt", [Operator, Name, Operator, Keyword.Constant]),
        ("definite succ2", [Name, Name]),
        ("Bool -o Nat[3]", [Keyword.Type, Operator, Keyword.Type, Punctuation, Number.Integer, Punctuation]),
        ("%show not\nif", [Comment.Preproc, Keyword]),
        ("# 5%show", [Text, Number.Integer, Text, Name]),
    ],
)
def test_kinds(code: str, kinds: list[object]) -> None:
    found = [kind for kind, _ in CajalLexer().get_tokens(code) if kind not in Whitespace]
    assert found == kinds


def test_block_comments_nest_and_nothing_is_lost() -> None:
    code = "{- a {- b -} def\n-- -} true -- {- tt\n“ \x00 ∀"
    tokens = list(CajalLexer(ensurenl=False, stripnl=False).get_tokens(code))
    assert "".join(value for _, value in tokens) == code
    assert [value for kind, value in tokens if kind in Keyword] == ["true"]
    assert Token.Error not in [kind for kind, _ in tokens]
