"""What is said of checkpoints: tests/core/training has the rest."""

from __future__ import annotations

from cajal_core.diagnostics.fitting.kept import NotRecorded, OtherTraining


def test_only_the_first_differences_are_told() -> None:
    different = tuple((f"w{number}", "a", "b") for number in range(5))
    assert OtherTraining("run.pt", different).title.endswith("w2 was a, and is now b; and 2 more")


def test_an_empty_history_says_so() -> None:
    assert NotRecorded("loss", ()).help == "it is empty"
