"""Automata: sets of characters, and the smallest deterministic automaton."""

from __future__ import annotations

from itertools import product

import pytest

from cajal_core import CajalError
from cajal_core.program.regex import automaton
from cajal_core.program.regex.automaton import Automaton, Characters, Nondeterministic

NAMED = [frozenset(names) for names in ("", "a", "b", "ab", "bc")]


def test_sets_of_characters_and_their_unions() -> None:
    sets = [Characters(names, others) for names in NAMED for others in (False, True)]
    for left, right in product(sets, repeat=2):
        for character in ("a", "b", "c", None):
            assert (character in (left | right)) == (character in left or character in right)
            assert (character in left.complement) == (character not in left)


def built(letters: str) -> tuple[Nondeterministic, int]:
    """An automaton that accepts one word, and its end."""
    steps, place = Nondeterministic(letters), 0
    for letter in letters:
        place = steps.after(place, Characters(frozenset(letter)))
    return steps, place


def test_states_that_accept_the_same_words_are_one() -> None:
    steps, end = built("ab")
    for letter in "cd":  # two more ways to the same end
        middle = steps.after(0, Characters(frozenset(letter)))
        steps.silent[steps.after(middle, Characters(frozenset("b")))].append(end)
    smallest = steps.smallest(end)
    assert smallest.characters == ("a", "b", "c", "d")
    assert len(smallest.moves) == 4
    start = smallest.moves[0]
    assert start[0] == start[2] == start[3] != start[1] == start[4] == smallest.dead
    assert {smallest.moves[start[0]][1]} == smallest.accepting


def test_an_automaton_that_accepts_all_words_has_no_dead_state() -> None:
    steps = Nondeterministic("")
    steps.moves[0].append((Characters(frozenset(), others=True), 0))
    assert steps.smallest(0) == Automaton((), ((0,),), frozenset([0]))
    assert steps.smallest(0).dead is None


def test_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    steps, end = built("abc")
    monkeypatch.setattr(automaton, "MOST_CHARACTERS", 2)
    with pytest.raises(CajalError, match="tells more than 2 characters apart"):
        steps.smallest(end)
    monkeypatch.setattr(automaton, "MOST_CHARACTERS", 3)
    monkeypatch.setattr(automaton, "MOST_STATES", 4)
    with pytest.raises(CajalError, match="more than 4 states"):
        steps.smallest(end)
    monkeypatch.setattr(automaton, "MOST_PLACES", 4)
    with pytest.raises(CajalError, match="longer than 4 characters"):
        steps.after(0)
