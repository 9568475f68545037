"""What the passes take of Python is given back, however they end."""

from __future__ import annotations

import gc

import pytest

from cajal_core import CajalError
from cajal_core.program.bounded import bounded


def endless(depth: int = 0) -> int:
    return endless(depth + 1) + 1


def test_a_recursion_too_deep_is_a_mistake_of_the_user() -> None:
    with pytest.raises(CajalError, match="nested more than 1000 deep") as caught, bounded():
        endless()
    assert caught.value.__cause__ is None and caught.value.__suppress_context__


@pytest.mark.parametrize("is_on", [True, False])
@pytest.mark.parametrize("error", [None, RecursionError, KeyboardInterrupt])
def test_the_collector_waits_and_is_then_as_it_was(is_on: bool, error: type[BaseException] | None) -> None:
    try:
        if not is_on:
            gc.disable()
        try:
            with bounded():
                assert not gc.isenabled()
                if error:
                    raise error
        except (CajalError, KeyboardInterrupt):
            assert error
        assert gc.isenabled() == is_on
    finally:
        gc.enable()
