"""What may stand at a place in a text."""

from __future__ import annotations

from pathlib import Path

import pytest

import cajal_core as cajal
from cajal_core import Expected, Source
from cajal_core.syntax.grammar import ARM_STARTS, ATOM_STARTS, PATTERN_STARTS, TERM_STARTS, TYPE_STARTS
from cajal_core.syntax.layout import layout
from cajal_core.syntax.lexer import DECLARATIONS, tokenize
from tests.core.syntax.test_tree import EVERY_FORM
from tests.cpu import cpu_time

PROGRAMS = sorted((Path(__file__).parents[2] / "programs").glob("*.cajal"))
TEXTS = [EVERY_FORM, *[path.read_text(encoding="utf-8") for path in PROGRAMS]]
#: What may follow an atom, save where its place alone is filled.
AFTER = ATOM_STARTS | {".", "<|>"}
ITEM_STARTS = DECLARATIONS | TERM_STARTS


def at_end(text: str) -> Expected:
    return cajal.expected(text, len(text))


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", ITEM_STARTS),
        ("def ", {"name"}),
        ("def f (", PATTERN_STARTS | {"!"}),
        ("def f (!", {"name"}),
        ("def f (x ", PATTERN_STARTS | {":"}),
        ("def f (x : ", TYPE_STARTS),
        ("def f (x : A) : B ", {"=", "^", "*", "&", "-o"}),
        ("if ", TERM_STARTS),
        ("if a ", AFTER | {"then"}),
        ("if a then b ", AFTER | {"else"}),
        ("f (", TERM_STARTS | {")"}),
        ("succ ", ATOM_STARTS),
        ("iter n { zero => a ", AFTER | {"|"}),
        ("iter n { zero => a | ", {"succ"}),
        ("case d { ", ARM_STARTS),
        ("case d { A ", PATTERN_STARTS | {"=>"}),
        ("case d { _ ", {"=>"}),
        ("case d { A => a } ", {"<|>", "end"}),
        ("fold xs { ", {"nil"}),
        ("fold xs { nil => a | ", {"cons", "snoc"}),
        ("fold xs { nil => a | snoc x ", PATTERN_STARTS),
        ("f [", TERM_STARTS | {"]"}),
        ("f [a ", AFTER | {",", "|", "]"}),
        ("f [a | ", PATTERN_STARTS),
        ("f [a | (x, _) ", {"in"}),
        ("<a ", AFTER | {","}),
        ("<a, b ", AFTER | {",", ">"}),
        ("p.", {"int"}),
        (r"\x", PATTERN_STARTS | {":", "."}),
        (r"\x y", PATTERN_STARTS | {"."}),
        ("a <|> ", TERM_STARTS),
        ("a <|> if b then c else d ", AFTER | {"end"}),
        ("type T = A ", {"^", "*", "&", "-o", "end"}),
        ("data T = A ", TYPE_STARTS | {"|", "end"}),
        ("extern f : List ", TYPE_STARTS | {"["}),
        ("extern f : A ^ ", {"int"}),
        ("use ", {"name"}),
        ("use logic ", {"(", "end"}),
        ("Nat[", set()),
        ("extern f : Nat[", {"int"}),
        ("space V[2", {",", "]"}),
        # Layout
        ("a\n ", AFTER | {"end"}),
        ("a\n", ITEM_STARTS | {"<|>"}),
        ("if a\n", ITEM_STARTS | {"then", "<|>"}),
        ("copy a\n", ITEM_STARTS | {"as", "<|>"}),
        ("copy a;\n", ITEM_STARTS),
        ("a; ", ITEM_STARTS),
        ("f (\n", TERM_STARTS | {")"}),
        ("    if a\n    ", ITEM_STARTS | {"then", "<|>"}),
        # Comments
        ("if a -- the", set()),
        ("if a {- the {- next -} ", set()),
        ("if a {- the -} ", AFTER | {"then"}),
        ("if a -- the\n ", AFTER | {"then"}),
        # Mistakes
        ("if a ? ", set()),
        ("f ) ", set()),
        ("then ", set()),
        ("let x = then ", set()),
        ("f ) \ndef g : ", TYPE_STARTS),
        ("? \n", ITEM_STARTS),
        ("?\nif ", TERM_STARTS),
    ],
)
def test_tokens(text: str, tokens: set[str]) -> None:
    assert at_end(text).tokens == tokens


