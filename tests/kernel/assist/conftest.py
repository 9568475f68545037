"""A program to complete and explain, and the examples of the language."""

from __future__ import annotations

from pathlib import Path

import pytest

from cajal_kernel.program import NotebookProgram

PROGRAMS = sorted((Path(__file__).parents[2] / "programs").glob("*.cajal"))


@pytest.fixture
def program() -> NotebookProgram:
    program = NotebookProgram()
    program.run(
        "-- swaps true and false\ndef not (x : Bool) : Bool = if x then false else true\n"
        "def nought : Nat = 0\nspace Image[2]\ndata Side = North | South\ndata Light = Red | Green"
    )
    return program
