"""The page of results: Markdown, the same for the same runs."""

# What pandas says of its own types is wider than what it gives.
# pyright: reportArgumentType=false, reportGeneralTypeIssues=false, reportReturnType=false

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from cajal_experiments.report.archive import Study
from cajal_experiments.report.commands import block
from cajal_experiments.report.figures import curves, svg
from cajal_experiments.report.frame import frame
from cajal_experiments.report.summary import Group, by_samples, groups, results

HEAD = """# Results

Made by `python -m cajal_experiments report` from the runs in the folder `results` beside this page.
Each number is the mean over the seeds, with its 95% interval by Student's t.
The steps to a target are those of the runs that reach it.
The commands over a table run all of it again; `--data` wants a folder with the images of that checksum.
A – stands where a model has no such measure.
"""


def pages(studies: Sequence[Study]) -> dict[str, str]:
    """The files of a report by their paths in `docs`: the page, the figures, and the runs that they show."""
    files: dict[str, str] = {}
    sections = [HEAD]
    for study in studies:
        name = slug(study.name)
        files[f"results/{name}.json"] = study.to_json()
        if not study.runs:
            continue
        sections.append(f"## {study.name}: {study.title}\n")
        for number, group in enumerate(groups(study, frame(study)), start=1):
            figure = curves(group)
            path = f"results/{name}.svg" if number == 1 else f"results/{name}-{number}.svg"
            if figure is not None:
                files[path] = svg(figure)
            sections += _section(group, path if figure is not None else None)
    return {"results.md": "\n".join(sections), **files}


def _section(group: Group, figure: str | None) -> Iterator[str]:
    study, table = group.study, results(group)
    yield f"{block(group)}\n"
    yield markdown(table)
    if group.by_samples:
        yield f"{study.measures[0].capitalize()} by the number of training samples:\n"
        yield markdown(by_samples(group))
    if figure is not None:
        yield f"![{study.measures[0]} by training steps]({figure})\n"
    yield _provenance(group)


def _provenance(group: Group) -> str:
    """The seeds, the data, the settings, the machines and the versions, in sentences."""
    runs = group.runs
    data = runs["data"].iloc[0]
    seeds = sorted(runs["seed"].unique())
    largest = group.largest.groupby(["variant", "model"])["seed"].nunique()
    sentences = [f"Seeds {seeds[0]} to {seeds[-1]}." if len(seeds) > 1 else f"Seed {seeds[0]}."]
    if len(set(largest)) > 1:
        sentences.append("Not all rows have as many seeds.")
    samples = " or ".join(f"{count:,}" for count in sorted(runs["samples"].unique()))
    batches = " or ".join(str(count) for count in sorted(runs["batch"].unique()))
    sentences += [
        f"{samples} training samples, {batches} a step.",
        f"Data: {data}, checksum {runs['checksum'].iloc[0]}." if data else "Data: made by the task.",
        *(f"{machine}." for machine in dict.fromkeys(runs["machine"])),
        f"Threads of torch in a process: {' or '.join(str(n) for n in sorted(runs['threads'].unique()))}.",
        *(f"{versions}." for versions in dict.fromkeys(runs["versions"])),
    ]
    return " ".join(sentences) + "\n"


def markdown(table: pd.DataFrame) -> str:
    """A table of text."""
    rows = [list(table.columns), ["---"] * len(table.columns), *table.to_numpy().tolist()]
    return "".join(f"| {' | '.join(str(entry) for entry in row)} |\n" for row in rows)


def slug(name: str) -> str:
    """A name as a file has it."""
    return re.sub(r"[^\w+-]+", "-", name).strip("-").lower()


def write(folder: Path, files: dict[str, str]) -> None:
    """Writes the files of a report."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
