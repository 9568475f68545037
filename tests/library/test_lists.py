"""`lists` is Python's lists, at all lists of up to two or three elements."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from tests.library.tables import compare, result, using

DEFINITIONS: dict[str, Callable[..., Any]] = {
    "length_bools": len,
    "length_nats": len,
    "any": any,
    "all": all,
    "count_nats": lambda x, xs: xs.count(x),
    "member": lambda x, xs: x in xs,
    "first_bool": lambda xs: xs[0] if xs else None,
    "first_nat": lambda xs: xs[0] if xs else None,
    "last_bool": lambda xs: xs[-1] if xs else None,
    "last_nat": lambda xs: xs[-1] if xs else None,
    "nth_nat": lambda i, xs: xs[i] if i < len(xs) else None,
    "total": sum,
    "maximum": lambda xs: max(xs, default=0),
    "minimum": lambda xs: min(xs, default=None),
    "append_bools": lambda xs, ys: xs + ys,
    "reverse_bools": lambda xs: xs[::-1],
}


@pytest.mark.parametrize("name", DEFINITIONS)
def test_definition(name: str) -> None:
    nat_size = 4

    def expected(*values: Any) -> Any:
        value = DEFINITIONS[name](*values)
        size = len(value) if isinstance(value, tuple) else value
        return None if type(size) is int and size >= nat_size else value

    compare(using("lists", nat_size), name, expected)


def test_lists_in_step() -> None:
    program = using("lists", 3)

    def alike(xs: tuple[Any, ...], ys: tuple[Any, ...]) -> bool:
        return len(xs) == len(ys)

    compare(program, "equal_nats", lambda xs, ys: xs == ys if alike(xs, ys) else None)
    compare(program, "zip_bools", lambda xs, ys: (*zip(xs, ys, strict=True),) if alike(xs, ys) else None)


@pytest.mark.parametrize("length", [2, 3, 4])
def test_reversal_of_alternatives(length: int) -> None:
    program = using("lists", 4)
    for values in itertools.product(["true", "false"], repeat=length):
        expected = [value == "true" for value in reversed(values)]
        assert result(program, f"reverse_{length} <{', '.join(values)}>") == (*expected,)
    matrix = program.compile(f"reverse_{length}").matrix()
    assert matrix.argmax(0).tolist() == [
        2 * (length - 1 - place) + truth for place in range(length) for truth in (0, 1)
    ]
