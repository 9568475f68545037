"""What can be written at the cursor: words of the grammar, names in scope, constructors, types."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

import cajal_core as cajal
from cajal_kernel import scan
from cajal_kernel.expected import Expected, expected
from cajal_kernel.notebook import NotebookProgram
from cajal_kernel.tokens import SYMBOLS

BEFORE = re.compile(r"(?!λ)[^\W\d](?:(?!λ)[\w'])*\Z")
AFTER = re.compile(r"(?:(?!λ)[\w'])*")
LETTER = re.compile(r"(?!λ)\w")
SYMBOL = re.compile(r"\\[a-z]{2,}\Z")

Kind = Literal["keyword", "function", "instance", "param", "class", "symbol"]


@dataclass(frozen=True)
class Match:
    """A word that can stand at the cursor, what it is, and its type."""

    text: str
    kind: Kind
    type: str = ""


def completions(program: NotebookProgram, code: str, cursor: int) -> tuple[int, list[Match]]:
    r"""Where the word at the cursor starts, and what it can become, the likeliest first.

    That is what begins so, else what has its letters in order, else what is spelt nearly so. A name with a
    backslash, as `\lambda`, becomes its sign.
    """
    if symbol := SYMBOL.search(code, 0, cursor):
        signs = dict.fromkeys(sign for name, sign in SYMBOLS.items() if name.startswith(symbol[0]))
        if signs:
            return symbol.start(), [Match(sign, "symbol") for sign in signs]
    found = BEFORE.search(code, 0, cursor)
    prefix = found[0] if found else ""
    start = cursor - len(prefix)
    if start and LETTER.match(code[start - 1]):  # behind a digit no name begins
        return cursor, []
    item = scan.item_before(code, start)
    if item is None:
        return cursor, []
    return start, _nearest(list(_candidates(program, code, item)), prefix)


def _candidates(program: NotebookProgram, code: str, item: scan.Item) -> Iterable[Match]:
    """All that can stand where an item's words end: the bound variables that still need a use come first."""
    fits = expected(item)
    used: list[Match] = []
    if fits.names:
        shadowed: set[str] = set()
        for each in reversed(scan.bound(code, item)):
            match = Match(each.name, "param", each.type)
            if each.name not in shadowed and (each.reusable or not each.uses):
                yield match
            elif each.name not in shadowed:
                used.append(match)
            shadowed.add(each.name)
        yield from (described(program, name) for name in sorted({*program.names} - shadowed))
    if fits.constructors:
        yield from _constructors(program, code, item, fits)
    if fits.types:
        types = [entry for entry in program.entries.values() if entry.kind in ("space", "data")]
        yield from (Match(entry.name, "class", entry.text) for entry in types)
    yield from (Match(word, "keyword") for word in fits.words)
    yield from used


def _constructors(program: NotebookProgram, code: str, item: scan.Item, fits: Expected) -> Iterable[Match]:
    owners = {each: entry for entry in program.entries.values() for each in entry.constructors}
    wanted = "" if fits.names else _scrutinised(program, code, item)
    for constructor, entry in owners.items():
        if not wanted or entry.name == wanted:
            yield Match(constructor, "instance", entry.name)


def _scrutinised(program: NotebookProgram, code: str, item: scan.Item) -> str:
    """The type of what the innermost open `case` looks at, or nothing where it is not known."""
    words = item.pieces
    opened: list[int] = []
    for index, word in enumerate(words):
        if word.text == "{":
            opened.append(index)
        elif word.text == "}" and opened:
            opened.pop()
    if not opened:
        return ""
    brace = opened[-1]
    case = max((i for i in range(brace) if words[i].text == "case"), default=None)
    if case is None:
        return ""
    before = scan.Item(item.source, words[:case], "", begins=False)
    types = {each.name: each.type for each in scan.bound(code, before)}
    term = code[words[case].end : words[brace].start].strip()
    if term in types:
        return types[term]
    try:
        return str(program.type(term))
    except cajal.CajalError:  # it mentions what is bound around it
        return ""


def _nearest(matches: list[Match], prefix: str) -> list[Match]:
    matches = list({match.text: match for match in reversed(matches)}.values())[::-1]
    if begun := [match for match in matches if match.text.startswith(prefix)]:
        return begun
    scattered = re.compile(".*".join(map(re.escape, prefix)), re.IGNORECASE)
    if holding := [match for match in matches if scattered.match(match.text)]:
        return holding
    close = get_close_matches(prefix, [match.text for match in matches], n=5, cutoff=0.6)
    return [match for text in close for match in matches if match.text == text]


def described(program: cajal.Program, name: str) -> Match:
    """A definition with its type."""
    try:
        type = program.type(name)
    except cajal.CajalError:  # its reusable arguments, or a numeral that fits no more
        return Match(name, "function")
    return Match(name, "function" if cajal.uncurry(type)[0] else "instance", str(type))


def word_at(code: str, cursor: int) -> str:
    """The name around a cursor, or an empty text."""
    before = BEFORE.search(code, 0, cursor)
    after = AFTER.match(code, cursor)
    word = (before[0] if before else "") + (after[0] if after else "")
    return word if BEFORE.fullmatch(word) else ""
