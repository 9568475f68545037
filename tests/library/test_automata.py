"""`use automata`, beside automata in Python, over all words up to a length."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, product
from typing import TypeVar

import pytest
import torch

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


def batch(letters: int, length: int) -> tuple[list[tuple[int, ...]], torch.Tensor]:
    """All words of a length, by the numbers of their letters and as one tensor."""
    numbers = [*product(range(letters), repeat=length)]
    return numbers, torch.eye(letters)[torch.tensor(numbers)]


def truths(answers: list[bool | None]) -> torch.Tensor:
    """The vectors of `true`, of `false`, and of no answer."""
    rows = {True: [1.0, 0.0], False: [0.0, 1.0], None: [0.0, 0.0]}
    return torch.tensor([rows[answer] for answer in answers])


def test_neurons_take_all_words_of_a_length_at_once(program: Program) -> None:
    numbers, tensor = batch(2, 8)
    words = [[LETTERS[number] for number in word] for word in numbers]
    expected = truths([word[-2:] == ["A", "B"] for word in words])
    assert torch.equal(program["ends_with_ab"](tensor), expected)
    assert torch.equal(program["even_as"](tensor), truths([word.count("A") % 2 == 0 for word in words]))
    depths = [depth([BRACKETS[number] for number in word]) for word in numbers]
    closed = truths([None if brackets is None else brackets == 0 for brackets in depths])
    assert torch.equal(program["balanced"](tensor), closed)


def test_a_neuron_matches_brackets_of_two_kinds(program: Program) -> None:
    numbers, tensor = batch(4, 5)
    stacks = [nested([MARKS[number] for number in word]) for word in numbers]
    deepest = [max(accumulate(1 if number < 2 else -1 for number in word)) for word in numbers]
    answers = [
        None if stack is None or deep > 3 else stack == []
        for stack, deep in zip(stacks, deepest, strict=True)
    ]
    assert torch.equal(program["matched"](tensor), truths(answers))


def test_a_word_of_random_brackets_is_balanced_with_its_probability(program: Program) -> None:
    _, tensor = batch(2, 6)
    weights = torch.tensor([[0.9, 0.1], [0.5, 0.5], [0.3, 0.7], [0.6, 0.4], [0.2, 0.8], [0.25, 0.75]])
    probabilities = (tensor * weights).sum(-1).prod(-1)
    expected = probabilities @ program["balanced"](tensor)
    torch.testing.assert_close(program["balanced"](weights), expected)
    assert 0 < expected.sum() < 1
