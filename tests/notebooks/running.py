"""Notebooks of the kernel `cajal`: as they are saved, and as they come out of a kernel that knows nothing."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from scripts import run_notebooks

ROOT = Path(__file__).parents[2]
NOTEBOOKS = ROOT / "notebooks"

NUMBER = re.compile(r"-?\d+\.\d+(e-?\d+)?")
#: Which operation of torch came last is no result, either.
VARYING = re.compile(rf"{NUMBER.pattern}|(?<=grad_fn=<)\w+")
#: What lines up columns, which numbers of other lengths move.
SPACES = re.compile(r"[\s─┼│]+")


def saved(name: str) -> NotebookNode:
    return nbformat.read(NOTEBOOKS / name, as_version=4)


def fresh(name: str, place: Path) -> NotebookNode:
    """The notebook, run by the script in a new kernel with the settings of no user.

    Its saved outputs are thrown away first.
    """
    notebook = saved(name)
    for cell in code(notebook):
        cell.outputs, cell.execution_count = [], None
    copy = place / name
    nbformat.write(notebook, copy)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.setenv("JUPYTER_PATH", str(place / "share" / "jupyter"))
        for variable in ("JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "IPYTHONDIR"):
            patch.setenv(variable, str(place / variable.lower()))
        patch.setenv("PYDEVD_DISABLE_FILE_VALIDATION", "1")
        install = [sys.executable, "-m", "cajal_kernel", "install", "--prefix", str(place)]
        subprocess.run(install, check=True, capture_output=True)
        run_notebooks.run(copy)
    shutil.rmtree(place / "share")
    return nbformat.read(copy, as_version=4)


def code(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def cell(notebook: NotebookNode, part: str) -> NotebookNode:
    """The only code cell whose source has this part."""
    (found,) = [each for each in code(notebook) if part in each.source]
    return found


def texts(cell: NotebookNode) -> list[str]:
    """What a cell shows, as text: of each output its plain form, what was printed, or the error."""
    found: list[str] = []
    for output in cell.outputs:
        match output.output_type:
            case "stream":
                found.append(output.text)
            case "error":
                found.append(output.evalue)
            case _:
                found.append(output.data["text/plain"])
    return found


def masked(cell: NotebookNode) -> list[str]:
    """The texts of a cell whose numbers are random, without the numbers."""
    return [SPACES.sub(" ", VARYING.sub("#", text)) for text in texts(cell)]


def is_random(cell: NotebookNode) -> bool:
    return "random" in cell.metadata.get("tags", []) or "torch.rand" in cell.source


def differences(first: NotebookNode, second: NotebookNode) -> list[str]:
    """The sources of the cells that show something else."""
    pairs = zip(code(first), code(second), strict=True)
    return [
        one.source
        for one, two in pairs
        if (masked(one) != masked(two) if is_random(one) else texts(one) != texts(two))
    ]


def unexpected_errors(notebook: NotebookNode) -> list[str]:
    """The errors of cells that are not there to show one, and whatever was printed to stderr."""
    found: list[str] = []
    for each in code(notebook):
        wanted = "raises-exception" in each.metadata.get("tags", [])
        found += [o.evalue for o in each.outputs if o.output_type == "error" and not wanted]
        found += [o.text for o in each.outputs if o.get("name") == "stderr"]
    return found


def check_saved(notebook: NotebookNode) -> None:
    """A notebook is saved executed from top to bottom, with outputs that need no kernel and no script."""
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "cajal"
    assert notebook.metadata.language_info.name == "cajal"
    assert "widgets" not in notebook.metadata
    cells = code(notebook)
    assert [each.execution_count for each in cells] == list(range(1, len(cells) + 1))
    assert all(each.outputs for each in cells)
    kinds = {kind for each in cells for output in each.outputs for kind in output.get("data", {})}
    assert kinds <= {"text/plain", "text/html"}
    html = [o.data.get("text/html", "") for each in cells for o in each.outputs if "data" in o]
    assert not re.search(r"<script|\bon\w+=", "".join(html))
    assert not unexpected_errors(notebook)
    for each in cells:
        assert max(map(len, each.source.splitlines())) <= 120
