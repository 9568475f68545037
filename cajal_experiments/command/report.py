"""`report`: the page of results, its figures, and the runs as JSON."""

from __future__ import annotations

import argparse
from pathlib import Path

from cajal_experiments.report.archive import Study, read, stored
from cajal_experiments.report.page import pages, write


def report(options: argparse.Namespace) -> int:
    """Takes studies of the storage, or as they were written before, and writes the page anew."""
    docs = Path(options.docs)
    earlier = [read(path) for path in sorted((docs / "results").glob("*.json"))]
    studies: dict[str, Study] = {study.name: study for study in earlier}
    studies |= {study.name: study for study in stored(options.storage, options.studies) if study.runs}
    files = pages([studies[name] for name in sorted(studies)])
    write(docs, files)
    print(f"{docs / 'results.md'}: {', '.join(sorted(studies)) or 'no study'}")
    return 0
