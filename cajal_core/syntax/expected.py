"""Text that is being written, and a place in it -> what may stand there.

    if a then □    ->    a term: the tokens that begin one, and the variables that are bound

The text before the place is tokenized, laid out and parsed with a hole at the place. The parser tells which
tokens it expected at the hole. A few of them complete the item, so that its tree tells what is bound there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cajal_core.base.source import Source, Span
from cajal_core.diagnostics.syntax import Unclosed
from cajal_core.syntax.grammar import ATOM_STARTS, TERM_STARTS, TYPE_STARTS, parse_tokens
from cajal_core.syntax.layout import CONTINUES, ItemTokens, layout
from cajal_core.syntax.lexer import DECLARATIONS, Token, Tokens, tokenize
from cajal_core.syntax.parse import too_deep
from cajal_core.syntax.prefix import Prefix, longest_prefix
from cajal_core.syntax.tree_builder import build
from cajal_core.syntax.variables import Place, Variable, place_in

#: An answer comes while the user types. So no more characters before the place are read than this, save where
#: an item begins, and no item of more tokens is parsed: there any term may stand, as far as can be told.
_FURTHEST = 40_000
_MOST_TOKENS = 2_000
_DECLARATION = re.compile(rf"^(?:{'|'.join(sorted(DECLARATIONS))})\b", re.MULTILINE)
#: A character that begins no token, and the type of the token that it is made here.
_HOLE = "□"


@dataclass(frozen=True, slots=True)
class Expected:
    """What may stand at a place in a text.

    `tokens` are the types of the tokens that the grammar allows: a reserved word or a symbol itself, `name`
    and `Name` for names without and with a capital letter, `int`, and `end` for the end of the item.
    `variables` are those that may be used there, the innermost last. `scrutinee` is what a `case` takes
    apart, as it is written, where an arm of the `case` begins. `module` is that of a `use` where a name
    that it declares fits, and empty where the module itself does.

    Example:
        >>> import cajal_core as cajal
        >>> place = cajal.expected("def f (x : ", 11)
        >>> place.takes_type, place.takes_value, sorted(place.tokens)
        (True, False, ['(', 'Bool', 'List', 'Name', 'Nat', 'Unit'])
    """

    tokens: frozenset[str] = frozenset()
    variables: tuple[Variable, ...] = ()
    scrutinee: str | None = None
    module: str | None = None

    @property
    def takes_value(self) -> bool:
        """Whether the name of a variable or a definition fits."""
        return self.tokens >= ATOM_STARTS

    @property
    def takes_constructor(self) -> bool:
        """Whether a constructor fits, as a value or as the start of an arm."""
        return self.takes_value or ("Name" in self.tokens and self.scrutinee is not None)

    @property
    def takes_type(self) -> bool:
        """Whether a type fits."""
        return self.tokens >= TYPE_STARTS

    @property
    def takes_binder(self) -> bool:
        """Whether a new name fits: of a variable, or of what an item declares."""
        if self.takes_value or self.takes_constructor or self.takes_type or self.module is not None:
            return False
        return "name" in self.tokens or "Name" in self.tokens


_ANY_TERM = Expected(TERM_STARTS)


def expected(text: str, offset: int) -> Expected:
    r"""What may stand at an offset in source text. Only the text before the offset counts.

    Inside a comment nothing is expected. Nor is it where the item does not parse up to the offset; the
    variables are then those of the place where the parser stops. At the margin a line may begin a new item or
    go on with the item above, and `variables` is empty.

    Example:
        >>> import cajal_core as cajal
        >>> text = r"\x:Bool. \y:Bool. if x then "
        >>> place = cajal.expected(text, len(text))
        >>> place.takes_value, place.takes_type, "case" in place.tokens, "else" in place.tokens
        (True, False, True, False)
        >>> [(variable.name, variable.type, variable.uses) for variable in place.variables]
        [('x', 'Bool', 1), ('y', 'Bool', 0)]

    Raises:
        ValueError: if the text has no such offset.
    """
    if not 0 <= offset <= len(text):
        raise ValueError(f"no offset {offset} in {len(text)} characters")
    if offset > _FURTHEST:
        begins = _DECLARATION.search(text, offset - _FURTHEST, offset)
        return expected(text[begins.start() : offset], offset - begins.start()) if begins else _ANY_TERM
    source = Source("text", text[:offset] + _HOLE)
    tokens, hole = tokenize(source), Token(_HOLE, _HOLE, Span(source, offset, offset + 1))
    # A comment, an open string, a remark (`# …`, `// …`) or a `□` before the hole takes it in.
    if not tokens.mistakes or tokens.mistakes[-1].span != hole.span:
        return Expected()
    with_hole = Tokens(source, [*tokens.tokens, hole], tokens.comments, tokens.mistakes[:-1])
    *above, item = layout(with_hole)
    if too_deep(item.tokens):
        return Expected()
    if len(item.tokens) > _MOST_TOKENS:
        return _ANY_TERM
    prefix = longest_prefix(item.tokens)
    if item.tokens[0] is hole:  # an item begins here, unless the line goes on with the one above
        return Expected(prefix.follow | (_after(above[-1], hole) & CONTINUES if above else frozenset[str]()))
    if item.tokens[0].type == "use":
        follow, before = _follow(item, prefix), item.tokens[1 : prefix.length]
        return Expected(follow, module=(before[0].value if before else "") if "name" in follow else None)
    place = _place(item.tokens, prefix) if prefix.length else Place()
    return Expected(_follow(item, prefix), place.variables, place.case and place.case.scrutinee.span.text)


def _after(item: ItemTokens, hole: Token) -> frozenset[str]:
    """What may follow an item, unless `;` ends it."""
    if not item.tokens or item.tokens[-1].value or too_deep(item.tokens) or len(item.tokens) > _MOST_TOKENS:
        return frozenset()
    with_hole = ItemTokens([*item.tokens[:-1], hole], item.mistakes)
    return _follow(with_hole, longest_prefix(with_hole.tokens))


def _follow(item: ItemTokens, prefix: Prefix) -> frozenset[str]:
    """What may stand at the hole, if the item is in order up to there. Its brackets may be open."""
    in_order = all(isinstance(mistake, Unclosed) for mistake in item.mistakes)
    return prefix.follow if in_order and item.tokens[prefix.length].type == _HOLE else frozenset()


def _place(tokens: Sequence[Token], prefix: Prefix) -> Place:
    """What is bound where the parser stops: at the hole, or before a token that does not fit."""
    hole, last = tokens[prefix.length].span, tokens[prefix.length - 1].span
    behind = Span(hole.source, hole.end, hole.end)
    first, *rest = prefix.completion()
    completed = [*tokens[: prefix.length], _token(first, hole), *[_token(type, behind) for type in rest]]
    return place_in(build(parse_tokens(completed)), hole, last.end)


def _token(type: str, span: Span) -> Token:
    """A token of a completion. Its name is one that nobody can write."""
    return Token(type, "0" if type == "int" else "", span)
