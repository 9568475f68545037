"""The grammar of the language (docs/spec.md, section 1), over tokens: a literal matches a token's type."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, cast

from parsimonious.exceptions import ParseError
from parsimonious.expressions import Compound, Expression, Literal, OneOf
from parsimonious.expressions import Sequence as Series
from parsimonious.grammar import TokenGrammar
from parsimonious.nodes import Node

from cajal_core.base.recursion import deep

_GRAMMAR = TokenGrammar(
    r"""
    item     = (def / extern / learn / space / data / synonym / use / term) "end"
    def      = "def" "name" param* ":" type "=" term
    param    = "(" (reusable / patterns) ":" type ")"
    reusable = "!" "name"+
    extern   = "extern" "name" ":" type
    learn    = "learn" "name" ":" type
    data     = "data" "Name" "=" data_con more_con*
    data_con = "Name" atype*
    more_con = "|" data_con
    synonym  = "type" "Name" "=" type
    use      = "use" "name" names?
    names    = "(" used more_used* ")"
    more_used = "," used
    more_name = "," "name"
    used     = "name" / "Name"
    space    = "space" "Name" "[" "int" more_int* "]"
    more_int = "," "int"

    pattern  = binder / wildcard / pair_p
    patterns = pattern+
    binder   = "name"
    wildcard = "_"
    pair_p   = "(" pattern more_p+ ")"
    more_p   = "," pattern

    type     = with arrow*
    arrow    = "-o" with
    with     = product and*
    and      = "&" product
    product  = power times*
    times    = "*" power
    power    = atype count?
    count    = "^" "int"
    atype    = bool / unit_t / nat / list_t / named / paren_t
    unit_t   = "Unit"
    bool     = "Bool"
    nat      = "Nat" size?
    list_t   = "List" size? atype
    size     = "[" "int" "]"
    named    = "Name"
    paren_t  = "(" type ")"

    term     = open / or
    open     = lam / if / let / copy / drop
    lam      = "\\" (typed / bare_t / bare) "." term
    typed    = group+
    group    = "(" patterns ":" type ")"
    bare_t   = pattern ":" type
    bare     = pattern+
    colon_t  = ":" type
    if       = "if" term "then" term "else" term
    let      = "let" pattern colon_t? "=" term "in" term
    copy     = "copy" term "as" copies "in" term
    copies   = "(" "name" more_name+ ")"
    drop     = "drop" term "in" term
    or       = closed more_or*
    more_or  = "<|>" (open / closed)
    closed   = iter / iter_of / case / fold / app
    iter     = "iter" "{" term "|" pattern "->" term "}" atom
    iter_of  = "iter" term "{" "zero" "=>" term "|" "succ" pattern "=>" term "}"
    fold     = "fold" term "{" "nil" "=>" term "|" ("cons" / "snoc") pattern pattern "=>" term "}"
    case     = "case" term "{" arm more_arm* "}"
    arm      = (con_p / succ_p / cons_p / unit_p / word_p / number_p / pattern) "=>" term
    more_arm = "|" arm
    con_p    = "Name" pattern*
    succ_p   = "succ" pattern
    cons_p   = "cons" pattern pattern
    unit_p   = "(" ")"
    word_p   = "true" / "false" / "zero" / "nil"
    number_p = "int"
    app      = head atom*
    head     = succ / cons / dict / atom
    succ     = "succ" atom
    cons     = "cons" atom atom
    dict     = "dict" atom atom
    atom     = picked / int
    picked   = base pick*
    pick     = "." "int"
    base     = var / con / true / false / zero / fail / nil / unit / tuple / paren / angles / each / list
    con      = "Name"
    unit     = "(" ")"
    tuple    = "(" term more_term+ ")"
    angles   = "<" term more_term+ ">"
    each     = "[" term "|" source more_source* "]"
    source   = pattern "in" term
    more_source = "," source
    list     = "[" elements? "]"
    elements = term more_term*
    more_term = "," term
    var      = "name"
    true     = "true"
    false    = "false"
    zero     = "zero"
    fail     = "fail"
    nil      = "nil"
    int      = "int"
    paren    = "(" term colon_t? ")"
    """
)


class _Choice(OneOf):
    """One of several rules, of whose node it has no need. A token tells which of them may match.

    All are tried with tokens that note what they are compared with (`prefix`).
    """

    @cached_property
    def _by_start(self) -> dict[str, list[Expression]]:
        starts = [(member, _starts(member)) for member in self.members]
        types = frozenset[str]().union(*[types for _, types in starts])
        return {type: [member for member, types in starts if type in types] for type in types}

    def _uncached_match(self, text: Any, pos: int, cache: Any, error: ParseError) -> Node | None:
        type = text[pos].type
        members = self._by_start.get(type, ()) if type.__class__ is str else self.members
        for member in members:
            node = cast("Node | None", member.match_core(text, pos, cache, error))
            if node is not None:
                return node
        return None


#: The stubs lack how it matches.
_SERIES: Any = Series


class _Chain(Series):
    """A part and perhaps more behind it. It has no need of a node for one part alone."""

    def _uncached_match(self, text: Any, pos: int, cache: Any, error: ParseError) -> Node | None:
        node: Node | None = _SERIES._uncached_match(self, text, pos, cache, error)
        return node.children[0] if node and not node.children[1].children else node


class _DeepChoice(_Choice):
    match_core = deep(_Choice.match_core)


class _DeepChain(_Chain):
    match_core = deep(_Chain.match_core)


def _starts(expression: Expression) -> frozenset[str]:
    """The types of the tokens that an expression, which is not empty, may begin with."""
    if isinstance(expression, Literal):
        return frozenset([expression.literal])
    assert isinstance(expression, Compound)
    members = expression.members if isinstance(expression, OneOf) else expression.members[:1]
    return frozenset[str]().union(*map(_starts, members))


# What may stand inside itself is cut into steps that are short enough.
for _class, _rules in (
    (_Choice, "open closed head base used"),
    (_DeepChoice, "term atype atom pattern"),
    (_Chain, "with product power or app picked"),
    (_DeepChain, "type"),
):
    for _rule in _rules.split():
        _GRAMMAR[_rule].__class__ = _class

#: What a whole item is.
ITEM = _GRAMMAR["item"]

#: Token types that begin a term, an argument, a type, a pattern, an arm.
TERM_STARTS, ATOM_STARTS, TYPE_STARTS, PATTERN_STARTS, ARM_STARTS = [
    _starts(_GRAMMAR[_rule]) for _rule in ("term", "atom", "type", "pattern", "arm")
]


def parse_tokens(tokens: Sequence[Any]) -> Node:
    """The parse tree of an item's tokens; each has a `type`, and the last is an `end`.

    Raises:
        parsimonious.ParseError: if there is none.
    """
    return _GRAMMAR.parse(cast("str", tokens))  # annotated for the text grammars that it also serves
