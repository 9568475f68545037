"""Source -> tokens, cut into items by layout (LANGUAGE.md, section 1)."""

from __future__ import annotations

import os
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from cajal_core.base.confusables import ADVICE, MEANT, described
from cajal_core.base.source import Source, Span
from cajal_core.diagnostics.mistake import Mistake
from cajal_core.diagnostics.syntax import (
    BadName,
    HugeNumber,
    Meaningless,
    SemicolonInBrackets,
    Unclosed,
    Unopened,
)

DECLARATIONS = frozenset({"def", "extern", "learn", "space", "data"})
KEYWORDS = DECLARATIONS | frozenset(
    "if then else iter zero succ case let in copy as drop true false Bool Unit Nat".split()
)
#: Spellings of a token beside its plain one.
ALIASES = {"λ": "\\", "⊸": "-o", "⊗": "*", "↪": "->", "tt": "true", "ff": "false"}
CLOSERS = {"(": ")", "{": "}", "[": "]"}
#: A line at column 0 that starts with one of these goes on with the item before it.
CONTINUES = frozenset({"}", ")", "{", "|", "then", "else", "in", "as"})
_DIGITS_AT_MOST = 18

_TOKEN = re.compile(
    r"(?P<blank>\s+)"
    r"|(?P<comment>--[^\n]*|\{-)"
    r"|(?P<comment_end>-\})"
    r"|(?P<remark>(?:\#+|//+)[^\n]*)"
    rf"|(?P<alike>{'|'.join(map(re.escape, MEANT))})"
    r"|(?P<string>[\"“„«][^\"“”»\n]*[\"“”»]?)"
    r"|(?P<symbol>-o|->|=>|[\\.:=(){}\[\]|,;*!λ⊸⊗↪])"
    r"|(?P<word>(?:(?!λ)[\w'])+)"
)
_COMMENT_EDGE = re.compile(r"\{-|-\}")


@dataclass(frozen=True, slots=True)
class Token:
    """`type` is what the grammar matches: a keyword or symbol itself, or name, Name, int, end.

    An `end` is the `;` that ends an item, or empty.
    """

    type: str
    value: str
    span: Span


@dataclass(slots=True)
class Chunk:
    """The tokens of one item, closed by an `end` token. Mistakes in it make it unfit to parse."""

    tokens: list[Token] = field(default_factory=list[Token])
    mistakes: list[Mistake] = field(default_factory=list[Mistake])


@dataclass(frozen=True, slots=True)
class Scanned:
    """The tokens of a source, its comments, and characters and names that are none."""

    tokens: list[Token]
    comments: list[Span]
    mistakes: list[Mistake]


def lex(source: Source) -> list[Chunk]:
    """The items of a cell as tokens, in order."""
    scanned = scan(source)
    # The first holds what stands before all items, and has no tokens.
    chunks = [Chunk(), *_items(scanned.tokens, _blanked(source, scanned.comments))]
    starts = [chunk.tokens[0].span.start for chunk in chunks[1:]]
    known = {(place, mistake.title) for place, chunk in enumerate(chunks) for mistake in chunk.mistakes}
    for mistake in scanned.mistakes:
        assert mistake.span is not None
        place = bisect_right(starts, mistake.span.start)
        if (place, mistake.title) not in known:
            known.add((place, mistake.title))
            chunks[place].mistakes.append(mistake)
    for chunk in chunks:
        chunk.mistakes.sort(key=_start)
    return chunks if chunks[0].mistakes else chunks[1:]


def _start(mistake: Mistake) -> int:
    assert mistake.span is not None
    return mistake.span.start


def scan(source: Source) -> Scanned:
    """Cuts a source into tokens and comments."""
    text, position = source.text, 0
    scanned = Scanned([], [], [])
    while position < len(text):
        match = _TOKEN.match(text, position)
        end = match.end() if match else _stray_end(text, position)
        kind = match.lastgroup if match else None
        if kind == "comment" and text.startswith("{-", position):
            end = _comment_end(source, position, scanned.mistakes)
        elif kind == "word":
            end = _word_end(text, end)
        span = Span(source, position, end)
        if kind == "comment":
            scanned.comments.append(span)
        elif kind == "comment_end":
            scanned.mistakes.append(Unopened(span))
        elif kind == "symbol":
            scanned.tokens.append(Token(ALIASES.get(span.text, span.text), span.text, span))
        elif kind == "alike":
            # It stands for what is meant by it, so that its place tells what is wrong with it.
            meant = MEANT[span.text]
            symbols = [meant] if _TOKEN.fullmatch(meant) else list(meant)
            scanned.tokens.extend(Token(symbol, span.text, span) for symbol in symbols)
            hint = f"this is {described(span.text[0])}; write `{meant}`"
            scanned.mistakes.append(Meaningless(span, hint, meant))
        elif kind == "word":
            scanned.tokens.append(_word(span, scanned.mistakes))
        elif kind == "remark":  # a comment of another language: its words are no mistakes of their own
            mark = Span(source, position, _stray_end(text, position))
            scanned.mistakes.append(Meaningless(mark, ADVICE[text[position]]))
        elif kind != "blank":
            scanned.mistakes.append(Meaningless(span, ADVICE.get(span.text[0])))
        position = end
    return scanned


