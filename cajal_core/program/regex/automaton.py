"""Finite automata: nondeterministic ones as they are built, and the smallest deterministic one of each."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.runtime import NoAutomaton

#: The most states of a deterministic automaton: each becomes a constructor and an arm of a `case`.
MOST_STATES = 1_000
#: The most states of a nondeterministic one, and the most characters that an expression tells apart.
MOST_PLACES, MOST_CHARACTERS = 10_000, 256


@dataclass(frozen=True, slots=True)
class Characters:
    """The characters that are named, or with `others` all but these."""

    named: frozenset[str]
    others: bool = False

    def __contains__(self, character: str | None) -> bool:
        """Whether a character is one of them; None is one that no expression names."""
        return (character in self.named) != self.others

    def __or__(self, more: Characters) -> Characters:
        match self.others, more.others:
            case False, False:
                return Characters(self.named | more.named)
            case True, True:
                return Characters(self.named & more.named, others=True)
            case True, _:
                return Characters(self.named - more.named, others=True)
            case _:
                return Characters(more.named - self.named, others=True)

    @property
    def complement(self) -> Characters:
        """All other characters."""
        return Characters(self.named, not self.others)


@dataclass(frozen=True, slots=True)
class Automaton:
    """A deterministic automaton. It starts in state 0.

    `moves` has for each state where each of `characters` leads, and last where every other character does.
    """

    characters: tuple[str, ...]
    moves: tuple[tuple[int, ...], ...]
    accepting: frozenset[int]

    @property
    def dead(self) -> int | None:
        """The state from which no word is accepted, if any: the smallest automaton has one at most."""
        alone = [state for state, targets in enumerate(self.moves) if {*targets} == {state}]
        return next((state for state in alone if state not in self.accepting), None)


_Places: TypeAlias = frozenset[int]


@dataclass(slots=True)
class Nondeterministic:
    """An automaton that may be in several places at once. It starts in place 0."""

    expression: str
    moves: list[list[tuple[Characters, int]]] = field(default_factory=lambda: [[]])
    silent: list[list[int]] = field(default_factory=lambda: [[]])

    def after(self, place: int, characters: Characters | None = None) -> int:
        """A new place, to which one of these characters leads, or nothing at all.

        Raises:
            CajalError: if there are too many.
        """
        new = len(self.moves)
        if new == MOST_PLACES:
            raise CajalError(NoAutomaton(self.expression, f"it is longer than {MOST_PLACES:,} characters"))
        self.moves.append([])
        self.silent.append([])
        if characters is None:
            self.silent[place].append(new)
        else:
            self.moves[place].append((characters, new))
        return new

    def smallest(self, end: int) -> Automaton:
        """The smallest deterministic automaton for the words that lead to the end.

        Raises:
            CajalError: if it tells too many characters apart, or has too many states.
        """
        used = {characters for moves in self.moves for characters, _ in moves}
        named = sorted(frozenset[str]().union(*[characters.named for characters in used]))
        if len(named) > MOST_CHARACTERS:
            reason = f"it tells more than {MOST_CHARACTERS} characters apart"
            raise CajalError(NoAutomaton(self.expression, reason))
        # Characters that stand in the same classes lead to the same places, so that one is asked for all.
        kinds = {
            character: tuple(character in characters for characters in used) for character in (*named, None)
        }
        characters = {kind: character for character, kind in kinds.items()}
        first = self._silently({0})
        states, pending, moves = {first: 0}, deque([first]), list[tuple[int, ...]]()
        while pending:
            places, targets = pending.popleft(), list[int]()
            for character in characters.values():
                target = self._next(places, character)
                if target not in states:
                    states[target] = len(states)
                    pending.append(target)
                targets.append(states[target])
            moves.append(tuple(targets))
            if len(states) > MOST_STATES:
                reason = f"its automaton has more than {MOST_STATES:,} states"
                raise CajalError(NoAutomaton(self.expression, reason))
        accepting = [end in places for places in states]
        classes = _merged(moves, accepting)
        kept = {merged: state for state, merged in reversed([*enumerate(classes)])}
        order = {kind: column for column, kind in enumerate(characters)}
        columns = [order[kind] for kind in kinds.values()]
        table = [
            tuple([classes[moves[kept[merged]][column]] for column in columns]) for merged in range(len(kept))
        ]
        ends = frozenset([classes[state] for state, accepts in enumerate(accepting) if accepts])
        return Automaton(tuple(named), tuple(table), ends)

    def _next(self, places: _Places, character: str | None) -> _Places:
        moves = [move for place in places for move in self.moves[place]]
        return self._silently({target for characters, target in moves if character in characters})

    def _silently(self, places: Iterable[int]) -> _Places:
        """These places, and all that nothing at all leads to from them."""
        reached, pending = set[int](), [*places]
        while pending:
            place = pending.pop()
            if place not in reached:
                reached.add(place)
                pending += self.silent[place]
        return frozenset(reached)


def _merged(moves: list[tuple[int, ...]], accepting: list[bool]) -> list[int]:
    """The class of each state: states that accept the same words have one, and state 0 has class 0.

    States that differ at the end of a word are parted, then those that differ one step before (Moore).
    """
    classes, count = [int(accepts) for accepts in accepting], 0
    while len({*classes}) > count:
        count = len({*classes})
        known = dict[tuple[int, ...], int]()
        classes = [
            known.setdefault((classes[state], *[classes[target] for target in targets]), len(known))
            for state, targets in enumerate(moves)
        ]
    return classes
