"""The reference interpreter: what it evaluates and what it leaves alone, and where it gives up."""

from __future__ import annotations

import pytest

from cajal_core import CajalError, Program
from cajal_core.terms import evaluate

NOT = "def not (x : Bool) : Bool = if x then false else true"
SOURCE = f"""
{NOT}
data Dir = N | E
def next (n : Nat) : Nat = succ n
def const (!n : Nat) : Nat = 1
def same (!x : Bool) : Bool = x
def flip (!x : Bool) : Bool = same (not x)
"""


def value(text: str) -> str:
    program = Program(nat_size=10)
    program.run(SOURCE)
    return str(program.evaluate(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("if true then 1 else succ 9", "1"),
        ("if false then succ 9 else 2", "2"),
        ("case E { N => succ 9 | E => 3 }", "3"),
        ("iter 0 { zero => 4 | succ n => drop n in succ 9 }", "4"),
        ("const (succ 9)", "1"),
    ],
)
def test_a_branch_a_step_and_a_reusable_argument_are_evaluated_where_they_are_needed(
    text: str, expected: str
) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    "text", [r"(\n:Nat. drop n in 1) (succ 9)", "let n = succ 9 in drop n in 1", "drop succ 9 in 1"]
)
def test_what_is_bound_or_dropped_is_evaluated_all_the_same(text: str) -> None:
    with pytest.raises(CajalError, match="succ 9 does not fit"):
        value(text)


def test_a_reusable_argument_is_evaluated_where_it_was_written() -> None:
    assert value("flip true") == "false"  # the `x` of `not x` is that of `flip`, not that of `same`


def test_functions_may_stand_inside_pairs_on_the_way() -> None:
    assert value(r"let (f, x) = (\y:Bool. not y, true) in (f x, 3, N)") == "(false, 3, N)"


def test_an_overflow_stands_where_the_number_grows() -> None:
    program = Program(nat_size=10)
    program.run(SOURCE)
    with pytest.raises(CajalError) as caught:
        program.evaluate("next 9")
    [mistake] = caught.value.errors
    assert mistake.span and mistake.span.text == "succ n"


def test_a_definition_is_evaluated_once() -> None:
    """Each uses the one before it twice, so the last would take 2¹⁰⁰ steps."""
    program = Program()
    program.run("def b0 : Bool = true")
    program.run("\n".join(f"def b{i} : Bool = if b{i - 1} then b{i - 1} else false" for i in range(1, 100)))
    assert str(program.evaluate("b99")) == "true"


def test_evaluate_refuses_what_has_no_value() -> None:
    program = Program()
    program.run("extern b : Bool")
    with pytest.raises(CajalError, match="it is a function"):
        program.evaluate(r"\x:Bool. x")
    with pytest.raises(CajalError, match="it needs the extern `b`"):
        program.evaluate("if b then 1 else 2")


def test_a_term_too_long_to_evaluate_shows_its_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluate, "LONGEST_RUN", 20)
    program = Program()
    *_, short, long = program.run(NOT + "\nnot true\niter 9 { zero => true | succ y => not y }")
    assert str(short.value) == "false"
    assert (long.value, str(long.type)) == (None, "Bool")
    with pytest.raises(CajalError, match=r"it takes more than 20 steps\n --> term:1:1"):
        program.evaluate("iter 9 { zero => true | succ y => not y }")
