"""Cajal in jupytext, papermill, nbconvert's scripts and a console; test_wheel.py lets them find it."""

from __future__ import annotations

import configparser
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import pexpect
import pytest
from IPython.core.interactiveshell import InteractiveShell
from jupytext import formats
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell
from papermill.exceptions import PapermillException
from papermill.translators import papermill_translators, translate_parameters

import cajal_core as cajal
from cajal_core.__main__ import main as cajal_command
from cajal_kernel import integrations as editors
from cajal_kernel.integrations import papermill as our_papermill
from cajal_kernel.integrations.jupytext import register
from cajal_kernel.integrations.nbconvert import CajalExporter
from cajal_kernel.integrations.papermill import CajalTranslator
from tests.kernel.conftest import EVEN, NOT, ROOT, Client
from tests.test_project import free_port, wait_for

KERNEL = {
    "kernelspec": {"name": "cajal", "language": "cajal", "display_name": "Cajal"},
    "language_info": {"name": "cajal", "file_extension": ".cajal"},
}
SHELL = "ZMQTerminalInteractiveShell"
PYTHON = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}

CODE = [
    f"{NOT}\n\n-- is it?\nnot true",
    "%show not --as matrix",
    "%auto on\n-- %auto off\nnot false",
    "%%python\nimport math\n\n\nprint(math.pi)",
    "%%cajal --nat 5\nnot true",
    "{- a comment\n\n%show not\n-}\ntrue",
    # No language of jupytext's has names that look like the start of a string.
    "def x' : Bool = true\ndef y''' : Bool = true",
    "def n : Nat = 5",
    "%%bash\nls",
    "not?",
]


def notebook(*cells: NotebookNode, metadata: dict[str, Any] = KERNEL) -> NotebookNode:
    return new_notebook(cells=list(cells), metadata=json.loads(json.dumps(metadata)))


def codes(*sources: str, **settings: Any) -> NotebookNode:
    return notebook(*(new_code_cell(source) for source in sources), **settings)


def test_entry_points_lead_to_what_is_there() -> None:
    config = configparser.ConfigParser(delimiters=("=",))
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    loaded: dict[str, Any] = {}
    for group, lines in config["options.entry_points"].items():
        for line in lines.strip().split("\n"):
            name, _, target = line.partition(" = ")
            assert name == "cajal"
            loaded[group] = EntryPoint(name, target, group).load()
    assert loaded["nbconvert.exporters.script"] is CajalExporter
    assert loaded["papermill.engine"] is our_papermill.CajalEngine


# jupytext


@pytest.fixture(autouse=True, scope="module")
def registered() -> None:
    register()


def test_a_second_registration_changes_nothing() -> None:
    def ours() -> list[str]:
        return [each.format_name for each in formats.JUPYTEXT_FORMATS if each.extension == ".cajal"]

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
    assert editors.jupytext_command(["--quiet", "--set-formats", "ipynb,cajal:percent", str(path)]) == 0
    script.write_text(script.read_text(encoding="utf-8").replace("not true", "not false"), encoding="utf-8")
    os.utime(path, (0, 0))  # the script is newer, however coarse the clock of the disk is
    return path


def test_the_command_pairs_and_syncs(kernels: Path, tmp_path: Path) -> None:  # noqa: ARG001  # it has signatures
    path = changed_pair(tmp_path)
    assert editors.jupytext_command(["--quiet", "--sync", str(path)]) == 0
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
    monkeypatch.setattr(editors, "find_spec", lambda name: None)
    assert editors.jupytext_command(["--version"]) == 1
    assert capsys.readouterr().err == "jupytext is not installed. `pip install jupytext` installs it.\n"


@pytest.fixture
def server(kernels: Path, tmp_path: Path) -> Iterator[str]:  # noqa: ARG001  # it sets Jupyter's folders
    """A Jupyter server on a folder, with both extensions; its address."""
    port = free_port()
    options = ["--no-browser", "--allow-root", f"--port={port}", "--ServerApp.port_retries=0"]
    options += ["--IdentityProvider.token=", "--ServerApp.disable_check_xsrf=True"]
    options += [f"--ServerApp.root_dir={tmp_path}"]
    enabled = {
        "cajal_kernel.integrations.jupyter_server": True,
        "jupyterlab_jupytext": True,
        "jupyterlab": False,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyter_server", *options, f"--ServerApp.jpserver_extensions={enabled}"],
        stderr=subprocess.DEVNULL,
    )

    def is_up() -> bool:
        assert process.poll() is None
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/status", timeout=10):
                return True
        except OSError:
            return False

    try:
        wait_for(is_up)
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait()


