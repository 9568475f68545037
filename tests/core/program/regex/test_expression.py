"""Regular expressions as automata, beside `re.fullmatch` on all short words."""

from __future__ import annotations

import re
from itertools import product

import pytest

from cajal_core import CajalError
from cajal_core.program.regex.automaton import Automaton
from cajal_core.program.regex.expression import automaton

#: Each with the letters of its words.
EXPRESSIONS = {
    "": "ab",
    "a": "ab",
    "ab": "abc",
    "a|b": "abc",
    "a|": "ab",
    "|": "a",
    "()": "a",
    "a*": "ab",
    "a+": "ab",
    "a?": "ab",
    "a*?b??": "ab",
    "(a|b)*": "abc",
    "a(b|c)*": "abcd",
    "(a*)*": "ab",
    "(a*b*)*": "abc",
    "(a*)+b": "abc",
    "(a?b?)*c": "abc",
    "(|a)+": "ab",
    "a*b*": "abc",
    "a*|b*": "abc",
    "(ab|a)(bc|c)": "abc",
    "(a|b)*ab": "abc",
    "(b*ab*a)*b*": "abc",
    "(a|b)*a(a|b)(a|b)": "ab",
    "a{3}": "ab",
    "a{2,}": "ab",
    "a{1,3}b": "ab",
    "a{0,2}": "ab",
    "(ab?){2,3}": "abc",
    "(a*){2}": "ab",
    "(a|ab){1,2}b{0,}": "ab",
    "[ab]c": "abc",
    "[a-c]+": "abcd",
    "[^ab]": "abcd",
    "[^a]*a": "abc",
    "[^a-b]|a[^b]": "abc",
    ".": "a\n",
    "a.b": "ab\n",
    ".*a.?": "ab",
    r"\d\D": "1a ",
    r"\w+ \W": "a_ -",
    r"\s[\s\d]*": " \t1a",
    r"[^\d]": "1a",
    r"[^\W\d]": "1a -",
    "(?:a|b)c": "abc",
    "(?P<name>a)b": "ab",
    "^a|b$": "ab",
    "^(a$|^b)": "ab",
    "^^a$$|$^": "a",
    r"\Aab\Z": "ab",
    r"\.\*": ".*a",
    "(?x) a b  # a comment": "ab ",
    "a\u00e4?": "a\u00e4",
}


def accepts(built: Automaton, word: str) -> bool:
    state = 0
    for letter in word:
        known = letter in built.characters
        state = built.moves[state][built.characters.index(letter) if known else -1]
    return state in built.accepting


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_all_words_up_to_length_6(expression: str) -> None:
    built, letters = automaton(expression), EXPRESSIONS[expression]
    for length in range(7):
        for word in map("".join, product(letters, repeat=length)):
            matches = re.fullmatch(expression, word, re.ASCII | re.DOTALL) is not None
            assert accepts(built, word) == matches, word


@pytest.mark.parametrize(
    ("expression", "states"),
    [("a*", 2), ("(a|b)*", 2), ("[ab]*|.*", 1), ("(a|b)*a(a|b)(a|b)", 9), ("a{5}", 7)],
)
def test_automata_are_the_smallest(expression: str, states: int) -> None:
    assert len(automaton(expression).moves) == states


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        (r"(a)\1", "a reference to a group remembers what the group matched"),
        ("(a)?(?(1)b|c)", "it asks what a group matched"),
        ("a(?=b)", "it looks ahead or behind"),
        ("(?<!b)a", "it looks ahead or behind"),
        ("(?!)", "it looks ahead or behind"),
        ("a++", "a possessive repeat depends on the order"),
        ("(?>a|ab)c", "an atomic group depends on the order"),
        ("a^b", "an anchor stands where a word neither begins nor ends"),
        ("(a$)*", "an anchor stands where a word neither begins nor ends"),
        (r"\bab", "an anchor stands where a word neither begins nor ends"),
        ("(?i)a", "it sets flags"),
        ("(?i:a)b", "it sets flags"),
        ("(?-s:.)", "it sets flags"),
        ("(?u)a", "incompatible"),
        ("(a", "unterminated subpattern at position 0"),
        ("*a", "nothing to repeat at position 0"),
        ("a{9999999999}", "the repetition number is too large"),
        ("(a{1000}){1000}", "it is longer than 10,000 characters"),
        ("(()){5000}(()){60000}", "it is longer than 10,000 characters"),
        ("(a|b)*a(a|b){12}", "its automaton has more than 1,000 states"),
        ("[\\x00-\\uffff]", "it tells more than 256 characters apart"),
        ("(" * 5000 + ")" * 5000, "its groups nest too deep"),
    ],
)
def test_what_is_not_compiled_says_why(expression: str, reason: str) -> None:
    with pytest.raises(CajalError) as error:
        automaton(expression)
    assert reason in str(error.value)
