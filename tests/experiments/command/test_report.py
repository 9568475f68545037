"""`report`."""

from __future__ import annotations

from pathlib import Path

import pytest

from cajal_experiments.command.main import main
from tests.experiments.commands import run_tiny


def test_the_page_is_made_from_the_storage_and_again_from_what_was_committed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    docs = tmp_path / "docs"
    assert main(run_tiny(tmp_path, "--size", "small", "--seeds", "2", "--models", "D,I")) == 0
    assert main(["report", "--storage", str(tmp_path / "tiny.db"), "--docs", str(docs)]) == 0
    files = {path: path.read_bytes() for path in docs.rglob("*.*")}
    assert {path.name for path in files} == {"results.md", "tiny.json", "tiny.svg"}
    page = (docs / "results.md").read_text(encoding="utf-8")
    assert "| A | D | 130 | 2 |" in page
    assert "slow" not in page
    for path in [docs / "results.md", docs / "results" / "tiny.svg"]:
        path.unlink()
    assert main(["report", "--storage", str(tmp_path / "none.db"), "--docs", str(docs)]) == 0
    assert {path: path.read_bytes() for path in docs.rglob("*.*")} == files
    capsys.readouterr()


def test_a_missing_study_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "L9", "--storage", str(tmp_path / "x.db"), "--docs", str(tmp_path)]) == 2
    assert "There is no study `L9`" in capsys.readouterr().err
