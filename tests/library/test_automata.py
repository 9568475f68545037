"""`use automata`, beside automata in Python, over all words up to a length."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import TypeVar

import pytest

from cajal_core import CajalError, Program
from tests.library.values import call

T = TypeVar("T")

LETTERS, BRACKETS = ("A", "B"), ("Open", "Close")
MARKS = [(side, kind) for side in ("Opens", "Closes") for kind in ("Round", "Square")]


@pytest.fixture
def program(library: Callable[[str], Program]) -> Program:
    return library("automata")


def words(letters: Sequence[T], most: int) -> Iterator[list[T]]:
    """All words of at most so many letters, the shortest first."""
    for length in range(most + 1):
        yield from map(list, product(letters, repeat=length))


def test_words_that_end_with_ab(program: Program) -> None:
    for word in words(LETTERS, 6):
        assert call(program, "ends_with_ab", word) == (word[-2:] == ["A", "B"])


def test_words_with_an_even_number_of_a(program: Program) -> None:
    for word in words(LETTERS, 6):
        assert call(program, "even_as", word) == (word.count("A") % 2 == 0)


def depth(word: list[str]) -> int | None:
    """How many brackets are open; None where a fourth opens, or one closes that is not open."""
    unclosed = 0
    for bracket in word:
        unclosed += 1 if bracket == "Open" else -1
        if not 0 <= unclosed <= 3:
            return None
    return unclosed


def test_dyck_words_of_depth_3(program: Program) -> None:
    for word in words(BRACKETS, 7):
        unclosed = depth(word)
        assert call(program, "depth", word) == unclosed
        assert call(program, "balanced", word) == (None if unclosed is None else unclosed == 0)


def nested(word: list[tuple[str, str]]) -> list[str] | None:
    """The kinds of the open brackets, the last first; None where one is closed that is not the last."""
    unclosed = list[str]()
    for side, kind in word:
        if side == "Opens":
            unclosed.insert(0, kind)
        elif not unclosed or unclosed.pop(0) != kind:
            return None
    return unclosed


def test_brackets_of_two_kinds(program: Program) -> None:
    for word in words(MARKS, 4):
        unclosed, terms = nested(word), [f"{side} {kind}" for side, kind in word]
        if unclosed is not None and len(unclosed) > 3:
            with pytest.raises(CajalError, match="does not fit List"):
                call(program, "unclosed", terms)
        else:
            assert call(program, "unclosed", terms) == unclosed
            assert call(program, "matched", terms) == (None if unclosed is None else unclosed == [])
