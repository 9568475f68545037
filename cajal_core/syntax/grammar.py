"""The grammar of the language (docs/spec.md, section 1), over tokens: a literal matches a token's type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from parsimonious.expressions import OneOf
from parsimonious.expressions import Sequence as Series
from parsimonious.grammar import TokenGrammar
from parsimonious.nodes import Node

from cajal_core.base.recursion import deep

_GRAMMAR = TokenGrammar(
    r"""
    item     = (def / extern / learn / space / data / term) "end"
    def      = "def" "name" param* ":" type "=" term
    param    = "(" "!"? "name" ":" type ")"
    extern   = "extern" "name" ":" type
    learn    = "learn" "name" ":" type
    data     = "data" "Name" "=" "Name" more_con*
    more_con = "|" "Name"
    space    = "space" "Name" "[" "int" more_int* "]"
    more_int = "," "int"

    type     = product arrow*
    arrow    = "-o" product
    product  = atype times*
    times    = "*" atype
    atype    = bool / unit_t / nat / named / paren_t
    unit_t   = "Unit"
    bool     = "Bool"
    nat      = "Nat" size?
    size     = "[" "int" "]"
    named    = "Name"
    paren_t  = "(" type ")"

    term     = lam / if / iter / iter_of / case / let_pair / let / copy / drop / app
    lam      = "\\" (typed / bare) "." term
    typed    = group+
    group    = "(" "name" ":" type ")"
    bare     = "name" colon_t?
    colon_t  = ":" type
    if       = "if" term "then" term "else" term
    iter     = "iter" "{" term "|" "name" "->" term "}" atom
    iter_of  = "iter" term "{" "zero" "=>" term "|" "succ" "name" "=>" term "}"
    case     = "case" term "{" arm more_arm* "}"
    arm      = con "=>" term
    more_arm = "|" arm
    let_pair = "let" "(" "name" "," "name" ")" "=" term "in" term
    let      = "let" "name" "=" term "in" term
    copy     = "copy" term "as" "(" "name" "," "name" ")" "in" term
    drop     = "drop" term "in" term
    app      = head atom*
    head     = succ / atom
    succ     = "succ" atom
    atom     = var / con / true / false / zero / int / unit / tuple / paren
    con      = "Name"
    unit     = "(" ")"
    tuple    = "(" term more_term+ ")"
    more_term = "," term
    var      = "name"
    true     = "true"
    false    = "false"
    zero     = "zero"
    int      = "int"
    paren    = "(" term colon_t? ")"
    """
)


class _DeepOneOf(OneOf):
    match_core = deep(OneOf.match_core)


class _DeepSeries(Series):
    match_core = deep(Series.match_core)


# The two rules that may stand inside themselves.
_GRAMMAR["term"].__class__ = _DeepOneOf
_GRAMMAR["type"].__class__ = _DeepSeries

#: What a whole item is.
ITEM = _GRAMMAR["item"]

#: Token types that begin a term, an argument, a type.
TERM_STARTS = frozenset("name Name true false zero int ( \\ if iter case let copy drop succ".split())
ATOM_STARTS = frozenset("name Name true false zero int (".split())
TYPE_STARTS = frozenset("Bool Unit Nat Name (".split())


def parse_tokens(tokens: Sequence[Any]) -> Node:
    """The parse tree of an item's tokens; each has a `type`, and the last is an `end`.

    Raises:
        parsimonious.ParseError: if there is none.
    """
    return _GRAMMAR.parse(cast("str", tokens))  # annotated for the text grammars that it also serves
