"""Cells that are typed at a prompt, in the protocol and in a console."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pexpect
import pytest

from tests.kernel.conftest import NOT, Client

SHELL = "ZMQTerminalInteractiveShell"


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
    picture = """%%python
from IPython.display import display
forms = {"text/plain": "step", "text/html": "<b>step</b>", "image/png": "iVBORw0KGgo="}
display(forms, raw=True)
"""
    assert "image/png" in shared.run(picture).bundles[-1]
    shared.ask("is_complete", picture)
    typed = shared.run(picture).bundles[-1]
    assert "image/png" not in typed
    assert typed["text/plain"] == "step"
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
        time.sleep(1)  # what comes right behind an error is not run
        type_in("exit", shows="Shutting down kernel")
        console.expect(pexpect.EOF)
    finally:
        console.close(force=True)
    assert console.exitstatus == 0
    assert not opened.exists()
