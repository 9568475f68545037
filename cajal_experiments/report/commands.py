"""The commands that make the runs of a table again: no run more, where the seeds of each row begin at 0."""

# What pandas says of its own types is wider than what it gives.
# pyright: reportArgumentType=false, reportGeneralTypeIssues=false, reportReturnType=false

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterator, Sequence

import pandas as pd

from cajal_experiments.report.summary import Group

#: A variant and a model.
Row = tuple[str, str]


def commands(group: Group) -> list[str]:
    """One command for the rows with equally many seeds, or a few where not each variant has each model."""
    sizes: dict[tuple[tuple[str, ...], tuple[str, ...], int], list[float]] = {}
    for train, runs in group.runs.groupby("train", dropna=False, sort=False):
        rows: dict[int, list[Row]] = {}
        for (variant, model), of_row in runs.groupby(["variant", "model"]):
            rows.setdefault(int(of_row["seed"].max()) + 1, []).append((str(variant), str(model)))
        for seeds in sorted(rows):
            for variants, models in _rectangles(group, rows[seeds]):
                sizes.setdefault((variants, models, seeds), []).append(train)
    return [command for chosen, trains in sizes.items() for command in _commands(group, *chosen, trains)]


def _rectangles(group: Group, rows: Collection[Row]) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """The rows as variants and models, each of which goes with each."""
    study = group.study
    variants: dict[tuple[str, ...], list[str]] = {}
    for variant in study.variants:
        if models := tuple(model for model in study.models if (variant, model) in rows):
            variants.setdefault(models, []).append(variant)
    yield from ((tuple(of_them), models) for models, of_them in variants.items())


def _commands(
    group: Group, variants: Sequence[str], models: Sequence[str], seeds: int, trains: Sequence[float]
) -> Iterator[str]:
    study, runs = group.study, group.runs
    processes, threads, data = int(runs["processes"].max()), int(runs["threads"].max()), runs["data"].iloc[0]
    start = f"torchrun --nproc-per-node {processes}" if processes > 1 else "python"
    parts = [f"{start} -m cajal_experiments run {shlex.quote(study.source)}"]
    parts += [f"--study {shlex.quote(study.name)}"] * (study.name != study.experiment)
    parts += [f"--variants {shlex.quote(','.join(variants))}"] * (list(variants) != study.variants)
    parts += [f"--models {shlex.quote(','.join(models))}"] * (list(models) != study.models)
    parts += [f"--seeds {seeds}"]
    parts += [f"--data {shlex.quote(data)}"] * bool(data) + [f"--size {runs['size'].iloc[0]}"]
    others = [f"--{name} {value:g}" for name, value in group.others.items()]
    others += [f"--threads {threads}"] * (threads > 1)
    own = [train for train in trains if pd.isna(train)]
    given = ",".join(str(int(train)) for train in sorted(set(trains)) if not pd.isna(train))
    for train in [[]] * bool(own) + [[f"--train {given}"]] * bool(given):
        yield " ".join([*parts, *train, *others])


def block(group: Group) -> str:
    """The commands as Markdown."""
    return "\n".join(["```bash", *commands(group), "```"])
