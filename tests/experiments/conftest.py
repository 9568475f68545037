"""Lets tests share what is in the files beside them, and leaves no process of theirs behind."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import commands


@pytest.fixture(autouse=True)
def no_process_is_left() -> Iterator[None]:
    yield
    while commands.STARTED:
        process = commands.STARTED.pop()
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
