"""What a notebook shows of a study."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from IPython.display import Image, Markdown

from cajal_experiments.report import notebook
from cajal_experiments.report.page import pages, write

from .runs import RUNS, run, study


@pytest.fixture
def displayed(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    displayed: list[Any] = []
    monkeypatch.setattr(notebook, "display", displayed.append)
    return displayed


def test_the_command_the_tables_and_the_figure(displayed: list[Any]) -> None:
    notebook.show(study(RUNS))
    text, figure = displayed
    assert isinstance(text, Markdown)
    assert isinstance(figure, Image)
    shown = str(text.data)
    assert "python -m cajal_experiments run L2 --variants EQ --models D --seeds 3" in shown
    assert "| EQ | D+ | 314,400 | 2 | 0.92 ± 0.25 |" in shown
    assert "accuracy by the number of training samples" in shown
    assert "| EQ | D+ | 0.7 (1 not finite) | 0.92 ± 0.25 |" in shown


def test_runs_that_were_measured_once_have_no_figure(displayed: list[Any]) -> None:
    notebook.show(study([run("D", 0, 0.8, [0.8])]))
    [text] = displayed
    assert "training samples" not in text.data


def test_what_a_report_has_written(displayed: list[Any], tmp_path: Path) -> None:
    write(tmp_path, pages([study(RUNS)]))
    notebook.show_committed("L2", "R1", folder=str(tmp_path / "results"))
    *shown, told = displayed
    assert len(shown) == 2
    assert told.data.endswith("r1.json` is not there. Run `R1`, then `python -m cajal_experiments report`.")
