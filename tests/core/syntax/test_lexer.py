"""Characters -> tokens and comments (docs/spec.md, section 1)."""

from __future__ import annotations

import pytest

from cajal_core.base.source import Source
from cajal_core.syntax.lexer import Tokens, tokenize, without_comments


def tokens(text: str) -> Tokens:
    return tokenize(Source("cell", text))


def types(text: str) -> list[str]:
    return [token.type for token in tokens(text).tokens]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("λx. x", ["\\", "name", ".", "name"]),
        ("xλy", ["name", "\\", "name"]),
        ("Bool ⊸ Bool⊗Nat", ["Bool", "-o", "Bool", "*", "Nat"]),
        ("a ↪ b -> c => d", ["name", "->", "name", "->", "name", "=>", "name"]),
        ("x' _ x1 Name", ["name", "_", "name", "Name"]),
        ("_x __", ["name", "name"]),
        ("<a, b> <|> c<|>d", ["<", "name", ",", "name", ">", "<|>", "name", "<|>", "name"]),
        ("a => <b->c>-o", ["name", "=>", "<", "name", "->", "name", ">", "-o"]),
        ("a >> b >= c", ["name", ">", ">", "name", ">", "=", "name"]),
        ("p.1.2 A^3 & List", ["name", ".", "int", ".", "int", "Name", "^", "int", "&", "List"]),
        ("[x|y in z]", ["[", "name", "|", "name", "in", "name", "]"]),
        ("tt ff 42", ["true", "false", "int"]),
        ("--a\nb", ["name"]),
    ],
)
def test_types(text: str, expected: list[str]) -> None:
    assert types(text) == expected


def test_names_are_compared_in_nfc() -> None:
    [composed] = tokens("é").tokens
    [decomposed] = tokens("e\u0301").tokens
    assert composed.value == decomposed.value == "é"
    assert len(decomposed.span.text) == 2


def test_comments_nest_and_keep_their_places() -> None:
    cut = tokens("a {- b {- c -} -- d -} e -- {- f\ng")
    assert [token.value for token in cut.tokens] == ["a", "e", "g"]
    assert [comment.text for comment in cut.comments] == ["{- b {- c -} -- d -}", "-- {- f"]
    assert not cut.mistakes


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("a {- b {- c -} d -} e", "a                   e"),
        ("a -- b {-\nc {- -- -} d", "a        \nc          d"),
        ("a {-\n-} b {- c", "a   \n   b     "),
        ("a - b", "a - b"),
    ],
)
def test_all_but_the_comments_stays_in_place(text: str, rest: str) -> None:
    assert without_comments(text) == rest


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("a {- b {- c -}", "`{-` is never closed"),
        ("a -}", "`-}` closes nothing"),
        ("a § b", "`§` has no meaning here"),
        ("1x", "`1x` is not a name"),
        ("a → b", "`→` has no meaning here"),
    ],
)
def test_mistakes(text: str, title: str) -> None:
    assert [mistake.title for mistake in tokens(text).mistakes] == [title]
