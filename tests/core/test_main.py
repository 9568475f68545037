"""`python -m cajal_core`: what it prints, writes and exits with."""

import json
from pathlib import Path

import pytest

from cajal_core.__main__ import main


def test_fmt_writes_files_in_place(tmp_path: Path) -> None:
    file = tmp_path / "logic.cajal"
    file.write_text("(a,b)\n")
    assert main(["fmt", "--check", str(file)]) == 1
    assert main(["fmt", str(file)]) == 0
    assert file.read_text() == "(a, b)\n"
    assert main(["fmt", "--check", str(file)]) == 0


@pytest.mark.parametrize("command", ["check", "fmt"])
def test_mistakes_have_their_place_in_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    file = tmp_path / "logic.cajal"
    file.write_text("true\nif true")
    assert main([command, str(file)]) == 1
    printed = capsys.readouterr()
    assert f" --> {file}:2:8" in printed.out + printed.err


def test_mistakes_as_json_have_their_rule(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "logic.cajal"
    file.write_text("nope; (true, 20)")
    assert main(["check", "--json", str(file)]) == 1
    [report] = json.loads(capsys.readouterr().out)
    assert [(each["rule"], each["column"]) for each in report["errors"]] == [("T-Name", 1), ("T-Nat", 14)]
    file.write_text("if")
    assert main(["check", "--json", str(file)]) == 1
    [report] = json.loads(capsys.readouterr().out)
    assert [each["rule"] for each in report["errors"]] == [None]


@pytest.mark.parametrize("command", ["check", "fmt"])
def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path, command: str) -> None:
    file = tmp_path / "logic.cajal"
    file.write_text("true", encoding="utf-8-sig")
    assert main([command, str(file)]) == 0


def test_a_file_that_cannot_be_written_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    file = tmp_path / "logic.cajal"
    file.write_text("(a,b)")
    monkeypatch.setattr(Path, "write_text", refuse)
    assert main(["fmt", str(file)]) == 1
    assert capsys.readouterr().err == f"cannot write `{file}`: Permission denied\n"
