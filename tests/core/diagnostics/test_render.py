"""The renderer: where carets stand, whatever the line holds."""

import unicodedata
from dataclasses import replace

from cajal_core.base.source import Source, Span
from cajal_core.diagnostics.linear import UsedTwice, Variable
from cajal_core.diagnostics.render import WIDTH, printable, render
from cajal_core.diagnostics.scope import UnknownName

X = Variable("x", Span(Source("cell", "x"), 0, 1), "Bool", is_data=True)


def unknown(text: str, name: str) -> list[str]:
    start = text.index(name)
    return render(UnknownName(Span(Source("cell", text), start, start + len(name)), name, ())).split("\n")


def columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def test_the_whole_of_a_message() -> None:
    source = Source("cell", "\\x:Bool.\n  and x x")
    mistake = UsedTwice(X, Span(source, 15, 16), Span(source, 17, 18))
    assert render(mistake).split("\n") == [
        "`x` is used twice",
        " --> cell:2:9  T-Var",
        "2 |   and x x",
        "  |       - first used here",
        "  |         ^ used again here",
        "help: a bound variable is used exactly once; copy it: `copy x as (x1, x2) in …`",
    ]


def test_the_caret_is_under_the_culprit() -> None:
    for before in ("", "    ", "\t", "漢字 ", "x\t漢 "):
        _, _, line, carets = unknown(f"{before}foo bar", "foo")
        assert columns(line[: line.index("foo")]) == columns(carets[: carets.index("^")])
        assert carets.count("^") == 3


def test_control_characters_are_shown_as_such() -> None:
    text = "\n".join(unknown("foo\x1b[31m\u202e\x9b\x00", "foo"))
    assert printable(text, keep="\n") == text
    assert r"foo\x1b[31m\u202e\x9b\x00" in text


def test_the_name_of_a_source_forges_no_line() -> None:
    source = Source("a\n --> b\x1b[2J.cajal", "foo")
    span = Span(source, 0, 3)
    _, place, *_ = render(UnknownName(span, "foo", ())).split("\n")
    assert place == r" --> a\n --> b\x1b[2J.cajal:1:1  T-Name"


def test_a_long_line_is_cut_around_the_culprit() -> None:
    _, _, line, carets = unknown("x " * 500 + "foo" + " y" * 500, "foo")
    assert len(line) <= WIDTH + 10
    assert line[carets.index("^") :][:3] == "foo"


def test_a_span_of_several_lines_is_marked_in_its_first() -> None:
    _, _, line, carets = unknown("f (a\n  b) c", "(a\n  b)")
    assert line == "1 | f (a"
    assert carets.startswith("  |   ^^ ")


def test_a_note_in_another_source_is_named() -> None:
    old, new = Source("cell 1", "foo"), Source("cell 2", "\n\nfoo")
    text = render(UsedTwice(replace(X, name="foo"), Span(old, 0, 3), Span(new, 2, 5)))
    assert " --> cell 2:3:1" in text
    assert " ::: cell 1:1" in text
