"""Experiments with Cajal: a file each, run over models and seeds, with tables that anyone can make again."""

from cajal_experiments.controls import controls
from cajal_experiments.data import Images
from cajal_experiments.errors import ExperimentError
from cajal_experiments.experiment import Context, Experiment, Recipe, Settings, Task, Threshold
from cajal_experiments.measures import accuracy, l1, psnr, results

__all__ = [
    "Context",
    "Experiment",
    "ExperimentError",
    "Images",
    "Recipe",
    "Settings",
    "Task",
    "Threshold",
    "accuracy",
    "controls",
    "l1",
    "psnr",
    "results",
]
