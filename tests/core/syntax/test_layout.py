"""Tokens -> items (docs/spec.md, section 1)."""

from __future__ import annotations

import pytest

from cajal_core.base.source import Source
from cajal_core.syntax.layout import ItemTokens, layout
from cajal_core.syntax.lexer import tokenize
from tests.cpu import cpu_time


def laid_out(text: str) -> list[ItemTokens]:
    return layout(tokenize(Source("cell", text)))


def items(text: str) -> list[str]:
    laid = laid_out(text)
    assert not any(item.mistakes for item in laid)
    return [" ".join(token.value for token in item.tokens[:-1]) for item in laid]


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
        ("f <\na,\nb\n>\nc", ["f < a , b >", "c"]),
        ("f [\na\n| a in b\n]", ["f [ a | a in b ]"]),
        ("a\n<|> b\nc", ["a <|> b", "c"]),
        ("a\n<b, c>", ["a", "< b , c >"]),
        ("type T = A\nuse b", ["type T = A", "use b"]),
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


def test_a_declaration_ends_what_an_open_bracket_would_swallow() -> None:
    first, second = laid_out("a (b\ndef c : Bool = true")
    assert [mistake.title for mistake in first.mistakes] == ["`(` is never closed"]
    assert not second.mistakes


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("f <a, b", "`<` is never closed"),
        ("f <a, b)", "expected `>`, got `)`"),
        ("f (a > b)", "`>` closes nothing"),
        ("f a >", "`>` closes nothing"),
        ("<a; b>", "`;` ends an item, and cannot stand inside brackets"),
    ],
)
def test_angles_are_brackets(text: str, title: str) -> None:
    assert title in [mistake.title for item in laid_out(text) for mistake in item.mistakes]


def test_what_compares_is_one_mistake() -> None:
    for text in ("f (a > b)", "[a, b > c]", "{a > b}"):
        [item] = laid_out(text)
        assert [mistake.title for mistake in item.mistakes] == ["`>` closes nothing"]


def test_characters_that_begin_no_item() -> None:
    [item] = laid_out("? ?")
    assert [mistake.title for mistake in item.mistakes] == ["`?` has no meaning here"]
    assert [len(item.mistakes) for item in laid_out("?? §\na ?")] == [2, 1]


@pytest.mark.parametrize("text", ["§lt;b§gt;" * 4000, "-}" * 15_000])
def test_many_mistakes_take_no_longer_each(text: str) -> None:
    with cpu_time(at_most=20):
        assert any(item.mistakes for item in laid_out(text))
