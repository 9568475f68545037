"""Definitions that are listed, kept, renewed and taken back."""

from __future__ import annotations

import builtins
import os
import shlex
from pathlib import Path

import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

import cajal_core as cajal
from cajal_kernel.errors import MagicError
from tests.kernel.conftest import NOT, cell, printed


def test_a_redefinition_is_noted_and_mended(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    cell(shell, "", f"{NOT}\ndef yes : Bool = not false")
    with capture_output() as captured:
        cell(shell, "", "def not (x : Bool) : Bool = x")
    remark = "-- yes still uses the old not; %cajal_rerun declares again"
    assert captured.outputs[0].data["text/plain"] == remark
    with capture_output() as captured:
        cell(shell, "", "def other : Bool = true")
    assert len(captured.outputs) == 1
    assert printed(shell, "cajal_rerun", "", capsys) == "Declared again: yes.\n"
    assert printed(shell, "cajal_rerun", "", capsys) == "Nothing is out of date.\n"
    assert printed(shell, "cajal_undo", "", capsys) == "Taken back: yes is as before.\n"


def test_undo_says_what_it_did(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    cell(shell, "-o program", NOT)
    assert printed(shell, "cajal_undo", "", capsys) == "Taken back: not is gone.\n"
    assert shell.user_ns["program"].names == []
    assert printed(shell, "cajal_undo", "", capsys) == "There is nothing to take back.\n"


def test_undo_takes_back_one_call_of_a_python_cell(
    shell: InteractiveShell, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "c.cajal").write_text("def c : Bool = true")
    shell.run_cell(
        "program.run('def a : Bool = true')\nprogram.run('def b : Bool = true')\n"
        f"%cajal_load {tmp_path / 'c.cajal'}\nx = program.evaluate('c')"
    )
    for name in "cba":
        assert printed(shell, "cajal_undo", "", capsys) == f"Taken back: {name} is gone.\n"
    assert "x" in shell.user_ns


def test_undo_keeps_settings_and_links(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    cell(shell, "-o program", "extern f : Bool -o Bool\nextern n : Nat")
    cell(shell, "", "extern f : Bool\ndef other : Bool = true")
    shell.user_ns.update(swap=torch.tensor([[0.0, 1.0], [1.0, 0.0]]), four=torch.tensor([0.0, 1.0, 0.0, 0.0]))
    shell.run_line_magic("cajal_undo", "")
    shell.run_line_magic("cajal_link", "f=swap")
    cell(shell, "", "extern f : Bool\ndef other : Bool = true")
    shell.run_line_magic("cajal_nat", "4")
    shell.run_line_magic("cajal_auto", "on")
    shell.run_line_magic("cajal_link", "n=four")
    assert printed(shell, "cajal_undo", "", capsys) == "Taken back: other is gone; f is as before.\n"
    program = shell.user_ns["program"]
    assert (program.nat_size, program.auto) == (4, True)
    assert program["f"].matrix().tolist() == [[0, 1], [1, 0]]
    assert program["n"]().tolist() == [0, 1, 0, 0]


def test_a_changed_comment_is_shown_and_saved(
    shell: InteractiveShell, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cell(shell, "", f"-- turns\n{NOT}\n")
    cell(shell, "", f"{{- swaps {{- both -}}\n-}}\n{NOT}\n")
    assert printed(shell, "cajal_source", "not", capsys) == f"{{- swaps {{- both -}}\n-}}\n{NOT}\n"
    file = tmp_path / "logic.cajal"
    shell.run_line_magic("cajal_save", str(file))
    assert file.read_text() == f"{{- swaps {{- both -}}\n-}}\n{NOT}\n"


def test_source_and_environment(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    cell(shell, "", f"-- swaps\n{NOT}\n")
    assert printed(shell, "cajal_source", "not", capsys) == f"-- swaps\n{NOT}\n"
    with capture_output() as captured:
        shell.run_line_magic("cajal_env", "")
        shell.run_line_magic("cajal_help", "iter")
    assert "Bool -o Bool  (2, 2)  16 B" in captured.outputs[0].data["text/plain"]
    assert "iter n { zero" in captured.outputs[1].data["text/plain"]


def test_save_and_load(shell: InteractiveShell, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "logic.cajal"
    cell(shell, "", f"-- swaps\n{NOT}\ndata Side = L | R\ndef yes : Bool = not false")
    assert printed(shell, "cajal_save", str(file), capsys) == f"3 definitions are in {file}.\n"
    with pytest.raises(MagicError, match="is there already"):
        shell.run_line_magic("cajal_save", str(file))
    shell.run_line_magic("cajal_save", f"{file} --force")
    shell.run_line_magic("cajal_reset", "")
    with capture_output():
        shell.run_line_magic("cajal_load", str(file))
    assert shell.run_line_magic("cajal", "yes").value is not None  # type: ignore[attr-defined]
    assert printed(shell, "cajal_source", "not", capsys).startswith("-- swaps\n")
    marked = tmp_path / "marked.cajal"
    marked.write_bytes(b"\xef\xbb\xbfdef marked : Bool = true\n")  # as some editors write it
    with capture_output():
        shell.run_line_magic("cajal_load", str(marked))
    assert shell.run_line_magic("cajal", "marked").value is not None  # type: ignore[attr-defined]
    cell(shell, "", "def not (x : Bool) : Bool = x")
    other = tmp_path / "other.cajal"
    remark = f"4 definitions are in {other}. Older ones, which yes still use, are there too.\n"
    assert printed(shell, "cajal_save", str(other), capsys) == remark


def test_reset_forgets_and_keeps_names_bound(shell: InteractiveShell) -> None:
    cell(shell, "--nat 7 -o program", NOT)
    shell.run_line_magic("cajal_reset", "")
    assert shell.user_ns["program"].names == []
    cell(shell, "", "def b : Nat = 6")
    assert shell.user_ns["program"].names == ["b"]


def test_format_puts_the_cell_in_order(shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[tuple[str, bool]] = []
    monkeypatch.setattr(shell, "set_next_input", lambda text, replace=False: given.append((text, replace)))
    shell.run_cell_magic("cajal_format", "", "def  f:Bool=true -- yes\n")
    assert given == [("%%cajal\ndef f : Bool = true  -- yes", True)]
    with pytest.raises(cajal.CajalError):
        shell.run_cell_magic("cajal_format", "", "def f :")


def test_a_name_is_printed_laid_out(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    cell(shell, "", "-- yes\ndef  f:Bool=true")
    assert printed(shell, "cajal_format", "f", capsys) == "-- yes\ndef f : Bool = true\n"
    with pytest.raises(MagicError, match="%cajal_format: `g` is not a definition"):
        shell.run_line_magic("cajal_format", "g")


@pytest.mark.parametrize("name", ["two words.cajal", "it's.cajal", "-dash.cajal", "ä b.cajal", "#.cajal"])
def test_names_of_files_are_read_as_in_a_shell(shell: InteractiveShell, tmp_path: Path, name: str) -> None:
    cell(shell, "", NOT)
    quoted = shlex.quote(str(tmp_path / name))
    shell.run_line_magic("cajal_save", quoted)
    assert (tmp_path / name).is_file()
    shell.run_line_magic("cajal_reset", "")
    shell.run_line_magic("cajal_load", quoted)
    assert "not" in shell.cajal.program.names  # type: ignore[attr-defined]


def test_a_tilde_is_the_home_folder(
    shell: InteractiveShell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    cell(shell, "", NOT)
    shell.run_line_magic("cajal_save", "~/logic.cajal")
    assert (tmp_path / "logic.cajal").is_file()
    shell.run_line_magic("cajal_load", "~/logic.cajal")


@pytest.mark.parametrize("magic", ["cajal_save", "cajal_load"])
@pytest.mark.parametrize("name", ["a" * 300, "a\0b", "no-such-folder/x", "'open", "two words", ".", ""])
def test_what_is_no_file_is_a_mistake(
    shell: InteractiveShell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, magic: str, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    cell(shell, "", NOT)
    with pytest.raises(MagicError):
        shell.run_line_magic(magic, f"{name} --force" if magic == "cajal_save" else name)
    assert list(tmp_path.glob("[!.]*")) == [path for path in tmp_path.iterdir() if path.is_dir()]


def test_nothing_is_no_file(shell: InteractiveShell, tmp_path: Path) -> None:
    file = tmp_path / "logic.cajal"
    file.write_text("old")
    with pytest.raises(MagicError, match="nothing is defined yet"):
        shell.run_line_magic("cajal_save", f"{file} --force")
    assert file.read_text() == "old"


def test_settings_and_copies_come_back(
    shell: InteractiveShell, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "logic.cajal"
    shell.run_line_magic("cajal_nat", "12")
    cell(shell, "--auto", "def both (x : Bool) : Bool = if x then x else false\ndef n : Nat = 11")
    shell.run_line_magic("cajal_save", str(file))
    program = shell.cajal.program  # type: ignore[attr-defined]
    shell.run_line_magic("cajal_reset", "")
    shell.run_line_magic("cajal_nat", "4")
    with capture_output() as captured:
        shell.run_line_magic("cajal_load", str(file))
    assert captured.outputs[0].data["text/plain"] == "-- Nat is Nat[12] from here on"
    assert (program.names, program.nat_size, program.auto) == (["both", "n"], 12, False)
    assert cajal.load(file).state.settings == program.state.settings
    cell(shell, "", f"{NOT}\ndef f (x : Bool) : Bool = not x")
    cell(shell, "--auto", "def f (x : Bool) : Bool = if not x then x else false")
    cell(shell, "", "def not (x : Bool) : Bool = x")
    assert printed(shell, "cajal_rerun", "", capsys) == "Declared again: f.\n"
    assert not program.auto


def test_reset_forgets_results(shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(builtins, "_", raising=False)  # doctest makes one, and then IPython makes none
    shell.run_cell("%cajal true", store_history=True)
    shell.run_cell("r = _", store_history=True)
    shell.run_cell("7", store_history=True)
    shell.run_line_magic("cajal_reset", "")
    kept = {name for name, value in shell.user_ns.items() if isinstance(value, cajal.Result)}
    assert kept == {"r"}
    assert list(shell.user_ns["Out"].values()) == [7]
    assert not any(isinstance(value, cajal.Result) for value in shell.user_ns_hidden.values())
    assert shell.user_ns["_"] == 7


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"-- head\n\n-- swaps\n{NOT} -- behind\n-- end\n", " 2 comments of the old file are not in it: "),
        (f"-- swaps\n{NOT} -- behind\n", " 1 comment of the old file is not in it: "),
        (f"-- swaps\n{NOT}\n", ""),
    ],
)
def test_comments_that_a_replaced_file_loses_are_counted(
    shell: InteractiveShell, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, says: str
) -> None:
    file = tmp_path / "logic.cajal"
    file.write_text(text)
    with capture_output():
        shell.run_line_magic("cajal_load", str(file))
    ends = f"{says}only those above or in a definition are saved." if says else ""
    assert printed(shell, "cajal_save", f"{file} --force", capsys) == f"1 definition is in {file}.{ends}\n"
    file.write_bytes(b"\xff")  # no text, so no comments
    assert printed(shell, "cajal_save", f"{file} --force", capsys) == f"1 definition is in {file}.\n"


def test_what_never_ends_is_not_loaded(shell: InteractiveShell, tmp_path: Path) -> None:
    cell(shell, "", NOT)
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "large").open("wb") as file:
        file.truncate(10**12)  # which takes no room on the disk
    for name, what in (("/dev/zero", "device"), (tmp_path / "pipe", "pipe"), (tmp_path / "large", "50 MB")):
        for magic, line in (("cajal_load", f"{name}"), ("cajal_save", f"{name} --force")):
            with pytest.raises(MagicError, match=what):
                shell.run_line_magic(magic, line)


def test_a_loaded_file_finds_the_modules_beside_it(shell: InteractiveShell, tmp_path: Path) -> None:
    (tmp_path / "own.cajal").write_text("def yes : Bool = true")
    (tmp_path / "main.cajal").write_text("use own\ndef also : Bool = yes")
    with capture_output():
        shell.run_line_magic("cajal_load", str(tmp_path / "main.cajal"))
    assert shell.run_line_magic("cajal", "(yes, also)").value is not None  # type: ignore[attr-defined]
