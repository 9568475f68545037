"""The comments of an item: its documentation directly above it, and those that stand apart from it there."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable

from cajal_core.base.source import Source, Span
from cajal_core.program.settings import states_options
from cajal_core.syntax.lexer import Tokens, tokenize

_DASHES = re.compile(r"^--+ ?")


class Comments:
    """The comments of a source that is tokenized."""

    def __init__(self, tokens: Tokens, items: Iterable[Span]) -> None:
        #: Where the items end, in order.
        self._items = [0, *(item.end for item in items)]
        self._text = tokens.source.text
        self._comments = [comment for comment in tokens.comments if not states_options(comment)]
        self._ends = [comment.end for comment in self._comments]

    def above(self, item: Span) -> str:
        """The documentation comment of an item, as it is written, each line comment on a line of its own.

        An item or a comment that does not begin its line belongs to what stands before it there.
        """
        return self._documentation(item.start)[0]

    def apart(self, item: Span) -> str:
        """The other comments between an item and the one before it, with one empty line where there are any.

        One that begins no line belongs to what stands before it there.
        """
        _, end = self._documentation(item.start)
        last = self._items[bisect_right(self._items, item.start) - 1]
        written = ""
        for comment in self._comments[bisect_right(self._ends, last) : bisect_right(self._ends, end)]:
            between = self._text[last : comment.start]
            lines = between.count("\n") if not between.strip() else 2
            if self._begins_line(comment.start) or (written and not lines):
                separator = (" ", "\n", "\n\n")[min(lines, 2)]
                written += (separator if written else "") + comment.text.strip()
                last = comment.end
        return written

    def _documentation(self, start: int) -> tuple[str, int]:
        """The comments directly above an item that starts at an offset, and where they start."""
        if not self._begins_line(start):
            return "", start
        first = start
        #: From the last to the first, each with what separates it from the one below.
        written = list[str]()
        whole = 0
        for index in range(bisect_right(self._ends, start) - 1, -1, -1):
            comment = self._comments[index]
            between = self._text[comment.end : start]
            if between.strip() or between.count("\n") > 1:
                break
            start = comment.start
            separator = "" if not written else "\n" if "\n" in between else " "
            written.append(comment.text.strip() + separator)
            if self._begins_line(start):
                whole, first = len(written), start
        return "".join(reversed(written[:whole])), first

    def _begins_line(self, offset: int) -> bool:
        return not self._text[self._text.rfind("\n", 0, offset) + 1 : offset].strip()


def lost_comments(old: str, new: str) -> list[str]:
    r"""The comments of one source that another lacks, each as often as it is missing; settings are none.

    Example:
        >>> import cajal_core as cajal
        >>> old = "-- Logic\n\n-- swaps\ndef not (x : Bool) : Bool = if x then false else true -- as in C"
        >>> cajal.lost_comments(old, cajal.load(old).source())
        ['-- as in C']
    """
    return list((Counter(_texts(old)) - Counter(_texts(new))).elements())


def _texts(text: str) -> list[str]:
    comments = tokenize(Source("text", text, is_file=True)).comments
    return [comment.text.strip() for comment in comments if not states_options(comment)]


def without_signs(comment: str) -> str:
    """The text of a documentation comment: `swaps` of `-- swaps` and of `{- swaps -}`."""
    comments = [span.text for span in tokenize(Source("comment", comment)).comments]
    texts = [
        text.removeprefix("{-").removesuffix("-}").strip() if text.startswith("{-") else _DASHES.sub("", text)
        for text in comments
    ]
    return "\n".join(texts).strip()
