"""Source text and positions in it."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    r"""A cell, a file or a single term, as the user wrote it.

    Example:
        >>> import cajal_core as cajal
        >>> source = cajal.Source("cell", "true\nfalse")
        >>> source.position(5), source.line(2)
        ((2, 1), 'false')
    """

    name: str
    text: str = field(repr=False)
    #: A file may hold more than a cell: what many cells have declared is saved as one.
    is_file: bool = field(default=False, kw_only=True, repr=False)
    #: Where its lines start, once that was asked for.
    _starts: tuple[int, ...] = field(default=(), init=False, repr=False)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1, the column in characters."""
        starts = self._line_starts()
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of a line, counted from 1, without its end."""
        starts = [*self._line_starts()[number - 1 : number + 1], len(self.text) + 1]
        return self.text[starts[0] : starts[1] - 1].rstrip("\r")

    def _line_starts(self) -> tuple[int, ...]:
        if not self._starts:
            starts = (0, *(match.end() for match in re.finditer("\n", self.text)))
            object.__setattr__(self, "_starts", starts)
        return self._starts


@dataclass(frozen=True, slots=True)
class Span:
    r"""The characters `start <= offset < end` of a source. Empty where something is missing.

    Raises:
        ValueError: if the source has no such characters.

    Example:
        >>> import cajal_core as cajal
        >>> span = cajal.Span(cajal.Source("cell", "not\n  true"), 6, 10)
        >>> span.text, (span.line, span.column), (span.end_line, span.end_column)
        ('true', (2, 3), (2, 7))
    """

    source: Source
    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end <= len(self.source.text):
            raise ValueError(f"no span {self.start}:{self.end} in {len(self.source.text)} characters")

    @property
    def line(self) -> int:
        """The line of the first character, from 1."""
        return self.source.position(self.start)[0]

    @property
    def column(self) -> int:
        """The column of the first character, from 1, in characters."""
        return self.source.position(self.start)[1]

    @property
    def end_line(self) -> int:
        """The line of the end."""
        return self.source.position(self.end)[0]

    @property
    def end_column(self) -> int:
        """The column just behind the last character."""
        return self.source.position(self.end)[1]

    @property
    def text(self) -> str:
        """The characters themselves."""
        return self.source.text[self.start : self.end]

    def __contains__(self, inner: Span) -> bool:
        return inner.source is self.source and self.start <= inner.start and inner.end <= self.end

    def to(self, last: Span) -> Span:
        """The span from the start of this one to the end of `last`, which does not end before it."""
        return Span(self.source, self.start, max(self.end, last.end))
