"""How files are read and written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import cajal_core as cajal
from cajal_core import CajalError


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    file = tmp_path / "logic.cajal"
    file.write_text("λx:Bool. x", encoding="utf-8-sig")
    assert cajal.read(file) == "λx:Bool. x"


def test_characters_are_read_and_written_as_they_are(tmp_path: Path) -> None:
    file = tmp_path / "logic.cajal"
    for text in ("-- a\rdef b : Bool = true\n", "true\r\nfalse\r\n", "\u2028\x85\x0b"):
        cajal.write(file, text)
        assert file.read_bytes() == text.encode()
        assert cajal.read(file) == text
    assert cajal.load(file).names == []


@pytest.mark.parametrize("name", ["a" * 300, "a\0b", "no-such/f"])
def test_a_name_that_no_file_can_have_is_a_mistake(name: str, tmp_path: Path) -> None:
    with pytest.raises(CajalError, match="cannot read"):
        cajal.read(tmp_path / name)
    with pytest.raises(CajalError, match="cannot write"):
        cajal.write(tmp_path / name, "true")
    assert list(tmp_path.iterdir()) == []


def test_a_new_file_has_the_mode_that_files_have(tmp_path: Path) -> None:
    cajal.write(tmp_path / "ours", "true")
    (tmp_path / "theirs").write_text("true")
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "theirs").stat().st_mode


def test_links_and_modes_stay(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    real, link = tmp_path / "folder" / "real.cajal", tmp_path / "link.cajal"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(Path("folder") / "real.cajal")
    cajal.write(link, "new")
    assert link.is_symlink()
    assert real.read_text() == "new"
    assert real.stat().st_mode & 0o777 == 0o640
    dangling = tmp_path / "dangling"
    dangling.symlink_to("later.cajal")
    cajal.write(dangling, "new")
    assert (tmp_path / "later.cajal").read_text() == "new"


def test_a_read_only_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "logic.cajal"
    file.write_text("old")
    monkeypatch.setattr(os, "access", lambda *_: False)  # as for anyone but the administrator
    with pytest.raises(CajalError, match="read-only"):
        cajal.write(file, "new")
    assert file.read_text() == "old"


def test_what_is_no_file_is_written_to(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    cajal.write(pipe, "true")
    assert os.read(reader, 10) == b"true"
    os.close(reader)


@pytest.mark.parametrize("failing", ["fsync", "chmod"])
def test_a_write_that_fails_leaves_the_old_file_alone(
    failing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    file = tmp_path / "logic.cajal"
    file.write_text("old")
    monkeypatch.setattr(os, failing, full)
    with pytest.raises(CajalError, match=r"cannot write .*: No space left on device"):
        cajal.write(file, "new")
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]
