r"""The one renderer of mistakes: what, where, why, what to do, as lines of plain text.

`x` is used twice
 --> cell:1:14  T-Var
1 | \x:Bool. and x x
  |              - first used here
  |                ^ used again here
help: a bound variable is used exactly once; copy it: `copy x as (x1, x2) in …`
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import groupby

from cajal_core.base.source import Span
from cajal_core.diagnostics.mistake import Mistake

#: Longer source lines are cut around the culprit.
WIDTH = 100
#: How many characters are shown after the start of a culprit, at least.
_MARGIN = 10


def render(mistake: Mistake) -> str:
    """The text of a mistake, as the module's docstring shows it."""
    return "\n".join(_lines(mistake))


def _lines(mistake: Mistake) -> Iterator[str]:
    yield shorten(mistake.title)
    culprit = mistake.label
    if culprit:
        here = culprit.span
        rule = f"  {mistake.rule}" if mistake.rule else ""
        yield f" --> {shorten(here.source.name)}:{here.line}:{here.column}{rule}"
        labels = sorted([culprit, *mistake.notes], key=lambda label: label.span.start)
        # A note from another cell comes after the culprit's own source, under its own name.
        labels.sort(key=lambda label: label.span.source is not here.source)
        gutter = max(len(str(label.span.line)) for label in labels)
        for (source, number), group in groupby(
            labels, key=lambda label: (label.span.source, label.span.line)
        ):
            if source is not here.source:
                yield f" ::: {shorten(source.name)}:{number}"
            marked = list(group)
            middle = marked[0].span.column - 1
            if culprit in marked:  # as far to the right as it must be to stay in sight
                middle = max(middle, here.column - WIDTH // 2 + _MARGIN)
            text, shift = _excerpt(source.line(number), middle)
            yield f"{number:>{gutter}} | {text}"
            for label in marked:
                mark = "^" if label is culprit else "-"
                marks = _underline(label.span, shift, mark)
                yield f"{'':>{gutter}} | {marks} {shorten(label.text)}".rstrip()
    if mistake.help:
        yield f"help: {shorten(mistake.help)}"


def _underline(span: Span, shift: int, mark: str) -> str:
    """Marks under what the excerpt shows of the span's first line, at least one.

    A place that the excerpt leaves out is marked under the `…` that stands for it.
    """
    line = span.source.line(span.line)
    start = span.column - 1
    end = len(line) if span.end_line > span.line else span.end_column - 1
    cut = shift + WIDTH
    before = _width(line[shift : min(start, cut)]) + (1 if shift and start >= shift else 0)
    return " " * before + mark * max(1, _width(line[max(start, shift) : min(end, cut)]))


def _excerpt(line: str, middle: int) -> tuple[str, int]:
    """The printable line, and how many of its characters were cut from the left."""
    shift = max(0, middle - WIDTH // 2) if len(line) > WIDTH else 0
    cut = line[shift : shift + WIDTH]
    left, right = ("…" if shift else ""), ("…" if shift + WIDTH < len(line) else "")
    return left + _printable(cut).rstrip() + right, shift


def shorten(sentence: str) -> str:
    r"""A line of text, made printable and cut in its middle where it has more than 300 characters.

    What it quotes may be as long as its user likes.

    Example:
        >>> import cajal_core as cajal
        >>> print(cajal.shorten("unknown name `" + "x" * 10_000 + "`\x07")[190:])
        xxxxxxxxxx … xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx`\x07
    """
    long = len(sentence) > 3 * WIDTH
    return _printable(f"{sentence[: 2 * WIDTH]} … {sentence[-WIDTH // 2 :]}" if long else sentence)


def printable(text: str, keep: str = "") -> str:
    r"""The text, in which each character that shows nothing, or moves others, is written as an escape.

    Such are control characters, direction marks and blanks other than the space: they could forge or hide
    output. The characters of `keep` stay, so that `keep="\n"` is for a text of several lines.

    Example:
        >>> print(printable("a\x1b[2Jb\u202ec\n"))
        a\x1b[2Jb\u202ec\n
    """
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() or char in keep else char.encode("unicode_escape").decode("ascii")
        for char in text
    )


def _printable(text: str) -> str:
    """A piece of one line, with tabs as wide as the marks below it count them."""
    return printable(text.replace("\t", "    "))


def _width(text: str) -> int:
    """Columns that `_printable(text)` takes in a terminal."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in _printable(text)
    )
