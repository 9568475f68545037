"""Source -> syntax, and what is said when it fails."""

import pytest

from cajal_core.base.source import Source
from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.syntax import TooDeep
from cajal_core.syntax import tree
from cajal_core.syntax.lexer import tokenize
from cajal_core.syntax.parse import MAX_DEPTH, Broken, completeness, parse, parse_items, too_deep


def term(text: str) -> tree.Term:
    [item] = parse(Source("cell", text))
    assert isinstance(item, tree.Show)
    return item.term


def test_a_broken_item_leaves_the_others() -> None:
    good, broken, last = parse_items(tokenize(Source("cell", "a\ndef f : Bool =\n\nb")))
    assert isinstance(good, tree.Show)
    assert isinstance(broken, Broken)
    assert broken.name == tree.Binder("f", span=good.span)
    assert isinstance(last, tree.Show)


def test_what_stands_right_below_an_item_that_ends_early_may_belong_to_it() -> None:
    source = Source("cell", "def f : Bool =\ncopy a as (b, c) in\nb c\ndef g : Bool = a\nif a\n\nd")
    first, *rest = parse_items(tokenize(source))
    assert isinstance(first, Broken)
    assert first.below == 2
    assert [type(item) for item in rest] == [tree.Def, Broken, tree.Show]


def test_all_mistakes_of_a_cell_are_raised_together() -> None:
    with pytest.raises(CajalError) as caught:
        parse(Source("cell", "if a\nb )\n§"))
    assert len(caught.value.errors) == 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "complete"),
        ("not true", "complete"),
        ("def f (x : Bool) : Bool =", "incomplete"),
        ("if a then", "incomplete"),
        ("iter n { zero => a", "incomplete"),
        ("{- comment", "incomplete"),
        (r"\x:Bool.", "incomplete"),
        ("a )", "invalid"),
        ("a $ b", "invalid"),
        ("def f = a", "invalid"),
        ("if a then\nb )", "invalid"),
        ("if a then\nb", "invalid"),
        ("let x = a\nx", "invalid"),
        ("let x = a;", "invalid"),
        ("f (x\ndef y : Bool = z", "invalid"),
        ("fold xs { nil => a |", "incomplete"),
        ("[x | x in", "incomplete"),
        ("<a,", "incomplete"),
        ("a <|>", "incomplete"),
        ("use", "incomplete"),
        ("data T = C", "complete"),
        ("_", "invalid"),
    ],
)
def test_completeness(text: str, expected: str) -> None:
    assert completeness(text) == expected


@pytest.mark.parametrize(
    ("text", "name", "constructors"),
    [
        ("data T = C | d", "T", ["C"]),
        ("data T = C A (B, D) | E, F )", "T", ["C", "E", "F"]),
        ("type T = then", "T", []),
        ("def f = x", "f", []),
        ("use logic and", None, []),
        ("f then", None, []),
    ],
)
def test_what_a_broken_item_declares(text: str, name: str | None, constructors: list[str]) -> None:
    [broken] = parse_items(tokenize(Source("cell", text)))
    assert isinstance(broken, Broken)
    assert (broken.name and broken.name.name) == name
    assert [constructor.name for constructor in broken.constructors] == constructors


@pytest.mark.parametrize(
    ("before", "piece", "after", "closing"),
    [
        ("extern f : ", "List ", "Bool", ""),
        ("", "fold xs { nil => a | cons x y => ", "b", " }"),
        ("", "a <|> if b then c else ", "d", ""),
        ("a", " <|> a", "", ""),
        ("a", ".1", "", ""),
        ("", "<a, ", "a", ">"),
        ("", "[a | x in ", "xs", "]"),
        ("let ", "(", "x", ", y)"),
    ],
)
def test_what_nests_too_deep_is_refused(before: str, piece: str, after: str, closing: str) -> None:
    depth = MAX_DEPTH + 1
    end = " = a in b" if before == "let " else ""
    text = before + piece * depth + after + closing * depth + end
    [broken] = parse_items(tokenize(Source("cell", text)))
    assert isinstance(broken, Broken)
    assert [type(mistake) for mistake in broken.mistakes] == [TooDeep]


def test_a_long_choice_and_long_lists() -> None:
    choice = term(" <|> ".join(["a"] * (MAX_DEPTH - 10)))
    assert isinstance(choice, tree.Or)
    for text in ("[%s]", "<%s>", "f [a | %s]"):
        parts = ["x in (\\x. x)" if "|" in text else "\\x. x"] * 3 * MAX_DEPTH
        assert term(text % ", ".join(parts))


def test_as_deep_as_is_promised() -> None:
    depth = MAX_DEPTH - 10
    assert term("(" * depth + "x" + ")" * depth) == term("x")


@pytest.mark.parametrize("part", ["if b then true else false", "(b, (b, b))", "let c = b in not c"])
def test_many_parts_beside_each_other_are_not_deep(part: str) -> None:
    """An arm of a `case` and a component of a tuple end before the next begins."""
    count = 3 * MAX_DEPTH
    arms = " | ".join([f"C{place} => {part}" for place in range(count)])
    assert too_deep(tokenize(Source("test", f"case d {{ {arms} }}")).tokens) is None
    components = ", ".join([part] * count)
    assert too_deep(tokenize(Source("test", f"f ({components})")).tokens) is None
    assert too_deep(tokenize(Source("test", f"(b, {'if b then ' * (MAX_DEPTH + 1)} b)")).tokens) is not None
