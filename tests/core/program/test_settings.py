"""Settings that a source states, for the items behind them."""

from __future__ import annotations

import pytest

from cajal_core import CajalError, Program, load
from cajal_core import format as laid_out
from cajal_core.program.settings import Settings, options

TWICE = "def both (x : Bool) : Bool = if x then x else false"


def test_settings_hold_for_the_items_behind_them_and_stay() -> None:
    program = load(f"def a : Nat = 9\n\n{{-# OPTIONS nat=12, auto=on #-}}\n{TWICE}\ndef b : Nat = 11")
    assert program.state.settings == Settings(nat_size=12, auto=True)
    assert [entry.nat_size for entry in program.state.entries.values()] == [10, 12, 12]
    program.run("{-# OPTIONS auto=off nat=3 overflow=saturate #-}")
    assert program.state.settings == Settings(3, "saturate")


def test_a_cell_that_fails_sets_nothing() -> None:
    program = Program()
    with pytest.raises(CajalError):
        program.run("{-# OPTIONS nat=12 #-}\ndef a : Bool = nowhere")
    assert program.nat_size == 10


def test_settings_are_no_documentation() -> None:
    [f] = Program().run("-- far\n{-# OPTIONS auto=on #-}\n-- near\ndef f : Bool = true")
    assert f.comment == "-- near"


@pytest.mark.parametrize(
    "comment", ["{-# LANGUAGE Strict #-}", "{-### OPTIONS ###-}", "-- {-# OPTIONS x #-}"]
)
def test_other_comments_are_comments(comment: str) -> None:
    program = load(f"{comment}\ndef f : Bool = true")
    assert program.state.settings == Settings()


@pytest.mark.parametrize(
    "option", ["nat=0", "nat=-1", "nat=1e3", "nat=", "auto=yes", "auto", "NAT=3", "nat=\u0663"]
)
def test_what_is_no_setting_is_a_mistake_with_its_place(option: str) -> None:
    with pytest.raises(CajalError, match="states no setting") as caught:
        load(f"{{-# OPTIONS overflow=saturate {option} #-}}")
    [mistake] = caught.value.errors
    assert mistake.span
    assert mistake.span.text == option


def test_formatting_keeps_settings() -> None:
    text = f"{{-# OPTIONS auto=on #-}}\n{TWICE}\n"
    assert laid_out(text) == text


def test_options_turn_settings_into_others() -> None:
    assert options(Settings(), Settings()) == ""
    assert options(Settings(4), Settings(5, auto=True)) == "{-# OPTIONS nat=5 auto=on #-}"
