"""`report`."""

from __future__ import annotations

from pathlib import Path

import pytest

from cajal_experiments.command.main import main
from cajal_experiments.ledger import Ledger
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
    assert "There is no storage" in capsys.readouterr().out


def test_runs_that_were_written_are_not_lost(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    docs, first, other = tmp_path / "docs", tmp_path / "first", tmp_path / "other"
    run = ["--size", "small", "--models", "trivial", "--variants", "A", "--seeds"]
    report = ["report", "--docs", str(docs), "--storage"]
    assert main(run_tiny(first, *run, "2")) == main([*report, str(first / "tiny.db")]) == 0
    before = {path: path.read_bytes() for path in docs.rglob("*.*")}
    assert main(run_tiny(other, *run, "1")) == 0
    capsys.readouterr()
    assert main([*report, str(other / "tiny.db")]) == 2
    told = capsys.readouterr().err
    assert f"`{docs / 'results' / 'tiny.json'}` has 1 run of tiny that" in told and "`--docs DIR`" in told
    assert {path: path.read_bytes() for path in docs.rglob("*.*")} == before
    # With these runs and more it may be written.
    assert main(run_tiny(other, *run, "3")) == main([*report, str(other / "tiny.db")]) == 0
    assert "| A | trivial | 0 | 3 |" in (docs / "results.md").read_text(encoding="utf-8")


def test_without_runs_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "nowhere"
    storage = ["--storage", str(folder / "x.db")]
    for command in (["report", "--docs", str(folder)], ["report", "tiny"], ["compare", "tiny:D", "tiny:I"]):
        assert main([*command, *storage]) == 2
        assert capsys.readouterr().err.startswith(f"error: There is no storage {folder / 'x.db'}")
    assert not folder.exists()


def test_a_missing_study_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Ledger(str(tmp_path / "x.db"), "tiny").describe()
    assert main(["report", "L9", "--storage", str(tmp_path / "x.db"), "--docs", str(tmp_path)]) == 2
    assert "There is no study `L9`" in capsys.readouterr().err
