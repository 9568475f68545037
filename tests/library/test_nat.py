"""`nat` is Python's arithmetic, at several sizes of Nat."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.library.tables import compare, using


def order(m: int, n: int) -> str:
    return "Less" if m < n else "Greater" if m > n else "Equal"


def divided(n: int, d: int) -> tuple[int, int]:
    return divmod(n, d) if d else (0, n)


DEFINITIONS: dict[str, Callable[..., Any]] = {
    "is_zero": lambda n: n == 0,
    "pred": lambda n: max(n - 1, 0),
    "parity": lambda n: n % 2 == 1,
    "add": lambda m, n: m + n,
    "sub": lambda m, n: max(m - n, 0),
    "mul": lambda m, n: m * n,
    "compare": order,
    "equal": lambda m, n: m == n,
    "less": lambda m, n: m < n,
    "min": min,
    "max": max,
    "divmod": divided,
    "div": lambda n, d: divided(n, d)[0],
    "mod": lambda n, d: divided(n, d)[1],
}


@pytest.mark.parametrize("nat_size", [1, 2, 7])
@pytest.mark.parametrize("name", DEFINITIONS)
def test_definition(name: str, nat_size: int) -> None:
    def expected(*numbers: int) -> Any:
        value = DEFINITIONS[name](*numbers)
        return None if type(value) is int and value >= nat_size else value

    compare(using("nat", nat_size), name, expected)


@pytest.mark.parametrize("nat_size", [1, 10])
def test_digits_do_not_depend_on_the_size_of_nat(nat_size: int) -> None:
    program = using("nat", nat_size)
    compare(program, "digits", lambda s: (s >= 10, s % 10))
    compare(program, "add_digits", lambda a, b, c: ((s := a + b + c) >= 10, s % 10))
