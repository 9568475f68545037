"""Names that are not declared, and what may have been meant by them."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from cajal_core import CajalError, Program
from cajal_core.base.source import Source, Span
from cajal_core.checking.spelling import LONGEST, _slips, nearest, unknown_name
from cajal_core.diagnostics.cases import WrongArm
from cajal_core.diagnostics.scope import UnknownName
from tests.cpu import cpu_time

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


def by_table(first: str, second: str) -> int:
    """The distance by its definition, cell by cell."""
    before, above = list[int](), list(range(len(second) + 1))
    for i, letter in enumerate(first):
        row = [i + 1]
        for j, other in enumerate(second):
            cost = min(above[j + 1] + 1, row[j] + 1, above[j] + (letter != other))
            if i and j and letter == second[j - 1] and other == first[i - 1]:
                cost = min(cost, before[j - 1] + 1)
            row.append(cost)
        before, above = above, row
    return above[-1]


def test_slips_are_counted_as_in_the_table(trials: Callable[[int, int], int]) -> None:
    rng = random.Random(0)
    for most, count in ((8, trials(3_000, 100_000)), (140, trials(20, 1_000))):
        for _ in range(count):
            first, second = ("".join(rng.choices("abc", k=rng.randint(1, most))) for _ in range(2))
            assert _slips(first, second) == by_table(first, second), (first, second)


@pytest.mark.parametrize("count", [LONGEST, LONGEST + 1, 200_000])
def test_no_long_name_is_compared(count: int) -> None:
    long = "x" * count
    with cpu_time(at_most=20):
        assert nearest(long, [f"{long}y"]) == ((f"{long}y",) if count == LONGEST else ())
        assert nearest("", [long]) == nearest("x", [long]) == ()
        with pytest.raises(CajalError, match="unknown"):
            Program().run(f"def {long}y : Bool = true\nspace X{long}y[2]\n{long}\nextern f : X{long}")


#: An item with many mistakes of one kind, and what declares the names that are meant.
MANY = {
    "name": ("def named : Bool = true", "({})", ", ", "namec"),
    "constructor": ("data D = Named", "({})", ", ", "Namec"),
    "type": ("space Named[2]", r"\x:{}. x", " -o ", "Namec"),
    "arm": ("data D = Named", r"\x:D. case x {{ {} }}", " | ", "Namec => true"),
}


@pytest.mark.parametrize("kind", MANY)
def test_what_is_meant_is_looked_for_as_long_as_mistakes_are_told(kind: str) -> None:
    declaration, item, separator, wrong = MANY[kind]
    program = Program()
    program.run(declaration)
    with pytest.raises(CajalError) as caught:
        program.type(item.format(separator.join([wrong] * 150)))
    errors = [error for error in caught.value.errors if isinstance(error, UnknownName | WrongArm)]
    assert len(errors) == 150
    assert [bool(error.nearest) for error in errors].index(False) >= 99
    assert not errors[-1].nearest
