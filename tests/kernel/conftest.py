"""Shells and kernels for the tests: real ones, in folders of their own."""

from __future__ import annotations

import atexit
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest
from IPython.core.interactiveshell import InteractiveShell
from jupyter_client.manager import KernelManager
from traitlets.config import Config

ANSI = re.compile(r"\x1b\[[0-9;]*m")
ROOT = Path(__file__).parents[2]

NOT = "def not (x : Bool) : Bool = if x then false else true"
EVEN = "def even (n : Nat) : Bool = iter n { zero => true | succ b => not b }"


@dataclass
class Outcome:
    """What a cell gave: the reply, and every message that was published for it."""

    reply: dict[str, Any]
    messages: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    @property
    def status(self) -> str:
        return self.reply["status"]

    def of(self, *types: str) -> list[dict[str, Any]]:
        return [content for type, content in self.messages if type in types]

    @property
    def bundles(self) -> list[dict[str, str]]:
        """What was shown, in order."""
        return [content["data"] for content in self.of("display_data", "execute_result")]

    @property
    def texts(self) -> list[str]:
        return [bundle["text/plain"] for bundle in self.bundles]

    @property
    def printed(self) -> str:
        return "".join(content["text"] for content in self.of("stream"))


class Client:
    """A running kernel, and cells run in it."""

    def __init__(self, manager: KernelManager) -> None:
        self.manager = manager
        self.answered = set[str]()
        self.channels = manager.client()
        self.channels.start_channels()
        self.channels.wait_for_ready(timeout=60)

    def start(self, code: str, **options: Any) -> str:
        """Send a cell as a page does, which says what cell it is, and return the id that `finish` takes.

        A mistake stops none that follow.
        """
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}}
        content |= {"allow_stdin": True, "stop_on_error": False, **options}
        request = self.channels.session.msg("execute_request", content, metadata={"cellId": "a cell"})
        self.channels.shell_channel.send(request)
        return request["header"]["msg_id"]

    def finish(self, sent: str, timeout: float = 60) -> Outcome:
        """Wait until the kernel has answered and is idle again."""
        end = time.monotonic() + timeout
        outcome = Outcome({})
        while True:
            message = self.channels.get_iopub_msg(timeout=max(0.01, end - time.monotonic()))
            if message["parent_header"].get("msg_id") != sent:
                continue
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                break
            outcome.messages.append((message["msg_type"], message["content"]))
        outcome.reply = self.reply(sent, max(0.01, end - time.monotonic()))
        return outcome

    def reply(self, sent: str, timeout: float = 30) -> dict[str, Any]:
        """The reply to a request. None, that is, this one included, may have a second one."""
        while True:
            reply = self.channels.get_shell_msg(timeout=timeout)
            request = reply["parent_header"].get("msg_id")
            assert request not in self.answered, f"a second reply: {reply['content']}"
            self.answered.add(request)
            if request == sent:
                return reply["content"]

    def run(self, code: str, **options: Any) -> Outcome:
        return self.finish(self.start(code, **options))

    def wait_for(self, sent: str, type: str, timeout: float = 30) -> dict[str, Any]:
        """The first published message of a type for a cell that is still running."""
        end = time.monotonic() + timeout
        while True:
            message = self.channels.get_iopub_msg(timeout=max(0.01, end - time.monotonic()))
            if message["parent_header"].get("msg_id") == sent and message["msg_type"] == type:
                return message["content"]

    def ask(self, request: str, *arguments: Any) -> dict[str, Any]:
        """Any other request of the protocol: `complete`, `inspect`, `is_complete`, `kernel_info`."""
        return self.reply(getattr(self.channels, request)(*arguments))

    @property
    def seconds(self) -> float:
        """The time that the kernel's process has used, whatever else the machine does."""
        provisioner: Any = self.manager.provisioner
        times = psutil.Process(provisioner.pid).cpu_times()
        return times.user + times.system

    def close(self) -> None:
        self.channels.stop_channels()
        self.manager.shutdown_kernel(now=True)
        self.manager.cleanup_resources()


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the command `install` writes."""
    place = tmp_path_factory.mktemp("installed")
    command = [sys.executable, "-m", "cajal_kernel", "install", "--prefix", str(place)]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    return place


@pytest.fixture(scope="module")
def kernels(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A place where Jupyter finds the kernel as `install` puts it, and no settings of this machine."""
    place = tmp_path_factory.mktemp("jupyter")
    shutil.copytree(installed, place, dirs_exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.setenv("JUPYTER_PATH", str(place / "share" / "jupyter"))
        patch.setenv("JUPYTER_DATA_DIR", str(place / "data"))
        patch.setenv("JUPYTER_RUNTIME_DIR", str(place / "runtime"))
        patch.setenv("JUPYTER_CONFIG_DIR", str(place / "config"))
        patch.setenv("IPYTHONDIR", str(place / "ipython"))
        # Jedi reads what another process writes there, half of it at times, and then completes nothing.
        patch.setenv("XDG_CACHE_HOME", str(place / "cache"))
        patch.setenv("PYDEVD_DISABLE_FILE_VALIDATION", "1")
        yield place


def started(kernel: str = "cajal", **options: Any) -> Client:
    """A new kernel; the fixture `kernels` lets Jupyter find ours. `cwd` is one of the options."""
    manager = KernelManager(kernel_name=kernel)
    manager.start_kernel(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    return Client(manager)


@pytest.fixture(scope="module")
def shared(kernels: Path) -> Iterator[Client]:  # noqa: ARG001  # it must be there
    """One kernel for the tests of a module, which leave nothing behind that matters to the others."""
    client = started()
    yield client
    client.close()


@pytest.fixture
def fresh(kernels: Path) -> Iterator[Client]:  # noqa: ARG001  # it must be there
    """A kernel that has run nothing."""
    client = started()
    yield client
    client.close()


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    """A Python notebook's shell with the extension loaded."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    InteractiveShell.clear_instance()
    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=config, colors="nocolor")
    shell.run_line_magic("load_ext", "cajal_kernel")
    yield shell
    InteractiveShell.clear_instance()
    # IPython keeps each shell until Python ends, and then collects garbage for each: minutes for hundreds.
    atexit.unregister(shell.atexit_operations)


def cell(shell: InteractiveShell, line: str, body: str) -> Any:
    """Run a cell of Cajal in a Python notebook's shell; what it returns."""
    return shell.run_cell_magic("cajal", line, body)


def printed(shell: InteractiveShell, magic: str, line: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What a line magic prints."""
    capsys.readouterr()
    shell.run_line_magic(magic, line)
    return capsys.readouterr().out


WRONG_USE = """
import torch
def mine(given):
    after = given + 1
    return program["not"](after)

class Model(torch.nn.Module):
    def forward(self, given):
        return mine(given)
"""


def check_frames_of_use(client: Client, python: str) -> None:
    """A mistake of use in a function of the user's shows that function, in the mode that `%xmode` sets, and
    no frame of Cajal, torch or IPython. `python` begins a cell of Python, in which `program` has `not`.
    """
    client.run(python + WRONG_USE)
    ours = ("cajal_core", "cajal_kernel", "IPython", "site-packages", "<cajal neuron>")
    for mode, shown in (
        ("Verbose", ("mine", "given=tensor(")),
        ("Plain", ("mine", "return mine(given)")),
        ("Minimal", ()),
        ("Context", ("mine", "forward", "after = given + 1")),
    ):
        for call in ("Model()(torch.rand(3))", "%time Model()(torch.rand(3))"):
            client.run(f"{python}%xmode {mode}")
            outcome = client.run(python + call)
            assert (outcome.reply["ename"], outcome.status) == ("CajalError", "error")
            text = ANSI.sub("", "\n".join(outcome.reply["traceback"]))
            assert "the argument `x` : Bool has shape (..., 2), got (3,)" in text
            assert all(part in text for part in shown), text
            assert not any(part in text for part in ours), text
    # A mistake in Cajal, and what a magic says, have none.
    for wrong in ("Model and program.run('nope')", "program.compile('nope')"):
        text = client.run(python + wrong).reply["traceback"]
        assert text[0] == "unknown name `nope`"
        assert not any("Cell In" in line for line in text)
