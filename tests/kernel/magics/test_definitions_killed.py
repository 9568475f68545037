"""Files that are saved while the process is killed: the old file or the new one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import cajal_core as cajal
from tests.kernel.conftest import ROOT

LOOP = """
import sys
from pathlib import Path
from cajal_kernel.program import NotebookProgram
from cajal_kernel.magics.definitions import DefinitionMagics
class Session:
    prefix, program = "", NotebookProgram()
magics = DefinitionMagics(Session())
Session.program.run("\\n".join(f"def a{i} : Bool = true" for i in range(300)))
magics.save(f"{sys.argv[1]} --force")
print("ready", flush=True)
while True:
    for name in ("b", "c"):
        Session.program.run(f"def {name} : Bool = {'true' if name == 'b' else 'false'}")
        magics.save(f"{sys.argv[1]} --force")
"""


def test_a_process_killed_while_it_saves_leaves_a_whole_file(
    tmp_path: Path, trials: Callable[[int, int], int]
) -> None:
    file = tmp_path / "saved.cajal"
    for attempt in range(trials(3, 200)):
        command = [sys.executable, "-c", LOOP, str(file)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment)
        assert process.stdout
        process.stdout.readline()
        time.sleep(0.002 * (attempt % 40))
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        names = cajal.load(file).names
        assert names[:300] == [f"a{i}" for i in range(300)]
        assert set(names[300:]) <= {"b", "c"}
