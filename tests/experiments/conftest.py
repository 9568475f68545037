"""Tests leave no process of theirs behind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from . import commands


@pytest.fixture(autouse=True)
def no_process_is_left() -> Iterator[None]:
    yield
    while commands.STARTED:
        process = commands.STARTED.pop()
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
