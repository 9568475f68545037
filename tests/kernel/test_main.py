"""`python -m cajal_kernel`: which command its first argument chooses.

The tests in `kernel` start kernels with `-f`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import nbformat
import pytest
from ipykernel.kernelapp import IPKernelApp

from cajal_kernel.__main__ import main
from cajal_kernel.kernel.kernel import CajalKernel
from tests.kernel.conftest import NOT, ROOT, started


def status(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int | str | None:
    """What the command exits with."""
    monkeypatch.setattr(sys, "argv", ["cajal_kernel", *arguments])
    with pytest.raises(SystemExit) as left:
        main()
    return left.value.code


def test_the_command_installs_and_uninstalls(tmp_path: Path) -> None:
    def run(command: str) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-m", "cajal_kernel", command, "--prefix", str(tmp_path)]
        return subprocess.run(line, capture_output=True, text=True, check=False, cwd=ROOT)

    folder = tmp_path / "share" / "jupyter" / "kernels" / "cajal"
    done = run("install")
    assert (done.returncode, done.stdout) == (0, f"Installed the kernel cajal in {folder}\n")
    assert (folder / "kernel.json").is_file()
    done = run("uninstall")
    assert (done.returncode, done.stdout) == (0, f"Removed the kernel cajal from {folder}\n")
    assert not folder.exists()
    done = run("uninstall")
    assert (done.returncode, done.stderr) == (1, f"There is no kernel cajal in {folder.parent}.\n")


@pytest.mark.parametrize("arguments", [[], ["-h"], ["--help"]])
def test_help_is_of_the_commands_and_not_of_a_kernel(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status(monkeypatch, *arguments) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("usage: python -m cajal_kernel [-h] COMMAND ...\n")
    assert all(command in printed for command in ("install", "uninstall", "jupytext", "-f CONNECTION_FILE"))


@pytest.mark.parametrize("command", ["reinstall", "jupytexts"])
def test_another_command_is_refused(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status(monkeypatch, command) == 2
    assert f"invalid choice: '{command}'" in capsys.readouterr().err


def test_jupytext_gets_the_rest_of_the_line_and_knows_cajal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "logic.cajal"
    script.write_text(f"-- %%\n{NOT}\n\n-- %%\nnot true\n", encoding="utf-8")
    assert status(monkeypatch, "jupytext", "--quiet", "--to", "ipynb", str(script)) == 0
    notebook = nbformat.read(tmp_path / "logic.ipynb", as_version=4)
    assert [cell.source for cell in notebook.cells] == [NOT, "not true"]


@pytest.mark.parametrize("option", ["-f", "--debug", "--InteractiveShell.colors=nocolor"])
def test_an_option_starts_the_kernel(option: str, monkeypatch: pytest.MonkeyPatch) -> None:
    launched: list[Any] = []
    monkeypatch.setattr(IPKernelApp, "launch_instance", lambda **options: launched.append(options))
    monkeypatch.setattr(sys, "argv", ["cajal_kernel", option, "connection.json"])
    main()
    assert launched == [{"kernel_class": CajalKernel}]


LIBRARIES = (
    "IPython",
    "cajal_core",
    "ipykernel",
    "jupyter_client",
    "parsimonious",
    "tornado",
    "traitlets",
    "zmq",
)


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of a user's with a file for every module of Python's, and for the libraries of a kernel.

    Python itself imports a few before it knows what `-m` is to run: those are in no kernel's power.
    """
    folder = tmp_path_factory.mktemp("crowded")
    first = subprocess.run(
        [sys.executable, "-c", "import runpy, sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    here = {name for name in sys.stdlib_module_names if find_spec(name)}  # some are of other systems
    for name in here.union(LIBRARIES) - {*first.stdout.split()}:
        (folder / f"{name}.py").write_text("raise SystemExit('a file of the user was imported')\n")
    (folder / "helpers.py").write_text("answer = 42\n")
    return folder


def test_a_kernel_starts_beside_files_that_are_named_as_modules(kernels: Path, crowded: Path) -> None:  # noqa: ARG001
    assert {"random.py", "json.py", "html.py", "queue.py"} <= {file.name for file in crowded.iterdir()}
    kernel = started(cwd=str(crowded))
    try:
        outcome = kernel.run(f"{NOT}\nnot true")
        assert outcome.of("error") == []
        assert outcome.texts[-1] == "not true : Bool = false"
        assert kernel.run("%%python\nimport helpers, random\nhelpers.answer").texts == ["42"]
        assert kernel.run("%%python\nimport sys\nsys.path.index('') > 0").texts == ["True"]
    finally:
        kernel.close()


def test_the_command_runs_beside_them(crowded: Path, tmp_path: Path) -> None:
    for command in ("install", "uninstall"):
        line = [sys.executable, "-m", "cajal_kernel", command, "--prefix", str(tmp_path)]
        done = subprocess.run(
            line, capture_output=True, text=True, check=False, cwd=crowded, env=_with_path(ROOT)
        )
        assert (done.returncode, done.stderr) == (0, "")


def test_the_folder_that_cajal_is_imported_from_stays_on_the_path() -> None:
    """Else a checkout could not be run without an installation."""
    code = (
        "import sys; sys.path[0] = '';"
        "from cajal_kernel.__main__ import leave_folder; leave_folder(); print(repr(sys.path[0]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "''\n"


def _with_path(folder: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(folder)}
