"""What is printed where standard output cannot have all characters."""

from __future__ import annotations

import io
import os
import subprocess
import sys

import pytest

from cajal_core.base.output import escape_unencodable

TEXTS = r"""
import torch
import cajal_core as cajal
source = '''
data Größe = Klein | Groß
space Bild[2, 3]
extern netz : Bild -o Bool
learn t : Bool -o Bool
def ж (x : Bool) : Bool = if x then false else true
def even (n : Nat) : Bool = iter n { zero => true | succ b => ж b }
def loop (!m : Bool -o Bool) (n : Nat) : Bool = iter n { zero => true | succ b => m b }
'''
program = cajal.Program(nat_size=40)
results = program.run(source)
print(program, program.source(), program.state, program.names, *results, sep="\n")
print(*[program.type(name) for name in program.names], program.evaluate("(Groß, even 3)"))
print(*program.stages("even"), sep="\n")
neuron = program["even"]
print(neuron, neuron.plan(), neuron.plan(64), neuron.timings, neuron.trace(torch.eye(40)[3]), sep="\n")
print(program["t"].explain(), program["t"], program["netz"].type, sep="\n")
print(cajal.format("def ж:Bool=true -- →"), cajal.printable("→"))
for wrong in ("def é : Bool = nöwhere", "ж ж", "Groß ("):
    try:
        program.run(wrong)
    except cajal.CajalError as error:
        print(error, *error.errors, sep="\n")
try:
    program["ж"](x=1, ö=2)
except cajal.CajalError as error:
    print(error)
print("end")
"""


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_every_text_can_be_printed(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    printed = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(printed, encoding, write_through=True))
    escape_unencodable()
    exec(TEXTS, {})
    check(printed.getvalue().decode(encoding), encoding)


def test_a_process_can_print_every_text() -> None:
    run = subprocess.run(
        [sys.executable, "-c", TEXTS],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        check=False,
    )
    assert run.returncode == 0, run.stderr.decode("ascii")
    check(run.stdout.decode("ascii"), "ascii")


def check(printed: str, encoding: str) -> None:
    assert printed.rsplit(maxsplit=1)[-1] == "end"
    assert ("ж" if encoding == "utf-8" else r"\u0436") in printed
    assert ("↦" if encoding == "utf-8" else r"\u21a6") in printed


def test_an_output_keeps_its_own_way() -> None:
    run = subprocess.run(
        [sys.executable, "-c", "import cajal_core; print('a→b')"],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii:replace"},
        check=True,
    )
    assert run.stdout.split() == [b"a?b"]
