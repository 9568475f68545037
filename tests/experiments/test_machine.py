"""What a number depends on beside its cell."""

from __future__ import annotations

import platform

import torch

from cajal_experiments.machine import machine, versions


def test_versions_are_those_that_run() -> None:
    assert versions()["python"] == platform.python_version()
    assert versions()["torch"] == torch.__version__


def test_a_machine_is_told_in_words() -> None:
    assert machine().strip(" ,")
    assert torch.cuda.is_available() or machine().endswith("cores")
