"""Tokens of an item that does not parse -> the mistake: what was expected at which token, in words.

The furthest token that the parser reaches is blamed, or a word of another language before it:

    def f : Bool = if a then b )    ->    expected an argument or `else`, got `)`
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from cajal_core.base.confusables import described, plain
from cajal_core.base.source import Span
from cajal_core.diagnostics.mistake import Edit
from cajal_core.diagnostics.syntax import Meaningless, NotIndented, Unexpected
from cajal_core.syntax.grammar import ARM_STARTS, ATOM_STARTS, PATTERN_STARTS, TERM_STARTS, TYPE_STARTS
from cajal_core.syntax.habits import find_hint
from cajal_core.syntax.lexer import DECLARATIONS, KEYWORDS, Token
from cajal_core.syntax.prefix import longest_prefix


def unexpected(tokens: Sequence[Token], below: Token | None = None) -> Unexpected | Meaningless | NotIndented:
    """What is wrong with the tokens of an item that does not parse.

    `below` begins the next line, if that is not indented and may belong to the item.
    """
    prefix = longest_prefix(tokens)
    at, fits = prefix.length, prefix.follow
    token, expected = tokens[at], _described(tokens, at, fits)
    if token.type == "end" and not token.value and below and _goes_on(below, fits):
        return NotIndented(token.span, expected, below.span)
    for name in tokens[: at + 1]:
        word = plain(name.value)
        if name.type in ("name", "Name") and word in KEYWORDS:
            odd = next(char for char in name.value if not char.isascii())
            hint = f"write `{word}`; this has the letter {described(odd)}"
            return Meaningless(name.span, hint, word)
    hint = find_hint(tokens, at, fits)
    if hint and hint.culprit is not None:
        return Meaningless(tokens[hint.culprit].span, hint.text, mend=hint.edits)
    edits = hint.edits if hint else ()
    if token.type == "end" and below and "in" in fits:  # then the line below goes on with the item
        indent = Edit(Span(below.span.source, below.span.start, below.span.start), "  ")
        edits = Edit(token.span, " in"), indent
    return Unexpected(token.span, expected, _named(tokens, at), hint and hint.text, edits)


def unexpected_look_alikes(mistakes: Sequence[Meaningless], tokens: Sequence[Token]) -> list[Meaningless]:
    """Look-alikes, with what is to be said of the symbol that one stands for, if that does not fit."""
    wrong = unexpected(tokens)
    if not isinstance(wrong, Unexpected):
        return list(mistakes)
    hint = wrong.hint or f"expected {wrong.expected} here"
    return [
        dataclasses.replace(mistake, hint=hint, meant=None, mend=wrong.edits)
        if mistake.where == wrong.where
        else mistake
        for mistake in mistakes
    ]


def _goes_on(below: Token, fits: AbstractSet[str]) -> bool:
    """Whether a token fits where an item ends, and not as one more argument, which would fit anywhere."""
    takes_arguments = fits > ATOM_STARTS and not fits >= TERM_STARTS
    return below.type in (fits - ATOM_STARTS if takes_arguments else fits)


def _named(tokens: Sequence[Token], at: int) -> str:
    token = tokens[at]
    if token.type in ("name", "Name", "int"):
        return f"`{token.value}`"
    if token.span.text:
        return f"`{token.span.text}`"
    return "the end" if at else "the end of the line"


def _described(tokens: Sequence[Token], at: int, fits: AbstractSet[str]) -> str:
    """The tokens that would fit in words; a name with a capital may be a constructor.

    What may follow only optionally is left out where more is missing.
    """
    constructor = tokens[0].type == "data" and at > 2
    rest, words = set(fits), list[str]()
    if rest >= ATOM_STARTS or "<|>" in rest:  # what may follow a term, and is never missing
        rest -= {"<|>", "."}
    if rest >= TERM_STARTS:
        words.append("a term")
        rest -= TERM_STARTS | DECLARATIONS
    elif rest >= ATOM_STARTS:
        if not rest - ATOM_STARTS:
            words.append("an argument")
        rest -= ATOM_STARTS
    if rest >= TYPE_STARTS:
        words.append("a type")
        rest -= TYPE_STARTS
    if rest >= ARM_STARTS:
        words.append("a pattern")
        rest -= ARM_STARTS
    elif rest >= PATTERN_STARTS:
        if rest <= PATTERN_STARTS | {"!"}:
            words.append("a name")
        rest -= PATTERN_STARTS
    for optional in ("-o", "&", "*", "^", "[", "(", ",", ":", "!"):
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
