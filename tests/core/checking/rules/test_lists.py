"""The rules of lists, alternatives and dictionaries: the type, the core, and what is refused."""

from __future__ import annotations

import pytest

from cajal_core import CajalError, Program
from cajal_core.base import tys
from cajal_core.base.passes import Passes
from cajal_core.checking.rules.lists import components
from cajal_core.diagnostics import lists as mistakes
from cajal_core.diagnostics.linear import BranchesDiffer, Captured, Unused
from cajal_core.diagnostics.mistake import Mistake
from cajal_core.diagnostics.types import Mismatch
from cajal_core.terms import core

DECLARATIONS = "extern f : Bool -o Bool\nspace S[3]\nextern s : S"


def checked(text: str) -> core.Term:
    program = Program(verify=True)
    program.run(DECLARATIONS)
    return program._term(text, program.nat_size, Passes(True))


def refused(text: str) -> list[type[Mistake]]:
    with pytest.raises(CajalError) as caught:
        checked(text)
    return [type(mistake) for mistake in caught.value.errors]


@pytest.mark.parametrize(
    ("text", "type"),
    [
        ("<true, 3>", "Bool & Nat"),
        ("<<true, 3>, ()>", "(Bool & Nat) & Unit"),
        ("(<true, false> : Bool ^ 2)", "Bool ^ 2"),
        (r"\(p : Bool & Nat[3]). p.2", "Bool & Nat[3] -o Nat[3]"),
        (r"\(p : Bool ^ 4). p.4", "Bool ^ 4 -o Bool"),
        (r"\x:Bool. <f x, x>.1", "Bool -o Bool"),
        ("(nil : List[2] Bool)", "List[2] Bool"),
        ("([] : List Unit)", "List Unit"),
        ("cons true nil", "List Bool"),
        (r"\xs:List[4] Bool. cons true xs", "List[4] Bool -o List[4] Bool"),
        ("[nil, [true]]", "List List Bool"),
        ("([1, 2] : List[2] Nat[5])", "List[2] Nat[5]"),
        (r"\xs:List[4] Bool. [f x | x in xs]", "List[4] Bool -o List[4] Bool"),
        (
            r"\(xs : List[4] Bool) (ys : List[3] Nat). [(y, x) | x in xs, y in ys]",
            "List[4] Bool -o List[3] Nat -o List[3] (Nat * Bool)",
        ),
        (r"\xs:List[4] Bool. ([x | x in xs] : List[6] Bool)", "List[4] Bool -o List[6] Bool"),
        (r"\xs:List[4] Bool. fold xs { nil => 0 | cons x n => drop x in succ n }", "List[4] Bool -o Nat"),
        (r"\xs:List Bool. fold xs { nil => true | snoc y x => drop x in y }", "List Bool -o Bool"),
        ("dict <true, false> <1, 2>", "Bool -o Nat"),
        (r"\(ks : S ^ 3) (vs : Bool ^ 3). dict ks vs", "S ^ 3 -o Bool ^ 3 -o S -o Bool"),
    ],
)  # fmt: skip
def test_accepted(text: str, type: str) -> None:
    assert str(checked(text).type) == type


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        # T-With
        (r"\x:Bool. <x, true>", BranchesDiffer),
        ("(<true, false, true> : Bool ^ 2)", mistakes.WrongAlternatives),
        # T-Pick
        (r"\(p : Bool ^ 2). p.3", mistakes.NoComponent),
        (r"\(p : Bool ^ 2). p.0", mistakes.NoComponent),
        (r"\(p : Bool * Nat). p.1", mistakes.NotAlternatives),
        # T-Nil
        ("nil", mistakes.NeedsType),
        ("[]", mistakes.NeedsType),
        # T-Cons
        ("cons true 3", mistakes.NotList),
        (r"\xs:List Nat. cons true xs", Mismatch),
        ("[true, 3]", Mismatch),
        ("([true, false, true] : List[2] Bool)", mistakes.LongList),
        ("([true] : Bool)", Mismatch),
        # T-Each
        ("[x | x in 3]", mistakes.NotList),
        (r"\(xs : List Bool) (y : Bool). [drop x in y | x in xs]", Captured),
        (r"\xs:List Bool. [true | x in xs]", Unused),
        (r"\xs:List[4] Bool. ([x | x in xs] : List[3] Bool)", Mismatch),
        # T-Fold
        ("fold 3 { nil => true | cons x y => y }", mistakes.NotList),
        (r"\xs:List Bool. fold xs { nil => 0 | cons x y => x }", Mismatch),
        (r"\(xs : List Bool) (z : S). fold xs { nil => s | cons x y => drop x in z }", Captured),
        # T-Dict
        ("dict true <1, 2>", mistakes.NotRows),
        ("dict <true, false> <1, 2, 3>", mistakes.UnequalRows),
        ("dict <f, f> <1, 2>", mistakes.NoKey),
    ],
)  # fmt: skip
def test_refused(text: str, mistake: type[Mistake]) -> None:
    assert mistake in refused(text)


def test_a_literal_is_made_of_cons() -> None:
    made = checked("[true, false]")
    heads = list[core.Term]()
    while isinstance(made, core.Cons):
        heads.append(made.head)
        made = made.tail
    assert isinstance(made, core.Nil)
    assert [isinstance(head, core.Boolean) and head.value for head in heads] == [True, False]
    assert (str(made.type), made.type) == ("List Bool", tys.List(tys.Bool(), 9, written=False))


def test_a_component_is_counted_from_zero_in_the_core() -> None:
    made = checked(r"\(p : Bool & Nat). p.2")
    assert isinstance(made, core.Lam)
    assert isinstance(made.body, core.Pick)
    assert made.body.place == 1


@pytest.mark.parametrize("order", ["cons", "snoc"])
def test_a_fold_keeps_its_order_and_takes_patterns_apart(order: str) -> None:
    names = "(x, z) y" if order == "cons" else "y (x, z)"
    made = checked(
        rf"\xs:List (Bool * Unit). fold xs {{ nil => true | {order} {names} => drop (x, z) in y }}"
    )
    assert isinstance(made, core.Lam)
    fold = made.body
    assert isinstance(fold, core.Fold)
    assert fold.order == order
    assert (str(fold.element.type), str(fold.state.type)) == ("Bool * Unit", "Bool")
    assert isinstance(fold.step, core.LetPair)


def test_a_comprehension_has_a_variable_for_each_list() -> None:
    made = checked("[(x, y) | x in [true], y in [3]]")
    assert isinstance(made, core.Comprehension)
    assert [variable.name for variable in made.variables] == ["x", "y"]
    assert len(made.lists) == 2


def test_a_smaller_list_is_widened() -> None:
    made = checked(r"\xs:List[4] Bool. ([x | x in xs] : List[6] Bool)")
    assert isinstance(made, core.Lam)
    assert isinstance(made.body, core.Widen)


def test_components() -> None:
    truth, nat = tys.Bool(), tys.Nat(3)
    assert components(tys.With((truth, nat))) == [truth, nat]
    assert components(tys.Power(nat, 3)) == [nat] * 3
    assert components(tys.Product(truth, nat)) is None
