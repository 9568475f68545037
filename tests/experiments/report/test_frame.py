"""The table of runs."""

from __future__ import annotations

import math
from typing import Any

from cajal_experiments.experiment import Threshold
from cajal_experiments.report.frame import first, frame

from .runs import RUNS, study


def test_rows_follow_the_experiment_not_the_alphabet() -> None:
    table = frame(study(RUNS[::-1]))
    rows = list(zip(table["overrides"], table["variant"], table["model"], table["seed"], strict=True))
    assert rows[:3] == [("{}", "EQ", "D+", 0), ("{}", "EQ", "D+", 1), ("{}", "EQ", "D", 0)]
    assert rows[-1] == ('{"train": 250}', "EQ", "D+", 1)


def test_what_was_reached_and_who_is_stuck() -> None:
    table = frame(study()).set_index(["overrides", "variant", "model", "seed"])
    reached: dict[Any, float] = table["reached"].to_dict()
    stuck: dict[Any, bool] = table["stuck"].to_dict()
    assert reached["{}", "EQ", "D", 0] == 30
    assert math.isnan(reached["{}", "EQ", "D", 1])
    assert [key for key, value in stuck.items() if value] == [("{}", "EQ", "D", 1)]
    assert [math.isnan(value) for value in table["accuracy"].tolist()].count(True) == 1


def test_the_first_step_is_of_the_target_measure() -> None:
    target = Threshold("error", "<=", 0.1)
    assert first(target, {"error": [[5, 10], [0.2, 0.1]]}) == 10
    assert math.isnan(first(target, {"error": [[5, 10], [0.2, None]]}))
    assert math.isnan(first(target, {"loss": [[5], [0.0]]}))
    assert math.isnan(first(None, {}))
