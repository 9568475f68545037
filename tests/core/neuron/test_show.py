"""The way from a neuron to its pictures."""

from __future__ import annotations

import subprocess
import sys

import pytest

import cajal_core as cajal
from cajal_core.neuron.show import history_bundle, training_view

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


def test_without_the_notebook_a_training_has_no_curve(monkeypatch: pytest.MonkeyPatch) -> None:
    history = cajal.History()
    history.add(1, 0, loss=0.5)
    monkeypatch.setitem(sys.modules, "cajal_kernel.showing", None)
    assert history_bundle(history) == {"text/plain": str(history)}
    assert training_view() is None


def test_a_training_in_a_script_loads_nothing_that_draws() -> None:
    code = "import cajal_core.neuron.show as s, sys; print(s.training_view(), 'IPython' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "None False\n"
