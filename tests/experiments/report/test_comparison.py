"""Differences, paired by seed."""

from __future__ import annotations

import pytest

from cajal_experiments.errors import ExperimentError
from cajal_experiments.report.comparison import compared

from .runs import RUNS, run, study

TUNED = study([run("D", 0, 0.9, [0.9]), run("D", 2, 0.92, [0.9])], "tuned")


def test_two_models_are_paired_by_seed() -> None:
    table = compared("L2:D+", "L2:D", [study()])
    assert len(table) == 1
    row = table.iloc[0]
    assert (row["variant"], row["seeds"], row["overrides"]) == ("EQ", 2, "{}")
    assert (row["L2:D+"], row["L2:D"]) == ("0.92 ± 0.25", "0.7 ± 1.9")
    # The differences .1 and .44: .27 ± 12.706 · .17.
    assert row["difference"] == "0.3 ± 2.2"


def test_two_studies_are_paired_by_model_and_seed() -> None:
    table = compared("tuned", "L2", [study(), TUNED])
    assert table[["model", "seeds", "difference"]].to_numpy().tolist() == [["D", 2, "0.06 ± 0.51"]]


@pytest.mark.parametrize(
    ("sides", "measure", "message"),
    [
        (("L9", "L2"), None, "There is no study `L9`. There are L2, tuned"),
        (("L2:E", "L2:D"), None, "`L2` has no complete run of `E`. It has D\\+, D"),
        (("L2:D+", "tuned:D"), "speed", "has no measure `speed`. It has accuracy"),
        (("L2:D+", "other"), None, "There is no study `other`"),
    ],
)
def test_what_is_not_there_is_refused(sides: tuple[str, str], measure: str | None, message: str) -> None:
    with pytest.raises(ExperimentError, match=message):
        compared(*sides, [study(), TUNED], measure)


def test_runs_that_share_nothing_are_refused() -> None:
    with pytest.raises(ExperimentError, match="have no run of one variant, seed, size and data in common"):
        compared("L2:D+", "tuned:D", [study(RUNS[7:]), TUNED])
