"""Compiling takes time in proportion to the program. Calls are counted, which no other process slows."""

from __future__ import annotations

import sys
from contextlib import suppress
from types import FrameType

import pytest

from cajal_core import CajalError, Program


def calls(source: str) -> int:
    """How many Python functions compiling a term calls."""
    count = 0

    def profile(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event == "call"

    program, before = Program(), sys.getprofile()
    sys.setprofile(profile)
    try:
        with suppress(CajalError):  # a long tuple of Booleans is refused for its size, at the end
            program.compile(source)
    finally:
        sys.setprofile(before)
    return count


def tuple_of(component: str, count: int) -> str:
    return f"({', '.join([component] * count)})"


@pytest.mark.parametrize("component", ["()", "true"])
def test_a_tuple_takes_time_in_proportion_to_its_components(component: str) -> None:
    program = Program()
    program.compile(tuple_of(component, 2))  # what is loaded or cached at first is not counted
    short, long = (calls(tuple_of(component, count)) for count in (60, 240))
    assert long < 4.5 * short
