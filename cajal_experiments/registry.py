"""Finds an experiment by its name, or in a file of one's own."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from pathlib import Path
from types import ModuleType

from cajal_experiments import experiments
from cajal_experiments.errors import ExperimentError, described, unknown
from cajal_experiments.experiment import Experiment


def shipped() -> dict[str, Experiment]:
    """The experiments of `cajal_experiments/experiments`, by name."""
    modules = sorted(module.name for module in pkgutil.iter_modules(experiments.__path__))
    named = [
        experiment_of(importlib.import_module(f"{experiments.__name__}.{name}"), name) for name in modules
    ]
    return {experiment.name: experiment for experiment in named}


def find(name: str) -> Experiment:
    """The experiment of this name, in either case of letters; or that of a file, `mine.py`."""
    if name.endswith(".py"):
        return _of_file(Path(name))
    known = shipped()
    for experiment in known.values():
        if experiment.name.lower() == name.lower():
            return experiment
    raise ExperimentError(
        f"{unknown('experiment', name, known)} A file of your own is named by its path, which ends in `.py`."
    )


def _of_file(path: Path) -> Experiment:
    if not path.is_file():
        raise ExperimentError(f"There is no file `{path}`.")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise ExperimentError(f"`{path}` cannot be run. {described(error)}") from error
    return experiment_of(module, str(path))


def experiment_of(module: ModuleType, where: str) -> Experiment:
    """The `experiment` of a module."""
    experiment = getattr(module, "experiment", None)
    if not isinstance(experiment, Experiment):
        raise ExperimentError(f"`{where}` has no `experiment = Experiment(…)`.")
    return experiment
