"""Source -> syntax tree. No error of parsimonious leaves this module."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from parsimonious.exceptions import ParseError

from cajal_core import syntax
from cajal_core.build import build
from cajal_core.errors import Mistake, raise_all
from cajal_core.errors.syntax import TooDeep, Unclosed, Unexpected
from cajal_core.explain import explain
from cajal_core.grammar import parse_tokens
from cajal_core.lex import CLOSERS, DECLARATIONS, Chunk, Token, lex
from cajal_core.recursion import deep_recursion
from cajal_core.source import Source

#: Later passes recurse over the tree; this bound, checked here, holds for all of them.
MAX_DEPTH = 1000


@dataclass(frozen=True, slots=True)
class Broken:
    """An item that does not parse. What it declares, if anything, is known to the rest of the cell."""

    name: syntax.Binder | None
    mistakes: tuple[Mistake, ...]
    constructors: tuple[syntax.Binder, ...] = ()


def parse(source: Source) -> list[syntax.Item]:
    """The items of a cell, in order.

    Raises:
        CajalError: with the mistakes of every item that does not parse.
    """
    parsed = parse_items(source)
    raise_all(mistake for item in parsed if isinstance(item, Broken) for mistake in item.mistakes)
    return [item for item in parsed if not isinstance(item, Broken)]


def parse_items(source: Source) -> list[syntax.Item | Broken]:
    """As `parse`, but a broken item stands in its place with its mistakes."""
    return [_item(chunk) for chunk in lex(source)]


def completeness(text: str) -> Literal["complete", "incomplete", "invalid"]:
    """Whether a cell is ready to run, could be made so by typing on, or neither."""
    broken = [item for item in parse_items(Source("cell", text)) if isinstance(item, Broken)]
    mistakes = [mistake for item in broken for mistake in item.mistakes]
    if not mistakes:
        return "complete"
    ends_early = isinstance(mistakes[-1], Unclosed) or (
        isinstance(mistakes[-1], Unexpected) and not mistakes[-1].where.text
    )
    return "incomplete" if len(mistakes) == 1 and ends_early else "invalid"


def _item(chunk: Chunk) -> syntax.Item | Broken:
    tokens = chunk.tokens
    if chunk.mistakes:
        return _broken(tokens, *chunk.mistakes)
    if deep := _too_deep(tokens):
        return _broken(tokens, deep)
    with deep_recursion():
        try:
            tree = parse_tokens(tokens)
        except ParseError:
            return _broken(tokens, explain(tokens))
        item = build(tree)
    if _depth(item) > MAX_DEPTH:
        return _broken(tokens, TooDeep(MAX_DEPTH, tokens[0].span))
    return item


def _broken(tokens: Sequence[Token], *mistakes: Mistake) -> Broken:
    """A declaration declares its first name, a data type its other capital names too."""
    if len(tokens) < 2 or tokens[0].type not in DECLARATIONS or tokens[1].type not in ("name", "Name"):
        return Broken(None, mistakes)
    named = [token for token in tokens if token.type in ("name", "Name")]
    name, *others = [syntax.Binder(token.value, span=token.span) for token in named]
    constructors = [each for each in others if tokens[0].type == "data" and each.name[0].isupper()]
    return Broken(name, mistakes, tuple(constructors))


def _too_deep(tokens: Sequence[Token]) -> TooDeep | None:
    """Bounds the recursion of the grammar: open brackets, and prefixes that nest to the right."""
    enclosing, depth = list[int](), 0
    for token in tokens:
        if token.type in CLOSERS:
            enclosing.append(depth)
            depth += 1
        elif token.type in CLOSERS.values():
            depth = enclosing.pop()
        elif token.type in ("\\", "if", "iter", "case", "let", "copy", "drop", "-o"):
            depth += 1
        if depth > MAX_DEPTH:
            return TooDeep(MAX_DEPTH, token.span)
    return None


def _depth(item: syntax.Item) -> int:
    """The depth of the tree, a definition's parameters counted as the lambdas that they are."""
    pending: list[tuple[Any, int]] = [(item, len(item.params) if isinstance(item, syntax.Def) else 0)]
    deepest = 0
    while pending:
        node, depth = pending.pop()
        deepest = max(deepest, depth)
        for field in dataclasses.fields(node):
            if field.name == "span":
                continue
            value: Any = getattr(node, field.name)
            children = cast("tuple[Any, ...]", value) if isinstance(value, tuple) else (value,)
            pending.extend([(child, depth + 1) for child in children if dataclasses.is_dataclass(child)])
    return deepest
