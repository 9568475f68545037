r"""Variables that would capture a name, were they written as they are: which of them get a new name.

A `core.Binder` may stand below another of its name, and still the outer one be meant: passes make such terms.
"""

from __future__ import annotations

import pytest

from cajal_core import Program
from cajal_core.base import tys
from cajal_core.base.source import Source, Span
from cajal_core.syntax.printer import pretty
from cajal_core.terms import core
from cajal_core.terms.capture import without_capture
from cajal_core.terms.to_syntax import read_back

HERE = Span(Source("test", ""), 0, 0)
BOOL = tys.Bool()

DECLARATIONS = """
space V[2]
extern end : V -o Bool
extern src : V
def x1 (a : Bool) : Bool = a
def and (x : Bool) (y : Bool) : Bool = if x then y else (drop y in false)
"""


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (r"\g:Bool. \g:Unit. end src", r"\g:Bool. \g':Unit. drop g in drop g' in end src"),
        (r"\g:Bool. \g:Unit. \g':V. end g'", r"\g:Bool. \g'':Unit. \g':V. drop g in drop g'' in end g'"),
        (r"\x:Bool. \x:Bool. and x x", r"\x:Bool. \x':Bool. drop x in copy x' as (x1, x2) in and x1 x2"),
        (r"\x:Bool. \x1:Bool. and x x", r"\x:Bool. \x1:Bool. drop x1 in copy x as (x1', x2) in and x1' x2"),
        (r"\x:Bool. and x (x1 x)", r"\x:Bool. copy x as (x1', x2) in and x1' (x1 x2)"),
        (
            r"\p:Bool * Bool. let (a, a) = p in true",
            r"\p:Bool * Bool. let (a, a') = p in drop a in drop a' in true",
        ),
        (r"\x:Bool. let x = true in ()", r"\x:Bool. drop x in let x = true in drop x in ()"),
        (
            "def f (b : Bool) (b : Bool) (and : Bool) : Bool = and",
            "def f (b : Bool) (b' : Bool) (and : Bool) : Bool = drop b in drop b' in and",
        ),
        (r"\x:Bool. (\x:Bool. x) x", None),
    ],
)
def test_what_auto_puts_in_means_what_it_says(written: str, shown: str | None) -> None:
    program = Program(auto=True)
    program.run(DECLARATIONS)
    [result] = program.run(written)
    assert result.elaborated == shown
    if shown:
        strict = Program()
        strict.run(DECLARATIONS)
        [again] = strict.run(shown)
        assert again.type == result.type


def test_a_top_level_name_is_no_variable() -> None:
    """As where a pass writes the name of a definition below a variable of that name."""
    bound = core.Binder("f", BOOL, HERE)
    mention = core.Param(core.Extern("f", BOOL), span=HERE)
    body = core.Drop(core.Var(bound, span=HERE), mention, BOOL, span=HERE)
    lam = core.Lam(bound, body, tys.Arrow(BOOL, BOOL), span=HERE)
    assert pretty(read_back(lam)) == r"\f':Bool. drop f' in f"


def test_a_term_that_captures_nothing_stays_the_same_object() -> None:
    bound = core.Binder("x", BOOL, HERE)
    lam = core.Lam(bound, core.Var(bound, span=HERE), tys.Arrow(BOOL, BOOL), span=HERE)
    assert without_capture(lam) is lam
