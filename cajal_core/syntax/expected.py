"""A parse that failed -> what was expected where, in words.

The parser blames late or not at all, so a second parse, over tokens that note what they are
compared with, finds the furthest token and what would have been right there.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from parsimonious.exceptions import ParseError

from cajal_core.base.confusables import described, plain
from cajal_core.diagnostics.errors import InternalError
from cajal_core.diagnostics.syntax import Meaningless, NotIndented, Unexpected
from cajal_core.syntax.grammar import ATOM_STARTS, TERM_STARTS, TYPE_STARTS, parse_tokens
from cajal_core.syntax.habits import find_hint
from cajal_core.syntax.lexer import DECLARATIONS, KEYWORDS, Token


class _Probe(str):
    """The type of a token, which notes what it is compared with."""

    __slots__ = ("expected",)

    def __init__(self, _: str) -> None:
        self.expected = set[str]()

    def __eq__(self, other: object) -> bool:
        self.expected.add(str(other))
        return str.__eq__(self, str(other))

    __hash__ = str.__hash__


def explain(tokens: Sequence[Token], below: Token | None = None) -> Unexpected | Meaningless | NotIndented:
    """What is wrong with the tokens of an item that does not parse.

    `below` begins the next line, if that is not indented and may have been meant to go on with the item.
    """
    at, fits = _furthest(tokens)
    found, expected = tokens[at], _described(tokens, at, fits)
    if found.type == "end" and not found.value and below and _goes_on(below, fits):
        return NotIndented(found.span, expected, below.span)
    for token in tokens[: at + 1]:
        meant = plain(token.value)
        if token.type in ("name", "Name") and meant in KEYWORDS:
            odd = next(char for char in token.value if not char.isascii())
            return Meaningless(token.span, f"write `{meant}`; this has the letter {described(odd)}")
    hint = find_hint(tokens, at, fits)
    if hint and hint.culprit is not None:
        return Meaningless(tokens[hint.culprit].span, hint.text)
    return Unexpected(found.span, expected, _named(tokens, at), hint and hint.text)


def explain_look_alikes(mistakes: Sequence[Meaningless], tokens: Sequence[Token]) -> list[Meaningless]:
    """Look-alikes, with what is to be said of the symbol that one stands for, if that does not fit."""
    wrong = explain(tokens)
    if not isinstance(wrong, Unexpected):
        return list(mistakes)
    hint = wrong.hint or f"expected {wrong.expected} here"
    return [dataclasses.replace(each, hint=hint) if each.where == wrong.where else each for each in mistakes]


def _furthest(tokens: Sequence[Token]) -> tuple[int, set[str]]:
    """The token that the parser does not get past, and what would fit there."""
    probes = [_Probe(token.type) for token in tokens]
    try:
        parse_tokens([dataclasses.replace(t, type=p) for t, p in zip(tokens, probes, strict=True)])
    except ParseError:
        at = max(index for index, probe in enumerate(probes) if probe.expected)
        return at, probes[at].expected
    raise InternalError("a cell that did not parse parses the second time")


def _goes_on(below: Token, fits: set[str]) -> bool:
    """Whether a token fits where an item ends, and not as one more argument, which would fit anywhere."""
    takes_arguments = fits > ATOM_STARTS and not fits >= TERM_STARTS
    return below.type in (fits - ATOM_STARTS if takes_arguments else fits)


def _named(tokens: Sequence[Token], at: int) -> str:
    found = tokens[at]
    if found.type in ("name", "Name", "int"):
        return f"`{found.value}`"
    if found.span.text:
        return f"`{found.span.text}`"
    return "the end" if at else "the end of the line"


def _described(tokens: Sequence[Token], at: int, fits: set[str]) -> str:
    """The tokens that would fit in words; a name with a capital may be a constructor.

    What may follow only optionally is left out where more is missing.
    """
    constructor = (tokens[0].type == "data" and at > 2) or "case" in [token.type for token in tokens[:at]]
    rest, words = set(fits), list[str]()
    if rest >= TERM_STARTS:
        words.append("a term")
        rest -= TERM_STARTS
    elif rest >= ATOM_STARTS:
        if not rest - ATOM_STARTS:
            words.append("an argument")
        rest -= ATOM_STARTS
    if rest >= TYPE_STARTS:
        words.append("a type")
        rest -= TYPE_STARTS
    if "a term" in words:
        rest -= DECLARATIONS
    for optional in ("-o", "*", "[", "(", ":", ","):
        if len(rest) > 1 or (words and rest):
            rest.discard(optional)
    names = {
        "name": "a name",
        "Name": "a constructor" if constructor else "a name with a capital",
        "int": "a number",
        "end": "the end of the item",
    }
    words += sorted(names.get(type, f"`{type}`") for type in rest)
    return ", ".join(words[:-1]) + " or " + words[-1] if len(words) > 1 else words[0]