def _blanked(source: Source, comments: list[Span]) -> str:
    """The text with comments turned into spaces."""
    parts, position = list[str](), 0
    for comment in comments:
        parts += [source.text[position : comment.start], re.sub(r"[^\n]", " ", comment.text)]
        position = comment.end
    return "".join([*parts, source.text[position:]])


def without_comments(text: str) -> str:
    """The text with every character of a comment, its newlines aside, turned into a space.

    >>> without_comments("data B = {- {- two -} -} Yes | No").split()
    ['data', 'B', '=', 'Yes', '|', 'No']
    """
    source = Source("", text)
    return _blanked(source, scan(source).comments)


def _stray_end(text: str, start: int) -> int:
    """The end of a run of one character that begins no token."""
    end = start + 1
    while text[end : end + 1] == text[start]:
        end += 1
    return end


def _word_end(text: str, end: int) -> int:
    r"""Takes in the combining marks of names in decomposed form, which `\w` leaves out."""
    while end < len(text) and text[end] != "λ" and (text[end] == "'" or ("a" + text[end]).isidentifier()):
        end += 1
    return end


def _word(span: Span, mistakes: list[Mistake]) -> Token:
    word = unicodedata.normalize("NFC", span.text)
    if word.isascii() and word.isdigit():
        if len(word) > _DIGITS_AT_MOST:
            mistakes.append(HugeNumber(span))
            word = "0"
        return Token("int", word, span)
    if word[0] == "'" or not word.replace("'", "").isidentifier():
        mistakes.append(BadName(span))
        return Token("name", word, span)
    word = ALIASES.get(word, word)
    if word in KEYWORDS:
        return Token(word, word, span)
    return Token("Name" if word[0].isupper() else "name", word, span)


def _comment_end(source: Source, start: int, mistakes: list[Mistake]) -> int:
    depth = 0
    for edge in _COMMENT_EDGE.finditer(source.text, start):
        depth += 1 if edge.group() == "{-" else -1
        if depth == 0:
            return edge.end()
    mistakes.append(Unclosed(Span(source, start, start + 2), "-}"))
    return len(source.text)


def _margin(blanked: str) -> int:
    """The width of the white space that all lines with tokens share."""
    lines = [line for line in blanked.split("\n") if line.strip()]
    indents = [line[: len(line) - len(line.lstrip())] for line in lines]
    return len(os.path.commonprefix(indents))  # noqa: RUF071  # of strings, as wanted


def _items(tokens: list[Token], blanked: str) -> Iterator[Chunk]:
    chunk = Chunk()
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
        if chunk.tokens and at_margin and (overdue or (not open_brackets and token.type not in CONTINUES)):
            yield _ended(chunk, open_brackets)
            chunk = Chunk()
        if token.type in CLOSERS:
            open_brackets.append(token)
        elif token.type in CLOSERS.values():
            _close(token, open_brackets, chunk)
        if token.type == ";":
            if open_brackets:
                chunk.mistakes.append(SemicolonInBrackets(token.span, open_brackets[-1].span))
            elif chunk.tokens:
                yield _ended(chunk, open_brackets, token)
                chunk = Chunk()
        else:
            chunk.tokens.append(token)
    if chunk.tokens:
        yield _ended(chunk, open_brackets)


def _close(token: Token, open_brackets: list[Token], chunk: Chunk) -> None:
    if not open_brackets:
        chunk.mistakes.append(Unopened(token.span))
        return
    opener = open_brackets.pop()
    if CLOSERS[opener.type] != token.type:
        chunk.mistakes.append(Unopened(token.span, opener.span, CLOSERS[opener.type]))


def _ended(chunk: Chunk, open_brackets: list[Token], semicolon: Token | None = None) -> Chunk:
    if open_brackets and not chunk.mistakes:
        opener = open_brackets[-1]
        chunk.mistakes.append(Unclosed(opener.span, CLOSERS[opener.type]))
    open_brackets.clear()
    last = chunk.tokens[-1].span
    end = semicolon.span if semicolon else Span(last.source, last.end, last.end)
    chunk.tokens.append(Token("end", end.text, end))
    return chunk
