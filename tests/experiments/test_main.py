"""`python -m cajal_experiments`, as a process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from .commands import start

ROOT = Path(__file__).parents[2]


def test_the_command_says_what_it_takes() -> None:
    process = start("--help")
    output = process.communicate(timeout=200)[0]
    assert process.returncode == 0
    assert output.startswith("usage: python -m cajal_experiments")
    for name in ("run", "report", "compare", "list"):
        assert name in output


def test_a_mistake_is_one_line() -> None:
    process = start("run", "L9", "--dry-run")
    output = process.communicate(timeout=200)[0]
    assert process.returncode == 2
    assert output.startswith("error: There is no experiment `L9`.")
    assert "Traceback" not in output


def test_who_reads_may_leave() -> None:
    """As `head` does. Bash waits until nobody reads any more."""
    ended = subprocess.run(
        ["bash", "-c", f"'{sys.executable}' -m cajal_experiments list > >(exec true); wait"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in ended.stderr
