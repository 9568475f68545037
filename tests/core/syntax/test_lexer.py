"""Tokens and layout (LANGUAGE.md, section 1)."""

import time

import pytest

from cajal_core.base.source import Source
from cajal_core.syntax.lexer import lex


def items(text: str) -> list[str]:
    chunks = lex(Source("cell", text))
    assert not any(chunk.mistakes for chunk in chunks)
    return [" ".join(token.value for token in chunk.tokens[:-1]) for chunk in chunks]


def types(text: str) -> list[str]:
    [chunk] = lex(Source("cell", text))
    return [token.type for token in chunk.tokens]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\nb", ["a", "b"]),
        ("a\n b\nc", ["a b", "c"]),
        ("  a\n    b\n  c", ["a b", "c"]),
        ("\ta\n\t\tb\n\tc", ["a b", "c"]),
        ("a; b;; c;", ["a", "b", "c"]),
        ("f (\na\n) b\nc", ["f ( a ) b", "c"]),
        ("if a\nthen b\nelse c", ["if a then b else c"]),
        ("copy a\nas (b, c)\nin d", ["copy a as ( b , c ) in d"]),
        ("iter a\n{ zero => b\n| succ c => d\n}", ["iter a { zero => b | succ c => d }"]),
        ("  -- c\na\n-- d\n b", ["a b"]),
        ("{- a {- b -} c -} a", ["a"]),
        ("a {- x\ny -} b", ["a b"]),
        ("a\r\nb", ["a", "b"]),
        ("", []),
        (" -- nothing", []),
    ],
)
def test_layout(text: str, expected: list[str]) -> None:
    assert items(text) == expected


def test_a_comment_counts_as_blank_space() -> None:
    assert items("a\n{- c -} b") == ["a b"]
    assert items("    a\n-- at the margin\n    b") == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("λx. x", ["\\", "name", ".", "name", "end"]),
        ("xλy", ["name", "\\", "name", "end"]),
        ("Bool ⊸ Bool⊗Nat", ["Bool", "-o", "Bool", "*", "Nat", "end"]),
        ("a ↪ b -> c => d", ["name", "->", "name", "->", "name", "=>", "name", "end"]),
        ("x' _ x1 Name", ["name", "name", "name", "Name", "end"]),
        ("tt ff 42", ["true", "false", "int", "end"]),
        ("--a\nb", ["name", "end"]),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    assert types(text) == expected


def test_names_are_compared_in_nfc() -> None:
    [composed] = lex(Source("cell", "é"))
    [decomposed] = lex(Source("cell", "e\u0301"))
    assert composed.tokens[0].value == decomposed.tokens[0].value == "é"
    assert len(decomposed.tokens[0].span.text) == 2


def test_a_declaration_ends_what_an_open_bracket_would_swallow() -> None:
    first, second = lex(Source("cell", "a (b\ndef c : Bool = true"))
    assert [mistake.title for mistake in first.mistakes] == ["`(` is never closed"]
    assert not second.mistakes


def test_characters_that_begin_no_item() -> None:
    [chunk] = lex(Source("cell", "? ?"))
    assert [mistake.title for mistake in chunk.mistakes] == ["`?` has no meaning here"]
    assert [len(chunk.mistakes) for chunk in lex(Source("cell", "?? §\na ?"))] == [2, 1]


@pytest.mark.parametrize("text", ["&lt;b&gt;" * 4000, "-}" * 15_000])
def test_many_mistakes_take_no_longer_each(text: str) -> None:
    began = time.process_time()
    assert any(chunk.mistakes for chunk in lex(Source("cell", text)))
    assert time.process_time() - began < 4  # a tenth of it where the machine does nothing else
