"""The way to the notebook, which is not always there."""

from __future__ import annotations

import subprocess
import sys

import pytest

import cajal_core as cajal
from cajal_core.training.show import live_curve


def test_without_the_notebook_a_history_is_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    history = cajal.History()
    history.add(1, 0, loss=0.5)
    monkeypatch.setitem(sys.modules, "cajal_kernel.views.training.history", None)
    assert history._repr_mimebundle_() == {"text/plain": str(history)}
    assert live_curve() is None


def test_a_script_loads_nothing_that_draws() -> None:
    code = "from cajal_core.training.show import live_curve; import sys; live_curve()"
    code += "; print(*{'IPython', 'cajal_kernel', 'numpy.random'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"IPython", "cajal_kernel"} & {*done.stdout.split()}
