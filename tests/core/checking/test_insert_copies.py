"""Copies and drops that are put in: where, and that they make a strict program of the same meaning."""

import pytest
import torch

from cajal_core import CajalError, Program

SOURCE = """
def and (x : Bool) (y : Bool) : Bool = if x then y else (drop y in false)
data Dir = N | E
"""


@pytest.fixture
def auto() -> Program:
    program = Program(auto=True)
    program.run(SOURCE)
    return program


@pytest.mark.parametrize(
    ("written", "elaborated"),
    [
        (r"\x:Bool. and x x", r"\x:Bool. copy x as (x1, x2) in and x1 x2"),
        (r"\x:Bool. true", r"\x:Bool. drop x in true"),
        (r"\b:Bool. \x:Bool. if b then x else true", r"\b:Bool. \x:Bool. if b then x else drop x in true"),
        (
            r"\b:Bool. if b then b else true",
            r"\b:Bool. copy b as (b1, b2) in if b1 then b2 else drop b2 in true",
        ),
        (
            r"\x:Bool. and true (and x x)",
            r"\x:Bool. and true (copy x as (x1, x2) in and x1 x2)",
        ),
        (
            r"\x:Bool. and x (and x x)",
            r"\x:Bool. copy x as (x1, x2) in and x1 (copy x2 as (x21, x22) in and x21 x22)",
        ),
        (
            r"\d:Dir. \x:Bool. case d { N => x | E => and x x }",
            r"\d:Dir. \x:Bool. case d { N => x | E => copy x as (x1, x2) in and x1 x2 }",
        ),
        (r"\p:Bool * Dir. let (x, d) = p in x", r"\p:Bool * Dir. let (x, d) = p in drop d in x"),
        (r"\x1:Bool. \x:Bool. (x1, x, x)", r"\x1:Bool. \x:Bool. copy x as (x1', x2) in (x1, x1', x2)"),
        (
            r"\n:Nat. iter n { zero => true | succ y => and y y }",
            r"\n:Nat. iter n { zero => true | succ y => copy y as (y1, y2) in and y1 y2 }",
        ),
        (r"\x:Bool. and x true", None),
        # Sides and components are branches.
        (r"\x:Bool. x <|> true", r"\x:Bool. x <|> drop x in true"),
        (r"\x:Bool. (and x x <|> x)", r"\x:Bool. (copy x as (x1, x2) in and x1 x2) <|> x"),
        (r"\x:Bool. <x, true, x>", r"\x:Bool. <x, drop x in true, x>"),
        (r"\x:Bool. (x, <x, x>)", r"\x:Bool. copy x as (x1, x2) in (x1, <x2, x2>)"),
        # A `fail` uses up what is left, in all branches or as a part.
        (r"\x:Bool. (fail : Bool)", None),
        (r"\x:Bool. \y:Bool. if y then fail else x", None),
        (r"\x:Bool. \y:Bool. if y then (fail : Bool) else fail", None),
        (
            r"\x:Bool. \y:Bool. if y then (fail : Bool) else true",
            r"\x:Bool. \y:Bool. drop x in if y then (fail : Bool) else true",
        ),
        (
            r"\x:Bool. and (and x x) fail",
            r"\x:Bool. and (copy x as (x1, x2) in and x1 x2) fail",
        ),
        (r"\n:Nat. iter n { zero => true | succ y => fail }", None),
        # It ends at a step.
        (
            r"\x:Bool. iter 1 { zero => true | succ y => fail }",
            r"\x:Bool. drop x in iter 1 { zero => true | succ y => fail }",
        ),
        (r"\x:Bool. [fail <|> y | y in [x]]", None),
        # Steps and bodies
        (
            r"\l:List[2] Bool. fold l { nil => true | cons x y => and x x }",
            (
                r"\l:List[2] Bool. fold l { nil => true | cons x y => drop y in "
                r"copy x as (x1, x2) in and x1 x2 }"
            ),
        ),
        (
            r"\l:List[2] Bool. [and x x | x in l, y in l]",
            (
                r"\l:List[2] Bool. copy l as (l1, l2) in "
                r"[drop y in copy x as (x1, x2) in and x1 x2 | x in l1, y in l2]"
            ),
        ),
        (
            r"\xs:List[2] Bool. \z:Bool. case xs { nil => z | cons x r => x }",
            r"\xs:List[2] Bool. \z:Bool. case xs { nil => z | cons x r => drop z in drop r in x }",
        ),
    ],
)
def test_where(auto: Program, written: str, elaborated: str | None) -> None:
    [result] = auto.run(written)
    assert result.elaborated == elaborated
    if elaborated:
        strict = Program()
        strict.run(SOURCE)
        torch.testing.assert_close(strict.compile(elaborated).matrix(), auto.compile(written).matrix())
        with pytest.raises(CajalError):
            strict.run(written)


@pytest.mark.parametrize(
    "text",
    [
        r"\x:Bool. \n:Nat. iter n { zero => true | succ y => and x y }",
        r"\f:Bool -o Bool. and (f true) (f false)",
        r"\f:Bool -o Bool. true",
    ],
)
def test_functions_and_steps_stay_strict(auto: Program, text: str) -> None:
    with pytest.raises(CajalError):
        auto.run(text)


def test_a_definition_keeps_the_rules_that_it_was_made_under(auto: Program) -> None:
    auto.run("def both (x : Bool) : Bool = and x x")
    auto.auto = False
    assert auto.compile("both", nat_size=3).matrix().tolist() == [[1, 0], [0, 1]]
    with pytest.raises(CajalError, match="used twice"):
        auto.run(r"\x:Bool. and x x")


def test_a_drop_stands_behind_the_parameters(auto: Program) -> None:
    [result] = auto.run("def first (x : Bool) (y : Bool) : Bool = true")
    assert result.elaborated == "def first (x : Bool) (y : Bool) : Bool = drop x in drop y in true"
    assert result.neuron().matrix().sum() == 4


@pytest.mark.parametrize("body", ["case x { N => true }", "case f true { E => true }"])
def test_what_rests_on_a_mistake_is_left_alone(auto: Program, body: str) -> None:
    auto.run("data Dir = N | E")
    with pytest.raises(CajalError) as caught:
        auto.run(f"extern f : Bool -o Broken\ndef x : Broken = true\ndef y : Bool = {body}")
    assert [error.title for error in caught.value.errors] == ["unknown type `Broken`"] * 2
