"""docs/experiments.md: the file that it shows runs, and so do its commands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from cajal_experiments.command.main import main
from cajal_experiments.report.archive import stored

PAGE = (Path(__file__).parents[2] / "docs" / "experiments.md").read_text(encoding="utf-8")


def blocks(mark: str) -> list[str]:
    return re.findall(rf"^```{mark}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with the file of the page."""
    (file,) = blocks("python")
    (tmp_path / "mine.py").write_text(file)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_commands_of_the_page_run(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (commands,) = blocks("bash")
    for line in commands.splitlines():
        words = shlex.split(line.replace("--seeds 10", "--seeds 6"), comments=True)
        assert words[:3] == ["python", "-m", "cajal_experiments"]
        small = ["--size", "small"] if words[3] == "run" else []
        assert main([*words[3:], *small]) == 0, (line, capsys.readouterr())
    (study,) = stored("results/experiments.db")
    assert len(study.runs) == (6 + 5) * 4  # --rate 0.01 is the file's own
    report = (folder / "report" / "results.md").read_text()
    assert "run mine.py --seeds 6 --size small" in report
    assert "Data: made by the task." in report
    assert (folder / "report" / "results" / "letters.svg").is_file()


def test_it_makes_its_own_data(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "mine.py", "--data", str(folder)]) == 2
    assert capsys.readouterr().err == "error: `letters` makes its own data. Leave `--data` out.\n"
