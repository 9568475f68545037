"""The grammar: over the tokens that the lexer makes, and what begins a term, an argument or a type."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from operator import attrgetter
from pathlib import Path

import pytest
from parsimonious.exceptions import ParseError
from parsimonious.expressions import Expression, Literal
from parsimonious.nodes import Node

from cajal_core.base.source import Source
from cajal_core.syntax.grammar import ATOM_STARTS, ITEM, TERM_STARTS, TYPE_STARTS, parse_tokens
from cajal_core.syntax.layout import layout
from cajal_core.syntax.lexer import ALIASES, CLOSERS, KEYWORDS, tokenize

LIBRARY = Path(__file__).parents[3] / "cajal_core" / "library"
#: A text for each type of token that is not its own text.
WRITTEN = {"name": "x", "Name": "X", "int": "3", "end": ";"}


def inside(expression: Expression) -> Iterator[Expression]:
    """An expression of the grammar and all that it is made of."""
    pending, met = [expression], set[int]()
    while pending:
        expression = pending.pop()
        if id(expression) not in met:
            met.add(id(expression))
            pending.extend(getattr(expression, "members", ()))
            yield expression


TERMINALS = {part.literal for part in inside(ITEM) if isinstance(part, Literal)}


@pytest.mark.parametrize("terminal", sorted(TERMINALS))
def test_a_terminal_is_the_type_of_a_token(terminal: str) -> None:
    [item] = layout(tokenize(Source("cell", "f " + WRITTEN.get(terminal, terminal))))
    assert terminal in [token.type for token in item.tokens[1:]]


def test_every_keyword_and_symbol_is_a_terminal() -> None:
    assert KEYWORDS | {*ALIASES.values()} | {*CLOSERS} | {*CLOSERS.values()} <= TERMINALS


class Untold(str):
    """A type by which no rule is chosen, so that all are tried."""

    __slots__ = ()


@pytest.mark.parametrize("file", sorted(LIBRARY.glob("*.cajal")), ids=attrgetter("stem"))
def test_a_token_tells_which_rules_may_match(file: Path) -> None:
    for item in layout(tokenize(Source("cell", file.read_text(), is_file=True))):
        untold = [replace(token, type=Untold(token.type)) for token in item.tokens]
        assert shape(parse_tokens(item.tokens)) == shape(parse_tokens(untold))


def shape(node: Node) -> object:
    return node.expr_name, node.start, node.end, [shape(child) for child in node.children]


def test_what_begins_an_argument_and_what_a_term() -> None:
    assert {"name", "int", "(", "["} <= ATOM_STARTS < TERM_STARTS
    assert {"if", "\\", "fold"} <= TERM_STARTS - ATOM_STARTS
    assert {"Bool", "Unit", "Nat", "List", "Name", "("} == TYPE_STARTS


@pytest.mark.parametrize("text", ["f x", "def f : Bool = true", "data D = A | B", "iter { x | y -> y } 3"])
def test_an_item_is_all_of_its_tokens(text: str) -> None:
    [item] = layout(tokenize(Source("cell", text)))
    node = parse_tokens(item.tokens)
    assert (node.expr, node.start, node.end) == (ITEM, 0, len(item.tokens))
    with pytest.raises(ParseError):
        parse_tokens([*item.tokens, *item.tokens])
