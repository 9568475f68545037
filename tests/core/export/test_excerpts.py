"""What a page shows of a source."""

from __future__ import annotations

from cajal_core.base.source import Source, Span
from cajal_core.export.excerpts import Units, excerpt

TEXT = """\
def f : Bool = true
-- 𝄞 turns
def not (x : Bool) : Bool =
  if x then false else true  -- so
"""


def test_only_items_with_a_span_are_shown() -> None:
    source = Source("cell", TEXT)
    place = TEXT.index("x then")
    shown = excerpt(source, [Span(source, place, place + 1)])
    units = TEXT.encode("utf-16-le")
    [[start, end]] = shown["items"]  # type: ignore[misc]
    text = units[2 * start : 2 * end].decode("utf-16-le")
    assert text == "def not (x : Bool) : Bool =\n  if x then false else true"
    tokens = [
        (units[2 * a : 2 * b].decode("utf-16-le"), kind)
        for a, b, kind in shown["tokens"]  # type: ignore[attr-defined]
    ]
    assert tokens[:3] == [("def", "keyword"), ("not", "name"), ("(", "sign")]
    assert ("Bool", "keyword") in tokens or ("Bool", "Name") in tokens


def test_wide_characters_take_two_units() -> None:
    assert [Units("a𝄞b").at(offset) for offset in range(4)] == [0, 1, 3, 4]
