"""What is told of a dead link, as users read it. The trainings that make it are in another folder."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest

from cajal_core import Mistake, Source, Span
from cajal_core.diagnostics.learning import dead

PLACE = Span(Source("cell", "if odd x then x else y"), 3, 8)

ROWS: list[tuple[dead.DeadLink, str]] = [
    (dead.SaysTheSame("odd", PLACE), "`odd` says the same of every sample of the batch"),
    (dead.Saturated("odd", PLACE, "true"), "`odd` says `true` of every sample, with certainty"),
    (
        dead.Saturated("odd", PLACE, "true", condition="if odd x"),
        "`odd` says `true` of every sample, with certainty: a branch of `if odd x` starves",
    ),
    (
        dead.Saturated("n", PLACE, "0", state="y"),
        "`n` says `0` of every sample, with certainty: `y` always takes as many steps",
    ),
    (dead.Saturated("odd", PLACE, None), "`odd` is certain of every sample, while the loss is still high"),
    (dead.SumOffOne("odd", PLACE, 1.25), "the weights that `odd` says add up to 1.2, and not to 1"),
    (
        dead.StarvedBranch("digit", PLACE, "if digit x", ("0", "1", "2", "3", "4"), "digit"),
        (
            "`digit` says `0`, `1`, `2` and 2 more with less than 1e-3 of every sample: "
            "a branch of `if digit x` starves"
        ),
    ),
    (
        dead.CountStandsStill("n", PLACE, "y", "3"),
        "`n` says 3 of every sample: `y` always takes as many steps",
    ),
    (
        dead.WithoutGradient("odd", PLACE),
        "no gradient reaches the weights of `odd`, and others have one",
    ),
]


@pytest.mark.parametrize(("mistake", "title"), ROWS)
def test_what_is_read(mistake: dead.DeadLink, title: str) -> None:
    assert mistake.title == title
    assert mistake.span == PLACE and mistake.help and "\n" not in mistake.title + mistake.help


def test_a_place_may_be_unknown() -> None:
    assert dead.SaysTheSame("x", None).span is None


def test_each_kind_has_its_row(kinds: Callable[[ModuleType], set[type[Mistake]]]) -> None:
    told_of_a_loss = dead.CrossEntropyOfResult  # its words are tested where `fit` tells it
    assert {type(mistake) for mistake, _ in ROWS} == kinds(dead) - {dead.DeadLink, told_of_a_loss}
