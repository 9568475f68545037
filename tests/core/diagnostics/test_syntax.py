"""What a mistake of spelling says of the characters that it is about."""

import pytest

from cajal_core.base.source import Source, Span
from cajal_core.diagnostics.syntax import BadName, HugeNumber, Meaningless, Unopened


def span(text: str) -> Span:
    return Span(Source("cell", text), 0, len(text))


def test_a_character_that_cannot_be_seen_is_named() -> None:
    seen, unseen = Meaningless(span("€"), "hint"), Meaningless(span("\u200b"), "hint")
    assert (seen.title, seen.help) == ("`€` has no meaning here", "hint")
    assert unseen.title == "the invisible character U+200B ZERO WIDTH SPACE has no meaning here"
    assert unseen.help == "delete it"


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("2x", "a name begins with a letter or `_`, and goes on with letters, digits, `_` and `'`"),
        ("３", "write `3`; U+FF13 FULLWIDTH DIGIT THREE is no digit of the language"),
    ],
)
def test_a_number_in_other_digits_is_told_from_a_bad_name(text: str, advice: str) -> None:
    assert BadName(span(text)).help == advice


def test_a_bracket_that_closes_another_kind_or_nothing() -> None:
    pair = Source("cell", "(x]")
    wrong = Unopened(Span(pair, 2, 3), Span(pair, 0, 1), ")")
    assert (wrong.title, wrong.label.text) == ("expected `)`, got `]`", "does not close `(`")
    assert [note.text for note in wrong.notes] == ["opened here"]
    bracket, comment = Unopened(span("]")), Unopened(span("-}"))
    assert (bracket.title, bracket.label.text) == ("`]` closes nothing", "no bracket is open here")
    assert (bracket.help, bracket.notes) == (None, ())
    assert (comment.label.text, comment.help) == (
        "no comment is open here",
        "a block comment begins with `{-`",
    )


def test_digits_are_counted() -> None:
    assert HugeNumber(span("9" * 25)).title == "this number has 25 digits"
