"""What a page shows of a study: its runs by settings, and tables of text over the seeds of each model."""

# What pandas says of its own types is wider than what it gives.
# pyright: reportArgumentType=false, reportGeneralTypeIssues=false, reportReturnType=false

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from cajal_experiments.report.archive import Study
from cajal_experiments.report.statistics import mean

#: What tells one table from another.
SETTINGS = ["size", "data", "checksum", "others"]


@dataclass(frozen=True)
class Group:
    """The runs of a study with equal settings, but for the numbers of training samples."""

    study: Study
    runs: pd.DataFrame

    @property
    def largest(self) -> pd.DataFrame:
        """The runs with the experiment's own number of training samples, or else with the most."""
        usual = self.runs["train"].isna()
        return self.runs[usual] if usual.any() else self.runs[self.runs["train"] == self.runs["train"].max()]

    @property
    def by_samples(self) -> bool:
        """Whether there are runs of one variant with different numbers of training samples."""
        return int(self.runs.groupby("variant")["samples"].nunique().max()) > 1

    @property
    def others(self) -> dict[str, float]:
        """The settings that the command changed, without the number of training samples."""
        return json.loads(self.runs["others"].iloc[0])


def groups(study: Study, runs: pd.DataFrame) -> Iterator[Group]:
    """The runs with equal settings, the experiment's own settings first."""
    changed = runs["overrides"].map(json.loads)
    train = [values.pop("train", math.nan) for values in changed]
    runs = runs.assign(train=train, others=changed.map(json.dumps))
    for _settings, group in runs.groupby(SETTINGS, sort=False):
        yield Group(study, group)


def results(group: Group) -> pd.DataFrame:
    """A row for each variant and model: text, as a page shows it."""
    study = group.study
    rows = [
        _row(study, str(variant), str(model), runs)
        for (variant, model), runs in group.largest.groupby(["variant", "model"], sort=False)
    ]
    return _without_empty(pd.DataFrame(rows))


def _without_empty(table: pd.DataFrame) -> pd.DataFrame:
    """The table without columns that say nothing: the variants of an experiment that has none, and so on."""
    return table.loc[:, (table != "").any()]


def _row(study: Study, variant: str, model: str, runs: pd.DataFrame) -> dict[str, str]:
    weights = sorted(runs["parameters"].unique())
    row = {
        "variant": variant,
        "model": model,
        "weights": " to ".join(f"{count:,}" for count in dict.fromkeys((weights[0], weights[-1]))),
        "seeds": str(len(runs)),
        **{name: average(runs[name]) for name in study.measures},
    }
    if study.stuck is not None:
        stuck = int(runs["stuck"].sum())
        row[f"stuck ({study.stuck})"] = f"{stuck} of {len(runs)}"
        median = f"{runs[study.stuck.measure].median():.3g}" if stuck else ""
        row[f"median {study.stuck.measure}"] = median
    diverged = int((runs["stopped"] == "not finite").sum())
    row["stopped, not finite"] = f"{diverged} of {len(runs)}" if diverged else ""
    if study.target is not None:
        row[f"steps to {study.target}"] = _reached(runs["reached"])
    return {**row, "seconds": average(runs["seconds"]).partition(" ±")[0]}


def average(values: pd.Series) -> str:
    """The mean and its interval over the values that are numbers, and how many are none; – for no number."""
    numbers = values.dropna()
    missing = len(values) - len(numbers)
    told = f" ({missing} not finite)" if missing else ""
    return f"{mean(numbers.tolist())}{told}" if len(numbers) else "–"


def _reached(steps: pd.Series) -> str:
    reached = steps.dropna()
    if reached.empty:
        return "never"
    told = "" if len(reached) == len(steps) else f" ({len(reached)} of {len(steps)})"
    return f"{mean(reached.tolist())}{told}"


def by_samples(group: Group) -> pd.DataFrame:
    """The first measure of each variant and model with several numbers of samples, with a column for each."""
    runs, measure = group.runs, group.study.measures[0]
    counts = sorted(set(runs["samples"]))
    rows = []
    for (variant, model), of_model in runs.groupby(["variant", "model"], sort=False):
        if of_model["samples"].nunique() < 2:
            continue
        values = {count: of_model.loc[of_model["samples"] == count, measure] for count in counts}
        cells = {f"{count:,}": average(column) if len(column) else "" for count, column in values.items()}
        rows.append({"variant": variant, "model": model, **cells})
    return _without_empty(pd.DataFrame(rows))
