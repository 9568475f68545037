"""What loading the extension loads: nothing slow."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SLOW = ("torch", "numpy", "matplotlib", "anywidget", "ipywidgets", "ipykernel", "scipy")


def loaded(statement: str) -> set[str]:
    """The slow modules that a statement loads in a new Python."""
    code = f"{statement}\nimport sys\nprint(*(name for name in {SLOW} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stdout.split())


@pytest.mark.parametrize("module", ["cajal_kernel", "cajal_kernel.magics.magics", "cajal_kernel.__main__"])
def test_nothing_slow_is_loaded(module: str) -> None:
    assert loaded(f"import {module}") == set()


def test_this_test_can_fail() -> None:
    assert "numpy" in loaded("import cajal_kernel.views.matrix")
