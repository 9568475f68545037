"""The way from a neuron to its pictures."""

from __future__ import annotations

import subprocess
import sys

import pytest

import cajal_core as cajal

NEURON = cajal.load("def not (x : Bool) : Bool = if x then false else true")["not"]


def test_a_neuron_shows_itself_in_a_script(capsys: pytest.CaptureFixture[str]) -> None:
    NEURON.show(view="matrix")
    printed = capsys.readouterr().out
    assert printed.startswith("Bool -o Bool")
    assert "x │ true false" in printed


def test_the_compiler_loads_no_pictures_until_they_are_asked_for() -> None:
    code = "import cajal_core as c, sys; c.load('true').compile('true'); print('cajal_kernel' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
