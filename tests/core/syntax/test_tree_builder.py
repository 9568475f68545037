"""Parse tree -> syntax tree: sugar goes, and each node knows where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from cajal_core.base.source import Source
from cajal_core.syntax import tree
from cajal_core.syntax.parse import parse

PROGRAMS = sorted((Path(__file__).parents[2] / "programs").glob("*.cajal"))


def term(text: str) -> tree.Term:
    [item] = parse(Source("cell", text))
    assert isinstance(item, tree.Show)
    return item.term


@pytest.mark.parametrize(
    ("sugar", "plain"),
    [
        (r"\(x:Bool) (y:Nat). f x y", r"\x:Bool. \y:Nat. (f x) y"),
        ("iter {a | y -> f y} n", "iter n { zero => a | succ y => f y }"),
        ("((x))", "x"),
        ("succ x y", "(succ x) y"),
        ("tt", "true"),
        (r"\f:Bool -o (Bool -o Nat). f", r"\f:Bool -o Bool -o Nat. f"),
    ],
)
def test_two_notations_for_one_tree(sugar: str, plain: str) -> None:
    assert term(sugar) == term(plain)


def test_spans_cover_what_they_name() -> None:
    conditional = term("  if a b then (c) else d")
    assert isinstance(conditional, tree.If)
    assert conditional.span.text == "if a b then (c) else d"
    assert conditional.condition.span.text == "a b"
    assert conditional.consequent.span.text == "(c)"


def spans(node: tree.Node) -> list[tuple[str, str]]:
    """The kind of each node inside, with its text, from the outside in."""
    inner = [span for child in tree.children(node) for span in spans(child)]
    return [(type(node).__name__, node.span.text), *inner]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("f x (y)", [("App", "f x (y)"), ("App", "f x"), ("Var", "f"), ("Var", "x"), ("Var", "(y)")]),
        ("(x : A -o B)", [
            ("Annot", "(x : A -o B)"), ("Var", "x"), ("ArrowType", "A -o B"),
            ("NamedType", "A"), ("NamedType", "B"),
        ]),
        ("(a, b, c)", [
            ("Pair", "(a, b, c)"), ("Pair", "(a, b, c)"), ("Var", "a"), ("Var", "b"), ("Var", "c"),
        ]),
        ("succ 3", [("Succ", "succ 3"), ("Numeral", "3")]),
    ],
)  # fmt: skip
def test_each_node_has_its_place(text: str, expected: list[tuple[str, str]]) -> None:
    assert spans(term(text)) == expected


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_a_node_lies_within_the_one_around_it(path: Path) -> None:
    pending: list[tree.Node] = [*parse(Source(path.stem, path.read_text(encoding="utf-8")))]
    while pending:
        node = pending.pop()
        children = list(tree.children(node))
        assert all(child.span in node.span for child in children)
        pending += children
