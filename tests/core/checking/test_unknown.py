"""A type that a mistake hides: it agrees with every type, and what is made of it is hidden too."""

from __future__ import annotations

import pytest

from cajal_core import CajalError, Program
from cajal_core.base import tys
from cajal_core.checking.unknown import UNKNOWN, agree, arrow, product

BOOL, NAT = tys.Bool(), tys.Nat(3)
SOURCE = "def not (x : Bool) : Bool = if x then false else true\n"


def test_what_has_an_unknown_part_is_unknown() -> None:
    assert product(BOOL, NAT) == tys.Product(BOOL, NAT)
    assert arrow(BOOL, NAT) == tys.Arrow(BOOL, NAT)
    for build in (product, arrow):
        assert [build(UNKNOWN, BOOL), build(BOOL, UNKNOWN), build(UNKNOWN, UNKNOWN)] == [UNKNOWN] * 3


def test_types_agree_where_they_are_told() -> None:
    assert agree(BOOL, BOOL) and not agree(BOOL, NAT)
    assert agree(UNKNOWN, NAT) and agree(tys.Arrow(BOOL, BOOL), UNKNOWN)
    assert agree(NAT, tys.Nat(3, written=False)) and not agree(NAT, tys.Nat(4))
    assert not agree(tys.Arrow(BOOL, BOOL), tys.Arrow(BOOL, NAT))
    assert not agree(tys.Arrow(BOOL, BOOL), tys.Arrow(NAT, BOOL))


def test_a_reusable_argument_agrees_with_another() -> None:
    assert agree(tys.Arrow(BOOL, NAT, reusable=True), tys.Arrow(BOOL, NAT))
    assert agree(tys.Arrow(BOOL, tys.Arrow(NAT, BOOL, reusable=True)), tys.Arrow(BOOL, tys.Arrow(NAT, BOOL)))


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("extern f : Bool -o Broken\ndef y : Bool = f", ["unknown type `Broken`"]),
        ("not (nott true, 3)", ["unknown name `nott`"]),
        (r"\p:Bool * (Bool -o Broken). copy p as (q, r) in q", ["unknown type `Broken`"]),
        (r"\f:Bool -o Broken. case f true { N => true }", ["unknown type `Broken`"]),
        ("def f (p : Broken * Bool) : Bool = true", ["unknown type `Broken`"]),
        # What does not depend on it is still checked.
        (
            "let (a, b) = (nott true, 3) in (a, not b, not 3)",
            ["unknown name `nott`", "expected Bool, got Nat"],
        ),
        (r"\x:Broken. \y:Bool. x", ["unknown type `Broken`", "`y` is never used"]),
        (r"(\x. not 3) 4", ["the type of `x` is not known here", "expected Bool, got Nat"]),
    ],
)
def test_a_mistake_hides_what_depends_on_it(text: str, titles: list[str]) -> None:
    with pytest.raises(CajalError) as caught:
        Program().run(SOURCE + text)
    assert [error.title for error in caught.value.errors] == titles