def test_only_what_stands_before_counts() -> None:
    text = "if a then b else c }}} {- "
    assert cajal.expected(text, 5).tokens == AFTER | {"then"}
    assert cajal.expected(text, 0).tokens == ITEM_STARTS


@pytest.mark.parametrize("offset", [-1, 3])
def test_offsets_that_a_text_lacks(offset: int) -> None:
    with pytest.raises(ValueError, match=f"no offset {offset} in 2 characters"):
        cajal.expected("ab", offset)


@pytest.mark.parametrize(
    ("text", "fitting"),
    [
        ("", {"value", "constructor"}),
        ("f ", {"value", "constructor"}),
        ("def ", {"binder"}),
        ("def f (", {"binder"}),
        ("\\", {"binder"}),
        ("let ", {"binder"}),
        ("let (x, ", {"binder"}),
        ("iter { a | ", {"binder"}),
        ("use ", set()),
        ("type ", {"binder"}),
        ("[a | ", {"binder"}),
        ("case d { A ", {"binder"}),
        ("data T = A ", {"type"}),
        ("type T = ", {"type"}),
        ("<a, ", {"value", "constructor"}),
        ("data ", {"binder"}),
        ("data T = A | ", {"binder"}),
        ("space ", {"binder"}),
        ("extern f : ", {"type"}),
        ("\\x:", {"type"}),
        ("case d { ", {"constructor"}),
        ("case d { A => a | ", {"constructor"}),
        ("case d ", {"value", "constructor"}),
        ("space V[", set()),
        ("if a then b\n", {"value", "constructor"}),
    ],
)
def test_which_names_fit(text: str, fitting: set[str]) -> None:
    place = at_end(text)
    kinds = {
        "value": place.takes_value,
        "binder": place.takes_binder,
        "constructor": place.takes_constructor,
        "type": place.takes_type,
    }
    assert {kind for kind, fits in kinds.items() if fits} == fitting


@pytest.mark.parametrize("text", TEXTS, ids=["every form", *[path.stem for path in PROGRAMS]])
def test_each_token_of_a_program_is_expected_where_it_stands(text: str) -> None:
    for item in layout(tokenize(Source("cell", text))):
        for token in item.tokens[:-1]:
            # Of long programs the item alone: what stands above it is tokenized each time.
            start = item.tokens[0].span.start
            assert token.type in cajal.expected(text[start:], token.span.start - start).tokens


@pytest.mark.parametrize(
    ("piece", "count"),
    [("not (", 900), ("let x = true in ", 900), ("true, ", 2000), ("\\x. iter { x | y -> ", 300)],
)
def test_deep_and_long_items(piece: str, count: int) -> None:
    with cpu_time(at_most=20):
        assert at_end("f (" + piece * count).takes_value


def test_what_is_nested_too_deep_expects_nothing() -> None:
    with cpu_time(at_most=20):
        assert at_end("(" * 30_000) == Expected()
        assert at_end("if a\n" + "(" * 30_000 + "\n") == Expected()


@pytest.mark.parametrize(
    ("text", "module"),
    [
        ("use ", ""),
        ("use logic ", None),
        ("use logic (", "logic"),
        ("use logic (and, ", "logic"),
        ("use logic (and ", None),
        ("def use' (x : Bool) : Bool = ", None),
    ],
)
def test_modules_and_what_they_declare(text: str, module: str | None) -> None:
    assert cajal.expected(text, len(text)).module == module
