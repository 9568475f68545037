"""`list`."""

from __future__ import annotations

from pathlib import Path

import pytest

from cajal_experiments.command.main import main
from cajal_experiments.registry import shipped
from tests.experiments.commands import run_tiny


def test_experiments_and_studies_are_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    storage = str(tmp_path / "tiny.db")
    assert main(["list", "--storage", storage]) == 0
    told = capsys.readouterr().out
    for experiment in shipped().values():
        assert f"{experiment.name}: {experiment.title}\n    models {', '.join(experiment.models)}\n" in told
    assert "complete runs" not in told
    assert main(run_tiny(tmp_path, "--size", "small", "--seeds", "2", "--models", "trivial")) == 0
    capsys.readouterr()
    assert main(["list", "--storage", storage]) == 0
    assert capsys.readouterr().out.endswith(f"{storage} has 4 complete runs of `tiny`\n")
