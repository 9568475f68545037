"""Core terms as a user could have written them: one of each."""

from __future__ import annotations

from typing import get_args

import pytest

from cajal_core.base import tys
from cajal_core.base.source import Source, Span
from cajal_core.syntax.printer import pretty
from cajal_core.terms import core
from cajal_core.terms.to_syntax import read_back, read_back_definition

HERE = Span(Source("test", ""), 0, 0)
BOOL, NAT, DIR = tys.Bool(), tys.Nat(3, written=False), tys.Data("Dir", ("N", "E"))
X, Y, Z = (core.Binder(name, BOOL, HERE) for name in "xyz")
VAR = core.Var(X, span=HERE)
TRUE = core.Boolean(True, span=HERE)
NUMBER = core.Numeral(2, NAT, span=HERE)
IDENTITY = core.Lam(X, VAR, tys.Arrow(BOOL, BOOL), span=HERE)
NOT = core.Definition("not", IDENTITY.type, IDENTITY)

TERMS: list[tuple[core.Term, str]] = [
    (VAR, "x"),
    (core.Ref(NOT, span=HERE), "not"),
    (core.Param(core.Extern("f", BOOL), span=HERE), "f"),
    (core.Instance(NOT, (TRUE, VAR), BOOL, span=HERE), "not true x"),
    (IDENTITY, r"\x:Bool. x"),
    (core.App(IDENTITY, TRUE, BOOL, span=HERE), r"(\x:Bool. x) true"),
    (TRUE, "true"),
    (core.If(TRUE, VAR, TRUE, BOOL, span=HERE), "if true then x else true"),
    (NUMBER, "2"),
    (core.Numeral(2, tys.Nat(3), span=HERE), "(2 : Nat[3])"),
    (core.Succ(NUMBER, NAT, span=HERE), "succ 2"),
    (core.Iter(NUMBER, TRUE, X, VAR, BOOL, span=HERE), "iter 2 { zero => true | succ x => x }"),
    (core.Let(X, TRUE, VAR, BOOL, span=HERE), "let x = true in x"),
    (core.Unit(span=HERE), "()"),
    (core.Pair(TRUE, VAR, tys.Product(BOOL, BOOL), span=HERE), "(true, x)"),
    (core.LetPair(Y, Z, VAR, TRUE, BOOL, span=HERE), "let (y, z) = x in true"),
    (core.Constructor(1, DIR, span=HERE), "E"),
    (
        core.Case(core.Constructor(0, DIR, span=HERE), (TRUE, VAR), BOOL, span=HERE),
        "case N { N => true | E => x }",
    ),
    (core.Copy(VAR, Y, Z, TRUE, BOOL, span=HERE), "copy x as (y, z) in true"),
    (core.Drop(VAR, TRUE, BOOL, span=HERE), "drop x in true"),
]


def test_there_is_one_of_each() -> None:
    assert {type(term) for term, _ in TERMS} == set(get_args(core.Term))


@pytest.mark.parametrize(("term", "text"), TERMS)
def test_text(term: core.Term, text: str) -> None:
    assert pretty(read_back(term)) == text


TYPES: list[tuple[tys.Type, str]] = [
    (BOOL, "Bool"),
    (tys.Unit(), "Unit"),
    (NAT, "Nat"),
    (tys.Nat(3), "Nat[3]"),
    (DIR, "Dir"),
    (tys.Space("V", (2,)), "V"),
    (tys.Product(BOOL, tys.Product(BOOL, NAT)), "Bool * (Bool * Nat)"),
    (tys.Arrow(tys.Arrow(BOOL, BOOL), BOOL), "(Bool -o Bool) -o Bool"),
]


@pytest.mark.parametrize(("type", "text"), TYPES)
def test_types(type: tys.Type, text: str) -> None:
    lam = core.Lam(core.Binder("x", type, HERE), TRUE, tys.Arrow(type, BOOL), span=HERE)
    assert pretty(read_back(lam)) == rf"\x:{text}. true"


def test_a_definition_has_the_parameters_that_were_written() -> None:
    reusable = core.Binder("x", BOOL, HERE, reusable=True)
    inner = core.Lam(Y, core.Var(Y, span=HERE), tys.Arrow(BOOL, BOOL), span=HERE)
    type = tys.Arrow(BOOL, inner.type, reusable=True)
    definition = core.Definition("f", type, core.Lam(reusable, inner, type, span=HERE), (reusable,))
    shown = [pretty(read_back_definition(definition, count, HERE)) for count in (1, 2)]
    assert shown == [
        r"def f (!x : Bool) : Bool -o Bool = \y:Bool. y",
        "def f (!x : Bool) (y : Bool) : Bool = y",
    ]
