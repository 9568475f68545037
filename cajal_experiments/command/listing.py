"""`list`: the experiments, and the studies of the storage."""

from __future__ import annotations

import argparse

from cajal_experiments.registry import shipped
from cajal_experiments.report.archive import stored


def listing(options: argparse.Namespace) -> int:
    """Prints a paragraph for each experiment, and a line for each study."""
    for experiment in shipped().values():
        print(f"{experiment.name}: {experiment.title}")
        print(f"    models {', '.join(experiment.models)}")
        if any(experiment.variants):
            print(f"    variants {', '.join(experiment.variants)}")
        print(f"    measures {', '.join(experiment.measures)}")
    for study in stored(options.storage):
        print(f"{options.storage} has {len(study.runs)} complete runs of `{study.name}`")
    return 0
