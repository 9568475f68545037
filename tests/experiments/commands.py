"""Starts the command in a process of its own, and other programs beside it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cajal_experiments.report.archive import Study, stored

ROOT = Path(__file__).parents[2]
TINY = str(Path(__file__).with_name("tiny.py"))


def start(*arguments: str, module: str = "cajal_experiments", **environment: str) -> subprocess.Popen[str]:
    """`python -m module arguments`, with the packages of this checkout."""
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def run_tiny(folder: Path, *arguments: str) -> list[str]:
    """The arguments that run the tiny experiment, with all its files in a folder."""
    places = ["--storage", str(folder / "tiny.db"), "--checkpoints", str(folder / "checkpoints")]
    return ["run", TINY, *places, "--heartbeat", "1", *arguments]


def study(folder: Path) -> Study:
    """What the storage in a folder has of the tiny experiment."""
    (study,) = stored(str(folder / "tiny.db"))
    return study


def wait(condition: Callable[[], Any], seconds: float = 90) -> None:
    """Waits until something is so."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


def noted(notes: Path) -> list[tuple[int, int]]:
    """The process and the step of each step of the slow model."""
    lines = notes.read_text().splitlines() if notes.exists() else []
    return [(int(process), int(step)) for process, step in (line.split() for line in lines)]
