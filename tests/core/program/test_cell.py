"""What a result knows of its item: where it stands, and what it mentions."""

from __future__ import annotations

from cajal_core import Program
from cajal_core.program.cell import Result


def last(text: str) -> Result:
    return Program().run(text)[-1]


def test_a_result_has_its_place_in_the_cell() -> None:
    first, second = Program().run("-- one\ntrue; def f : Bool =\n  false", "cell 7")
    assert first.span and second.span
    assert (first.span.source.name, first.span.line, first.span.column) == ("cell 7", 2, 1)
    assert (second.span.text, second.span.end_line) == (second.text, 3)


def test_a_result_mentions_what_its_names_were_resolved_to() -> None:
    results = Program().run(
        "data Side = L | R\nspace V[2]\ndef yes : Bool = true\nlearn w : V -o Bool\n"
        r"def f (yes : Side) (v : V) : Bool * Side = (w v, case yes { L => R | R => L })"
        "\ndef f : Bool = yes\n"
        r"(\yes:Bool. yes) (if f then yes else true)"
    )
    mentions = [(result.kind, set(result.mentions), result.constructors) for result in results]
    assert mentions == [
        ("data", set(), ("L", "R")),
        ("space", set(), ()),
        ("def", set(), ()),
        ("learn", {"V"}, ()),
        ("def", {"Side", "V", "w", "L", "R"}, ()),
        ("def", {"yes"}, ()),
        ("term", {"f", "yes"}, ()),
    ]


def test_arms_mention_their_constructors_and_not_those_of_an_older_type() -> None:
    program = Program()
    text = r"def go (s : Side) : Bool = case s { L => true | R => false }"
    [_, go] = program.run(f"data Side = L | R\n{text}")
    assert go.mentions == {"Side", "L", "R"}
    program.run("def left : Side = L\ndata Side = L | M")
    [old] = program.run("case left { L => true | R => false }")
    assert old.mentions == {"left"}


def test_constructors_are_those_of_the_item_and_not_of_its_comments() -> None:
    result = last("data Side = L {- or {- A -} B -} | R -- | C")
    assert result.constructors == ("L", "R")
