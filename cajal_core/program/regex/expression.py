r"""Regular expressions as Python reads them, built into automata.

An expression means what `re.fullmatch` says of it with `re.ASCII | re.DOTALL`: `.` is any character, and
`\d`, `\w` and `\s` are those of ASCII. What a finite automaton has no part in is a mistake: references to
groups, and what looks at the word around it. Anchors may stand where a word begins and ends.
"""

from __future__ import annotations

import re
import string
import warnings
from collections.abc import Sequence
from importlib import import_module
from typing import Any, TypeAlias

from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.runtime import NoAutomaton
from cajal_core.program.regex.automaton import MOST_CHARACTERS, Automaton, Characters, Nondeterministic

#: What Python's parser makes of an expression: names of operations, each with what it is about.
_Items: TypeAlias = Sequence[tuple[Any, Any]]

_FLAGS = re.ASCII | re.DOTALL
#: Inline flags that change nothing: `x` is gone when an expression is parsed.
_HARMLESS = _FLAGS | re.VERBOSE
_WORD = string.ascii_letters + string.digits + "_"
_CATEGORIES = {"DIGIT": string.digits, "SPACE": string.whitespace, "WORD": _WORD}
_WITHOUT = {
    "GROUPREF": "a reference to a group remembers what the group matched, which no finite automaton can",
    "GROUPREF_EXISTS": "it asks what a group matched, which no finite automaton remembers",
    "ASSERT": "it looks ahead or behind",
    "ASSERT_NOT": "it looks ahead or behind",
    "FAILURE": "it looks ahead or behind",
    "ATOMIC_GROUP": "an atomic group depends on the order in which matches are tried",
    "POSSESSIVE_REPEAT": "a possessive repeat depends on the order in which matches are tried",
}


def automaton(expression: str) -> Automaton:
    """The smallest automaton that accepts the words which the whole expression matches.

    Raises:
        CajalError: if it is no regular expression, or one that is not compiled.

    Example:
        >>> automaton("ab*")
        Automaton(characters=('a', 'b'), moves=((1, 2, 2), (2, 1, 2), (2, 2, 2)), accepting=frozenset({1}))
    """
    parser: Any = import_module("re._parser")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what a later Python reads otherwise
            parsed = parser.parse(expression, _FLAGS)
        if parsed.state.flags & ~_HARMLESS:
            raise CajalError(NoAutomaton(expression, "it sets flags"))
        builder = _Builder(expression)
        return builder.built.smallest(builder.items(parsed, 0, first=True, last=True))
    except (re.error, OverflowError, ValueError) as error:
        raise CajalError(NoAutomaton(expression, str(error))) from None
    except RecursionError:
        raise CajalError(NoAutomaton(expression, "its groups nest too deep")) from None


class _Builder:
    """Adds to an automaton what expressions match."""

    def __init__(self, expression: str) -> None:
        self.expression = expression
        self.built = Nondeterministic(expression)

    def items(self, items: _Items, place: int, *, first: bool, last: bool) -> int:
        """The place to which what one after another matches leads from a place.

        `first` and `last` tell whether nothing stands before them in the expression, and behind them.
        """
        end = len(items)
        while end and str(items[end - 1][0]) == "AT":
            end -= 1
        for index, (operation, about) in enumerate(items):
            place = self.item(str(operation), about, place, first=first, last=last and index >= end - 1)
            first = first and str(operation) == "AT"
        return place

    def item(self, operation: str, about: Any, place: int, *, first: bool, last: bool) -> int:
        """The same, of one operation."""
        match operation:
            case "LITERAL" | "NOT_LITERAL" | "ANY" | "IN":
                return self.built.after(place, self.characters(operation, about))
            case "BRANCH":
                ends = [self.items(branch, place, first=first, last=last) for branch in about[1]]
                return self.joined(ends)
            case "SUBPATTERN":
                _, added, removed, inside = about
                if added & ~_HARMLESS or removed & _FLAGS:
                    raise self.mistake("it sets flags")
                return self.items(inside, place, first=first, last=last)
            case "MAX_REPEAT" | "MIN_REPEAT":  # they match the same whole words
                least, most, inside = about
                return self.repeated(least, most, inside, place)
            case "AT":
                if (first and "BEGINNING" in str(about)) or (last and "END" in str(about)):
                    return place
                raise self.mistake("an anchor stands where a word neither begins nor ends")
            case _:
                raise self.mistake(_WITHOUT.get(operation, f"it has {operation}"))

    def repeated(self, least: int, most: int, items: _Items, place: int) -> int:
        """The place behind so many repeats. Each starts in a place of its own, so that loops stay apart."""
        for _ in range(least):
            place = self.once(items, place)
        if str(most) == "MAXREPEAT":
            place = self.built.after(place)
            self.built.silent[self.once(items, place)].append(place)
            return place
        ends = [place]
        for _ in range(most - least):
            ends.append(self.once(items, ends[-1]))
        return self.joined(ends)

    def once(self, items: _Items, place: int) -> int:
        return self.items(items, self.built.after(place), first=False, last=False)

    def joined(self, ends: Sequence[int]) -> int:
        """A place to which nothing at all leads from all of these."""
        place = self.built.after(ends[0])
        for end in ends[1:]:
            self.built.silent[end].append(place)
        return place

    def characters(self, operation: str, about: Any) -> Characters:
        """The characters that an operation matches."""
        match operation:
            case "LITERAL":
                return Characters(frozenset([chr(about)]))
            case "NOT_LITERAL":
                return Characters(frozenset([chr(about)]), others=True)
            case "ANY":
                return Characters(frozenset(), others=True)
            case "RANGE":
                start, end = about
                if end - start >= MOST_CHARACTERS:
                    raise self.mistake(f"it tells more than {MOST_CHARACTERS} characters apart")
                return Characters(frozenset([chr(code) for code in range(start, end + 1)]))
            case "CATEGORY":
                name = str(about).removeprefix("CATEGORY_")
                named = Characters(frozenset(_CATEGORIES[name.removeprefix("NOT_")]))
                return named.complement if name.startswith("NOT_") else named
            case _:  # IN
                united = Characters(frozenset())
                for part, what in about:
                    if str(part) != "NEGATE":
                        united |= self.characters(str(part), what)
                return united.complement if str(about[0][0]) == "NEGATE" else united

    def mistake(self, reason: str) -> CajalError:
        return CajalError(NoAutomaton(self.expression, reason))