def test_a_server_pairs_what_it_saves(server: str, tmp_path: Path) -> None:
    content = codes(NOT, metadata={**KERNEL, "jupytext": {"formats": "ipynb,cajal:percent"}})
    model = {"type": "notebook", "format": "json", "content": content}
    request = urllib.request.Request(
        f"{server}api/contents/pair.ipynb", data=json.dumps(model).encode(), method="PUT"
    )
    with urllib.request.urlopen(request) as reply:
        assert reply.status == 201
    assert f"-- %%\n{NOT}" in (tmp_path / "pair.cajal").read_text(encoding="utf-8")


# papermill


@pytest.mark.parametrize(
    ("value", "definition"),
    [
        (5, "def n : Nat = 5"),
        (0, "def n : Nat = 0"),
        (12, "def n : Nat = 12"),  # whether it fits, the notebook decides
        (True, "def n : Bool = true"),
        (False, "def n : Bool = false"),
        ("true", "def n : Bool = true"),  # what `-p n true` gives
        ("(true, 3)", "def n : Bool * Nat = (true, 3)"),
        ("(12 : Nat[13])", "def n : Nat[13] = (12 : Nat[13])"),
        ("\\x:Bool. x", "def n : Bool -o Bool = \\x:Bool. x"),
        ("North : Dir", "def n : Dir = North"),
        ("\\x:Dir. turn x : Dir -o Dir", "def n : Dir -o Dir = \\x:Dir. turn x"),
    ],
)
def test_a_parameter_is_a_definition(value: object, definition: str) -> None:
    our_papermill.register()
    assert translate_parameters("cajal", "cajal", {"n": value}) == f"-- Parameters\n{definition}\n"
    program = cajal.Program(nat_size=20)
    program.run(
        "data Dir = North | South\ndef turn (d : Dir) : Dir = case d { North => South | South => North }"
    )
    assert program.run(definition)[0].name == "n"


@pytest.mark.parametrize("value", [-5, 0.5, None, [1], {"a": 1}, "hello", "\\x:Bool. turn x", "", "x :"])
def test_a_value_that_cajal_lacks_is_an_error_that_says_what_is_possible(value: object) -> None:
    with pytest.raises(
        PapermillException, match="true or false, a whole number from 0, or the text of a term"
    ):
        CajalTranslator.codify({"n": value})


@pytest.mark.parametrize("name", ["if", "Big", "two words", "a-b"])
def test_a_parameter_has_a_name_of_cajal(name: str) -> None:
    with pytest.raises(PapermillException, match="cannot be the name of a definition"):
        CajalTranslator.codify({name: True})


def test_papermill_lists_the_parameters_of_a_notebook() -> None:
    cell = new_code_cell("%nat 100\n-- How many.\ndef n : Nat = 50\n\ndef flag : Bool = not false")
    assert CajalTranslator.inspect(cell) == []  # `not` is another cell's
    cell.source = cell.source.replace("not false", "true")
    assert [tuple(each) for each in CajalTranslator.inspect(cell)] == [
        ("n", "Nat", "50", "How many."),
        ("flag", "Bool", "true", ""),
    ]


def test_another_language_keeps_its_translator() -> None:
    assert (
        papermill_translators.find_translator("python3", "python").codify({"n": 5}) == "# Parameters\nn = 5\n"
    )


# Scripts


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
        (f"%nat 5\n{NOT}\n!ls\nnot true", f"-- %nat 5\n{NOT}\n-- !ls\nnot true"),
        ("%%python\nx = 1\n\ny = 2", "-- %%python\n-- x = 1\n--\n-- y = 2"),
        ("%%py\nx = 1", "-- %%py\n-- x = 1"),
        ("%%python\n%matplotlib inline\ntrue", "-- %%python\n-- %matplotlib inline\n-- true"),
        ("%%bash\nls", "-- %%bash\n-- ls"),
        ("%%cajal --nat 5\ntrue", "-- %%cajal --nat 5\ntrue"),
        ("%%time\n%nat 5\ntrue", "-- %%time\n-- %nat 5\ntrue"),
        ("not?", "-- not?"),
        ("{- unfinished", "-- {- unfinished"),
    ],
)
def test_a_cell_in_a_script(source: str, script: str) -> None:
    assert exported(codes(source)).strip() == script
    assert cajal.Program().run(f"{NOT}\n{script}")


