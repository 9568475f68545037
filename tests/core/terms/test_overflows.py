"""At which basis arguments a function overflows, and where that must be asked of the evaluator."""

from __future__ import annotations

import copy
import pickle

import pytest
from cajal_core.terms.overflows import Overflows

from cajal_core import Program
from cajal_core.base.passes import Passes
from cajal_core.terms.values import OverflowMode


def overflows(text: str, overflow: OverflowMode = "truncate", before: str = "") -> Overflows:
    program = Program(nat_size=4)
    program.run(before)
    return Overflows(program._term(text, 4, Passes()), overflow)


@pytest.mark.parametrize(
    ("text", "chooses"),
    [
        (r"\n:Nat. succ n", False),
        (r"\n:Nat. case n { 0 => 1 | _ => fail }", True),
        (r"\n:Nat. n <|> n", True),
        (r"dict <true, false> <1, 2>", True),
        ("chosen", True),
        ("plain", False),
    ],
)
def test_whether_a_choice_is_reached(text: str, chooses: bool) -> None:
    before = "def chosen (n : Nat) : Nat = case n { 0 => 1 | _ => fail }\ndef plain (n : Nat) : Nat = succ n"
    assert overflows(text, before=before).chooses is chooses


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        (r"\n:Nat. succ n", [(3,)]),
        (r"\n:Nat. succ (succ n)", [(2,), (3,)]),
        (r"\n:Nat. case n { 0 => 1 | _ => fail }", []),  # a column of zeros that is no overflow
        (r"\n:Nat. n <|> succ n", [(3,)]),
        (r"\n:Nat. \b:Bool. if b then succ n else n", [(3, 0)]),
        (r"\xs:List[1] Bool. cons true xs", [(1,), (2,)]),
    ],
)
def test_where_it_overflows(text: str, choices: list[tuple[int, ...]]) -> None:
    assert [*overflows(text).choices()] == choices


def test_numbers_are_kept_where_they_saturate_and_lists_are_not() -> None:
    assert [*overflows(r"\n:Nat. succ n", "saturate").choices()] == []
    assert [*overflows(r"\xs:List[1] Bool. cons true xs", "saturate").choices()] == [(1,), (2,)]


def test_what_has_no_term_tells_whether_it_chooses_and_no_more() -> None:
    own = overflows(r"\n:Nat. n <|> succ n")
    for other in (own.without_term(), pickle.loads(pickle.dumps(own))):
        assert other.chooses
        assert [*other.choices()] == []
    assert copy.deepcopy(own) is own
