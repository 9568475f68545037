"""Parse tree -> syntax tree: sugar goes, and each node knows where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from cajal_core.base.source import Source
from cajal_core.syntax import tree
from cajal_core.syntax.parse import parse
from tests.core.syntax.test_tree import EVERY_FORM

PROGRAMS = sorted((Path(__file__).parents[2] / "programs").glob("*.cajal"))
TEXTS = [EVERY_FORM, *[path.read_text(encoding="utf-8") for path in PROGRAMS]]


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
        (r"\x (a, _) y. f x a y", r"\x. \(a, _). \y. f x a y"),
        (r"\(x y:Bool) (z:Nat). t", r"\x:Bool. \y:Bool. \z:Nat. t"),
        (r"\((a, b) _:A * B). t", r"\(a, b):A * B. \_:A * B. t"),
        (r"\p.1", r"\p. 1"),
        ("f p.1.2 x", "(f ((p.1).2)) x"),
        ("succ p.1", "succ (p.1)"),
        ("cons p.1 nil xs", "(cons (p.1) nil) xs"),
        ("let (a, b, c) = p in t", "let ((a, b), c) = p in t"),
        ("a <|> b c <|> d", "(a <|> (b c)) <|> d"),
        (r"\x. a <|> b", r"\x. (a <|> b)"),
        ("a <|> if b then c else d <|> e", "a <|> (if b then c else (d <|> e))"),
        ("a <|> let x = b in x <|> c", "a <|> (let x = b in (x <|> c))"),
        (
            "case d { A => a } <|> iter { b | y -> y } n.1 <|> c",
            "(case d { A => a } <|> iter n.1 { zero => b | succ y => y }) <|> c",
        ),
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
        ("a <|> b.1", [("Or", "a <|> b.1"), ("Var", "a"), ("Pick", "b.1"), ("Var", "b")]),
        ("<a, []>", [("Alternatives", "<a, []>"), ("Var", "a"), ("ListLiteral", "[]")]),
        ("[x | (x, _) in xs]", [
            ("Comprehension", "[x | (x, _) in xs]"), ("Var", "x"), ("Generator", "(x, _) in xs"),
            ("PairPattern", "(x, _)"), ("Binder", "x"), ("Wildcard", "_"), ("Var", "xs"),
        ]),
        ("case n { C x => a | 3 => b | () => c }", [
            ("Case", "case n { C x => a | 3 => b | () => c }"), ("Var", "n"),
            ("Arm", "C x => a"), ("ConstructorPattern", "C x"), ("Binder", "x"), ("Var", "a"),
            ("Arm", "3 => b"), ("NumberPattern", "3"), ("Var", "b"),
            ("Arm", "() => c"), ("ConstructorPattern", "()"), ("Var", "c"),
        ]),
        ("fold xs { nil => b | snoc y x => y }", [
            ("Fold", "fold xs { nil => b | snoc y x => y }"), ("Var", "xs"), ("Var", "b"),
            ("Binder", "y"), ("Binder", "x"), ("Var", "y"),
        ]),
    ],
)  # fmt: skip
def test_each_node_has_its_place(text: str, expected: list[tuple[str, str]]) -> None:
    assert spans(term(text)) == expected


@pytest.mark.parametrize("text", TEXTS, ids=["every form", *[path.stem for path in PROGRAMS]])
def test_a_node_lies_within_the_one_around_it(text: str) -> None:
    pending: list[tree.Node] = [*parse(Source("cell", text))]
    while pending:
        node = pending.pop()
        children = list(tree.children(node))
        assert all(child.span in node.span for child in children)
        pending += children


def test_types_of_the_larger_language() -> None:
    annotated = [term(f"(x : {text})") for text in ("A & B & C", "(A & B) & C", "A * B ^ 2", "List[3] A ^ 2")]
    types = [annotation.type for annotation in annotated if isinstance(annotation, tree.Annot)]
    flat, nested, product, power = types
    assert isinstance(flat, tree.WithType) and len(flat.parts) == 3
    assert isinstance(nested, tree.WithType) and isinstance(nested.parts[0], tree.WithType)
    assert isinstance(product, tree.ProductType) and isinstance(product.right, tree.PowerType)
    assert isinstance(power, tree.PowerType) and isinstance(power.base, tree.ListType)


def test_a_fold_names_the_element_and_the_state() -> None:
    for text in ("cons x y", "snoc y x"):
        fold = term(f"fold xs {{ nil => b | {text} => s }}")
        assert isinstance(fold, tree.Fold)
        assert [pattern.span.text for pattern in (fold.element, fold.state)] == ["x", "y"]
