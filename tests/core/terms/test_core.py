"""What walks the typed core: each child once, in order, and the term itself where nothing changes."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import get_args

import pytest

from cajal_core import Program
from cajal_core.terms import core

SOURCE = """
def not (x : Bool) : Bool = if x then false else true
def twice (!f : Bool -o Bool) (x : Bool) : Bool = f (f x)
data Dir = N | E
data Shape = Dot | Box Bool Dir
extern seen : Dir -o Bool
"""
TERMS = [
    r"\x:Bool. not x",
    "twice not true",
    "if true then false else true",
    "iter succ 2 { zero => N | succ d => d }",
    "let x = seen N in (x, ())",
    "let (x, y) = (true, E) in (y, x)",
    r"\d:Dir. case d { N => true | E => seen E }",
    r"\x:Bool. copy x as (y, z) in drop y in z",
    r"\s:Shape. case s { Box b _ => b | _ => true }",
    r"\n:Nat. case n { 3 => 1 | m => m }",
    r"\n:Nat. case n { zero => 0 | succ m => m }",
    r"\xs:List[3] Bool. case xs { nil => true | cons x r => drop r in x }",
    r"\x:Bool. <x, not x>.2 <|> fail",
    r"\xs:List[3] Bool. fold xs { nil => true | cons x y => if x then y else not y }",
    r"\xs:List[3] Bool. fold [(x, y) | x in xs, y in [true]] { nil => true | snoc y x => drop x in y }",
    r"\n:Nat[3]. (n : Nat[5])",
    "dict <true, false> <1, 2>",
]


def elaborated(text: str) -> core.Term:
    program = Program()
    program.run(SOURCE)
    return program._term(text, program.nat_size, program._passes())


def inside(term: core.Term) -> list[core.Term]:
    """The term and all that it contains."""
    return [term, *(inner for child in core.children(term) for inner in inside(child))]


def values(term: core.Term) -> list[object]:
    """What the fields of a term hold, in their order."""
    held = [getattr(term, field.name) for field in fields(term)]
    return [value for part in held for value in (part if isinstance(part, tuple) else (part,))]


@pytest.mark.parametrize("text", TERMS)
def test_children_are_what_the_fields_hold(text: str) -> None:
    for term in inside(elaborated(text)):
        terms = [value for value in values(term) if isinstance(value, core.Term)]
        assert list(map(id, core.children(term))) == list(map(id, terms))


def test_the_terms_above_are_of_every_kind() -> None:
    met = {type(term) for text in TERMS for term in inside(elaborated(text))}
    assert met == set(get_args(core.Term))


@pytest.mark.parametrize("text", TERMS)
def test_a_term_of_which_nothing_changes_stays_itself(text: str) -> None:
    for term in inside(elaborated(text)):
        assert core.map_children(term, lambda child: child) is term


@pytest.mark.parametrize("text", TERMS)
def test_each_child_is_changed_in_its_place(text: str) -> None:
    for term in inside(elaborated(text)):
        for place, child in enumerate(core.children(term)):
            expected = list(core.children(term))
            expected[place] = replace(child)
            changed = core.map_children(
                term, lambda old, at=child, new=expected[place]: new if old is at else old
            )
            assert list(map(id, core.children(changed))) == list(map(id, expected))
            assert changed.type == term.type
            assert core.binders(changed) == core.binders(term)


@pytest.mark.parametrize("text", TERMS)
def test_binders_are_used_in_the_last_child_alone(text: str) -> None:
    for term in inside(elaborated(text)):
        if isinstance(term, core.Var):
            continue  # it has a binder, and binds nothing
        binders = core.binders(term)
        # In the order in which they are written, which for `snoc` is not that of the fields.
        assert set(binders) == {value for value in values(term) if isinstance(value, core.Binder)}
        for child in core.children(term)[:-1]:
            used = {inner.binder for inner in inside(child) if isinstance(inner, core.Var)}
            assert not used & set(binders)
