"""`--dry-run`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from torch.nn.functional import cross_entropy

from cajal_experiments.cells import grid
from cajal_experiments.command.estimate import duration, timed
from cajal_experiments.command.main import main
from cajal_experiments.experiment import Context, Recipe
from cajal_experiments.registry import find
from tests.experiments.commands import TINY, run_tiny, study

SMALL = ("--size", "small", "--variants", "A", "--models", "I,trivial")


def test_it_runs_nothing_and_tells_each_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(run_tiny(tmp_path, *SMALL, "--seeds", "1")) == 0
    capsys.readouterr()
    assert main(run_tiny(tmp_path, *SMALL, "--seeds", "3", "--dry-run")) == 0
    told = capsys.readouterr().out.splitlines()
    assert [line.partition(" /")[2].partition(" / small")[0].strip() for line in told[:-1]] == [
        "I / seed 1",
        "trivial / seed 1",
        "I / seed 2",
        "trivial / seed 2",
    ]
    assert told[-1].startswith("4 runs, 2 more are complete; about ")
    assert len(study(tmp_path).runs) == 2


def test_it_leaves_nothing_behind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(run_tiny(tmp_path, *SMALL, "--seeds", "1", "--dry-run")) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("2 runs, 0 more are complete")
    assert list(tmp_path.iterdir()) == []


def test_earlier_runs_say_how_long_it_takes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(run_tiny(tmp_path, *SMALL, "--seeds", "1")) == 0
    seconds = sum(run["result"]["seconds"] for run in study(tmp_path).runs)
    capsys.readouterr()
    assert main(run_tiny(tmp_path, *SMALL, "--seeds", "5", "--dry-run", "--jobs", "2")) == 0
    told = capsys.readouterr().out.splitlines()[-1]
    assert told.endswith(f"about {duration(seconds * 4 / 2)} with 2 at once")


def test_a_few_steps_are_timed() -> None:
    experiment = find(TINY)
    (short,) = grid(experiment, "digits", variants=["A"], models=["I"], seeds=[0], size="small")
    (long,) = grid(
        experiment,
        "digits",
        variants=["A"],
        models=["I"],
        seeds=[0],
        size="small",
        overrides=[{"steps": 100_000}],
    )
    assert 0 < timed(experiment, short, "digits") < timed(experiment, long, "digits")


def test_the_settings_of_a_recipe_are_estimated() -> None:
    def recipe(context: Context) -> Recipe:
        return Recipe(find(TINY).models["I"](context).model, cross_entropy, {"steps": 100_000})

    tiny = find(TINY)
    chosen = {"variants": ["A"], "models": ["I"], "seeds": [0], "size": "small"}
    (cell,) = grid(tiny, "digits", **chosen)
    assert timed(replace(tiny, models={"I": recipe}), cell, "digits") > 100 * timed(tiny, cell, "digits")


@pytest.mark.parametrize(
    ("seconds", "text"), [(3.21, "3.2 s"), (59.9, "59.9 s"), (150, "2 min"), (7500, "2 h 5 min")]
)
def test_a_duration_is_short(seconds: float, text: str) -> None:
    assert duration(seconds) == text
