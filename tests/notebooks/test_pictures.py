"""The notebook of pictures: it runs in a clean kernel, has every kind of picture, and its text is true."""

from __future__ import annotations

import pytest
from nbformat import NotebookNode

from cajal_kernel.views.pictures import PICTURES
from tests.notebooks import running

NAME = "04_pictures.ipynb"

#: The largest that a picture is in a saved notebook, in bytes.
LARGEST = 300_000


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> NotebookNode:
    """The notebook, run here."""
    return running.fresh(NAME, tmp_path_factory.mktemp("pictures"))


def test_it_runs_without_errors(notebook: NotebookNode) -> None:
    assert running.unexpected_errors(notebook) == []


@pytest.mark.parametrize("picture", PICTURES)
def test_every_kind_of_picture_is_there(notebook: NotebookNode, picture: str) -> None:
    shown = [cell for cell in running.code(notebook) if f"--as {picture}" in cell.source]
    assert shown
    for cell in shown:
        assert all("data" in output for output in cell.outputs)


def test_the_network_to_blame_is_the_one_that_the_text_names(notebook: NotebookNode) -> None:
    rows = running.texts(running.cell(notebook, "neuron.show(a, b)"))[-1].splitlines()
    [left] = [row for row in rows if " left " in row]
    [right] = [row for row in rows if " right " in row]
    for row in (left, right, rows[-1]):
        assert row.split("Bool")[-1].split()[0] == "true"


def test_the_recurrence_that_explodes_is_said_to(notebook: NotebookNode) -> None:
    text = running.texts(running.cell(notebook, 'spiral.show(view="dynamics")'))[-1]
    assert "grows" in text or "18.9" in text


def test_a_picture_is_small(notebook: NotebookNode) -> None:
    for cell in running.code(notebook):
        for output in cell.outputs:
            assert len(output.get("data", {}).get("text/html", "")) < LARGEST


def test_it_is_saved_as_it_comes_out(notebook: NotebookNode) -> None:
    assert running.differences(running.saved(NAME), notebook) == []


def test_it_is_saved_executed_and_static() -> None:
    running.check_saved(running.saved(NAME))
