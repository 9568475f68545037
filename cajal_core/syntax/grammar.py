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


class _DeepOneOf(OneOf):
    match_core = deep(OneOf.match_core)


class _DeepSeries(Series):
    match_core = deep(Series.match_core)


# What may stand inside itself, cut into steps that are short enough.
for _rule in ("term", "atype", "atom", "pattern"):
    _GRAMMAR[_rule].__class__ = _DeepOneOf
_GRAMMAR["type"].__class__ = _DeepSeries

#: What a whole item is.
ITEM = _GRAMMAR["item"]

#: Token types that begin a term, an argument, a type, a pattern, an arm.
ATOM_STARTS = frozenset("name Name true false zero int fail nil ( < [".split())
TERM_STARTS = ATOM_STARTS | frozenset("\\ if iter case fold let copy drop succ cons dict".split())
TYPE_STARTS = frozenset("Bool Unit Nat List Name (".split())
PATTERN_STARTS = frozenset("name _ (".split())
ARM_STARTS = PATTERN_STARTS | frozenset("Name true false zero int succ nil cons".split())


def parse_tokens(tokens: Sequence[Any]) -> Node:
    """The parse tree of an item's tokens; each has a `type`, and the last is an `end`.

    Raises:
        parsimonious.ParseError: if there is none.
    """
    return _GRAMMAR.parse(cast("str", tokens))  # annotated for the text grammars that it also serves
