"""Programs that use one module of the library."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from cajal_core import Program


@cache
def _using(module: str) -> Program:
    program = Program()
    program.run(f"use {module}")
    return program


@pytest.fixture(scope="session")
def library() -> Callable[[str], Program]:
    """A program that has run `use` of a module, always the same one: no test declares names in it."""
    return _using
