"""What a mistake of lists, alternatives and `fail` advises."""

from __future__ import annotations

from typing import Literal

import pytest

from cajal_core import CajalError, Program
from cajal_core.base.source import Source, Span
from cajal_core.diagnostics.lists import (
    FewAlternatives,
    LongList,
    NeedsType,
    NoComponent,
    NotAlternatives,
    NotList,
    PatternNeedsType,
)


def span(text: str = "x") -> Span:
    return Span(Source("cell", text), 0, len(text))


@pytest.mark.parametrize(
    ("what", "rule", "written"), [("fail", "T-Fail", "(fail : A)"), ("[]", "T-Nil", "([] : List A)")]
)
def test_what_has_no_type_is_written_with_one(what: str, rule: str, written: str) -> None:
    mistake = NeedsType(span(what), what)
    assert mistake.rule == rule
    assert written in mistake.help


@pytest.mark.parametrize("what", ["fail", "nil", "[]"])
def test_the_form_that_it_names_is_right(what: str) -> None:
    with pytest.raises(CajalError) as caught:
        Program().type(what)
    [mistake] = caught.value.errors
    written = str(mistake.help).split("`")[1].replace("A)", "Bool)")
    assert str(Program().type(written)) in ("Bool", "List Bool")


def test_a_pair_is_no_alternative() -> None:
    assert "let (x, y) = p" in NotAlternatives(span(), "A * B", True).help
    assert "let" not in NotAlternatives(span(), "Bool", False).help


def test_components_are_counted_from_one() -> None:
    assert "from 1" in str(NoComponent(span(), 0, "Bool ^ 2", 2).help)
    assert NoComponent(span(), 3, "Bool ^ 2", 2).help is None


@pytest.mark.parametrize(
    ("what", "is_nat", "rule", "advice"),
    [
        ("fold", True, "T-Fold", "iter n"),
        ("fold", False, "T-Fold", None),
        ("comprehension", True, "T-Each", None),
        ("cons", False, "T-Cons", "[x]"),
    ],
)
def test_what_is_no_list(
    what: Literal["fold", "comprehension", "cons"], is_nat: bool, rule: str, advice: str | None
) -> None:
    mistake = NotList(span(), what, "Nat", is_nat)
    assert mistake.rule == rule
    assert (mistake.help is None) if advice is None else (advice in str(mistake.help))


def test_the_larger_bound_of_a_long_list_is_right() -> None:
    text = "([true, false, true] : List[2] Bool)"
    with pytest.raises(CajalError) as caught:
        Program().run(text)
    [mistake] = caught.value.errors
    assert isinstance(mistake, LongList)
    advised = mistake.help.split("`")[1]
    assert advised == "([true, false, true] : List[3] Bool)"
    Program().run(advised)


def test_a_long_text_is_cut() -> None:
    elements = f"[{', '.join(['true'] * 12)}]"
    assert f"({elements[:39]}… : List[12] Bool)" in LongList(span(elements), 12, 2, "Bool").help
    assert r"\(((a, b), c) : A)" in PatternNeedsType(span("((a, b), c)")).help


def test_only_one_component_is_written_without_a_power() -> None:
    assert "without" in str(FewAlternatives(span(), 1).help)
    assert FewAlternatives(span(), 0).help is None
