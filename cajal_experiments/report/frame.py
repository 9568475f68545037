"""The runs of a study as a table of pandas: plain data, from which everything else is made."""

# What pandas says of its own types is wider than what it gives.
# pyright: reportArgumentType=false, reportGeneralTypeIssues=false, reportReturnType=false

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from cajal_experiments.experiment import Threshold
from cajal_experiments.report.archive import Study

#: What the columns hold that are no measure: those of the cell, then those of the result.
CELL = ("variant", "model", "seed", "size", "data", "checksum")
RESULT = ("parameters", "samples", "batch", "steps", "seconds", "stopped", "machine", "threads", "processes")


def frame(study: Study) -> pd.DataFrame:
    """A row for each run, in the experiment's order of variants and models, then by seed.

    `overrides` is the JSON of what the command changed. The measures have columns of their own; one that is
    not a number in a run is NaN. `reached` is the first step at which the target was met, or NaN; `stuck`
    whether the run ended stuck; `curves` has steps and values for each name.
    """
    rows = [_row(study, run) for run in study.runs]
    columns = [*CELL, "overrides", *RESULT, *study.measures, "reached", "stuck", "versions", "curves"]
    table = pd.DataFrame(rows, columns=pd.Index(columns))
    order = {
        "variant": study.variants.index,
        "model": study.models.index,
        "overrides": lambda text: text.strip("{}"),  # what was not changed is first
    }
    return table.sort_values(
        ["size", "data", "checksum", "overrides", "variant", "model", "seed"],
        key=lambda column: column.map(order[column.name]) if column.name in order else column,
        ignore_index=True,
    )


def _row(study: Study, run: Mapping[str, Any]) -> dict[str, Any]:
    cell, result = run["cell"], run["result"]
    measures = {name: _number(result["measures"].get(name)) for name in study.measures}
    return {
        **{name: cell[name] for name in CELL},
        "overrides": json.dumps(cell["overrides"], sort_keys=True),
        **{name: result[name] for name in RESULT},
        **measures,
        "reached": first(study.target, result["curves"]),
        "stuck": study.stuck is not None and study.stuck.holds(measures[study.stuck.measure]),
        "curves": result["curves"],
        "versions": ", ".join(f"{name} {version}" for name, version in result["versions"].items()),
    }


def first(target: Threshold | None, curves: Mapping[str, Any]) -> float:
    """The first step of a curve that meets the target, or NaN."""
    if target is None or target.measure not in curves:
        return math.nan
    for step, value in zip(*curves[target.measure], strict=True):
        if target.holds(_number(value)):
            return float(step)
    return math.nan


def _number(value: float | None) -> float:
    return math.nan if value is None else value
