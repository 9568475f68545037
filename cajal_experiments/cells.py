"""`Cell`: one training run of a sweep, and the grid of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from itertools import product
from typing import Any

from cajal_experiments.errors import ExperimentError, unknown
from cajal_experiments.experiment import Experiment, Settings, Size


@dataclass(frozen=True)
class Cell:
    """What tells one run from another: two runs of equal cells give equal numbers on one machine.

    `overrides` are settings that the command changed. The data set is told by its name and checksum, so the
    folder that it lies in may differ from machine to machine. Both are empty where the task makes its data.
    """

    variant: str
    model: str
    seed: int
    size: Size
    data: str
    checksum: str
    overrides: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The cell as one line, which is equal where the cells are."""
        changed = [f"{name}={value}" for name, value in sorted(self.overrides.items())]
        data = f"{self.data} {self.checksum}".strip()
        parts = [self.variant, self.model, f"seed {self.seed}", self.size, data, *changed]
        return " / ".join(part for part in parts if part)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    def settings(self, experiment: Experiment) -> Settings:
        """The settings of its size, with what the command changed."""
        return experiment.settings(self.size, self.variant).changed(self.overrides)


def grid(
    experiment: Experiment,
    data: str,
    *,
    variants: Iterable[str] | None = None,
    models: Iterable[str] | None = None,
    seeds: Iterable[int],
    size: Size,
    overrides: Iterable[Mapping[str, Any]] = ({},),
) -> list[Cell]:
    """Each variant with each model, with each set of overrides, with each seed; the seeds change last.

    So a sweep that is stopped has the first seeds of every model. An override that changes nothing is left
    out, which makes its cell the usual one.
    """
    chosen_variants = _chosen("variant", variants, experiment.variants)
    chosen_models = _chosen("model", models, list(experiment.models))
    name, checksum = experiment.identity(data)
    usual = {variant: asdict(experiment.settings(size, variant)) for variant in chosen_variants}

    def cell(seed: int, changes: Mapping[str, Any], variant: str, model: str) -> Cell:
        changed = {key: value for key, value in changes.items() if usual[variant][key] != value}
        return Cell(variant, model, seed, size, name, checksum, changed)

    return [cell(*chosen) for chosen in product(seeds, overrides, chosen_variants, chosen_models)]


def _chosen(kind: str, names: Iterable[str] | None, known: Iterable[str]) -> list[str]:
    """The names that were asked for, which must be known; all where none were."""
    known = list(known)
    if names is None:
        return known
    names = list(dict.fromkeys(names))
    if any(names) and not any(known):
        raise ExperimentError(f"The experiment has no {kind}s: leave `--{kind}s` out.")
    for name in names:
        if name not in known:
            raise ExperimentError(unknown(kind, name, known))
    return names
