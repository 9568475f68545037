"""The notebooks of the papers' experiments: they run, their claims hold, they are saved as they should be."""

from __future__ import annotations

import json
import re

import nbformat
import pytest
from nbformat import NotebookNode

from tests.notebooks import running

#: A notebook takes three minutes on a machine that does nothing else.
pytestmark = pytest.mark.timeout(1_200)

NAMES = ("06_linear_neurons", "07_recurrent_neurons", "08_addition")
PROGRAMS = running.ROOT / "cajal_experiments" / "experiments"


@pytest.fixture(scope="module", params=NAMES)
def notebook(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> NotebookNode:
    """A notebook, run here beside links to what it reads."""
    place = tmp_path_factory.mktemp("repository")
    for folder in ("cajal_experiments", "docs"):
        (place / folder).symlink_to(running.ROOT / folder)
    (place / "notebooks").mkdir()
    return running.fresh(f"{request.param}.ipynb", place / "notebooks")


def tables(notebook: NotebookNode) -> dict[str, list[dict[str, str]]]:
    """The rows of the tables that are computed in it, by the name of their study."""
    found: dict[str, list[dict[str, str]]] = {}
    for cell in running.code(notebook):
        for output in cell.outputs if "stored(" in cell.source else ():
            text = output.get("data", {}).get("text/markdown", "")
            if named := re.match(r"\*\*([\w-]+): ", text):
                head, _, *rows = [
                    line.strip("| ").split(" | ") for line in text.splitlines() if "|" in line[:1]
                ]
                found[named[1]] = [dict(zip(head, row, strict=False)) for row in rows]
    return found


def value(rows: list[dict[str, str]], model: str, column: str, variant: str | None = None) -> float:
    """The mean in a column of the row of a model."""
    [row] = [row for row in rows if row["model"] == model and variant in (None, row.get("variant"))]
    return float(row[column].split()[0])


def check(name: str, rows: list[dict[str, str]]) -> None:
    """What the text beside a table says."""
    match name:
        case "L2":
            for model in ("D", "D+", "D2", "C", "T"):
                assert value(rows, model, "accuracy", "EQ") > value(rows, "I", "accuracy", "EQ")
            assert value(rows, "trivial", "accuracy", "EQ") < 0.6
        case "L1":
            assert value(rows, "debug", "condition") > 0.85
        case "R1":
            near, image = value(rows, "D+", "L1"), value(rows, "trivial", "L1")
            assert value(rows, "I", "L1") < near < image
        case "R2":
            assert abs(value(rows, "D+", "L1") / value(rows, "trivial", "L1") - 1) < 0.15
        case "strings":
            losses = [value(rows, model, "validation loss") for model in ("D", "random", "I")]
            assert losses[0] < min(losses[1:])
        case "addition":
            for places in ("1", "2", "4"):
                assert value(rows, "D", "digits", places) > 0.8
        case "MNIST-R":
            assert value(rows, "D", "accuracy", "sum2") > value(rows, "I", "accuracy", "sum2")
            assert value(rows, "D", "accuracy", "less_than") > value(rows, "trivial", "accuracy", "less_than")
        case _:
            raise AssertionError(name)


@pytest.mark.slow
def test_it_runs_and_says_what_its_tables_show(notebook: NotebookNode) -> None:
    assert not [o.evalue for cell in running.code(notebook) for o in cell.outputs if o.output_type == "error"]
    found = tables(notebook)
    assert found
    for name, rows in found.items():
        check(name, rows)


@pytest.mark.parametrize("name", NAMES)
def test_it_is_saved_executed_from_top_to_bottom(name: str) -> None:
    notebook = running.saved(f"{name}.ipynb")
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    assert "widgets" not in notebook.metadata
    cells = running.code(notebook)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert running.unexpected_errors(notebook) == []
    kinds = {kind for cell in cells for output in cell.outputs for kind in output.get("data", {})}
    assert kinds <= {"text/plain", "text/html", "text/markdown", "image/png", "image/svg+xml"}
    assert not re.search(r"<script|\bon\w+=", json.dumps([cell.outputs for cell in cells]))
    assert max(len(line) for cell in notebook.cells for line in cell.source.splitlines()) <= 120


@pytest.mark.parametrize("name", NAMES)
def test_what_is_saved_is_as_the_text_says(name: str) -> None:
    found = tables(running.saved(f"{name}.ipynb"))
    assert found
    for study, rows in found.items():
        check(study, rows)


@pytest.mark.parametrize("name", NAMES)
def test_the_programs_shown_are_those_of_the_experiments(name: str) -> None:
    notebook = running.saved(f"{name}.ipynb")
    shown = re.findall(
        r'PROGRAMS / "(\w+\.cajal)"\)\.read_text', "".join(c.source for c in running.code(notebook))
    )
    assert shown
    for file in shown:
        cell = running.cell(notebook, f'"{file}").read_text')
        assert running.texts(cell)[0].strip() == (PROGRAMS / file).read_text(encoding="utf-8").strip()
