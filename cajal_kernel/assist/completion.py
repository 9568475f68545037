"""What can be written at the cursor: words of the grammar, names in scope, constructors, types."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from time import monotonic
from typing import Literal

import cajal_core as cajal
from cajal_kernel.assist.cells import Takes, without_magics
from cajal_kernel.assist.keywords import SIGNS
from cajal_kernel.assist.rules import rule_at
from cajal_kernel.assist.tokens import SYMBOLS, WORDS
from cajal_kernel.program import NotebookProgram

#: Terms and words that are longer are not looked into: an answer comes while the user types.
LONGEST_TERM = 2_000
LONGEST_WORD = 100
#: The seconds that may go into the types of names.
BUDGET = 0.15
ARMS = {"true": ("true", "false"), "0": ("zero", "succ"), "[]": ("nil", "cons")}
"""The words that begin arms, by the first basis vector of their type."""
SYMBOL = re.compile(r"\\[a-z]{2,}\Z")

Kind = Literal["keyword", "function", "instance", "param", "class", "symbol"]


@dataclass(frozen=True)
class Match:
    """A word that can stand at the cursor, what it is, and its type."""

    text: str
    kind: Kind
    type: str = ""


def completions(
    program: NotebookProgram, code: str, cursor: int, takes: Takes = "term"
) -> tuple[int, list[Match]]:
    r"""Where the word at the cursor starts, and what it can become, the likeliest first.

    That is what begins so, else what has its letters in order, else what is spelt nearly so. A name with a
    backslash, as `\lambda`, becomes its sign.
    """
    if isinstance(takes, tuple):  # `code` is the word alone
        return 0, _nearest([Match(word, "keyword") for word in takes], code[:cursor])
    if symbol := SYMBOL.search(code, 0, cursor):
        signs = dict.fromkeys(sign for name, sign in SYMBOLS.items() if name.startswith(symbol[0]))
        if signs:
            return symbol.start(), [Match(sign, "symbol") for sign in signs]
    start, _ = cajal.name_around(code, cursor)
    prefix = cajal.as_name(code[start:cursor])
    if prefix is None and start < cursor:  # behind a digit no name begins
        return cursor, []
    if takes != "term":
        candidates = _named(program, takes)
    else:
        place = cajal.expected(without_magics(code[:start]), start)
        candidates = list(
            _candidates(program, place) if place.module is None else _of_use(program, place.module)
        )
    return start, _described(program, _nearest(candidates, prefix or ""))


def _described(program: NotebookProgram, matches: list[Match]) -> list[Match]:
    """The matches, with what the definitions among them are, as long as there is time for it."""
    end, declared = monotonic() + BUDGET, {*program.names}
    return [
        described(program, match.text)
        if match.kind == "function" and match.text in declared and monotonic() < end
        else match
        for match in matches
    ]


def _named(program: NotebookProgram, takes: str) -> list[Match]:
    """What a magic takes by name alone: a declaration, or a word of the language too."""
    types = [Match(entry.name, "class", entry.text) for entry in program.entries.values() if not entry.type]
    words = sorted(cajal.KEYWORDS) if takes == "word" else []
    return [
        *(Match(name, "function") for name in program.names),
        *types,
        *(Match(word, "keyword") for word in words),
    ]


def _of_use(program: NotebookProgram, module: str) -> Iterable[Match]:
    """What a `use` takes: a module, or the names of one."""
    if not module:
        return [Match(name, "class", "module") for name in program.modules()]
    try:
        return [Match(name, "function", module) for name in program.module_names(module)]
    except cajal.CajalError:  # its file cannot be read
        return []


def _candidates(program: NotebookProgram, place: cajal.Expected) -> Iterable[Match]:
    """All that can stand at a place, first the variables that still need a use, last those that are used."""
    used: list[Match] = []
    if place.takes_value:
        for variable in reversed(place.variables):
            match = Match(variable.name, "param", variable.type or "")
            if variable.reusable or not variable.uses:
                yield match
            else:
                used.append(match)
        bound = {variable.name for variable in place.variables}
        yield from (Match(name, "function") for name in sorted({*program.names} - bound))
    if place.takes_constructor:
        yield from _constructors(program, place)
    if place.takes_type:
        types = [entry for entry in program.entries.values() if entry.kind in ("space", "data", "type")]
        yield from (Match(entry.name, "class", entry.text) for entry in types)
    reserved = [word for words in WORDS.values() for word in words]
    others = _arms_of_others(program, place)
    yield from (Match(word, "keyword") for word in reserved if word in place.tokens and word not in others)
    yield from used


def _constructors(program: NotebookProgram, place: cajal.Expected) -> Iterable[Match]:
    wanted = _scrutinised(program, place)
    for entry in program.entries.values():
        if wanted is None or entry.name == str(wanted):
            yield from (Match(constructor, "instance", entry.name) for constructor in entry.constructors)


def _arms_of_others(program: NotebookProgram, place: cajal.Expected) -> set[str]:
    """The words that begin arms, but none of what a `case` takes apart here."""
    wanted = _scrutinised(program, place)
    if wanted is None:
        return set()
    first = next(iter(cajal.labels(wanted)))
    return {word for label, words in ARMS.items() if label != first for word in words}


def _scrutinised(program: NotebookProgram, place: cajal.Expected) -> cajal.Type | None:
    """The type of what a `case` takes apart, where one of its arms begins; None where it is not known."""
    if place.scrutinee is None:
        return None
    types = {variable.name: variable.type for variable in place.variables}
    # A variable is bound around the `case`, so its type is asked for by a function of it.
    bound = types.get(place.scrutinee)
    term = f"\\it:{bound}. it" if bound else place.scrutinee
    if len(term) > LONGEST_TERM or (place.scrutinee in types and not bound):
        return None
    try:
        type = program.type(term)
    except cajal.CajalError:  # it mentions what is bound around it
        return None
    return cajal.uncurry(type)[0][0] if bound else type


def _nearest(matches: list[Match], prefix: str) -> list[Match]:
    matches = list({match.text: match for match in reversed(matches)}.values())[::-1]
    if begun := [match for match in matches if match.text.startswith(prefix)]:
        return begun
    if holding := [match for match in matches if _holds(match.text.lower(), prefix.lower())]:
        return holding
    if len(prefix) > LONGEST_WORD:
        return []
    close = get_close_matches(prefix, [match.text for match in matches], n=5, cutoff=0.6)
    return [match for text in close for match in matches if match.text == text]


def _holds(text: str, prefix: str) -> bool:
    """Whether a word has the letters of another in order, and its first at the start."""
    rest = iter(text)
    return text[:1] == prefix[:1] and all(letter in rest for letter in prefix)


def described(program: cajal.Program, name: str) -> Match:
    """A definition with its type."""
    try:
        type = program.type(name)
    except cajal.CajalError:  # its reusable arguments, or a numeral that fits no more
        return Match(name, "function")
    return Match(name, "function" if cajal.uncurry(type)[0] else "instance", str(type))


def word_at(code: str, cursor: int) -> str:
    """The name around a cursor, be it that of a rule, or the sign beside it, or an empty text."""
    if rule := rule_at(code, cursor):
        return rule
    start, end = cajal.name_around(code, cursor)
    if word := cajal.as_name(code[start:end]):
        return word
    return next((sign for sign in (code[cursor : cursor + 1], code[:cursor][-1:]) if sign in SIGNS), "")
