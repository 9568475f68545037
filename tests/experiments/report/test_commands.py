"""The commands over a table make its runs again: these and no others."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cajal_experiments.cells import grid
from cajal_experiments.command.arguments import overrides, parser
from cajal_experiments.registry import find
from cajal_experiments.report.commands import commands
from cajal_experiments.report.frame import frame
from cajal_experiments.report.summary import groups

from .runs import RUNS, run, study

START = "python -m cajal_experiments run L2"
END = "--data mnist --size full"


def told(runs: list[Mapping[str, Any]]) -> list[list[str]]:
    return [commands(group) for group in groups(study(runs), frame(study(runs)))]


def test_rows_with_more_seeds_have_a_command_of_their_own() -> None:
    assert told(RUNS) == [
        [
            f"{START} --variants XOR --models D+ --seeds 1 {END}",
            f"{START} --variants EQ --models D+ --seeds 2 {END}",
            f"{START} --variants EQ --models D+ --seeds 2 {END} --train 250",
            f"{START} --variants EQ --models D --seeds 3 {END}",
        ]
    ]


def test_other_settings_are_told() -> None:
    runs = [*RUNS[:5], run("D", 0, 0.7, [0.7], rate=1e-2), run("D", 0, 0.7, [0.7], rate=1e-2, train=250)]
    first, second = told(runs)
    assert first == [
        f"{START} --variants EQ --models D+ --seeds 2 {END}",
        f"{START} --variants EQ --models D --seeds 3 {END}",
    ]
    assert second == [
        f"{START} --variants EQ --models D --seeds 1 {END} --rate 0.01",
        f"{START} --variants EQ --models D --seeds 1 {END} --train 250 --rate 0.01",
    ]


def test_names_with_blanks_are_quoted() -> None:
    runs = [run("D", 0, 0.7, [0.7])]
    runs[0]["cell"]["model"] = "I matched"
    shown = replace(study(runs), models=["I matched", "D"])
    (command,) = commands(next(groups(shown, frame(shown))))
    assert " --models 'I matched' " in command


def test_they_make_the_runs_of_the_table_and_no_others() -> None:
    """Several sweeps of one experiment, which overlap."""
    experiment = find("L2")
    sweeps = [
        "--variants EQ,XOR --models D,D+ --seeds 2",
        "--variants EQ --models D+ --seeds 5",
        "--variants EQ --models D+,D --seeds 2 --train 250,1000",
        "--variants EQ --models D --seeds 3 --train 250,500",
        "--variants XOR --models D+ --seeds 1 --rate 0.1",
    ]

    def cells(commands: list[str]) -> set[str]:
        found = set[str]()
        for command in commands:
            options = parser().parse_args(["run", "L2", *shlex.split(command)])
            chosen = {"variants": options.variants, "models": options.models, "seeds": range(options.seeds)}
            found |= {
                cell.key
                for cell in grid(experiment, "digits", size="full", overrides=overrides(options), **chosen)
            }
        return found

    runs = list[Mapping[str, Any]]()
    for key in sorted(cells(sweeps)):
        variant, model, seed, _size, _data, *changed = key.split(" / ")
        values = {name: float(value) for name, value in (part.split("=") for part in changed)}
        runs.append(run(model, int(seed.removeprefix("seed ")), 0.7, [0.7], variant=variant, **values))
    swept = replace(study(runs), variants=list(experiment.variants), models=list(experiment.models))
    again = [
        command.removeprefix(START) for group in groups(swept, frame(swept)) for command in commands(group)
    ]
    assert cells(again) == cells(sweeps)
    assert len(again) == 7
