"""The grammar: over the tokens that the lexer makes, and what begins a term, an argument or a type."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from parsimonious.exceptions import ParseError
from parsimonious.expressions import Expression, Literal, OneOf, Quantifier, Sequence

from cajal_core.base.source import Source
from cajal_core.syntax.grammar import _GRAMMAR, ATOM_STARTS, ITEM, TERM_STARTS, TYPE_STARTS, parse_tokens
from cajal_core.syntax.layout import layout
from cajal_core.syntax.lexer import ALIASES, CLOSERS, KEYWORDS, tokenize

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


def starts(expression: Expression) -> set[str]:
    """The terminals that an expression may begin with."""
    match expression:
        case Literal(literal=literal):
            return {literal}
        case OneOf(members=members):
            return set().union(*map(starts, members))
        case Quantifier(members=(member,)):
            return starts(member)
        case Sequence(members=(first, *_)):
            return starts(first)
        case _:
            raise AssertionError(expression)


TERMINALS = {part.literal for part in inside(ITEM) if isinstance(part, Literal)}


@pytest.mark.parametrize("terminal", sorted(TERMINALS))
def test_a_terminal_is_the_type_of_a_token(terminal: str) -> None:
    [item] = layout(tokenize(Source("cell", "f " + WRITTEN.get(terminal, terminal))))
    assert terminal in [token.type for token in item.tokens[1:]]


def test_every_keyword_and_symbol_is_a_terminal() -> None:
    assert KEYWORDS | {*ALIASES.values()} | {*CLOSERS} | {*CLOSERS.values()} <= TERMINALS


@pytest.mark.parametrize(
    ("rule", "types"), [("term", TERM_STARTS), ("atom", ATOM_STARTS), ("type", TYPE_STARTS)]
)
def test_what_begins_a_term_an_argument_and_a_type(rule: str, types: frozenset[str]) -> None:
    assert starts(_GRAMMAR[rule]) == types


@pytest.mark.parametrize("text", ["f x", "def f : Bool = true", "data D = A | B", "iter { x | y -> y } 3"])
def test_an_item_is_all_of_its_tokens(text: str) -> None:
    [item] = layout(tokenize(Source("cell", text)))
    node = parse_tokens(item.tokens)
    assert (node.expr, node.start, node.end) == (ITEM, 0, len(item.tokens))
    with pytest.raises(ParseError):
        parse_tokens([*item.tokens, *item.tokens])
