"""Tokens -> items (docs/spec.md, section 1).

    def f : Bool =       ->    def f : Bool = true end
      true                     not f               end
    not f

An item begins at the margin, the white space that all lines share, or behind `;`. It ends in an `end` token.
"""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from cajal_core.base.source import Span
from cajal_core.diagnostics.mistake import Mistake
from cajal_core.diagnostics.syntax import SemicolonInBrackets, Unclosed, Unopened
from cajal_core.syntax.lexer import CLOSERS, DECLARATIONS, Token, Tokens, blanked

#: A line at the margin that starts with one of these goes on with the item before it.
CONTINUES = frozenset({"}", ")", "]", ">", "{", "|", "<|>", "then", "else", "in", "as"})


@dataclass(slots=True)
class ItemTokens:
    """The tokens of one item, closed by an `end` token. Mistakes in it make it unfit to parse."""

    tokens: list[Token] = field(default_factory=list[Token])
    mistakes: list[Mistake] = field(default_factory=list[Mistake])


def layout(tokens: Tokens) -> list[ItemTokens]:
    """The items of a cell, in order, each with the mistakes of its characters and of its layout.

    Mistakes that stand before all items come first, as an item without tokens.
    """
    items = [ItemTokens(), *_items(tokens.tokens, blanked(tokens))]
    starts = [item.tokens[0].span.start for item in items[1:]]
    reported = {(place, mistake.title) for place, item in enumerate(items) for mistake in item.mistakes}
    for mistake in tokens.mistakes:
        place = bisect_right(starts, _start(mistake))
        if (place, mistake.title) not in reported:
            reported.add((place, mistake.title))
            items[place].mistakes.append(mistake)
    for item in items:
        item.mistakes.sort(key=_start)
    return items if items[0].mistakes else items[1:]


def _start(mistake: Mistake) -> int:
    assert mistake.span is not None
    return mistake.span.start


def _margin(blanked: str) -> int:
    """The width of the white space that all lines with tokens share."""
    lines = [line for line in blanked.split("\n") if line.strip()]
    indents = [line[: len(line) - len(line.lstrip())] for line in lines]
    return len(os.path.commonprefix(indents))  # noqa: RUF071  # of strings, as wanted


def _items(tokens: list[Token], blanked: str) -> Iterator[ItemTokens]:
    item = ItemTokens()
    open_brackets: list[Token] = []
    margin, previous_end = _margin(blanked), 0
    for token in tokens:
        start = token.span.start
        newline = blanked.rfind("\n", previous_end, start)
        first_in_line = newline >= 0 or previous_end == 0
        at_margin = first_in_line and start - (newline + 1) == margin
        previous_end = token.span.end
        # No item contains the start of another, so an open bracket ends here at the latest.
        overdue = bool(open_brackets) and token.type in DECLARATIONS
        if item.tokens and at_margin and (overdue or (not open_brackets and token.type not in CONTINUES)):
            yield _ended(item, open_brackets)
            item = ItemTokens()
        if token.type in CLOSERS:
            open_brackets.append(token)
        elif token.type in CLOSERS.values():
            _close(token, open_brackets, item)
        if token.type == ";":
            if open_brackets:
                item.mistakes.append(SemicolonInBrackets(token.span, open_brackets[-1].span))
            elif item.tokens:
                yield _ended(item, open_brackets, token)
                item = ItemTokens()
        else:
            item.tokens.append(token)
    if item.tokens:
        yield _ended(item, open_brackets)


def _close(token: Token, open_brackets: list[Token], item: ItemTokens) -> None:
    compares = token.type == ">" and open_brackets and open_brackets[-1].type != "<"
    if not open_brackets or compares:  # what compares leaves the brackets around it as they are
        item.mistakes.append(Unopened(token.span))
        return
    opener = open_brackets.pop()
    if CLOSERS[opener.type] != token.type:
        item.mistakes.append(Unopened(token.span, opener.span, CLOSERS[opener.type]))


def _ended(item: ItemTokens, open_brackets: list[Token], semicolon: Token | None = None) -> ItemTokens:
    if open_brackets and not item.mistakes:
        opener = open_brackets[-1]
        item.mistakes.append(Unclosed(opener.span, CLOSERS[opener.type]))
    open_brackets.clear()
    last = item.tokens[-1].span
    end = semicolon.span if semicolon else Span(last.source, last.end, last.end)
    item.tokens.append(Token("end", end.text, end))
    return item
