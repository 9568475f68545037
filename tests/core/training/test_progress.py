"""How a training is shown."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest
import torch
from torch import nn

import cajal_core as cajal
from cajal_core.training.progress import Bar, chosen

DATA = torch.ones(8, 2), torch.ones(8, 1)


def test_a_bar_has_the_numbers_and_tells_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    class Warns:
        def step(self, training: cajal.Training) -> None:
            training.history.warnings.append(f"step {training.step} is odd")
            training.stop("seen enough")

    cajal.fit(nn.Linear(2, 1), DATA, nn.functional.mse_loss, steps=3, callbacks=[Warns()], progress=True)
    text = capsys.readouterr().err
    assert "1/3" in text and "loss " in text
    assert text.count("step 1 is odd") == 1 and text.count("seen enough") == 1


def test_it_is_silent_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    cajal.fit(nn.Linear(2, 1), DATA, nn.functional.mse_loss, steps=3)
    assert capsys.readouterr() == ("", "")


def test_a_callback_shows_it() -> None:
    shown = list[int]()

    class Shows:
        def step(self, training: cajal.Training) -> None:
            shown.append(training.step)

    cajal.fit(nn.Linear(2, 1), DATA, nn.functional.mse_loss, steps=3, progress=Shows())
    assert shown == [1, 2, 3]


def test_the_notebook_and_the_terminal_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    showing, view = ModuleType("showing"), Bar()
    showing.training_view = lambda: view  # type: ignore[attr-defined]
    notebook = ModuleType("cajal_kernel")
    notebook.showing = showing  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "IPython", ModuleType("IPython"))  # as in a notebook
    monkeypatch.setitem(sys.modules, "cajal_kernel", notebook)
    monkeypatch.setitem(sys.modules, "cajal_kernel.showing", showing)
    python = ModuleType("IPython")
    python.get_ipython = lambda: None  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "IPython", python)
    assert chosen(None) == [view]
    monkeypatch.delitem(sys.modules, "IPython")
    assert chosen(None) == []
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert isinstance(chosen(None)[0], Bar)
