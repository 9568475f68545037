"""Programs as torch compiles them give the same values and gradients."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_compiled_programs_agree_with_neurons(trials: Callable[[int, int], int]) -> None:
    count = trials(8, 400)
    run = subprocess.run(
        [sys.executable, "-m", "tests.laws.recorded", str(count)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert run.stdout.split() == [str(count)], run.stderr
