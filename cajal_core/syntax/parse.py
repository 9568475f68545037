"""Source -> syntax tree: tokenize, lay out, parse and build, item by item.

    def f : Bool = true    ->    Def(f, (), BoolType(), Boolean(True))

An item that does not parse stands in its place with its mistakes, so that the others go on. No error of
parsimonious leaves this module.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from parsimonious.exceptions import ParseError

from cajal_core.base.source import Source, Span
from cajal_core.diagnostics.errors import raise_all
from cajal_core.diagnostics.mistake import Mistake
from cajal_core.diagnostics.syntax import Meaningless, TooDeep, TooLong, Unclosed, Unexpected
from cajal_core.syntax import tree
from cajal_core.syntax.blame import unexpected, unexpected_look_alikes
from cajal_core.syntax.grammar import parse_tokens
from cajal_core.syntax.habits import DECLARING
from cajal_core.syntax.layout import ItemTokens, layout
from cajal_core.syntax.lexer import CLOSERS, DECLARATIONS, Token, Tokens, tokenize
from cajal_core.syntax.tree_builder import build

#: Later passes recurse over the tree; this bound, checked here, holds for all of them.
MAX_DEPTH = 1000
#: The most tokens of an item, and the most items of a cell. Each item takes the compiler about 0.2 ms.
MOST_ITEM_TOKENS = 30_000
MOST_ITEMS = 10_000
#: The most items of a cell whose mistakes are told.
MOST_BROKEN = 100
#: What nests without a bracket.
_NESTING = frozenset({"\\", "if", "iter", "case", "fold", "let", "copy", "drop", "-o", "List"})
#: What stands beyond one is an item of its own, even where the one before it ends too early.
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")


@dataclass(frozen=True, slots=True)
class Broken:
    """An item that does not parse. The rest of the cell may use what it declares.

    Where it ends too early, the bare terms right below it may have been meant to belong to it, so they
    are no items of their own; `below` is how many there are.
    """

    name: tree.Binder | None
    mistakes: tuple[Mistake, ...]
    constructors: tuple[tree.Binder, ...] = ()
    below: int = 0


def parse(source: Source) -> list[tree.Item]:
    """The items of a cell, in order.

    Raises:
        CajalError: with the mistakes of every item that does not parse.
    """
    parsed = parse_items(tokenize(source))
    raise_all(mistake for item in parsed if isinstance(item, Broken) for mistake in item.mistakes)
    return [item for item in parsed if not isinstance(item, Broken)]


def parse_items(tokens: Tokens) -> list[tree.Item | Broken]:
    """As `parse`, of what is tokenized, but a broken item stands in its place with its mistakes."""
    items, parsed = layout(tokens), list[tree.Item | Broken]()
    if len(items) > MOST_ITEMS and not tokens.source.is_file:
        first = items[MOST_ITEMS].tokens[0].span
        return [Broken(None, (TooLong(first, "cell", MOST_ITEMS, "items"),))]
    start = broken = 0
    while start < len(items) and broken < MOST_BROKEN:
        item = _item(items[start], _right_below(items, start))
        parsed.append(item)
        broken += isinstance(item, Broken)
        start += 1 + (item.below if isinstance(item, Broken) else 0)
    return parsed


def parse_again(item: Span) -> tree.Item:
    """The item that was parsed here before, without mistakes."""
    tokens = tokenize(item.source, item.start, item.end).tokens
    end = Span(item.source, item.end, item.end)
    return build(parse_tokens([*tokens, Token("end", "", end)]))


def completeness(text: str) -> Literal["complete", "incomplete", "invalid"]:
    """Whether a cell is ready to run, could be made so by typing on, or neither.

    Example:
        >>> import cajal_core as cajal
        >>> [cajal.completeness(text) for text in ("true", "if true then", "then")]
        ['complete', 'incomplete', 'invalid']
    """
    items = parse_items(tokenize(Source("cell", text)))
    broken = [item for item in items if isinstance(item, Broken)]
    if not broken:
        return "complete"
    if items[-1:] != broken or broken[0].below or len(broken[0].mistakes) != 1:
        return "invalid"
    mistake = broken[0].mistakes[0]
    ends_early = isinstance(mistake, Unexpected) and not mistake.where.text
    return "incomplete" if ends_early or isinstance(mistake, Unclosed) else "invalid"


def _right_below(items: Sequence[ItemTokens], start: int) -> Iterator[Token]:
    """The first tokens of the bare terms that follow an item with no blank line between."""
    for index in range(start + 1, len(items)):
        end, item = items[index - 1].tokens[-1].span, items[index]
        first = item.tokens[0]
        blank = _BLANK_LINE.search(end.source.text, end.end, first.span.start)
        if blank or item.mistakes or first.type in DECLARATIONS:
            return
        yield first


def _item(laid_out: ItemTokens, below: Iterator[Token]) -> tree.Item | Broken:
    """The item, or what is wrong with it. `below` begin the bare terms under it."""
    tokens, mistakes = laid_out.tokens, laid_out.mistakes
    look_alikes = [mistake for mistake in mistakes if isinstance(mistake, Meaningless) and mistake.meant]
    if not tokens or len(look_alikes) < len(mistakes):
        return _broken(tokens, mistakes)
    if too_large := too_deep(tokens) or _too_long(tokens):
        return _broken(tokens, mistakes or [too_large])
    try:
        parsed = parse_tokens(tokens)
    except ParseError:
        if look_alikes:
            return _broken(tokens, unexpected_look_alikes(look_alikes, tokens))
        first = next(below, None)
        wrong = unexpected(tokens, first)
        ends_early = wrong.where is tokens[-1].span
        swallowed = 1 + sum(1 for _ in below) if first and ends_early else 0
        return _broken(tokens, [wrong], swallowed)
    if mistakes:
        return _broken(tokens, mistakes)
    item = build(parsed)
    if _depth(item) > MAX_DEPTH:
        return _broken(tokens, [TooDeep(MAX_DEPTH, tokens[0].span)])
    return item


def _broken(tokens: Sequence[Token], mistakes: Sequence[Mistake], below: int = 0) -> Broken:
    """A declaration declares its first name, a data type its constructors too; of `use` nobody knows."""
    begin = [token.value for token in tokens[:1] if token.type in DECLARATIONS or token.value in DECLARING]
    named = [token for token in tokens[len(begin) :] if token.type in ("name", "Name")]
    declares = begin != ["use"] and (begin or (len(tokens) > 1 and tokens[1].type == "="))
    if len(tokens) < 2 or tokens[len(begin)] not in named or not declares:
        return Broken(None, tuple(mistakes), below=below)
    constructors = _constructors(tokens) if tokens[0].type == "data" else ()
    return Broken(_binder(named[0]), tuple(mistakes), tuple(map(_binder, constructors)), below)


def _constructors(tokens: Sequence[Token]) -> Iterator[Token]:
    """The capital names that a data type lists, by whatever they are separated, and not their fields."""
    depth = 0
    for previous, token in pairwise(tokens):
        depth += (previous.type in CLOSERS) - (previous.type in CLOSERS.values())
        if token.type == "Name" and previous.type in ("=", "|", ",") and not depth:
            yield token


def _binder(name: Token) -> tree.Binder:
    return tree.Binder(name.value, span=name.span)


def too_deep(tokens: Sequence[Token]) -> TooDeep | None:
    """Bounds the recursion of the grammar: open brackets, and prefixes that nest to the right."""
    enclosing, depth = list[int](), 0
    for token in tokens:
        if token.type in CLOSERS:
            enclosing.append(depth)
            depth += 1
        elif token.type in CLOSERS.values():
            depth = enclosing.pop() if enclosing else 0
        elif token.type in ("|", ",") and enclosing:  # ends an arm or a component, and what begins in it
            depth = enclosing[-1] + 1
        elif token.type in _NESTING:
            depth += 1
        if depth > MAX_DEPTH:
            return TooDeep(MAX_DEPTH, token.span)
    return None


def _too_long(tokens: Sequence[Token]) -> TooLong | None:
    if len(tokens) <= MOST_ITEM_TOKENS:
        return None
    return TooLong(tokens[MOST_ITEM_TOKENS].span, "item", MOST_ITEM_TOKENS)


def _depth(item: tree.Item) -> int:
    """The depth of the tree, a definition's parameters counted as the lambdas that they are."""
    pending: list[tuple[tree.Node, int]] = [(item, len(item.params) if isinstance(item, tree.Def) else 0)]
    deepest = 0
    while pending:
        node, depth = pending.pop()
        deepest = max(deepest, depth)
        pending.extend([(child, depth + 1) for child in tree.children(node)])
    return deepest
