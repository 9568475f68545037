"""Spans: the positions that every message points at."""

import pytest

from cajal_core.base.source import Source, Span

TEXT = Source("cell", "ab\ncde\r\n\nf")


def test_lines_and_columns_count_from_one() -> None:
    assert TEXT.position(0) == (1, 1)
    assert TEXT.position(2) == (1, 3)
    assert TEXT.position(3) == (2, 1)
    assert TEXT.position(len(TEXT.text)) == (4, 2)


def test_a_line_has_no_end() -> None:
    assert [TEXT.line(number) for number in (1, 2, 3, 4)] == ["ab", "cde", "", "f"]


def test_a_span_knows_both_its_ends() -> None:
    span = Span(TEXT, 1, 5)
    assert (span.line, span.column, span.end_line, span.end_column) == (1, 2, 2, 3)
    assert span.text == "b\ncd"


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 2), (0, 11)])
def test_a_span_outside_its_source_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="no span"):
        Span(TEXT, start, end)


def test_containment() -> None:
    outer = Span(TEXT, 1, 5)
    assert Span(TEXT, 2, 4) in outer
    assert Span(TEXT, 1, 5) in outer
    assert Span(TEXT, 0, 2) not in outer
    assert Span(TEXT, 4, 6) not in outer
    assert Span(Source("other", TEXT.text), 2, 4) not in outer


def test_joining() -> None:
    assert Span(TEXT, 1, 2).to(Span(TEXT, 4, 5)) == Span(TEXT, 1, 5)
    assert Span(TEXT, 1, 5).to(Span(TEXT, 2, 3)) == Span(TEXT, 1, 5)
