"""`Study`: the complete runs of a sweep, from a storage, or from a file of JSON that is committed."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cajal_experiments.errors import ExperimentError
from cajal_experiments.experiment import Threshold
from cajal_experiments.ledger import Ledger, required, studies


@dataclass(frozen=True)
class Study:
    """A sweep: what its experiment says of itself, and a mapping for each complete run.

    A run has `cell`, the fields of its `Cell`, and `result`, those of its `Result`.
    """

    name: str
    experiment: str
    source: str
    title: str
    variants: list[str]
    models: list[str]
    measures: list[str]
    target: Threshold | None
    stuck: Threshold | None
    runs: Sequence[Mapping[str, Any]]

    def to_json(self) -> str:
        """One line a run, so that a difference of two files shows which runs differ."""
        head = {
            "name": self.name,
            "experiment": self.experiment,
            "source": self.source,
            "title": self.title,
            "variants": self.variants,
            "models": self.models,
            "measures": self.measures,
            "target": self.target and vars(self.target),
            "stuck": self.stuck and vars(self.stuck),
        }
        lines = [f"  {json.dumps(name)}: {json.dumps(value)}," for name, value in head.items()]
        runs = ",\n".join(f"    {json.dumps(run, separators=(',', ':'))}" for run in self.runs)
        return "\n".join(["{", *lines, '  "runs": [', runs, "  ]", "}"]) + "\n"


def study_of(name: str, attributes: Mapping[str, Any], runs: Sequence[Mapping[str, Any]]) -> Study:
    """A study from what `Experiment.description` says and its runs."""
    target, stuck = attributes["target"], attributes["stuck"]
    return Study(
        name=name,
        experiment=attributes["experiment"],
        source=attributes["source"],
        title=attributes["title"],
        variants=attributes["variants"],
        models=attributes["models"],
        measures=attributes["measures"],
        target=Threshold(**target) if target else None,
        stuck=Threshold(**stuck) if stuck else None,
        runs=runs,
    )


def read(path: Path) -> Study:
    """A study from its file."""
    content = json.loads(path.read_text(encoding="utf-8"))
    return study_of(content["name"], content, content["runs"])


def stored(storage: str, names: Collection[str] = ()) -> list[Study]:
    """The studies of a storage that have these names, or all; in the order of their names."""
    if names:
        required(storage)
    known = studies(storage)
    for name in names:
        if name not in known:
            raise ExperimentError(
                f"There is no study `{name}` in {storage}. There are {', '.join(known) or 'none'}."
            )
    return [_stored(storage, name) for name in names or known]


def _stored(storage: str, name: str) -> Study:
    ledger = Ledger(storage, name)
    runs = [
        {"cell": trial.user_attrs["cell"], "result": trial.user_attrs["result"]}
        for _key, trial in sorted(ledger.complete().items())
    ]
    return study_of(name, ledger.study.user_attrs, runs)
