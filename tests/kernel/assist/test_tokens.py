"""One list of words and signs, for the Pygments lexer and the editor, and it is the grammar's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pygments.lexers import get_lexer_by_name, get_lexer_for_filename
from pygments.token import Comment, Keyword, Name, Number, Operator, Punctuation, Text, Token, Whitespace

import cajal_core as cajal
from cajal_core.syntax import lexer
from cajal_kernel.assist.lexer import CajalLexer
from cajal_kernel.assist.tokens import BRACKETS, OPERATORS, SYMBOLS, WORDS
from scripts import wide

PROGRAMS = sorted((Path(__file__).parents[2] / "programs").glob("*.cajal"))


def test_the_words_are_those_of_the_language() -> None:
    listed = [word for words in WORDS.values() for word in words]
    assert len(listed) == len(set(listed))
    spellings = {spelling for spelling in lexer.ALIASES if spelling.isascii()}
    assert set(listed) == cajal.KEYWORDS | spellings
    assert set(WORDS["declaration"]) == lexer.DECLARATIONS


def test_the_signs_are_those_of_the_language() -> None:
    listed = [*OPERATORS, *BRACKETS]
    assert len(listed) == len(set(listed))
    for sign in listed:
        (chunk, *_) = lexer.lex(cajal.Source("cell", f"x {sign}"))
        assert [token.span.text for token in chunk.tokens][:2] == ["x", sign]
    assert set(BRACKETS) == {*lexer.CLOSERS, *lexer.CLOSERS.values()}
    assert {spelling for spelling in lexer.ALIASES if not spelling.isalpha()} <= set(OPERATORS)


def test_symbols_are_signs_of_the_language() -> None:
    assert set(SYMBOLS.values()) <= set(OPERATORS)
    assert all(name.startswith("\\") and name[1:].isascii() for name in SYMBOLS)


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
        for chunk in lexer.lex(cajal.Source("cell", text))
        for token in chunk.tokens
        if token.type != "end"
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


def test_widths_are_those_that_marks_count() -> None:
    text = wide.FILE.read_text(encoding="utf-8")
    # Another Python may have other tables; the file keeps those that it was written from.
    assert text == wide.script() or not text.startswith(wide.HEAD)
    patterns = dict(re.findall(r"export const (\w+) =\s+(.*);", text))
    kinds = {"🚀": {"WIDE"}, "漢": {"WIDE"}, "A": set(), "λ": set(), "\u0301": {"NONE"}}
    for character, expected in kinds.items():
        assert {name for name, pattern in patterns.items() if _holds(pattern, ord(character))} == expected


def _holds(pattern: str, code: int) -> bool:
    ranges = re.findall(r"\\u\{(\w+)\}-\\u\{(\w+)\}", pattern)
    return any(int(first, 16) <= code <= int(last, 16) for first, last in ranges)
