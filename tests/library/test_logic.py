"""`logic` is Python's logic."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.library.tables import compare, using

DEFINITIONS: dict[str, Callable[..., bool]] = {
    "not": lambda x: not x,
    "and": lambda x, y: x and y,
    "or": lambda x, y: x or y,
    "xor": lambda x, y: x != y,
    "eq": lambda x, y: x == y,
    "implies": lambda x, y: x <= y,
    "nand": lambda x, y: not (x and y),
    "nor": lambda x, y: not (x or y),
    "majority": lambda x, y, z: x + y + z >= 2,
    "choose": lambda x, y, z: y if x else z,
}


@pytest.mark.parametrize("name", DEFINITIONS)
def test_definition(name: str) -> None:
    compare(using("logic", 2), name, DEFINITIONS[name])


def test_no_definition_is_left_out() -> None:
    assert using("logic", 2).names == [*DEFINITIONS]
