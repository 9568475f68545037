"""Experiments by name and in files."""

from __future__ import annotations

from pathlib import Path

import pytest

from cajal_experiments.errors import ExperimentError
from cajal_experiments.registry import find, shipped

TINY = Path(__file__).with_name("tiny.py")


def test_a_file_is_an_experiment() -> None:
    assert find(str(TINY)).name == "tiny"


def test_those_of_the_package_are_found_in_either_case() -> None:
    for name, experiment in shipped().items():
        assert find(name.lower()) is find(name.upper()) is experiment


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(ExperimentError, match="There is no experiment `L9`"):
        find("L9")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExperimentError, match="There is no file"):
        find(str(tmp_path / "mine.py"))


def test_a_file_without_an_experiment_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text("experiment = 3\n")
    with pytest.raises(ExperimentError, match=r"mine.py` has no `experiment = Experiment\(…\)`"):
        find(str(path))
