"""The extension of the Jupyter server, in a server."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kernel.conftest import NOT
from tests.kernel.integrations.conftest import KERNEL, codes
from tests.test_project import free_port, wait_for


@pytest.fixture(params=["cajal_kernel.integrations.jupyter_server", "cajal_kernel.editors.server"])
def server(request: pytest.FixtureRequest, kernels: Path, tmp_path: Path) -> Iterator[str]:  # noqa: ARG001  # it sets Jupyter's folders
    """A Jupyter server on a folder, with jupytext's extension and ours, also by its old name; its address."""
    port = free_port()
    options = ["--no-browser", "--allow-root", f"--port={port}", "--ServerApp.port_retries=0"]
    options += ["--IdentityProvider.token=", "--ServerApp.disable_check_xsrf=True"]
    options += [f"--ServerApp.root_dir={tmp_path}"]
    enabled = {
        request.param: True,
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
