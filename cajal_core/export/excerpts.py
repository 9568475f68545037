"""The items of a source that some spans lie in, with the tokens that a page colours."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection

from cajal_core.base.source import Source, Span
from cajal_core.syntax.layout import layout
from cajal_core.syntax.lexer import KEYWORDS, tokenize


class Units:
    """Offsets of a text as JavaScript counts them: in UTF-16 units."""

    def __init__(self, text: str) -> None:
        #: The places of characters that take two units.
        self.wide = [place for place, character in enumerate(text) if ord(character) > 0xFFFF]

    def at(self, offset: int) -> int:
        return offset + bisect_right(self.wide, offset - 1)


def excerpt(source: Source, spans: Collection[Span]) -> dict[str, object]:
    """What a page shows of a source: `name`, `text`, `items` (start and end) and `tokens` (start, end, kind).

    Only items that have one of the spans are in it. A kind is `keyword`, `name`, `Name`, `int`, `comment` or
    `sign`.
    """
    tokens, units = tokenize(source), Units(source.text)
    items = [
        (item.tokens[0].span.start, item.tokens[-1].span.end)
        for item in layout(tokens)
        if item.tokens
        and any(item.tokens[0].span.start <= span.start < item.tokens[-1].span.end for span in spans)
    ]
    pieces = [
        *((token.span, _kind(token.type)) for token in tokens.tokens),
        *((comment, "comment") for comment in tokens.comments),
    ]
    return {
        "name": source.name,
        "text": source.text,
        "items": [[units.at(start), units.at(end)] for start, end in items],
        "tokens": [
            [units.at(span.start), units.at(span.end), kind]
            for span, kind in sorted(pieces, key=lambda piece: piece[0].start)
            if any(start <= span.start < end for start, end in items)
        ],
    }


def _kind(type: str) -> str:
    if type in KEYWORDS:
        return "keyword"
    return type if type in ("name", "Name", "int") else "sign"
