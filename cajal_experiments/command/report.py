"""`report`: the page of results, its figures, and the runs as JSON."""

from __future__ import annotations

import argparse
from pathlib import Path

from cajal_experiments.cells import Cell
from cajal_experiments.errors import ExperimentError
from cajal_experiments.ledger import exists
from cajal_experiments.report.archive import Study, read, stored
from cajal_experiments.report.page import pages, write


def report(options: argparse.Namespace) -> int:
    """Takes studies of the storage, or as they were written before, and writes the page anew."""
    docs = Path(options.docs)
    written = {path: read(path) for path in sorted((docs / "results").glob("*.json"))}
    new = {study.name: study for study in stored(options.storage, options.studies) if study.runs}
    if not (new or written):
        what = "are no runs in" if exists(options.storage) else "is no storage"
        raise ExperimentError(
            f"There {what} {options.storage}, and {docs / 'results'} has no results. Give the `--storage` "
            "of `run`."
        )
    for path, study in written.items():
        if study.name in new and (lost := len(keys(study) - keys(new[study.name]))):
            count = "1 run" if lost == 1 else f"{lost} runs"
            raise ExperimentError(
                f"`{path}` has {count} of {study.name} that {options.storage} has not and that would be "
                "lost. Write elsewhere by `--docs DIR`, or delete the file first."
            )
    if not exists(options.storage):
        print(f"There is no storage {options.storage}: the page is made of {docs / 'results'} alone.")
    studies = {study.name: study for study in written.values()} | new
    write(docs, pages([studies[name] for name in sorted(studies)]))
    print(f"{docs / 'results.md'}: {', '.join(sorted(studies))}")
    return 0


def keys(study: Study) -> set[str]:
    """The cells of its runs."""
    return {Cell(**run["cell"]).key for run in study.runs}
