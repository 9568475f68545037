"""The mistake of tokens that do not parse: which token is blamed, and in which words."""

from __future__ import annotations

import pytest

from cajal_core.base.source import Source
from cajal_core.diagnostics.syntax import Meaningless, NotIndented, Unexpected
from cajal_core.syntax.blame import unexpected, unexpected_look_alikes
from cajal_core.syntax.layout import ItemTokens, layout
from cajal_core.syntax.lexer import tokenize


def items(text: str) -> list[ItemTokens]:
    return layout(tokenize(Source("cell", text)))


@pytest.mark.parametrize(
    ("text", "blamed", "expected", "actual"),
    [
        # The furthest token, wherever the parser gave up.
        ("if a then b then c", 12, "`else`", "`then`"),
        ("f (iter n { zero => a | zero => b })", 24, "`succ`", "`zero`"),
        ("f (x", 4, "`)`", "the end"),
        # What follows optionally is left out, where more is missing.
        ("def f (x : Bool) = x", 17, "`:`", "`=`"),
        ("space V[2 3]", 10, "`]`", "`3`"),
        # Starts of terms, arguments and types have a word in common.
        ("let x = in x", 8, "a term", "`in`"),
        ("succ then", 5, "an argument", "`then`"),
        ("extern f : 3", 11, "a type", "`3`"),
        # A capital name is a constructor where a data type lists its own.
        ("data d = A", 5, "a name with a capital", "`d`"),
        ("data D = a", 9, "a constructor", "`a`"),
        ("def F : Bool = true", 4, "a name", "`F`"),
        ("space V[x]", 8, "a number", "`x`"),
        ("(a, b) c then", 9, "the end of the item", "`then`"),
        ("let x y = a in b", 6, "`=`", "`y`"),
        # Names and patterns, which a name may begin.
        ("let in", 4, "a name", "`in`"),
        ("def f (3 : Nat) : Nat = 3", 7, "a name", "`3`"),
        ("def _ : Bool = true", 4, "a name", "`_`"),
        (r"\x y -> x", 5, "`.`", "`->`"),
        ("case d { then => b }", 9, "a pattern", "`then`"),
        ("case d { C x 3 => b }", 13, "`=>`", "`3`"),
        ("f _", 2, "the end of the item", "`_`"),
        # Components, choices and the rest of a list are never missing.
        ("f (x y", 6, "`)`", "the end"),
        ("<a, b", 5, "`>`", "the end"),
        ("[x in xs]", 3, "`]` or `|`", "`in`"),
        ("[x | x xs]", 7, "`in`", "`xs`"),
        ("use logic and", 10, "the end of the item", "`and`"),
        ("type T A = Bool", 7, "`=`", "`A`"),
        ("data T = C then", 11, "a type, `|` or the end of the item", "`then`"),
        ("def f x : Bool = x", 6, "`:`", "`x`"),
    ],
)
def test_the_furthest_token_is_blamed(text: str, blamed: int, expected: str, actual: str) -> None:
    [item] = items(text)
    mistake = unexpected(item.tokens)
    assert isinstance(mistake, Unexpected)
    assert (mistake.where.start, mistake.expected, mistake.actual) == (blamed, expected, actual)


def test_a_word_of_another_language_is_blamed_before_the_token() -> None:
    [item] = items("f (fun x -> x)")
    mistake = unexpected(item.tokens)
    assert isinstance(mistake, Meaningless)
    assert mistake.where.text == "fun"
    assert mistake.hint is not None and mistake.hint.startswith("a function is written")


def test_a_keyword_in_other_letters_is_blamed() -> None:
    [item] = items("\N{CYRILLIC SMALL LETTER BYELORUSSIAN-UKRAINIAN I}f a then b else c")
    mistake = unexpected(item.tokens)
    assert isinstance(mistake, Meaningless)
    assert mistake.where.start == 0
    assert mistake.hint is not None and mistake.hint.startswith("write `if`; this has the letter U+0456")


@pytest.mark.parametrize(
    ("text", "is_indentation"),
    [
        ("def f : Bool =\ntrue", True),
        ("if a then b\nf", False),  # one more argument fits anywhere
        ("def f : Bool =\ndef g : Bool = true", False),
        ("def f : Bool = ;\ntrue", False),
    ],
)
def test_a_line_below_that_would_fit_is_not_indented(text: str, is_indentation: bool) -> None:
    first, second = items(text)
    mistake = unexpected(first.tokens, second.tokens[0])
    assert isinstance(mistake, NotIndented) == is_indentation
    if isinstance(mistake, NotIndented):
        assert mistake.below == second.tokens[0].span


def test_a_look_alike_of_what_does_not_fit_has_the_advice_for_that() -> None:
    [item] = items("x → y × z")
    arrow, times = [mistake for mistake in item.mistakes if isinstance(mistake, Meaningless)]
    blamed, other = unexpected_look_alikes([arrow, times], item.tokens)
    assert blamed.hint is not None and blamed.hint.startswith("a function is written")
    assert (blamed.where, other) == (arrow.where, times)
    [item] = items("if ， a")
    [alike] = [mistake for mistake in item.mistakes if isinstance(mistake, Meaningless)]
    [blamed] = unexpected_look_alikes([alike], item.tokens)
    assert blamed.hint == "expected a term here"
