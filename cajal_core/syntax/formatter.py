"""Source -> the same source, laid out: spaces, indentation and blank lines, and nothing else.

It works on tokens, so that comments, line breaks and spellings (`λ` or a backslash) stay the author's.
"""

from __future__ import annotations

from dataclasses import dataclass

from cajal_core.base.source import Source
from cajal_core.diagnostics.errors import InternalError
from cajal_core.syntax.layout import layout
from cajal_core.syntax.lexer import CLOSERS, tokenize
from cajal_core.syntax.parse import parse

_INDENT = "  "
_NO_SPACE_AFTER = frozenset({"(", "[", "<", "\\", "!"})
_NO_SPACE_BEFORE = frozenset({")", "]", ">", ",", ";", "."})


@dataclass(frozen=True, slots=True)
class _Piece:
    """A token or a comment, with the line breaks before it."""

    type: str
    text: str
    start: int
    breaks: int


def format(source: str, name: str = "source") -> str:
    """A cell or a file with its spaces, indentation and blank lines in order. Idempotent.

    Line breaks inside items and comments stay where they are. `name` is what errors call the source.

    Raises:
        CajalError: if the source does not parse.

    Example:
        >>> import cajal_core as cajal
        >>> cajal.format("def id(x:Bool):Bool=x")
        'def id (x : Bool) : Bool = x'
    """
    before = Source(name, source.replace("\r\n", "\n"), is_file=True)
    parse(before)
    after = Source(name, _laid_out(before), is_file=True)
    if _words(after) != _words(before):
        raise InternalError("formatting changed a program")
    return after.text


def _words(source: Source) -> list[list[tuple[str, str]]]:
    """The tokens of each item, which are all that the parser sees. They nest nowhere, as trees do."""
    return [[(token.type, token.value) for token in item.tokens] for item in layout(tokenize(source))]


def _laid_out(source: Source) -> str:
    starts = {item.tokens[0].span.start for item in layout(tokenize(source)) if item.tokens}
    pieces = _pieces(source)
    of_lambdas = _of_lambdas(pieces)
    lines, depth = list[str](), 0
    for index, (piece, opening) in enumerate(zip(pieces, _openings(pieces, starts), strict=True)):
        previous = pieces[index - 1] if index else None
        begins = piece.start in starts
        if piece.type in CLOSERS.values():
            depth -= 1
        same_line = piece.breaks == 0 and not (begins and previous and previous.type == "comment")
        if previous is None or not lines:
            lines.append(piece.text)
        elif same_line:
            lines[-1] += _gap(pieces, index, of_lambdas) + piece.text
        else:
            if piece.breaks > 1 and depth == 0 and opening:
                lines.append("")
            level = 0 if opening else 1 + depth - (piece.type == "|" and depth > 0)
            lines.append(_INDENT * level + piece.text)
        if piece.type in CLOSERS:
            depth += 1
    text = "\n".join(lines)
    return text + "\n" if source.text.endswith("\n") and text else text


def _pieces(source: Source) -> list[_Piece]:
    tokens = tokenize(source)
    spans = sorted(
        [
            *[(token.type, token.span) for token in tokens.tokens],
            *[("comment", span) for span in tokens.comments],
        ],
        key=lambda piece: piece[1].start,
    )
    pieces, end = list[_Piece](), 0
    for type, span in spans:
        pieces.append(_Piece(type, span.text.rstrip(), span.start, source.text.count("\n", end, span.start)))
        end = span.end
    return pieces


def _openings(pieces: list[_Piece], starts: set[int]) -> list[bool]:
    """Which pieces stand at the margin: what begins an item, and comments before one or before nothing."""
    opening, openings = True, list[bool]()
    for piece in reversed(pieces):
        if piece.type != "comment":
            opening = piece.start in starts
        openings.append(opening)
    return openings[::-1]


def _gap(pieces: list[_Piece], index: int, of_lambdas: set[int]) -> str:
    """The space between a piece and the one before it in its line."""
    piece, previous = pieces[index], pieces[index - 1]
    if piece.type == "comment" and piece.text.startswith("--"):
        return "  "
    if piece.type in _NO_SPACE_BEFORE or previous.type in _NO_SPACE_AFTER:
        return ""
    is_space = index > 1 and pieces[index - 2].type == "space"
    if piece.type == "[" and (is_space or previous.type in ("Nat", "List")):
        return ""
    if ":" in (piece.type, previous.type) and {index, index - 1} & of_lambdas:
        return ""
    if previous.type == "." and index - 1 not in of_lambdas:
        return ""
    return " "


def _of_lambdas(pieces: list[_Piece]) -> set[int]:
    r"""Where the `:` and the `.` of each lambda stand: `\x:A. p.1` has one of both, and a `.` of its own."""
    places, opened = set[int](), list[bool]()
    in_head = False
    for index, piece in enumerate(pieces):
        if piece.type in CLOSERS:
            opened.append(in_head)
            in_head = False
        elif piece.type in CLOSERS.values():
            in_head = opened.pop()
        elif piece.type == "\\":
            in_head = True
        elif in_head and piece.type in (":", "."):
            places.add(index)
            in_head = piece.type == ":"
    return places
