"""Notebooks for the tools around them, and a server that saves one."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from tests.kernel.conftest import NOT
from tests.test_project import free_port, wait_for

KERNEL = {
    "kernelspec": {"name": "cajal", "language": "cajal", "display_name": "Cajal"},
    "language_info": {"name": "cajal", "file_extension": ".cajal"},
}
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


@contextmanager
def serving(extension: str, folder: Path) -> Iterator[str]:
    """A Jupyter server on a folder, with jupytext's extension and one of ours; its address.

    The fixture `kernels` keeps it from the settings of this machine.
    """
    port = free_port()
    options = ["--no-browser", "--allow-root", f"--port={port}", "--ServerApp.port_retries=0"]
    options += ["--IdentityProvider.token=", "--ServerApp.disable_check_xsrf=True"]
    options += [f"--ServerApp.root_dir={folder}"]
    enabled = {extension: True, "jupyterlab_jupytext": True, "jupyterlab": False}
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


def save_pair(server: str) -> None:
    """Let a server save `pair.ipynb`, which asks for a Cajal script beside it."""
    content = codes(NOT, metadata={**KERNEL, "jupytext": {"formats": "ipynb,cajal:percent"}})
    model = {"type": "notebook", "format": "json", "content": content}
    request = urllib.request.Request(
        f"{server}api/contents/pair.ipynb", data=json.dumps(model).encode(), method="PUT"
    )
    with urllib.request.urlopen(request) as reply:
        assert reply.status == 201
