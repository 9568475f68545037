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
#: Tokens that are a type by themselves.
_TYPES = frozenset({"Name", "Bool", "Nat", "Unit"})


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


def paired(tokens: Sequence[Token], at: int) -> tuple[Edit, ...]:
    """`let a, b = s in t` -> `let (a, b) = s in t`"""
    last = at
    while _are(tokens, last, ", name"):
        last += 2
    return (*before("(", back=1)(tokens, at), _insert(tokens[last - 1].span.end, ")", tokens))


def copies(tokens: Sequence[Token], at: int) -> tuple[Edit, ...]:
    """`copy s as x, y in t`, `copy s as x y in t` -> `copy s as (x, y) in t`"""
    end = next((place for place in range(at, len(tokens)) if tokens[place].type not in ("name", ",")), at)
    names = [token.span.text for token in tokens[at:end] if token.type == "name"]
    if tokens[end].type != "in" or len(names) < 2:
        return ()
    return (Edit(tokens[at].span.to(tokens[end - 1].span), f"({', '.join(names)})"),)


def fields(tokens: Sequence[Token], at: int) -> tuple[Edit, ...]:
    """`data T = C(A, B)` -> `data T = C A B`, where each field is a word."""
    opener = max(place for place in range(at) if tokens[place].type == "(")
    closer = _closer(tokens, opener)
    if closer is None or not set(_types(tokens[opener + 1 : closer])) <= _TYPES | {","}:
        return ()
    words = [token.span.text for token in tokens[opener + 1 : closer] if token.type != ","]
    inside = Span(tokens[at].span.source, tokens[opener - 1].span.end, tokens[closer].span.end)
    return (Edit(inside, " " + " ".join(words)),)


def field_of(tokens: Sequence[Token], at: int) -> tuple[Edit, ...]:
    """`data T = C A * B` -> `data T = C (A * B)`, where both are words."""
    if tokens[at - 1].type not in _TYPES or tokens[at + 1].type not in _TYPES | {"int"}:
        return ()
    return (*before("(", back=1)(tokens, at), _insert(tokens[at + 1].span.end, ")", tokens))


def sized_list(tokens: Sequence[Token], at: int) -> tuple[Edit, ...]:
    """`List Bool[3]` -> `List[3] Bool`"""
    size = tokens[at].span.to(tokens[at + 2].span)
    return Edit(tokens[at - 2].span, f"List{size.text}"), Edit(size, "")


def listed(tokens: Sequence[Token], at: int) -> tuple[Edit, ...]:
    """`use logic.and` -> `use logic (and)`"""
    return (Edit(tokens[at].span.to(tokens[at + 1].span), f" ({tokens[at + 1].span.text})"),)


def empty_list(tokens: Sequence[Token], at: int) -> tuple[Edit, ...]:
    """`[] => t` -> `nil => t`"""
    return (Edit(tokens[at].span.to(tokens[at + 1].span), "nil"),)


def cons_pattern(tokens: Sequence[Token], at: int) -> tuple[Edit, ...]:
    """`x : r => t`, `x :: r => t` -> `cons x r => t`"""
    rest = at + 1 if tokens[at + 1].type != ":" else at + 2
    if tokens[rest].type != "name":
        return ()
    pattern = f"cons {tokens[at - 1].span.text} {tokens[rest].span.text}"
    return (Edit(tokens[at - 1].span.to(tokens[rest].span), pattern),)


def applied(word: str, argument: str) -> Rewrite:
    r"""`cons x` -> `(\xs. cons x xs)`, of an argument that is a word."""

    def rewrite(tokens: Sequence[Token], at: int) -> tuple[Edit, ...]:
        if tokens[at - 2].type != word:
            return ()
        start, end = tokens[at - 2].span.start, tokens[at - 1].span.end
        return _insert(start, f"(\\{argument}. ", tokens), _insert(end, f" {argument})", tokens)

    return rewrite


def separated(tokens: Sequence[Token], at: int) -> tuple[Edit, ...]:
    """`cons(x, xs)` -> `cons x xs`, where both are words."""
    if not _are(tokens, at - 5, "( name , name )"):
        return ()
    given = Span(tokens[at].span.source, tokens[at - 6].span.end, tokens[at - 1].span.end)
    return (Edit(given, f" {tokens[at - 4].span.text} {tokens[at - 2].span.text}"),)


def closed(tokens: Sequence[Token], at: int) -> tuple[Edit, ...]:
    """`fold xs { … } x` -> `(fold xs { … }) x`"""
    depth = forms = 0
    for place in reversed(range(at)):
        kind = tokens[place].type
        depth += (kind in CLOSERS.values()) - (kind in CLOSERS)
        if not depth and kind == "{":
            forms += 1
        if not depth and kind in ("iter", "case", "fold"):
            forms -= 1
            if not forms:
                return *before("(")(tokens, place), _insert(tokens[at - 1].span.end, ")", tokens)
    return ()


def declared_by(word: str) -> Rewrite:
    """Puts another word where a declaration begins."""
    return lambda tokens, _: (Edit(tokens[0].span, word),)


def renamed(change: Callable[[str], str], back: int = 0) -> Rewrite:
    """The name of the culprit, or of the token so many places back, changed wherever the item has it."""

    def rewrite(tokens: Sequence[Token], at: int) -> tuple[Edit, ...]:
        name = tokens[at - back].value
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


def _types(tokens: Sequence[Token]) -> list[str]:
    return [token.type for token in tokens]


def _are(tokens: Sequence[Token], at: int, types: str) -> bool:
    """Whether tokens of these types follow, from a place on."""
    return _types(tokens[at : at + len(types.split())]) == types.split()


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
