"""The first notebook: it runs in a clean kernel, shows what it says, and is saved as it comes out."""

from __future__ import annotations

import pytest
from nbformat import NotebookNode

from tests.notebooks import running

NAME = "01_first_neurons.ipynb"


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> NotebookNode:
    """The notebook, run here."""
    return running.fresh(NAME, tmp_path_factory.mktemp("first"))


def test_it_runs_without_unexpected_errors(notebook: NotebookNode) -> None:
    assert running.unexpected_errors(notebook) == []


def test_values_and_matrices(notebook: NotebookNode) -> None:
    first, second = running.texts(running.cell(notebook, "def not"))
    assert first.splitlines()[0] == "not : Bool -o Bool"
    assert [line.split("│")[1].split() for line in first.splitlines()[4:]] == [["·", "1"], ["1", "·"]]
    assert second == "not true : Bool = false"
    assert running.texts(running.cell(notebook, "def eq"))[-1] == "and true (eq false false) : Bool = true"
    assert running.texts(running.cell(notebook, "def even "))[-2:] == [
        "even 7 : Bool = false",
        "add 2 3 : Nat = 5",
    ]


def test_the_error_on_purpose_has_both_mistakes(notebook: NotebookNode) -> None:
    cell = running.cell(notebook, "and x x")
    assert cell.metadata.tags == ["raises-exception"]
    [error] = cell.outputs
    assert error.output_type == "error"
    assert [text.splitlines()[0] for text in error.evalue.split("\n\n")] == [
        "`y` is never used",
        "`x` is used twice",
    ]
    # The text below the cell names the place.
    place = f" --> In[{cell.execution_count}]:3:36"
    assert f"{place}  T-Var" in error.evalue.splitlines()
    assert place.removeprefix(" --> ") in "".join(each.source for each in notebook.cells)
    assert not any("Traceback" in line or ".py" in line for line in error.traceback)


def test_what_was_wrong_is_defined_as_the_hints_say(notebook: NotebookNode) -> None:
    cell = running.cell(notebook, "copy x as (x1, x2) in and x1 x2")
    assert [text.splitlines()[0] for text in running.texts(cell)] == [
        "first : Bool -o Bool -o Bool",
        "both : Bool -o Bool",
    ]


@pytest.mark.parametrize("name", ["even", "add"])
def test_dynamics_have_a_picture_and_a_text(notebook: NotebookNode, name: str) -> None:
    [output] = running.cell(notebook, f"%show {name} --as dynamics").outputs
    assert set(output.data) == {"text/plain", "text/html"}
    assert output.data["text/plain"].startswith(f"{name} : iter\n")


def test_a_linked_network_runs(notebook: NotebookNode) -> None:
    text = running.texts(running.cell(notebook, "torch.rand(5, 8, 8)"))[-1]
    numbers = [float(found[0]) for found in running.NUMBER.finditer(text)]
    assert len(numbers) == 10
    assert [a + b for a, b in zip(numbers[::2], numbers[1::2], strict=True)] == pytest.approx(
        5 * [1], abs=2e-4
    )
    assert "grad_fn" in text


def test_it_is_saved_as_it_comes_out(notebook: NotebookNode) -> None:
    assert running.differences(running.saved(NAME), notebook) == []


def test_it_is_saved_executed_and_static() -> None:
    running.check_saved(running.saved(NAME))
