"""Pairs of a notebook and a text file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import jupytext
import nbformat
import pytest
from jupytext import formats
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell

import cajal_core as cajal
from cajal_kernel import integrations
from cajal_kernel.integrations.jupytext import register
from tests.kernel.conftest import NOT
from tests.kernel.integrations.conftest import CODE, KERNEL, PYTHON, codes, notebook


@pytest.fixture(autouse=True, scope="module")
def registered() -> None:
    register()


def test_a_second_registration_changes_nothing() -> None:
    def ours() -> list[str]:
        return [format.format_name for format in formats.JUPYTEXT_FORMATS if format.extension == ".cajal"]

    before = ours()
    assert before.count("percent") == 1
    register()
    assert ours() == before


@pytest.mark.parametrize("format", ["cajal:percent", "cajal:light", "cajal:hydrogen", "md", "md:myst", "Rmd"])
def test_a_notebook_comes_back_from_text(format: str) -> None:
    cells = [
        new_markdown_cell("# Title\n\nText."),
        *(new_code_cell(code) for code in CODE),
        new_raw_cell("raw"),
    ]
    cells[8].metadata["tags"] = ["parameters"]
    back = jupytext.reads(jupytext.writes(notebook(*cells), format), format)
    assert [(cell.cell_type, cell.source) for cell in back.cells] == [
        (cell.cell_type, cell.source) for cell in cells
    ]
    assert back.cells[8].metadata["tags"] == ["parameters"]
    assert back.metadata["kernelspec"] == KERNEL["kernelspec"]


def test_a_script_is_a_cajal_file_with_marked_cells() -> None:
    written = jupytext.writes(notebook(new_markdown_cell("Text."), *codes(*CODE[:6]).cells), "cajal:percent")
    body = written.split("-- ---\n")[2].strip()
    assert (
        body
        == f"""\
-- %% [markdown]
-- Text.

-- %%
{CODE[0]}

-- %%
-- %show not --as matrix

-- %%
-- %auto on
-- -- %auto off
not false

-- %% language="python"
-- import math
--
--
-- print(math.pi)

-- %%
-- %%cajal --nat 5
not true

-- %%
{{- a comment

-- %show not
-}}
true"""
    )
    assert cajal.Program().run(written)


def test_a_script_written_by_hand_is_a_notebook() -> None:
    script = f"-- %% [markdown]\n-- # Title\n\n-- %%\n{NOT}\n\n-- %%\n-- %show not\n"
    read = jupytext.reads(script, "cajal")
    assert [(cell.cell_type, cell.source) for cell in read.cells] == [
        ("markdown", "# Title"),
        ("code", NOT),
        ("code", "%show not"),
    ]
    assert read.metadata["jupytext"]["main_language"] == "cajal"


@pytest.mark.parametrize("format", ["py:percent", "md"])
def test_cajal_cells_of_a_python_notebook_are_cajal_in_text(format: str) -> None:
    source = f"%%cajal -o program\n{NOT}"
    written = jupytext.writes(codes("x = 1", source, metadata=PYTHON), format)
    assert ("```cajal" if format == "md" else '# %% magic_args="-o program" language="cajal"') in written
    assert [cell.source for cell in jupytext.reads(written, format).cells] == ["x = 1", source]


def test_other_fences_are_what_they_were() -> None:
    read = jupytext.reads("```lua\nx\n```\n\n```text\ny\n```\n", "md")
    assert [cell.cell_type for cell in read.cells] == ["code", "markdown"]


def changed_pair(folder: Path) -> Path:
    """A notebook paired with a script, which was changed since."""
    path, script = folder / "pair.ipynb", folder / "pair.cajal"
    nbformat.write(codes(NOT, "not true"), path)
    assert integrations.jupytext_command(["--quiet", "--set-formats", "ipynb,cajal:percent", str(path)]) == 0
    script.write_text(script.read_text(encoding="utf-8").replace("not true", "not false"), encoding="utf-8")
    os.utime(path, (0, 0))  # the script is newer, however coarse the clock of the disk is
    return path


def test_the_command_pairs_and_syncs(kernels: Path, tmp_path: Path) -> None:  # noqa: ARG001  # it has signatures
    path = changed_pair(tmp_path)
    assert integrations.jupytext_command(["--quiet", "--sync", str(path)]) == 0
    assert nbformat.read(path, as_version=4).cells[1].source == "not false"


def test_jupytext_alone_knows_cajal_where_its_configuration_says_so(kernels: Path, tmp_path: Path) -> None:  # noqa: ARG001
    path = changed_pair(tmp_path)
    command = [sys.executable, "-m", "jupytext", "--sync", str(path)]
    alone = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "Extension '.cajal' is not a notebook extension" in alone.stderr
    (tmp_path / ".jupytext.py").write_text(
        "from cajal_kernel.integrations.jupytext import register\n\nregister()\n"
    )
    subprocess.run(command, capture_output=True, check=True)
    assert nbformat.read(path, as_version=4).cells[1].source == "not false"


def test_the_command_says_what_it_needs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(integrations, "find_spec", lambda name: None)
    assert integrations.jupytext_command(["--version"]) == 1
    assert capsys.readouterr().err == "jupytext is not installed. `pip install jupytext` installs it.\n"
