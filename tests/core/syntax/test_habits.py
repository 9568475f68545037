"""The table of habits: how its patterns are read."""

import pytest

from cajal_core.base.source import Source
from cajal_core.syntax.habits import find_hint
from cajal_core.syntax.layout import layout
from cajal_core.syntax.lexer import tokenize


@pytest.mark.parametrize(
    ("text", "at", "fits", "hint", "culprit"),
    [
        ("x == y", 1, {"end"}, "`use logic` has `eq x y`", None),
        ("fun x -> x", 2, {"end"}, "a function is written", 0),
        ("a (fun x -> x)", 4, {")"}, "a function is written", 2),
        # A name is not to blame for a mistake in another phrase.
        ("iter fun { zero => a | succ b -> b }", 9, {"=>"}, "is written with `=>`", None),
        # What fits, and what does not, must be so.
        (r"\X. X", 1, {"name"}, "begin with a lower-case letter", None),
        (r"\X. X", 1, {"name", "int"}, None, None),
    ],
)
def test_rows(text: str, at: int, fits: set[str], hint: str | None, culprit: int | None) -> None:
    [item] = layout(tokenize(Source("cell", text)))
    suggested = find_hint(item.tokens, at, fits)
    if hint is None:
        assert suggested is None
    else:
        assert suggested
        assert hint in suggested.text
        assert suggested.culprit == culprit


def test_the_start_of_a_long_item_is_seen() -> None:
    constructors = " | ".join(f"C{number}" for number in range(200))
    [item] = layout(tokenize(Source("cell", f"data T = {constructors} | x")))
    hint = find_hint(item.tokens, len(item.tokens) - 2, {"Name"})
    assert hint
    assert hint.text == "constructors begin with a capital letter"
