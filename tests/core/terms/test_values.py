"""Values print as the terms that have them."""

from __future__ import annotations

import pytest

from cajal_core import Program
from cajal_core.terms.values import Both, Nothing, Number, Tag, Truth, Value

VALUES: list[tuple[Value, str]] = [
    (Truth(True), "true"),
    (Truth(False), "false"),
    (Number(3), "3"),
    (Nothing(), "()"),
    (Tag("North"), "North"),
    (Both(Truth(True), Number(3)), "(true, 3)"),
    (Both(Both(Truth(True), Number(3)), Nothing()), "(true, 3, ())"),
    (Both(Truth(True), Both(Number(3), Nothing())), "(true, (3, ()))"),
]


@pytest.mark.parametrize(("value", "text"), VALUES)
def test_a_value_prints_as_a_term_that_has_it(value: Value, text: str) -> None:
    assert str(value) == text
    program = Program()
    program.run("data Dir = North | South")
    assert program.evaluate(text) == value


def test_values_of_two_types_differ() -> None:
    assert Truth(True) != Number(1)
    assert Truth(False) != Number(0) != Nothing()


def test_a_value_is_printed_however_deep_it_is() -> None:
    value: Value = Number(0)
    for _ in range(1000):
        value = Both(Number(1), value)
    assert str(value) == "(1, " * 1000 + "0" + ")" * 1000
