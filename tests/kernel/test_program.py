"""What a notebook's program remembers: sources, what is out of date, what was before."""

from __future__ import annotations

import pytest

import cajal_core as cajal
from cajal_kernel.program import NotebookProgram
from cajal_kernel.views.environment import environment, memory

NOT = "def not (x : Bool) : Bool = if x then false else true"
SAME = "def not (x : Bool) : Bool = x"
USES = "def yes : Bool = not false\ndef also : Bool = not yes"


@pytest.fixture
def program() -> NotebookProgram:
    program = NotebookProgram()
    program.run(NOT)
    program.run(USES)
    return program


def test_running_a_cell_again_changes_nothing(program: NotebookProgram) -> None:
    before = program.entries
    program.run(NOT)
    program.run(USES)
    assert program.outdated() == {}
    assert {name: id(entry) for name, entry in program.entries.items()} == {
        name: id(entry) for name, entry in before.items()
    }


def test_what_uses_an_older_definition_is_named_and_declared_again(program: NotebookProgram) -> None:
    program.run(SAME)
    assert program.outdated() == {"yes": ["not"], "also": ["not", "yes"]}
    assert str(program.evaluate("yes")) == "true"
    assert program.rerun() == ["yes", "also"]
    assert program.outdated() == {}
    assert str(program.evaluate("yes")) == "false"
    assert program.rerun() == []


def test_a_bound_name_is_no_use(program: NotebookProgram) -> None:
    program.run("def f (yes : Bool) : Bool = yes")
    program.run("def yes : Bool = false")
    assert "f" not in program.outdated()


def test_a_data_type_is_used_through_its_constructors() -> None:
    program = NotebookProgram()
    program.run("data Side = L | R\ndef left : Side = L")
    program.run("data Side = L | R | M")
    assert program.outdated() == {"left": ["L", "Side"]}


def test_undo_takes_back_cell_by_cell(program: NotebookProgram) -> None:
    program.run(SAME)
    program.run("true")
    assert program.undo() == ([], ["not"])
    assert str(program.evaluate("not true")) == "false"
    assert program.undo() == (["yes", "also"], [])
    assert program.undo() == (["not"], [])
    assert program.undo() is None
    assert program.names == []


def test_a_cell_that_fails_is_nothing_to_take_back(program: NotebookProgram) -> None:
    with pytest.raises(cajal.CajalError):
        program.run("def broken : Bool = nope")
    assert program.undo() == (["yes", "also"], [])


def test_undo_gives_links_back() -> None:
    import torch

    program = NotebookProgram()
    program.run("extern f : Bool -o Bool\ndef g (x : Bool) : Bool = f x")
    program.link(f=torch.eye(2))
    program.run("extern f : Nat[3] -o Bool")
    program.undo()
    assert program.compile("g").matrix().tolist() == [[1, 0], [0, 1]]


@pytest.mark.parametrize(
    ("text", "comment"),
    [
        ("-- one\n-- two\ndef f : Bool = true", "-- one\n-- two"),
        ("-- far\n\ndef f : Bool = true", ""),
        ("{- a\n b -}\ndef f : Bool = true", "{- a\n b -}"),
        ("true {- a\n b -}\ndef f : Bool = true", ""),
        ("def f : Bool = true", ""),
        ("-- def f : Bool = true\ndef f : Bool = true", "-- def f : Bool = true"),
    ],
)
def test_the_comment_above(text: str, comment: str) -> None:
    program = NotebookProgram()
    program.run(text)
    entry = program.entries["f"]
    assert entry.comment == comment
    assert entry.source == (f"{comment}\n" if comment else "") + "def f : Bool = true"


def test_documentation_has_no_signs() -> None:
    program = NotebookProgram()
    program.run(
        "-- swaps\n-- both\ndef f : Bool = true\n{- a value -}\ndef g : Bool = true; def h : Bool = true"
    )
    assert [entry.documentation for entry in program.entries.values()] == ["swaps\nboth", "a value", ""]


def test_the_environment_lists_all_and_escapes(program: NotebookProgram) -> None:
    program.run("space Image[2, 3]\nextern step : Image -o Image\ndata Side = L | R")
    program.run(SAME)
    bundle = environment(program)
    lines = bundle["text/plain"].split("\n")
    assert lines[0].split() == ["name", "type", "shape", "memory"]
    cells = {line.split()[0]: " ".join(line.split()[1:]) for line in lines[1:]}
    assert cells["step"] == "Image -o Image 6 × 6 144 B extern"
    assert cells["yes"] == "Bool 2 8 B uses the old not"
    assert cells["Side"] == "Side = L | R data"
    assert "<td" in bundle["text/html"]
    assert environment(NotebookProgram())["text/plain"] == "There are no definitions yet."


def test_memory() -> None:
    assert [memory(size) for size in (8, 3136, 2.5e6, 4e15, 7e18)] == [
        "8 B",
        "3.14 kB",
        "2.5 MB",
        "4 PB",
        "7e+03 PB",
    ]
