"""Each definition of the library has a comment, and in it an example that is right."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import cajal_core as cajal
from cajal_core import Program

LIBRARY = Path(cajal.__file__).parent / "library"
FILES = sorted(LIBRARY.glob("*.cajal"))
EXAMPLE = re.compile(r"example: (.+) = (.+)")


def wrong(program: Program, documentation: str) -> Iterator[str]:
    """Examples whose value is not what they say, and a comment without one."""
    examples = EXAMPLE.findall(documentation)
    if not examples:
        yield "no example"
    for term, result in examples:
        if program.evaluate(term) != program.evaluate(f"({result} : {program.type(term)})"):
            yield f"{term} = {program.evaluate(term)}, not {result}"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_definition_has_an_example(library: Callable[[str], Program], file: Path) -> None:
    program = library(file.stem)
    results = Program().run(cajal.read(file), folder=LIBRARY)
    assert [result.name for result in results if result.kind != "use" and not result.documentation] == []
    faults = {
        result.name: [*wrong(program, result.documentation)] for result in results if result.kind == "def"
    }
    assert {name: fault for name, fault in faults.items() if fault} == {}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_modules_are_laid_out(file: Path) -> None:
    text = cajal.read(file)
    assert cajal.format(text) == text
    assert [line for line in text.splitlines() if len(line) > 110] == []


def test_all_modules_go_together() -> None:
    """No two have a constructor of one name."""
    program = Program()
    program.run("\n".join(f"use {file.stem}" for file in FILES))
    assert program.names


def test_a_wrong_example_is_told(library: Callable[[str], Program]) -> None:
    program = library("logic")
    assert [*wrong(program, "Says something.\nexample: and true true = true")] == []
    assert [*wrong(program, "Says something.\nexample: and true true = false")] == [
        "and true true = true, not false"
    ]
    assert [*wrong(program, "Says something.")] == ["no example"]
