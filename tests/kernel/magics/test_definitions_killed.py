"""Files that are saved while the process is killed: the old file or the new one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.kernel.conftest import ROOT

#: Forks a child that saves again and again, kills it, and looks at the file; as often as it is told.
KILLED = """
import os, signal, sys, time
from pathlib import Path
from types import SimpleNamespace
import cajal_core as cajal
from cajal_core.__main__ import main
from cajal_kernel.magics.definitions import DefinitionMagics
from cajal_kernel.program import NotebookProgram

file, times = Path(sys.argv[1]), int(sys.argv[2])
program = NotebookProgram()
magics = DefinitionMagics(SimpleNamespace(prefix="", program=program))
program.run("\\n".join(f"def a{i} : Bool = true" for i in range(60)))
magics.save(str(file))
whole = {file.read_text()}
for last in ("b", "c"):
    program.run(f"def {last}:Bool=true")
    magics.save(f"{file} --force")
    whole.add(file.read_text())
whole.update({cajal.format(text) for text in whole})
for attempt in range(times):
    child = os.fork()
    if child == 0:
        while True:
            magics.save(f"{file} --force")
            main(["fmt", str(file)])
            program.undo() if "c" in program.names else program.run("def c:Bool=true")
    time.sleep(0.03 + 0.0007 * attempt)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert file.read_text() in whole, (attempt, file.read_text())
print("whole each time", file=sys.stderr)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
def test_a_process_killed_while_it_saves_or_formats_leaves_a_whole_file(
    tmp_path: Path, trials: Callable[[int, int], int]
) -> None:
    run = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "saved.cajal"), str(trials(15, 200))],
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
        text=True,
    )
    assert "whole each time" in run.stderr, run.stderr
