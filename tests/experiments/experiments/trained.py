"""Runs one cell of an experiment on the digits that need no file.

What experiments learn is looked at in tests/notebooks/test_experiments.py, since the notebooks train them.
"""

from __future__ import annotations

from typing import Any

from cajal_experiments import Experiment
from cajal_experiments.cells import grid
from cajal_experiments.running import Result, run


def trained(experiment: Experiment, model: str, variant: str = "", **overrides: Any) -> Result:
    """The result of a run at the small size, with other settings where they are given."""
    (cell,) = grid(
        experiment,
        "digits",
        variants=[variant],
        models=[model],
        seeds=[0],
        size="small",
        overrides=[overrides],
    )
    return run(experiment, cell, "digits")
