"""What `infer` and `check` tell of a term: its core, its type and its uses."""

from __future__ import annotations

import pytest

from cajal_core.base import tys
from cajal_core.base.source import Source
from cajal_core.checking.context import Scope
from cajal_core.checking.expectation import Expectation
from cajal_core.checking.terms import TermChecker
from cajal_core.syntax import tree
from cajal_core.syntax.parse import parse
from cajal_core.terms import core

BOOL = tys.Bool()
DIR = tys.Data("Dir", ("N", "E"))
NOT = core.Extern("not", tys.Arrow(BOOL, BOOL))
SCOPE = Scope({"not": NOT, "lost": None}, {"Dir": DIR}, {"N": DIR, "E": DIR}, nat_size=10)


def term(text: str) -> tree.Term:
    [item] = parse(Source("cell", text))
    assert isinstance(item, tree.Show)
    return item.term


@pytest.mark.parametrize(
    ("text", "type"),
    [
        (r"\x:Bool. not x", "Bool -o Bool"),
        ("if true then N else E", "Dir"),
        ("iter 2 { zero => true | succ y => not y }", "Bool"),
        ("let x = E in (x, 3)", "Dir * Nat"),
        ("let (x, y) = (N, ()) in (y, x)", "Unit * Dir"),
        ("case N { E => 3 | N => succ 4 }", "Nat"),
        ("copy true as (x, y) in drop x in y", "Bool"),
        ("(3 : Nat[5])", "Nat[5]"),
        (r"(\f. f true : (Bool -o Bool) -o Bool)", "(Bool -o Bool) -o Bool"),
    ],
)
def test_the_type_of_a_right_term_is_that_of_its_core(text: str, type: str) -> None:
    checker = TermChecker(SCOPE)
    typed = checker.infer(term(text))
    assert str(typed.type) == type
    assert typed.term.type == typed.type
    assert typed.uses == {}
    assert checker.record.is_right
    checked = checker.check(term(text), Expectation(typed.type, "", ""))
    assert (checked.type, checker.record.mistakes) == (typed.type, [])


@pytest.mark.parametrize("text", ["lost", "lost true", "(lost, 3)", r"\x:Bool. (x, lost)", "not (lost 3)"])
def test_what_rests_on_an_earlier_mistake_has_no_core_and_no_new_mistake(text: str) -> None:
    checker = TermChecker(SCOPE)
    checker.infer(term(text))
    assert checker.record.mistakes == []
    assert not checker.record.is_right


def test_uses_are_told_in_order() -> None:
    checker = TermChecker(SCOPE)
    variable = checker.context.open(tree.Binder("x", span=term("x").span), BOOL)
    typed = checker.infer(term("(not x, x)"))
    assert [(span.start, span.end) for span in typed.uses[variable]] == [(5, 6), (8, 9)]


def test_arms_are_put_in_the_order_of_the_constructors() -> None:
    case = TermChecker(SCOPE).infer(term("case N { E => 3 | N => 4 }")).term
    assert isinstance(case, core.Case)
    assert [arm.value for arm in case.arms if isinstance(arm, core.Numeral)] == [4, 3]


def test_a_reusable_argument_is_blamed_for_a_variable_once() -> None:
    x, f = core.Binder("x", BOOL, term("x").span), core.Binder("f", BOOL, term("x").span, reusable=True)
    body = core.Lam(f, core.Var(f, span=f.span), tys.Arrow(BOOL, BOOL, reusable=True), span=f.span)
    use = core.Definition("reuse", body.type, body, (f,))
    checker = TermChecker(Scope({"not": NOT, "reuse": use}, {}, {}, nat_size=10))
    variable = checker.context.open(tree.Binder(x.name, span=x.span), BOOL)
    typed = checker.infer(term("reuse (not x)"))
    assert isinstance(typed.term, core.Instance)
    assert typed.type == BOOL
    checker.context.close(variable, typed.uses)
    assert [mistake.title for mistake in checker.record.mistakes] == [
        "the reusable argument `f` of `reuse` uses the variable `x`"
    ]
