"""Names that are not declared, and what may have been meant by them."""

from __future__ import annotations

import pytest

from cajal_core.base.source import Source, Span
from cajal_core.checking.spelling import nearest, unknown_name

HERE = Span(Source("cell", "nott"), 0, 4)


def test_a_name_that_is_spelt_like_another_needs_no_hint() -> None:
    mistake = unknown_name(HERE, "nott", ["not", "and"], "name", "declare it")
    assert (mistake.title, mistake.help) == ("unknown name `nott`", "did you mean `not`?")
    assert unknown_name(HERE, "nott", ["and"], "name", "declare it").help == "declare it"


def test_a_letter_that_looks_like_another_is_named() -> None:
    mistake = unknown_name(HERE, "n\N{CYRILLIC SMALL LETTER O}t", ["not"], "name", "declare it")
    assert mistake.help is not None and "CYRILLIC SMALL LETTER O" in mistake.help


def test_at_most_two_names_are_near() -> None:
    assert nearest("nott", ["note", "not", "knot", "Image"]) == ("note", "not")
    assert nearest("zzz", ["note", "not"]) == ()


#: What was written, and a name that it may stand for.
SLIPS = """
    nott not  nto not  noot not  nt not  negte negate  uze use  tru true  flase false  sucs succ  scuc succ
    Imgae Image  image Image  IMAGE Image  Boool Bool  digti digit  dilaet dilate  carrry carry  summ sum
    forbnicate frobnicate  lightt light  repaet repeat  evne even  xr3 xor3  ad and  Nroth North
""".split()
#: What was written, and a name that means something else.
OTHERS = """
    nosuch succ  x y  x x1  n m  f g  ab cd  left right  north south  after later  plus minus  lit light
    car carry  unlink link'd  frobnicate abdicate  zzz not  even seventh  x' y'  or xor3  iterate true
    step stripe  image mage2d
""".split()


@pytest.mark.parametrize(("written", "meant"), list(zip(SLIPS[::2], SLIPS[1::2], strict=True)))
def test_a_slip_of_the_fingers_is_near(written: str, meant: str) -> None:
    assert nearest(written, ["other", meant, "Unlike"]) == (meant,)


@pytest.mark.parametrize(("written", "other"), list(zip(OTHERS[::2], OTHERS[1::2], strict=True)))
def test_another_name_is_not_near(written: str, other: str) -> None:
    assert nearest(written, [other]) == ()
