"""`compare`."""

from __future__ import annotations

from pathlib import Path

import pytest

from cajal_experiments.command.main import main
from tests.experiments.commands import run_tiny


def test_two_models_are_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--size", "small", "--seeds", "3", "--variants", "A", "--models", "I,trivial"]
    assert main(run_tiny(tmp_path, *options)) == 0
    capsys.readouterr()
    assert main(["compare", "tiny:I", "tiny:trivial", "--storage", str(tmp_path / "tiny.db")]) == 0
    head, row = capsys.readouterr().out.splitlines()
    assert head.split()[-3:] == ["tiny:I", "tiny:trivial", "difference"]
    assert row.split()[0] == "A"
    assert row.count("±") == 3
    assert main(["compare", "tiny:I", "tiny:D", "--storage", str(tmp_path / "tiny.db")]) == 2
    assert "`tiny` has no complete run of `D`. It has I, trivial." in capsys.readouterr().err
