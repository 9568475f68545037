"""`run`, in this process."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cajal_experiments.command.arguments import parser
from cajal_experiments.command.main import main
from cajal_experiments.command.run import workers
from cajal_experiments.sweep import Sweep
from cajal_experiments.workers import Here, Processes
from tests.experiments.commands import run_tiny, study

SMALL = ("--size", "small", "--seeds", "2", "--variants", "A")


def test_what_is_complete_is_not_run_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(run_tiny(tmp_path, *SMALL, "--models", "I")) == 0
    capsys.readouterr()
    assert main(run_tiny(tmp_path, *SMALL, "--models", "I,trivial")) == 0
    assert capsys.readouterr().out.splitlines() == [
        "2 of 4 runs are complete",
        "ended: A / trivial / seed 0 / small / digits 9656d3848535",
        "ended: A / trivial / seed 1 / small / digits 9656d3848535",
        "4 of 4 runs are complete",
    ]
    assert [run["cell"]["model"] for run in study(tmp_path).runs] == ["I", "I", "trivial", "trivial"]


def test_a_failure_is_told_and_the_status_is_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(run_tiny(tmp_path, "--size", "small", "--seeds", "1", "--models", "broken")) == 1
    told = capsys.readouterr().out.splitlines()
    assert told[-4:-1] == [
        "failed: A / broken / seed 0 / small / digits 9656d3848535",
        "failed: B / broken / seed 0 / small / digits 9656d3848535",
        "    ValueError: this model cannot be made",
    ]
    assert re.fullmatch(r"    \S*tiny.py, line \d+, in broken", told[-1])


def test_a_study_has_a_name_of_its_own_and_overrides(tmp_path: Path) -> None:
    options = ["--models", "trivial", "--study", "other", "--train", "30,40"]
    assert main(run_tiny(tmp_path, *SMALL, *options)) == 0
    assert study(tmp_path).name == "other"
    assert sorted(run["result"]["samples"] for run in study(tmp_path).runs) == [30, 30, 40, 40]


def test_steps_and_epochs_are_refused_together(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(run_tiny(tmp_path, "--steps", "3", "--epochs", "1")) == 2
    assert "`--steps` and `--epochs` say the same thing twice" in capsys.readouterr().err


def test_the_workers_are_those_that_were_asked_for(tmp_path: Path) -> None:
    plan = Sweep("L2", "L2", str(tmp_path / "x.db"), "digits", tmp_path)
    assert isinstance(workers(parser().parse_args(["run", "L2"]), plan), Here)
    processes = workers(parser().parse_args(["run", "L2", "--jobs", "3"]), plan)
    assert isinstance(processes, Processes)
    assert processes.jobs == 3
