"""Schedules."""

import math
import pickle
from typing import Any

import pytest

from cajal_core import CajalError, Ramp


def test_a_ramp_goes_from_start_to_end_and_stays() -> None:
    ramp = Ramp(4.0, 1.0, steps=3, after=2)
    assert [ramp(step) for step in range(7)] == [4.0, 4.0, 4.0, 3.0, 2.0, 1.0, 1.0]
    assert pickle.loads(pickle.dumps(ramp)) == ramp


def test_a_ramp_of_no_steps_is_a_jump() -> None:
    ramp = Ramp(0.1, 0.0, 0, after=2)
    assert [ramp(step) for step in range(4)] == [0.1, 0.1, 0.0, 0.0]
    assert Ramp(4.0, 1.0, 0)(0) == 1.0


@pytest.mark.parametrize(("start", "steps"), [("4", 1), (None, 1), (math.nan, 1), (4.0, True), (4.0, 2.0)])
def test_what_is_no_ramp_is_told_at_once(start: Any, steps: Any) -> None:
    with pytest.raises(CajalError, match="of a ramp is a"):
        Ramp(start, 1.0, steps)
