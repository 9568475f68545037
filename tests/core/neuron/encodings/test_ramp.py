"""Schedules."""

import pickle

from cajal_core import Ramp


def test_a_ramp_goes_from_start_to_end_and_stays() -> None:
    ramp = Ramp(4.0, 1.0, steps=3, after=2)
    assert [ramp(step) for step in range(7)] == [4.0, 4.0, 4.0, 3.0, 2.0, 1.0, 1.0]
    assert pickle.loads(pickle.dumps(ramp)) == ramp


def test_a_ramp_of_no_steps_is_a_jump() -> None:
    ramp = Ramp(0.1, 0.0, 0, after=2)
    assert [ramp(step) for step in range(4)] == [0.1, 0.1, 0.0, 0.0]
    assert Ramp(4.0, 1.0, 0)(0) == 1.0
