"""One list of words and signs, for the Pygments lexer and the editor, and it is the grammar's."""

from __future__ import annotations

import re

import cajal_core as cajal
from cajal_core.syntax import lexer
from cajal_kernel.assist.tokens import BRACKETS, OPERATORS, SYMBOLS, WORDS
from scripts import wide


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
        tokens = lexer.tokenize(cajal.Source("cell", f"x {sign}"))
        assert [token.span.text for token in tokens.tokens] == ["x", sign]
        assert not tokens.mistakes
    assert set(BRACKETS) == {*lexer.CLOSERS, *lexer.CLOSERS.values()}
    assert {spelling for spelling in lexer.ALIASES if not spelling.isalpha()} <= set(OPERATORS)


def test_symbols_are_signs_of_the_language() -> None:
    assert set(SYMBOLS.values()) <= set(OPERATORS)
    assert all(name.startswith("\\") and name[1:].isascii() for name in SYMBOLS)


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
