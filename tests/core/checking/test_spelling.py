"""Names that are not declared, and what may have been meant by them."""

from __future__ import annotations

from cajal_core.base.source import Source, Span
from cajal_core.checking.spelling import nearest, unknown_name

HERE = Span(Source("cell", "nott"), 0, 4)


def test_a_name_that_is_spelt_like_another_needs_no_hint() -> None:
    mistake = unknown_name(HERE, "nott", ["not", "and"], "name", "declare it")
    assert (mistake.title, mistake.help) == ("unknown name `nott`", "did you mean `not`?")
    assert unknown_name(HERE, "nott", ["and"], "name", "declare it").help == "declare it"


def test_a_letter_that_looks_like_another_is_named() -> None:
    mistake = unknown_name(HERE, "n\N{CYRILLIC SMALL LETTER O}t", ["not"], "name", "declare it")
    assert mistake.help is not None and "CYRILLIC SMALL LETTER O" in mistake.help


def test_at_most_two_names_are_near() -> None:
    assert nearest("nott", ["note", "not", "knot", "Image"]) == ("not", "note")
    assert nearest("zzz", ["note", "not"]) == ()
