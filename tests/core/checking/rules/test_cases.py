"""The rule of `case`: which core each kind of type gets, and which arms are refused."""

from __future__ import annotations

import pytest

from cajal_core import CajalError, Program
from cajal_core.base.passes import Passes
from cajal_core.diagnostics import cases as mistakes
from cajal_core.diagnostics.linear import BranchesDiffer, Unused
from cajal_core.diagnostics.lists import IgnoresNoData
from cajal_core.diagnostics.mistake import Mistake
from cajal_core.diagnostics.types import Mismatch, NumeralTooLarge
from cajal_core.terms import core

DECLARATIONS = """
data Shape = Dot | Circle Nat[4] | Box Nat[4] Bool
data Held = Empty | Full (Bool -o Bool)
extern shape : Shape
extern held : Held
extern f : Bool -o Bool
"""


def checked(text: str) -> core.Term:
    program = Program(verify=True)
    program.run(DECLARATIONS)
    return program._term(text, program.nat_size, Passes(True))


def refused(text: str) -> list[type[Mistake]]:
    with pytest.raises(CajalError) as caught:
        checked(text)
    return [type(mistake) for mistake in caught.value.errors]


def shown(text: str) -> str:
    """The result, by the evaluator."""
    program = Program()
    program.run(DECLARATIONS.replace("extern shape : Shape\n", ""))
    return str(program.evaluate(text))


def test_arms_of_data_are_functions_of_their_fields_in_the_order_of_the_type() -> None:
    made = checked("case shape { Box n b => drop b in n | Dot => 3 | Circle n => n }")
    assert isinstance(made, core.Case)
    assert made.places == (0, 1, 2)
    assert [str(arm.type) for arm in made.arms] == ["Nat[4]", "Nat[4] -o Nat[4]", "Nat[4] -o Bool -o Nat[4]"]
    assert made.rest is None


def test_the_last_arm_is_a_function_of_the_whole() -> None:
    made = checked("case shape { Dot => Circle 1 | other => other }")
    assert isinstance(made, core.Case)
    assert made.places == (0,)
    assert made.rest is not None
    assert str(made.rest.type) == "Shape -o Shape"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("case f true { true => 1 | false => 2 }", core.If),
        ("case f true { true => true | x => x }", core.If),
        ("case () { () => true }", core.Drop),
        ("case (3 : Nat) { zero => true | succ m => drop m in false }", core.CaseNat),
        ("case (3 : Nat) { 0 => true | 3 => false | _ => true }", core.Case),
        ("case [true] { nil => true | cons x r => drop r in x }", core.CaseList),
        ("case [true] { nil => nil | xs => xs }", core.CaseList),
        ("case shape { other => other }", core.Let),
    ],
)
def test_the_core_of_each_kind_of_type(text: str, kind: type[core.Term]) -> None:
    assert isinstance(checked(text), kind)


def test_a_pair_is_taken_apart() -> None:
    made = checked("case (true, 3) { (x, n) => drop x in n }")
    assert isinstance(made, core.Let)
    assert isinstance(made.body, core.LetPair)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("case Box 2 true { Box n b => (b, n) | _ => (false, 0) }", "(true, 2)"),
        ("case Circle 3 { Dot => Dot | other => other }", "Circle 3"),
        ("case false { true => 1 | x => if x then 2 else 3 }", "3"),
        ("case (3 : Nat) { zero => 7 | succ m => m }", "2"),
        ("case (3 : Nat) { 0 => 7 | 3 => 8 | n => n }", "8"),
        ("case (4 : Nat) { 0 => 7 | 3 => 8 | n => n }", "4"),
        ("case [true, false] { nil => nil | cons x r => drop x in r }", "[false]"),
        ("case [true, false] { nil => nil | xs => cons true xs }", "[true, true, false]"),
        ("case (true, 3) { (x, n) => drop x in n }", "3"),
        ("case () { () => 5 }", "5"),
    ],
)
def test_the_arm_that_is_taken(text: str, result: str) -> None:
    assert shown(text) == result


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("case f { x => x true }", mistakes.NotCases),
        ("case <true, 3> { _ => true }", mistakes.NotCases),
        ("case shape { Dot => 1 | Circle n => n }", mistakes.MissingArms),
        ("case (3 : Nat) { 0 => true | 1 => false }", mistakes.MissingArms),
        ("case true { true => 1 }", mistakes.MissingArms),
        ("case [true] { nil => true }", mistakes.MissingArms),
        ("case shape { Dot => 1 | Dot => 2 | _ => 3 }", mistakes.RepeatedArm),
        ("case shape { _ => 1 | Dot => 2 }", mistakes.UselessArm),
        ("case true { true => 1 | false => 2 | _ => 3 }", mistakes.UselessArm),
        ("case shape { Empty => 1 | _ => 2 }", mistakes.WrongArm),
        ("case (true, 3) { true => 1 }", mistakes.WrongArm),
        ("case shape { (x, y) => 1 }", mistakes.WrongArm),
        ("case shape { Circle => 1 | _ => 2 }", mistakes.WrongFields),
        ("case shape { Circle n m => 1 | _ => 2 }", mistakes.WrongFields),
        ("case (3 : Nat) { 0 => 0 | 2 => 1 | succ m => m }", mistakes.NumberBesideSucc),
        ("case (3 : Nat[4]) { 7 => true | _ => false }", NumeralTooLarge),
        ("case shape { Dot => 1 | _ => true }", Mismatch),
        ("case shape { Circle n => 1 | _ => 2 }", Unused),
        (r"\x:Bool. case shape { Dot => x | _ => true }", BranchesDiffer),
        ("case held { Full g => true | _ => false }", Unused),
        ("case held { Full _ => true | Empty => false }", IgnoresNoData),
        ("case held { Empty => false | _ => true }", IgnoresNoData),
    ],
)
def test_refused(text: str, mistake: type[Mistake]) -> None:
    assert mistake in refused(text)
