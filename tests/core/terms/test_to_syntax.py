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
BOX = tys.Data("Box", ("One", "Box", "Dot"), ((), (BOOL, NAT), ()))
LIST = tys.List(BOOL, 3)
B = core.Binder("b", BOX, HERE)
N, XS, WIDE = core.Binder("n", NAT, HERE), core.Binder("xs", LIST, HERE), core.Binder("m", tys.Nat(5), HERE)
BOTH = core.Var(core.Binder("x", tys.With((BOOL, NAT)), HERE), span=HERE)
FAIL = core.Fail(BOOL, span=HERE)
LITERAL = core.Cons(TRUE, core.Cons(VAR, core.Nil(LIST, span=HERE), LIST, span=HERE), LIST, span=HERE)


def var(binder: core.Binder) -> core.Term:
    return core.Var(binder, span=HERE)


def lam(body: core.Term, *binders: core.Binder) -> core.Term:
    for binder in reversed(binders):
        body = core.Lam(binder, body, tys.Arrow(binder.type, body.type), span=HERE)
    return body


OF_FIELDS = lam(core.Drop(var(N), var(Y), BOOL, span=HERE), Y, N)
IDENTITY = core.Lam(X, VAR, tys.Arrow(BOOL, BOOL), span=HERE)
NOT = core.Definition("not", IDENTITY.type, IDENTITY)

NONE = tys.List(BOOL, 0)
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
        core.Case(core.Constructor(0, DIR, span=HERE), (TRUE, VAR), (0, 1), None, BOOL, span=HERE),
        "case N { N => true | E => x }",
    ),
    (core.Copy(VAR, (Y, Z, X), TRUE, BOOL, span=HERE), "copy x as (y, z, x) in true"),
    (core.Drop(VAR, TRUE, BOOL, span=HERE), "drop x in true"),
    (
        core.Case(
            core.Constructor(2, BOX, span=HERE), (OF_FIELDS, VAR), (1, 0), lam(TRUE, B), BOOL, span=HERE
        ),
        "case Dot { Box y n => drop n in y | One => x | b => true }",
    ),
    (
        core.Case(NUMBER, (TRUE,), (1,), lam(TRUE, N), BOOL, span=HERE),
        "case 2 { 1 => true | n => true }",
    ),
    (core.CaseNat(NUMBER, TRUE, lam(VAR, N), BOOL, span=HERE), "case 2 { zero => true | succ n => x }"),
    (
        core.CaseList(LITERAL, TRUE, lam(var(Y), Y, XS), BOOL, span=HERE),
        "case ([true, x] : List[3] Bool) { nil => true | cons y xs => y }",
    ),
    (core.Alternatives((TRUE, NUMBER), tys.With((BOOL, NAT)), span=HERE), "<true, 2>"),
    (core.Alternatives((TRUE, FAIL), tys.Power(BOOL, 2), span=HERE), "(<true, fail> : Bool ^ 2)"),
    (core.Pick(BOTH, 1, NAT, span=HERE), "x.2"),
    (FAIL, "(fail : Bool)"),
    (core.Or(TRUE, VAR, BOOL, span=HERE), "true <|> x"),
    (core.Nil(LIST, span=HERE), "(nil : List[3] Bool)"),
    (core.Nil(tys.List(BOOL, 2, written=False), span=HERE), "(nil : List Bool)"),
    (LITERAL, "([true, x] : List[3] Bool)"),
    (core.Cons(TRUE, var(XS), LIST, span=HERE), "(cons true xs : List[3] Bool)"),
    # A literal must have room, `cons` need not.
    (core.Cons(TRUE, core.Nil(NONE, span=HERE), NONE, span=HERE), "(cons true nil : List[0] Bool)"),
    (
        core.Fold(var(XS), TRUE, "cons", Y, Z, VAR, BOOL, span=HERE),
        "fold xs { nil => true | cons y z => x }",
    ),
    (
        core.Fold(var(XS), FAIL, "snoc", Y, Z, FAIL, BOOL, span=HERE),
        "fold xs { nil => (fail : Bool) | snoc z y => fail }",
    ),
    (
        core.Comprehension((var(XS), LITERAL), (Y, Z), var(Y), LIST, span=HERE),
        "[y | y in xs, z in ([true, x] : List[3] Bool)]",
    ),
    (core.Dict(BOTH, VAR, tys.Arrow(BOOL, NAT), span=HERE), "dict x x"),
    # What has a type by itself is widened; another term would take the type that is told.
    (core.Widen(var(N), tys.Nat(5), span=HERE), "(n : Nat[5])"),
    (core.Widen(core.Succ(var(N), NAT, span=HERE), tys.Nat(5), span=HERE), "((succ n : Nat) : Nat[5])"),
    (
        core.App(lam(TRUE, WIDE), core.Widen(var(N), tys.Nat(5), span=HERE), BOOL, span=HERE),
        r"(\m:Nat[5]. true) n",
    ),
    (
        core.App(lam(TRUE, WIDE), core.Numeral(4, tys.Nat(5), span=HERE), BOOL, span=HERE),
        r"(\m:Nat[5]. true) 4",
    ),
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
    (tys.With((BOOL, tys.Product(BOOL, NAT), tys.With((BOOL, NAT)))), "Bool & Bool * Nat & (Bool & Nat)"),
    (tys.Power(tys.Power(BOOL, 2), 3), "(Bool ^ 2) ^ 3"),
    (tys.List(tys.List(BOOL, 2, written=False), 3), "List[3] List Bool"),
    (BOX, "Box"),
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
