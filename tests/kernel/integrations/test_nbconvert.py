"""A Cajal notebook as a script."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output, new_raw_cell

import cajal_core as cajal
from cajal_core.__main__ import main as cajal_command
from cajal_kernel.integrations.nbconvert import CajalExporter
from tests.kernel.conftest import NOT, ROOT
from tests.kernel.integrations.conftest import codes, notebook


def exported(book: NotebookNode) -> str:
    return CajalExporter().from_notebook_node(book)[0]


@pytest.mark.parametrize("name", ["01_first_neurons", "03_a_small_machine"])
def test_a_notebook_as_a_script(name: str, tmp_path: Path, shell: InteractiveShell) -> None:
    book = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)
    file = tmp_path / f"{name}.cajal"
    file.write_text(exported(book), encoding="utf-8")
    assert cajal_command(["check", str(file)]) == 0
    shell.run_line_magic("cajal_load", str(file))
    program = shell.user_ns["program"] = shell.cajal.program  # type: ignore[attr-defined]
    assert {"not", "and"} < set(program.names)


@pytest.mark.parametrize(
    ("source", "script"),
    [
        (NOT, NOT),
        ("  true\n  false", "true\nfalse"),
        (
            f"%nat 5\n{NOT}\n!ls\nnot true",
            f"-- %nat 5\n{{-# OPTIONS nat=5 #-}}\n{NOT}\n-- !ls\nnot true",
        ),
        ("%auto on\ntrue", "-- %auto on\n{-# OPTIONS auto=on #-}\ntrue"),
        ("%%python\nx = 1\n\ny = 2", "-- %%python\n-- x = 1\n--\n-- y = 2"),
        ("%%py\nx = 1", "-- %%py\n-- x = 1"),
        ("%%python\n%matplotlib inline\ntrue", "-- %%python\n-- %matplotlib inline\n-- true"),
        ("%%bash\nls", "-- %%bash\n-- ls"),
        ("%%cajal --nat 5\ntrue", "-- %%cajal --nat 5\n{-# OPTIONS nat=5 #-}\ntrue"),
        (
            "%%cajal --auto\ntrue",
            "-- %%cajal --auto\n{-# OPTIONS auto=on #-}\ntrue\n{-# OPTIONS auto=off #-}",
        ),
        ("%%time\n%nat 5\ntrue", "-- %%time\n-- %nat 5\n{-# OPTIONS nat=5 #-}\ntrue"),
        ("\u00a0\u00a0true\n\u00a0\u00a0def a : Bool =\n\u00a0\u00a0 a", "true\ndef a : Bool =\n a"),
        ("\u3000true\n -- less\n\u3000false", "true\n-- less\nfalse"),
        ("not?", "-- not?"),
        ("{- unfinished", "-- {- unfinished"),
    ],
)
def test_a_cell_in_a_script(source: str, script: str) -> None:
    assert exported(codes(source)).strip() == script
    assert cajal.Program().run(f"def a : Bool = true\n{NOT}\n{script}")


def test_a_script_keeps_auto_where_it_stays_on() -> None:
    uses_twice = "def {} (x : Bool) : Bool = if x then x else false"
    book = codes("%auto on", f"%%cajal --auto\n{uses_twice.format('f')}", uses_twice.format("g"))
    program = cajal.load(exported(book))
    assert (program.names, program.auto) == (["f", "g"], True)


def test_what_is_no_cajal_is_a_comment_in_a_script() -> None:
    refused = new_code_cell(
        "nowhere", outputs=[new_output("error", ename="CajalError", evalue="", traceback=[])]
    )
    meant = new_code_cell("nowhere either")
    meant.metadata["tags"] = ["raises-exception"]
    book = notebook(new_markdown_cell("Some\ntext."), new_raw_cell("raw"), refused, meant)
    assert exported(book).split() == "-- Some -- text. -- raw -- nowhere -- nowhere either".split()
