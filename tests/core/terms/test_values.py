"""Values print as the terms that have them."""

from __future__ import annotations

import pytest

from cajal_core import Program
from cajal_core.terms.values import (
    Both,
    Components,
    ListValue,
    Nothing,
    Number,
    Superposition,
    Tag,
    Truth,
    Value,
)

VALUES: list[tuple[Value, str]] = [
    (Truth(True), "true"),
    (Truth(False), "false"),
    (Number(3), "3"),
    (Nothing(), "()"),
    (Tag("North"), "North"),
    (Tag("Circle", (Number(3),)), "Circle 3"),
    (Tag("Box", (Number(3), Tag("Circle", (Number(1),)))), "Box 3 (Circle 1)"),
    (Tag("Box", (Number(3), Tag("North"))), "Box 3 North"),
    (Tag("Pair", (Both(Truth(True), Number(3)),)), "Pair (true, 3)"),
    (Both(Tag("Circle", (Number(3),)), Number(1)), "(Circle 3, 1)"),
    (ListValue((Truth(True), Truth(False))), "[true, false]"),
    (Tag("Many", (ListValue((Tag("Circle", (Number(3),)),)),)), "Many [Circle 3]"),
    (Components((Truth(True), Number(3))), "<true, 3>"),
    (Components((Components((Truth(True), Truth(False))), Number(3))), "<<true, false>, 3>"),
    (Superposition(((Truth(True), 1), (Truth(False), 1))), "true <|> false"),
    (Superposition(((Number(3), 2), (Number(4), 1))), "3 (2×) <|> 4"),
    (Components((Superposition(()), Superposition(((Number(3), 2),)))), "<fail, 3 (2×)>"),
    (Superposition(((Number(3), 10**5000),)), "3 (about 10^5000×)"),
    (Both(Truth(True), Number(3)), "(true, 3)"),
    (Both(Both(Truth(True), Number(3)), Nothing()), "(true, 3, ())"),
    (Both(Truth(True), Both(Number(3), Nothing())), "(true, (3, ()))"),
]


@pytest.mark.parametrize(("value", "text"), VALUES)
def test_text(value: Value, text: str) -> None:
    assert str(value) == text


@pytest.mark.parametrize(("value", "text"), [case for case in VALUES if "×" not in case[1]])
def test_a_value_prints_as_a_term_that_has_it(value: Value, text: str) -> None:
    program = Program()
    program.run("data Dir = North | Circle Nat[5]")
    program.run("data Shape = Box Nat Dir | Pair (Bool * Nat) | Many (List Dir)")
    assert program.evaluate(text) == value


def test_values_of_two_types_differ() -> None:
    assert Truth(True) != Number(1)
    assert Truth(False) != Number(0) != Nothing()


def test_a_value_is_printed_however_deep_it_is() -> None:
    value: Value = Number(0)
    for _ in range(1000):
        value = Both(Number(1), value)
    assert str(value) == "(1, " * 1000 + "0" + ")" * 1000
