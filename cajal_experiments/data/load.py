"""The data set that `--data` names."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from cajal_experiments.data.digits import digits
from cajal_experiments.data.idx import idx
from cajal_experiments.data.images import Images
from cajal_experiments.data.openml import openml
from cajal_experiments.errors import ExperimentError


@cache
def load(name: str = "digits") -> Images:
    """`digits` (8×8, embedded), `openml` (MNIST from the network), or a folder with MNIST's IDX files."""
    if name == "digits":
        return digits()
    if name == "openml":
        return openml()
    if not Path(name).is_dir():
        raise ExperimentError(
            f"`--data {name}` is neither a folder, nor `digits`, nor `openml`. Name a folder with MNIST's "
            "four IDX files, or one of the two words."
        )
    return idx(Path(name))
