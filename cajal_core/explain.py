"""A parse that failed -> what was expected where, in words.

The parser blames late or not at all, so a second parse, over tokens that note what they are
compared with, finds the furthest token and what would have been right there.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from parsimonious.exceptions import ParseError

from cajal_core.errors import InternalError
from cajal_core.errors.syntax import Unexpected
from cajal_core.grammar import ATOM_STARTS, TERM_STARTS, TYPE_STARTS, parse_tokens
from cajal_core.lex import DECLARATIONS, KEYWORDS, Token


class _Probe(str):
    """The type of a token, which notes what it is compared with."""

    __slots__ = ("expected",)

    def __init__(self, _: str) -> None:
        self.expected = set[str]()

    def __eq__(self, other: object) -> bool:
        self.expected.add(str(other))
        return str.__eq__(self, str(other))

    __hash__ = str.__hash__


def explain(tokens: Sequence[Token]) -> Unexpected:
    """What is wrong with the tokens of an item that does not parse."""
    probes = [_Probe(token.type) for token in tokens]
    try:
        parse_tokens([dataclasses.replace(t, type=p) for t, p in zip(tokens, probes, strict=True)])
    except ParseError:
        at = max(index for index, probe in enumerate(probes) if probe.expected)
        return _unexpected(tokens, at, probes[at].expected)
    raise InternalError("a cell that did not parse parses the second time")


def _unexpected(tokens: Sequence[Token], at: int, expected: set[str]) -> Unexpected:
    found = tokens[at]
    before = tokens[at - 1] if at else None
    if found.type == "end":
        name = "the end of the line" if before is None else "the end"
    elif found.type in ("name", "Name", "int"):
        name = f"`{found.value}`"
    else:
        name = f"`{found.span.text}`"
    hint = _hint(tokens, at, expected)
    constructor = (tokens[0].type == "data" and at > 2) or "case" in [token.type for token in tokens[:at]]
    return Unexpected(found.span, _described(expected, constructor), name, hint)


def _described(expected: set[str], constructor: bool) -> str:
    """The expected tokens in words; a name with a capital may be a constructor.

    What may follow only optionally is left out where more is missing.
    """
    rest, words = set(expected), list[str]()
    if rest >= TERM_STARTS:
        words.append("a term")
        rest -= TERM_STARTS
    elif rest >= ATOM_STARTS:
        if not rest - ATOM_STARTS:
            words.append("an argument")
        rest -= ATOM_STARTS
    if rest >= TYPE_STARTS:
        words.append("a type")
        rest -= TYPE_STARTS
    if "a term" in words:
        rest -= DECLARATIONS
    for optional in ("-o", "*", "[", "(", ":", ","):
        if len(rest) > 1 or (words and rest):
            rest.discard(optional)
    names = {
        "name": "a name",
        "Name": "a constructor" if constructor else "a name with a capital",
        "int": "a number",
        "end": "the end of the item",
    }
    words += sorted(names.get(type, f"`{type}`") for type in rest)
    return ", ".join(words[:-1]) + " or " + words[-1] if len(words) > 1 else words[0]


_FOREIGN_LAMBDAS = frozenset({"fun", "fn", "lambda", "function"})


def _hint(tokens: Sequence[Token], at: int, expected: set[str]) -> str | None:
    """What to write instead, for mistakes that are easily recognised."""
    found, first = tokens[at], tokens[0].type
    before = tokens[at - 1].type if at else None
    tail = expected >= ATOM_STARTS  # an application could go on here
    if any(token.value in _FOREIGN_LAMBDAS for token in tokens[: at + 1] if token.type == "name"):
        return r"a function is written `\x. t`, or `\x:A. t` with its type"
    if found.type == "!":
        return "`!` marks a parameter of a `def`, `(!f : A)`, and stands nowhere else"
    if found.value in ("of", "with") and ("case" in [t.type for t in tokens] or tokens[0].value == "match"):
        return "`case t { C => s | D => t }`, without `of`"
    if first == "data" and at > 3:
        if found.type == "name":
            return "constructors begin with a capital letter"
        if found.type == "|" and before == "=":
            return "the first constructor has no `|` before it"
        if "|" in expected:
            return "constructors hold nothing: `data T = C | D`"
    if found.type in DECLARATIONS and at:
        return "a new item begins at the left margin, or after `;`"
    if "name" in expected and not tail:
        if found.type == "Name":
            return "names of variables and definitions begin with a lower-case letter"
        if found.type in KEYWORDS:
            return f"`{found.span.text}` is a reserved word; choose another name"
    if "Name" in expected and found.type == "name" and not tail:
        known = found.value.capitalize()
        return (
            f"did you mean `{known}`?" if known in KEYWORDS else "names of types begin with a capital letter"
        )
    match found.type:
        case "=":
            return _equals(tokens, at, expected)
        case "->" | "=>" if expected <= {":", "."}:
            return r"a function is written `\x. t`, or `\x:A. t` with its type"
        case "->" if "-o" in expected:
            return "a function type is written `-o`"
        case ":" if "=" in expected and first != "def" and "let" in [token.type for token in tokens]:
            return "a type is written around the term: `let x = (t : A) in …`"
        case ":" if tail and "end" in expected:
            return "an annotation is put in parentheses: `(t : A)`"
        case "zero" | "true" | "false" if expected == {"Name"}:
            return "`case` is for `data` types; a Bool is taken apart by `if`, a Nat by `iter`"
        case "." if before == "int":
            return "numbers are whole"
        case "name" if expected == {":", "."}:
            return r"each variable has its own `\`: `\x. \y. t`"
        case "name" if first == "def" and "(" in expected:
            return "a parameter is written `(x : A)`"
        case "," if expected == {")"} and "let" in [token.type for token in tokens[:at]]:
            return "`(x, y, z)` is `((x, y), z)`: take it apart in two steps"
        case "," if first == "def" and "-o" in expected:
            return "each parameter has its own parentheses: `(x : A) (y : B)`"
        case "|" if "zero" in expected or expected == {"Name"}:
            return "the first arm has no `|` before it"
        case "}" if "|" in expected and "iter" in [token.type for token in tokens]:
            return "`iter n { zero => t | succ y => t }` has both arms"
        case "if" | "iter" | "case" | "let" | "copy" | "drop" | "\\" if tail:
            return f"an argument is put in parentheses: `f ({found.span.text} …)`"
        case _:
            return _missing(first, before, expected)


def _equals(tokens: Sequence[Token], at: int, expected: set[str]) -> str | None:
    if tokens[at + 1].type == "=":
        return "there are no operators; define `eq` and write `eq x y`"
    if tokens[0].type == "def" and ":" in expected:
        return "a definition states its type: `def f (x : A) : B = t`"
    if tokens[0].type in ("name", "extern", "learn"):
        return "a definition is written `def x : A = t`"
    return None


def _missing(first: str, before: str | None, expected: set[str]) -> str | None:
    """What to add where something is left out."""
    if "else" in expected:
        return "`if` always has both branches: `if c then t else e`"
    if first == "space" and "[" in expected:
        return "a space has a shape: `space Image[28, 28]`"
    if before == "as":
        return "the two copies are in parentheses: `copy t as (x, y) in t`"
    if before == "}" and not expected - ATOM_STARTS:
        return "the count follows: `iter { t | y -> t } n`"
    return None
