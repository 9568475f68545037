"""Which words can stand at a place. The parser is asked, so this cannot differ from the grammar."""

from __future__ import annotations

from dataclasses import dataclass

import cajal_core as cajal
from cajal_kernel.assist.scan import Item
from cajal_kernel.assist.tokens import WORDS

TYPE_WORDS = tuple(WORDS["type"])
TERM_WORDS = ("if", "iter", "case", "let", "copy", "drop")
ATOM_WORDS = ("true", "false", "zero")
JOINING_WORDS = ("then", "else", "in", "as", "zero", "succ")

LONGEST = 2000
"""Words of an item beyond which every word is offered, since asking would take too long."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What may come next: reserved words, names of values, constructors, names of types."""

    words: tuple[str, ...]
    names: bool
    constructors: bool
    types: bool


EVERYTHING = Expected(tuple(sorted(cajal.KEYWORDS)), names=True, constructors=True, types=True)


def expected(item: Item) -> Expected:
    """What may stand where an item's words end."""
    if len(item.pieces) > LONGEST:
        return EVERYTHING
    found = _within(item)
    if not item.begins:
        return found
    # At the margin a new item begins, unless the word is one that goes on with the one before.
    new = _within(Item("", (), "", begins=True))
    more = tuple(word for word in found.words if word in ("then", "else", "in", "as"))
    return Expected((*new.words, *more), new.names, new.constructors, new.types)


def _within(item: Item) -> Expected:
    def fits(word: str) -> bool:
        return _fits(item, word)

    term, atom, type = fits("if"), fits("true"), fits("Bool")
    words = list(WORDS["declaration"]) if not item.pieces else []
    if term:
        words += [*TERM_WORDS, "succ"]
    if atom:
        words += ATOM_WORDS
    if type:
        words += TYPE_WORDS
    words += [word for word in JOINING_WORDS if word not in words and fits(word)]
    # A name fits where one is bound, too; only where a value fits as well is it one that is there already.
    return Expected(tuple(words), names=atom, constructors=atom or (not type and _arm(item)), types=type)


def _arm(item: Item) -> bool:
    """Whether a constructor begins an arm here, not a declaration's name."""
    return bool(item.pieces) and item.pieces[0].text not in ("data", "space") and _fits(item, "A")


def _fits(item: Item, word: str) -> bool:
    """Whether the parser gets beyond the word."""
    before = f"{item.source} {word}"
    try:
        cajal.format(f"{before} {item.closers}")
    except cajal.CajalError as error:
        spans = [mistake.span for mistake in error.errors]
        return all(span is not None and span.start >= len(before) for span in spans)
    return True
