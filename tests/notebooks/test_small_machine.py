"""The notebook of small machines: it runs in a clean kernel, and what it says of its machines is true."""

from __future__ import annotations

import re
from itertools import product

import pytest
import torch
from nbformat import NotebookNode

import cajal_core as cajal
from tests.notebooks import running

NAME = "03_a_small_machine.ipynb"


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> NotebookNode:
    """The notebook, run here."""
    return running.fresh(NAME, tmp_path_factory.mktemp("machine"))


@pytest.fixture(scope="module")
def program() -> cajal.Program:
    """The Cajal cells alone, one after the other."""
    program = cajal.Program()
    for cell in running.code(running.saved(NAME)):
        if not cell.source.startswith("%"):
            program.run(cell.source)
    return program


def last(notebook: NotebookNode, part: str) -> str:
    return running.texts(running.cell(notebook, part))[-1]


def test_it_runs_without_errors(notebook: NotebookNode) -> None:
    assert running.unexpected_errors(notebook) == []


# What is shown


def test_the_adder(notebook: NotebookNode, program: cajal.Program) -> None:
    assert last(notebook, "def add") == (
        "add (true, true) (true, false) : Bool * Bool * Bool = (true, false, true)"
    )
    for m, n in product(range(4), repeat=2):
        assert str(program.evaluate(f"add {bits(m, 2)} {bits(n, 2)}")) == bits(m + n, 3)


def test_the_odds_of_two_dice(notebook: NotebookNode) -> None:
    ways = [sum(a + b == total for a, b in product(range(4), repeat=2)) for total in range(8)]
    assert last(notebook, "die =").splitlines() == [f"{n}: {count}/16" for n, count in enumerate(ways)]


def test_the_light(notebook: NotebookNode, program: cajal.Program) -> None:
    assert last(notebook, "data Light") == "light 6 : Light = Green"
    phases = ["Red", "RedYellow", "Green", "Yellow"]
    assert [str(program.evaluate(f"light {n}")) for n in range(10)] == [phases[n % 4] for n in range(10)]
    assert "state now : Light, 9 steps" in last(notebook, "%show light")


def test_the_counter(notebook: NotebookNode, program: cajal.Program) -> None:
    assert last(notebook, "def mod4") == "mod4 7 : Nat[4] = 3"
    assert [str(program.evaluate(f"mod4 {n}")) for n in range(10)] == [str(n % 4) for n in range(10)]
    assert last(notebook, "torch.equal") == "True"


def test_the_lookup_is_trained_until_it_reads_as_the_right_table(
    notebook: NotebookNode, program: cajal.Program
) -> None:
    lines = last(notebook, "neuron.explain()").splitlines()
    assert [line.split("(")[0].split() for line in lines[1:5]] == [
        ["Red", "↦", "false"],
        ["RedYellow", "↦", "false"],
        ["Green", "↦", "true"],
        ["Yellow", "↦", "false"],
    ]
    assert lines[5].startswith("  distance to the table: 0.00")
    # The next cell is what was printed, and exact.
    assert running.cell(notebook, "def go").source.startswith(lines[6].strip() + "\n")
    table = torch.tensor([[0.0, 0, 1, 0], [1, 1, 0, 1]])
    assert torch.equal(program.compile("go").matrix(), table)


def test_the_trace_shows_that_the_condition_is_wrong(notebook: NotebookNode) -> None:
    assert last(notebook, "= go l").splitlines() == ["walk 0 true : Bool = false"]
    rows = [re.split("  +", line) for line in last(notebook, "walk.trace").splitlines()]
    seen = {(row[1], row[2]): row[4] for row in rows[1:-1] if len(row) == 5}
    assert seen["call", "light"] == "Red"
    assert seen["call", "stop"] == seen["condition", "if stop (light n)"] == "false"
    assert running.texts(running.cell(notebook, "not (go l)"))[-3:] == [
        "walk 0 true : Bool = true",
        "walk 6 true : Bool = false",
        "walk 0 false : Bool = false",
    ]


def bits(number: int, count: int) -> str:
    """A number as a tuple of bits, the highest first."""
    return f"({', '.join(str(bool(number >> place & 1)).lower() for place in reversed(range(count)))})"


# As it is saved


def test_it_is_saved_as_it_comes_out(notebook: NotebookNode) -> None:
    assert running.differences(running.saved(NAME), notebook) == []


def test_it_is_saved_executed_and_static() -> None:
    running.check_saved(running.saved(NAME))
