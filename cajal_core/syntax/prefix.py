"""Tokens of an item that does not parse -> how many of them the parser gets past, and what may follow.

    if a then b )    ->    4 tokens; `else` or an argument may follow, and `else x` completes them

The parser blames late or not at all. So the tokens are parsed again as probes, which note what they are
compared with. The parser's memo table tells which expressions were unfinished at the furthest token.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, TypeAlias, cast

from parsimonious.exceptions import ParseError
from parsimonious.expressions import Expression, OneOf, Quantifier
from parsimonious.expressions import Literal as Terminal
from parsimonious.expressions import Sequence as Series
from parsimonious.nodes import Node

from cajal_core.base.recursion import deep
from cajal_core.diagnostics.errors import InternalError
from cajal_core.syntax.grammar import ITEM
from cajal_core.syntax.lexer import Token

#: What the packrat parser has tried: by the expression's id and the token, the match, or None.
_Memo: TypeAlias = dict[int, dict[int, Node | None]]


@dataclass(frozen=True, slots=True)
class Prefix:
    """The first `length` tokens, and the types of the tokens that may `follow` them."""

    length: int
    follow: frozenset[str]
    _memo: _Memo = field(repr=False)

    def completion(self) -> list[str]:
        """The types of a few tokens that make an item of the prefix. The first is in `follow`."""
        unfinished = _Unfinished(self._memo, self.length)
        unfinished.read(ITEM, 0)
        return unfinished.completion


class _Probe(str):
    """The type of a token, which notes what it is compared with. It stands for the token, too."""

    __slots__ = ("expected",)

    def __init__(self, _: str) -> None:
        self.expected = set[str]()

    @property
    def type(self) -> _Probe:
        return self

    def __eq__(self, other: object) -> bool:
        self.expected.add(str(other))
        return str.__eq__(self, str(other))

    __hash__ = str.__hash__


def longest_prefix(tokens: Sequence[Token]) -> Prefix:
    """The longest prefix of tokens, which do not parse, that the parser gets past."""
    probes = [_Probe(token.type) for token in tokens]
    memo: _Memo = defaultdict(dict)
    text = cast("str", probes)  # annotated for the text grammars that it also serves
    if ITEM.match_core(text, 0, cast("dict[Any, Node]", memo), ParseError(text)):
        raise InternalError("an item that did not parse parses the second time")
    length = max(index for index, probe in enumerate(probes) if probe.expected)
    return Prefix(length, frozenset(probes[length].expected), memo)


class _Unfinished:
    """Reads from the memo table what was unfinished at a token, and what would have finished it.

    The last attempt is read first, since the earlier ones have failed or are finished.
    """

    def __init__(self, memo: _Memo, token: int) -> None:
        self.completion = list[str]()
        self._memo, self._token = memo, token
        self._finished = set[tuple[int, int]]()
        self._shortest: dict[int, tuple[str, ...]] = {}

    @deep
    def read(self, expression: Expression, at: int) -> bool:
        """Whether the expression at a token was unfinished. If so, the completion completes it."""
        if at > self._token or (id(expression), at) in self._finished:
            return False
        for member, start, after in reversed(self._attempts(expression, at)):
            if self.read(member, start):
                for missing in after:
                    self.completion += self._shortest_of(missing)
                return True
        if at == self._token and isinstance(expression, Terminal):
            self.completion.append(expression.literal)
            return True
        self._finished.add((id(expression), at))
        return False

    def _attempts(
        self, expression: Expression, at: int
    ) -> list[tuple[Expression, int, Sequence[Expression]]]:
        """The members that the parser tried, each with its token and those that must follow it."""
        attempts = list[tuple[Expression, int, Sequence[Expression]]]()
        match expression:
            case Series(members=members):
                for index, member in enumerate(members):
                    attempts.append((member, at, members[index + 1 :]))
                    node = self._memo[id(member)][at]
                    if node is None:
                        break
                    at = node.end
            case OneOf(members=members):
                for member in members:
                    attempts.append((member, at, ()))
                    if self._memo[id(member)][at] is not None:
                        break
            case Quantifier(members=(member,), max=most):
                while len(attempts) < most:
                    attempts.append((member, at, ()))
                    node = self._memo[id(member)][at]
                    if node is None:
                        break
                    at = node.end
            case _:
                pass
        return attempts

    def _shortest_of(self, expression: Expression) -> tuple[str, ...]:
        if id(expression) not in self._shortest:
            self._shortest[id(expression)] = _shortest(expression, frozenset()) or ()
        return self._shortest[id(expression)]


def _shortest(expression: Expression, around: frozenset[int]) -> tuple[str, ...] | None:
    """The types of the fewest tokens that match an expression; None where it is one of those around it."""
    if id(expression) in around:
        return None
    around |= {id(expression)}
    match expression:
        case Terminal(literal=literal):
            return (literal,)
        case Series(members=members):
            parts = [_shortest(member, around) for member in members]
            matches = [part for part in parts if part is not None]
            return tuple(chain(*matches)) if len(matches) == len(parts) else None
        case OneOf(members=members):
            choices = [_shortest(member, around) for member in members]
            return min([choice for choice in choices if choice is not None], key=len, default=None)
        case Quantifier(members=(member,), min=least):
            return _shortest(member, around) if least else ()
        case _:
            raise InternalError(f"no rule of the grammar is written so: {expression}")