def test_what_is_no_cajal_is_a_comment_in_a_script() -> None:
    refused = new_code_cell(
        "nowhere", outputs=[new_output("error", ename="CajalError", evalue="", traceback=[])]
    )
    meant = new_code_cell("nowhere either")
    meant.metadata["tags"] = ["raises-exception"]
    book = notebook(new_markdown_cell("Some\ntext."), new_raw_cell("raw"), refused, meant)
    assert exported(book).split() == "-- Some -- text. -- raw -- nowhere -- nowhere either".split()


# A console


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("%%python", "incomplete"),
        ("%%py", "incomplete"),
        ("%%python\n", "incomplete"),
        ("%%python\nx = 1", "incomplete"),
        ("%%python\nx = 1\n", "complete"),
        ("%%python\nfor x in y:\n    x", "incomplete"),
        ("%%python\nfor x in y:\n    x\n", "complete"),
        ("%%python\nx = (1,\n", "incomplete"),
        ("%%time", "incomplete"),
        ("%%time\ntrue\n\n", "complete"),
    ],
)
def test_an_empty_line_ends_a_cell_with_a_magic(shared: Client, code: str, status: str) -> None:
    assert shared.ask("is_complete", code)["status"] == status


def test_a_prompt_gets_the_text_of_a_picture(shared: Client) -> None:
    picture = f"{NOT}\n{EVEN}\n%show even --as dynamics"
    assert "image/png" in shared.run(picture).bundles[-1]
    shared.ask("is_complete", picture)
    typed = shared.run(picture).bundles[-1]
    assert "image/png" not in typed
    assert "step" in typed["text/plain"]
    # Another cell of the same front end is not what was typed.
    shared.ask("is_complete", "not")
    assert "image/png" in shared.run(picture).bundles[-1]


def test_a_prompt_gets_a_picture_that_is_all_there_is(shared: Client) -> None:
    code = "%%python\nfrom IPython.display import Image\nImage(b'\\x89PNG\\r\\n\\x1a\\n', format='png')\n"
    shared.ask("is_complete", code)
    assert "image/png" in shared.run(code).bundles[0]


def test_exit_leaves_unless_it_is_a_definition(fresh: Client) -> None:
    assert fresh.run("def quit : Bool = true\nquit").status == "ok"
    assert fresh.run("quit").texts == ["quit : Bool = true"]
    (left,) = fresh.run("exit").reply["payload"]
    assert left["source"] == "ask_exit"


@pytest.mark.slow
def test_a_session_in_a_terminal(kernels: Path, tmp_path: Path) -> None:  # noqa: ARG001  # it must be there
    opened = tmp_path / "opened"
    viewer = tmp_path / "bin" / "xdg-open"  # as on a desktop
    viewer.parent.mkdir()
    viewer.write_text(f"#!/bin/sh\ntouch {opened}\n")
    viewer.chmod(0o755)
    environment = {**os.environ, "PATH": f"{viewer.parent}{os.pathsep}{os.environ['PATH']}", "TERM": "dumb"}
    console = pexpect.spawn(
        sys.executable,
        # A busy machine may need more than the second after which the console asks no more.
        ["-m", "jupyter_console", "--kernel", "cajal", f"--{SHELL}.kernel_is_complete_timeout=60"],
        env=environment,  # type: ignore[arg-type]  # pexpect asks for os.environ's own class
        encoding="utf-8",
        timeout=60,
        dimensions=(50, 160),
    )

    def type_in(*lines: str, shows: str) -> None:
        for line in lines:
            console.send(f"{line}\r")
        console.expect_exact(shows)

    try:
        console.expect_exact("In [1]")
        type_in(NOT, shows="not : Bool -o Bool")
        console.expect_exact("In [2]")
        type_in(
            "def even (n : Nat) : Bool =",
            "iter n { zero => true | succ b => not b }",
            shows="even : Nat -o Bool",
        )
        console.expect_exact("In [3]")
        type_in("%show even --as dynamics", shows="step │ true false │ weight")
        console.expect_exact("In [4]")
        type_in("%%python", "x = 20", "print(x + 1)", "", shows="21\r\n")
        console.expect_exact("In [5]")
        type_in("not nowhere", shows="unknown name `nowhere`")
        console.expect_exact("In [6]")
        type_in("exit", shows="Shutting down kernel")
        console.expect(pexpect.EOF)
    finally:
        console.close(force=True)
    assert console.exitstatus == 0
    assert not opened.exists()
