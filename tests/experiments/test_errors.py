"""Mistakes of a user."""

from __future__ import annotations

import cajal_experiments
from cajal_experiments.errors import ExperimentError


def test_it_is_public() -> None:
    assert cajal_experiments.ExperimentError is ExperimentError
    assert str(ExperimentError("what to do")) == "what to do"
