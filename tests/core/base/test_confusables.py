"""Characters that look like others: what they are taken for, and how they are told apart."""

from __future__ import annotations

import pytest

from cajal_core.base.confusables import MEANT, described, difference, plain, twin
from cajal_core.base.source import Source
from cajal_core.syntax.lexer import tokenize

CYRILLIC = "n\N{CYRILLIC SMALL LETTER O}t"


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        (CYRILLIC, "not"),
        ("ｎｏｔ", "not"),  # full-width
        ("Βοοl", "Bool"),  # Greek
        ("naïve", "naïve"),
        ("θ", "θ"),
    ],
)
def test_a_name_in_the_letters_that_it_looks_like(name: str, letters: str) -> None:
    assert plain(name) == letters


def test_a_twin_looks_the_same_and_is_another() -> None:
    assert twin(CYRILLIC, ["and", "not"]) == "not"
    assert twin("not", ["and", CYRILLIC]) == CYRILLIC
    assert twin("not", ["not", "nott", "knot"]) is None


def test_twins_differ_in_the_letter_that_is_not_ascii() -> None:
    letter = "U+043E CYRILLIC SMALL LETTER O"
    assert difference(CYRILLIC, "not") == f"`not` looks the same, but the letter here is {letter}"
    assert difference("not", CYRILLIC) == f"`{CYRILLIC}` looks the same, but the letter there is {letter}"
    assert difference("b", "b\N{CYRILLIC SMALL LETTER O}").endswith(f"the letter there is {letter}")


def test_a_character_without_a_name_has_its_number() -> None:
    assert described("→") == "U+2192 RIGHTWARDS ARROW"
    assert described("\a") == "U+0007"


@pytest.mark.parametrize("sign", MEANT)
def test_what_a_sign_stands_for_is_made_of_tokens(sign: str) -> None:
    tokens = tokenize(Source("cell", MEANT[sign]))
    assert tokens.mistakes == []
    assert "".join(token.value for token in tokens.tokens) == MEANT[sign]
