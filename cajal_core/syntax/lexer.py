r"""Source -> tokens and comments (docs/spec.md, section 1).

    λx. tt -- always    ->    \ name . true, and one comment

What is neither is a mistake, and the tokens go on behind it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from cajal_core.base.confusables import ADVICE, MEANT, described
from cajal_core.base.source import Source, Span
from cajal_core.diagnostics.mistake import Edit, Mistake
from cajal_core.diagnostics.syntax import BadName, HugeNumber, Meaningless, TooLong, Unclosed, Unopened

DECLARATIONS = frozenset({"def", "extern", "learn", "space", "data", "type", "use"})
KEYWORDS = DECLARATIONS | frozenset(
    "if then else iter zero succ case fold nil cons snoc let in copy as drop fail dict true false".split()
    + "Bool Unit Nat List".split()
)
#: Spellings of a token beside its plain one.
ALIASES = {"λ": "\\", "⊸": "-o", "⊗": "*", "↪": "->", "tt": "true", "ff": "false"}
CLOSERS = {"(": ")", "{": "}", "[": "]", "<": ">"}
_DIGITS_AT_MOST = 18
#: A source with more tokens and mistakes than this is not read to its end.
MOST_TOKENS = 40_000

_TOKEN = re.compile(
    r"(?P<blank>\s+)"
    r"|(?P<comment>--[^\n]*|\{-)"
    r"|(?P<comment_end>-\})"
    r"|(?P<remark>(?:\#+|//+)[^\n]*)"
    rf"|(?P<alike>{'|'.join(map(re.escape, MEANT))})"
    r"|(?P<string>[\"“„«][^\"“”»\n]*[\"“”»]?)"
    r"|(?P<symbol>-o|->|=>|<\|>|[\\.:=(){}\[\]<>|,;*&^!λ⊸⊗↪])"
    r"|(?P<word>(?:(?!λ)[\w'])+)"
)
_COMMENT_EDGE = re.compile(r"\{-|-\}")


@dataclass(frozen=True, slots=True)
class Token:
    """`type` is what the grammar matches: a keyword or symbol itself, or name, Name, int, end.

    `_` is a symbol: it names nothing. An `end` is the `;` that ends an item, or empty.
    """

    type: str
    value: str
    span: Span


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a source, its comments, and the characters and names that are neither."""

    source: Source
    tokens: list[Token]
    comments: list[Span]
    mistakes: list[Mistake]


def tokenize(source: Source, position: int = 0, stop: int | None = None) -> Tokens:
    """Cuts a source into tokens and comments. White space only separates them.

    Given a `position` and a `stop`, it cuts what stands between; both are edges of tokens.
    """
    text = source.text
    stop = len(text) if stop is None else stop
    tokens, comments, mistakes = list[Token](), list[Span](), list[Mistake]()
    while position < stop:
        match = _TOKEN.match(text, position)
        end = match.end() if match else _stray_end(text, position)
        kind = match.lastgroup if match else None
        if kind == "comment" and text.startswith("{-", position):
            end = _comment_end(source, position, mistakes)
        elif kind == "word":
            end = _word_end(text, end)
        if kind == "blank":
            position = end
            continue
        span = Span(source, position, end)
        if len(tokens) + len(mistakes) > MOST_TOKENS and not source.is_file:
            return Tokens(source, [], [], [TooLong(span, "cell", MOST_TOKENS)])
        if kind == "comment":
            comments.append(span)
        elif kind == "comment_end":
            mistakes.append(Unopened(span))
        elif kind == "symbol":
            tokens.append(Token(ALIASES.get(span.text, span.text), span.text, span))
        elif kind == "alike":
            # It stands for the symbol that it looks like, so that the parser tells whether that would fit.
            meant = MEANT[span.text]
            symbols = [meant] if _TOKEN.fullmatch(meant) else list(meant)
            tokens.extend(Token(symbol, span.text, span) for symbol in symbols)
            said = "" if span.text.isascii() else f"this is {described(span.text[0])}; "
            hint = f"{said}write `{meant}`"
            mistakes.append(Meaningless(span, hint, meant))
        elif kind == "word":
            tokens.append(_word(span, mistakes))
        elif kind == "remark":  # a comment of another language: its words are no mistakes of their own
            mark = Span(source, position, _stray_end(text, position))
            mistakes.append(Meaningless(mark, ADVICE[text[position]]))
        elif kind == "string" and tokens and tokens[-1].type == "use":
            module = span.text.strip('"“”„«»')
            mistakes.append(Meaningless(span, f"write `{module}`", mend=(Edit(span, module),)))
        else:
            mistakes.append(Meaningless(span, ADVICE.get(span.text) or ADVICE.get(span.text[0])))
        position = end
    return Tokens(source, tokens, comments, mistakes)


def without_comments(text: str) -> str:
    """Source text with its comments turned into spaces; nested ones, too. All else stays at its offset.

    Example:
        >>> import cajal_core as cajal
        >>> cajal.without_comments("f {- {- a -} b -} x  -- y")
        'f                 x      '
    """
    return blanked(tokenize(Source("text", text)))


def blanked(tokens: Tokens) -> str:
    """The text of a source with its comments turned into spaces."""
    text, parts, position = tokens.source.text, list[str](), 0
    for comment in tokens.comments:
        parts += [text[position : comment.start], re.sub(r"[^\n]", " ", comment.text)]
        position = comment.end
    return "".join([*parts, text[position:]])


def name_around(text: str, offset: int) -> tuple[int, int]:
    r"""Where the word that a place touches begins and ends, by the rule of names; empty where there is none.

    Example:
        >>> import cajal_core as cajal
        >>> cajal.name_around("not x'", 1), cajal.name_around("λx", 0)
        ((0, 3), (0, 0))
    """
    start = offset
    while start and _continues_name(text[start - 1]):
        start -= 1
    return start, _word_end(text, offset)


def as_name(text: str) -> str | None:
    r"""The name that a text is, as the compiler keeps it; None if it is no name.

    An accent may be a character of its own: names that look the same are the same.

    Example:
        >>> import cajal_core as cajal
        >>> cajal.as_name("cafe\u0301") == "caf\u00e9", cajal.as_name("x'"), cajal.as_name("2x")
        (True, "x'", None)
    """
    name = unicodedata.normalize("NFC", text)
    is_name = name[:1] != "'" and "λ" not in name and name.replace("'", "").isidentifier()
    return name if is_name else None


def _continues_name(char: str) -> bool:
    return char != "λ" and (char == "'" or ("a" + char).isidentifier())


def _stray_end(text: str, start: int) -> int:
    """The end of a run of one character that begins no token."""
    end = start + 1
    while text[end : end + 1] == text[start]:
        end += 1
    return end


def _word_end(text: str, end: int) -> int:
    r"""Takes in the combining marks of names in decomposed form, which `\w` leaves out."""
    while end < len(text) and _continues_name(text[end]):
        end += 1
    return end


def _word(span: Span, mistakes: list[Mistake]) -> Token:
    word = unicodedata.normalize("NFC", span.text)
    if word.isascii() and word.isdigit():
        if len(word) > _DIGITS_AT_MOST:
            mistakes.append(HugeNumber(span))
            word = "0"
        return Token("int", word, span)
    if as_name(word) is None:
        mistakes.append(BadName(span))
        return Token("name", word, span)
    word = ALIASES.get(word, word)
    if word in KEYWORDS or word == "_":
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
