"""`run`: a sweep, or with `--dry-run` what it would do."""

from __future__ import annotations

import argparse
from pathlib import Path
from textwrap import indent

from cajal_experiments import team
from cajal_experiments.cells import grid
from cajal_experiments.command.arguments import overrides
from cajal_experiments.command.estimate import estimate
from cajal_experiments.errors import ExperimentError
from cajal_experiments.ledger import url_of
from cajal_experiments.registry import find
from cajal_experiments.sweep import Sweep, sweep
from cajal_experiments.workers import Cluster, Here, Processes, Workers


def run(options: argparse.Namespace) -> int:
    """Runs what is not complete yet; 1 where a run failed."""
    experiment = find(options.experiment)
    if experiment.data is None and options.data is not None:
        raise ExperimentError(f"`{experiment.name}` makes its own data. Leave `--data` out.")
    data = options.data or "digits"
    changes = overrides(options)
    if any({"steps", "epochs"} <= change.keys() for change in changes):
        raise ExperimentError("`--steps` and `--epochs` say the same thing twice. Give one of them.")
    cells = grid(
        experiment,
        data,
        variants=options.variants,
        models=options.models,
        seeds=range(options.seeds),
        size=options.size,
        overrides=changes,
    )
    plan = Sweep(
        experiment=options.experiment,
        study=options.study or experiment.name,
        storage=url_of(options.storage),
        data=data,
        checkpoints=Path(options.checkpoints).absolute(),
        threads=options.threads,
        heartbeat=options.heartbeat,
    )
    if options.dry_run:
        told, fails = estimate(plan, cells, options.jobs)
        print(told)
        return 1 if fails else 0
    with team.team():
        if not team.is_first():
            team.follow(plan.run)
            return 0
        try:
            errors = sweep(plan, cells, workers(options, plan))
        finally:
            team.tell(None)
    for error in dict.fromkeys(errors.values()):  # the seeds of a model often fail in one way
        print(*(f"failed: {key}" for key, other in errors.items() if other == error), sep="\n")
        print(indent(error, "    "))
    return 1 if errors else 0


def workers(options: argparse.Namespace, plan: Sweep) -> Workers:
    """Those of a cluster, processes, or this process."""
    if options.cluster is not None:
        return Cluster(plan.work, options.cluster)
    return Here(plan.work) if options.jobs == 1 else Processes(plan.work, options.jobs)
