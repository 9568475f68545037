"""How a habit is written in Cajal, as edits of the tokens of an item: what `habits` has beside its hints.

    instead("=>")    of   zero -> true   makes   zero => true

Each rewrite is given the tokens and the place of the culprit. One that would have to guess makes no edits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from cajal_core.base.source import Span
from cajal_core.diagnostics.mistake import Edit
from cajal_core.syntax.lexer import CLOSERS, DECLARATIONS, Token

Rewrite: TypeAlias = Callable[[Sequence[Token], int], tuple[Edit, ...]]

#: Tokens that are an argument by themselves.
_ATOMS = frozenset({"name", "Name", "int", "true", "false", "zero"})


def nothing(_: Sequence[Token], __: int) -> tuple[Edit, ...]:
    """For a hint that is advice alone."""
    return ()


def instead(text: str, back: int = 0) -> Rewrite:
    """Puts text where the culprit stands, or the token that stands so many places back."""
    return lambda tokens, at: (Edit(tokens[at - back].span, text),)


def before(text: str, back: int = 0) -> Rewrite:
    """Puts text before the culprit, or before the token that stands so many places back; not at the end."""

    def rewrite(tokens: Sequence[Token], at: int) -> tuple[Edit, ...]:
        token = tokens[at - back]
        return () if token.type == "end" else (_insert(token.span.start, text, tokens),)

    return rewrite


def first(text: str) -> Rewrite:
    """Puts text before the whole item."""
    return lambda tokens, at: (_insert(tokens[0].span.start, text, tokens),)


def parenthesized(tokens: Sequence[Token], at: int) -> tuple[Edit, ...]:
    """`succ succ zero` -> `succ (succ zero)`"""
    if at + 1 >= len(tokens) or tokens[at + 1].type not in _ATOMS:
        return ()
    return (*before("(")(tokens, at), _insert(tokens[at + 1].span.end, ")", tokens))


def next_lambda(tokens: Sequence[Token], at: int) -> tuple[Edit, ...]:
    r"""`\x y. t` -> `\x. \y. t`, where the `.` is still to come."""
    return (Edit(_between(tokens, at - 1, at), ". \\"),) if "." in _types(tokens[at:]) else ()


def declared(tokens: Sequence[Token], at: int) -> tuple[Edit, ...]:
    """`image` -> `Image`, where it may be a type that is declared: not `a`, which stands for any."""
    return renamed(capital)(tokens, at) if len(tokens[at].value) > 2 else ()


def joined(tokens: Sequence[Token], at: int) -> tuple[Edit, ...]:
    """`drop x t` -> `drop x in t`, where no `in` follows that may be the one."""
    return () if "in" in _types(tokens[at:]) else before("in ")(tokens, at)


def annotated(tokens: Sequence[Token], at: int) -> tuple[Edit, ...]:
    """`true : Bool` -> `(true : Bool)`, of a term that is a whole item."""
    if tokens[0].type in DECLARATIONS or "=" in _types(tokens):
        return ()
    return (*first("(")(tokens, at), _insert(tokens[-1].span.start, ")", tokens))


def annotated_let(tokens: Sequence[Token], at: int) -> tuple[Edit, ...]:
    """`let x : A = s in t` -> `let x = (s : A) in t`, where no other `let` is between."""
    types = [token.type for token in tokens]
    if "=" not in types[at:] or "in" not in types[at:] or types[at:].count("in") > 1:
        return ()
    equal, end = types.index("=", at), types.index("in", at)
    type = tokens[at].span.to(tokens[equal - 1].span)
    head = _between(tokens, at - 1, equal + 1)
    return Edit(head, " = ("), _insert(tokens[end - 1].span.end, f" {type.text})", tokens)


def paired(tokens: Sequence[Token], at: int) -> tuple[Edit, ...]:
    """`let a, b = s in t` -> `let (a, b) = s in t`"""
    return (*before("(", back=1)(tokens, at), _insert(tokens[at + 1].span.end, ")", tokens))


def rounded(tokens: Sequence[Token], at: int) -> tuple[Edit, ...]:
    """`[s, t]` -> `(s, t)`"""
    closer = _closer(tokens, at)
    return () if closer is None else (Edit(tokens[at].span, "("), Edit(tokens[closer].span, ")"))


def renamed(change: Callable[[str], str]) -> Rewrite:
    """The name of the culprit changed wherever the item has it."""

    def rewrite(tokens: Sequence[Token], at: int) -> tuple[Edit, ...]:
        name = tokens[at].value
        return tuple([Edit(token.span, change(name)) for token in tokens if token.value == name])

    return rewrite


def capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def small(name: str) -> str:
    return name[:1].lower() + name[1:]


def lambda_word(tokens: Sequence[Token], at: int) -> tuple[Edit, ...]:
    r"""`fun x -> t`, `lambda x: t` -> `\x. t`"""
    if tokens[at + 2].type not in ("->", "=>", ":"):
        return ()
    arrow = Span(tokens[at].span.source, tokens[at + 1].span.end, tokens[at + 2].span.end)
    return Edit(tokens[at].span, "\\"), Edit(_between(tokens, at, at + 1), ""), Edit(arrow, ".")


def pair_arm(tokens: Sequence[Token], at: int) -> tuple[Edit, ...]:
    """`case p { (a, b) => t }` -> `let (a, b) = p in t`"""
    closer = _closer(tokens, at - 1)
    if closer is None or not _are(tokens, at, "( name , name ) =>") or "|" in _types(tokens[at:closer]):
        return ()
    pattern = f"({tokens[at + 1].span.text}, {tokens[at + 3].span.text})"
    arm = tokens[at - 1].span.to(tokens[at + 5].span)
    return Edit(_case(tokens, at), f"let {pattern} ="), Edit(arm, "in"), Edit(tokens[closer].span, "")


def bool_arms(tokens: Sequence[Token], at: int) -> tuple[Edit, ...]:
    """`case c { true => s | false => t }` -> `if c then s else t`"""
    closer = _closer(tokens, at - 1)
    bars = [place for place in range(at, closer or at) if tokens[place].type == "|"]
    if closer is None or len(bars) != 1 or not _are(tokens, at, "true =>"):
        return ()
    [bar] = bars
    if not _are(tokens, bar, "| false =>"):
        return ()
    then, other = tokens[at - 1].span.to(tokens[at + 1].span), tokens[bar].span.to(tokens[bar + 2].span)
    edits = Edit(_case(tokens, at), "if"), Edit(then, "then"), Edit(other, "else")
    return (*edits, Edit(tokens[closer].span, ""))


def _types(tokens: Sequence[Token]) -> list[str]:
    return [token.type for token in tokens]


def _are(tokens: Sequence[Token], at: int, types: str) -> bool:
    """Whether tokens of these types follow, from a place on."""
    return _types(tokens[at : at + len(types.split())]) == types.split()


def _case(tokens: Sequence[Token], at: int) -> Span:
    """The `case` whose arms begin at a place."""
    return next(token.span for token in reversed(tokens[:at]) if token.type == "case")


def _closer(tokens: Sequence[Token], opener: int) -> int | None:
    depth = 0
    for place in range(opener, len(tokens)):
        depth += (tokens[place].type in CLOSERS) - (tokens[place].type in CLOSERS.values())
        if not depth:
            return place
    return None


def _between(tokens: Sequence[Token], left: int, right: int) -> Span:
    """What stands between two tokens."""
    return Span(tokens[left].span.source, tokens[left].span.end, tokens[right].span.start)


def _insert(offset: int, text: str, tokens: Sequence[Token]) -> Edit:
    return Edit(Span(tokens[0].span.source, offset, offset), text)
