"""The magics in a Python notebook's shell."""

from __future__ import annotations

import contextlib
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

import cajal_core as cajal
from cajal_kernel.errors import MagicError
from cajal_kernel.magics.names import MAGICS
from cajal_kernel.views.pictures import PICTURES
from tests.kernel.conftest import NOT, cell, printed


def test_a_cell_shows_its_items_and_returns_its_last_term(shell: InteractiveShell) -> None:
    with capture_output() as captured:
        result = cell(shell, "", f"{NOT}\nnot true")
    assert [output.data["text/plain"].split("\n")[0] for output in captured.outputs] == ["not : Bool -o Bool"]
    assert str(result.value) == "false"


def test_a_term_is_the_value_of_a_python_cell(shell: InteractiveShell) -> None:
    cell(shell, "", NOT)
    with capture_output() as captured:
        outcome = shell.run_cell("%cajal not true")
    assert isinstance(outcome.result, cajal.Result)
    assert "not true : Bool = false" in captured.stdout
    assert str(shell.run_cell("value = %cajal not false\nvalue.value").result) == "true"


def test_modules_and_lists(shell: InteractiveShell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the library, and beside the notebook; a linked list; every picture of what reads a list."""
    monkeypatch.chdir(tmp_path)
    signs = (
        "data Sign = Plus | Minus\ndef flip (s : Sign) : Sign = case s { Plus => Minus | Minus => Plus }\n"
    )
    (tmp_path / "signs.cajal").write_text(signs)
    source = (
        "use logic\nuse signs\nextern words : List[3] Bool\n"
        "def flips (xs : List[3] Sign) : List[3] Sign = [flip x | x in xs]\n"
        "def parity (xs : List[3] Bool) : Bool = fold xs { nil => false | cons x y => xor x y }\n"
        "flips [Plus, Minus]"
    )
    with capture_output() as captured:
        result = cell(shell, "-o program", source)
        shell.run_cell("words = [[1, 0], [0, 1]]\n%cajal_link words=words")
        value = shell.run_cell("%cajal parity words").result
        for view in PICTURES:
            names = ["parity"] if view == "dynamics" else ["parity", "flips"]
            for name in names:
                assert shell.run_cell(f"%cajal_show {name} --as {view}").success, (view, name)
    assert str(result.value) == "[Minus, Plus]"
    assert isinstance(value, cajal.Result)
    assert "words is linked to list" in captured.stdout
    assert shell.user_ns["program"]["parity"]([[0, 1], [1, 0]]).tolist() == [1, 0]


def test_braces_and_backslashes_reach_cajal(shell: InteractiveShell) -> None:
    shell.user_ns["n"] = "wrong"
    result: Any = shell.run_line_magic("cajal", r"iter 3 { zero => true | succ n => (\x:Bool. x) n }")
    assert str(result.value) == "true"


def test_nat_holds_from_its_cell_on(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    assert str(cell(shell, "--nat 4", "3").type) == "Nat"
    shell.run_line_magic("cajal_nat", "")
    assert capsys.readouterr().out.endswith("Nat is Nat[4].\n")
    shell.run_line_magic("cajal_nat", "12")
    assert str(cell(shell, "", "11").value) == "11"


def test_lines_are_counted_from_the_magic(shell: InteractiveShell) -> None:
    with pytest.raises(cajal.CajalError) as caught:
        cell(shell, "", "\nnope")
    span = caught.value.errors[0].span
    assert span is not None
    assert (span.line, span.column, span.end_column) == (3, 1, 5)


@pytest.mark.parametrize(
    ("magic", "line", "says"),
    [
        ("cajal_show", "", "needs a name or a term"),
        (
            "cajal_show",
            "not --as matrx",
            "there is no picture `matrx`\nhelp: did you mean `matrix`? the pictures",
        ),
        ("cajal_show", "not --as sonnet", "there is no picture `sonnet`\nhelp: the pictures are matrix"),
        ("cajal_show", "not --colour red", "there is no option `--colour`.\nusage: %cajal_show NAME"),
        ("cajal_show", "not --a matrix", "there is no option `--a`; did you mean `--as`?\nusage"),
        ("cajal_show", "not --svae=a.html", "there is no option `--svae`; did you mean `--save`?\nusage"),
        ("cajal_show", "not --save ''", "the name of the file is empty"),
        ("cajal_show", "not --as", "expected one argument"),
        ("cajal_nat", "0", "a whole number from 1 is needed, got `0`"),
        ("cajal_nat", "ten", "got `ten`"),
        ("cajal_nat", "3 4", "got `3 4`"),
        ("cajal_reset", "all", "takes no arguments, got `all`"),
        ("cajal_link", "", "expected NAME=EXPRESSION"),
        ("cajal_link", "step", "expected NAME=EXPRESSION, got `step`"),
        ("cajal_link", "step=(1,", "is not a Python expression"),
        ("cajal_link", "step=1", "there is no extern `step`"),
        ("cajal", "", "needs a term"),
    ],
)
def test_mistakes_in_a_line(shell: InteractiveShell, magic: str, line: str, says: str) -> None:
    with pytest.raises(MagicError) as caught:
        shell.run_line_magic(magic, line)
    assert says in str(caught.value)
    assert "%%%" not in str(caught.value)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("-x", "unrecognized"),
        ("not true", "unrecognized"),
        ("-o 1x", "not a Python name"),
        ("--nat many", "`many`"),
    ],
)
def test_mistakes_in_the_line_of_a_cell(shell: InteractiveShell, line: str, says: str) -> None:
    with pytest.raises(MagicError) as caught:
        cell(shell, line, "true")
    assert says in str(caught.value)


def test_a_mistake_shows_no_python_frames(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = shell.run_cell("%%cajal\nnot (true")
    assert isinstance(outcome.error_in_exec, cajal.CajalError)
    shell.run_cell("%cajal_show not --as")
    printed = capsys.readouterr().out
    assert "Traceback" not in printed
    assert ".py" not in printed
    assert "In[" in printed
    assert f"usage: %cajal_show NAME-or-TERM [--as {'|'.join(PICTURES)}] [--save FILE]" in printed


def test_help_lists_what_is_registered(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    shell.run_line_magic("cajal_help", "")
    listed = {line.split()[0].lstrip("%") for line in capsys.readouterr().out.splitlines()}
    magics = shell.magics_manager.magics
    assert listed == {name for kind in ("line", "cell") for name in magics[kind] if name.startswith("cajal")}


def test_loading_twice_keeps_the_program(shell: InteractiveShell) -> None:
    cell(shell, "", NOT)
    shell.run_line_magic("reload_ext", "cajal_kernel")
    result: Any = shell.run_line_magic("cajal", "not true")
    assert str(result.value) == "false"


def test_auto(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    cell(shell, "", "def and (x : Bool) (y : Bool) : Bool = if x then y else (drop y in false)")
    with pytest.raises(cajal.CajalError):
        cell(shell, "", "def twice (x : Bool) : Bool = and x x")
    with capture_output() as captured:
        cell(shell, "--auto", "def twice (x : Bool) : Bool = and x x")
    assert any("copy x" in output.data["text/plain"] for output in captured.outputs)
    with pytest.raises(cajal.CajalError):
        cell(shell, "", "def thrice (x : Bool) : Bool = and x x")
    assert printed(shell, "cajal_auto", "on", capsys) == "Missing copies and drops of data are put in.\n"
    cell(shell, "", "def thrice (x : Bool) : Bool = and x x")
    assert "not" in printed(shell, "cajal_auto", "off", capsys)


def test_unloaded_and_loaded_again(shell: InteractiveShell) -> None:
    cell(shell, "", NOT)
    completer: Any = shell.Completer
    patched = {name for name in vars(shell) if name in ("showtraceback", "object_inspect_mime")}
    matchers = len(completer.custom_matchers)
    shell.run_line_magic("unload_ext", "cajal_kernel")
    assert not any("cajal" in name for kind in shell.magics_manager.magics.values() for name in kind)
    assert patched.isdisjoint(vars(shell))
    assert len(completer.custom_matchers) == matchers - 1
    for _ in range(2):
        shell.run_line_magic("load_ext", "cajal_kernel")
    assert len(completer.custom_matchers) == matchers
    result: Any = shell.run_line_magic("cajal", "not true")
    assert str(result.value) == "false"


@pytest.mark.parametrize(
    ("magic", "line", "says"),
    [
        ("cajal_nat", "12 -- why", "Nat is Nat[12].\n"),
        ("cajal_nat", "{- the size -} 12", "Nat is Nat[12].\n"),
        ("cajal_nat", "-- only a comment", "Nat is Nat[10].\n"),
        ("cajal_auto", "ON", "Missing copies and drops of data are put in.\n"),
        ("cajal_auto", "Off -- for now", "Missing copies and drops of data are not put in.\n"),
        ("cajal_rerun", "-- all", "Nothing is out of date.\n"),
        ("cajal_show", "not -- comment", "not : Bool -o Bool\n"),
        ("cajal_show", "not --as matrix -- comment --as trace", "not : Bool -o Bool\n"),
        ("cajal_source", "cafe\u0301 -- composed", "def café : Bool = true\n"),
        ("cajal_source", "not'", "def not' (x : Bool) : Bool = x\n"),
        ("cajal_format", "cafe\u0301", "def café : Bool = true\n"),
        ("cajal_show", "cafe\u0301", "café : Bool = true\n"),
        ("cajal_help", "cafe\u0301", "café : Bool\n"),
        ("cajal_help", "show", "%cajal_show TERM [--as"),
        ("cajal_help", "%cajal_show", "%cajal_show TERM [--as"),
        ("cajal_help", "cajal", "%%cajal [-i NAME]"),
        ("cajal_help", "not", "not : Bool -o Bool\n"),
    ],
)
def test_lines_that_are_meant_well(
    shell: InteractiveShell, magic: str, line: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    cell(shell, "", f"{NOT}\ndef café : Bool = true\ndef not' (x : Bool) : Bool = x")
    found = printed(shell, magic, line, capsys)
    assert unicodedata.normalize("NFC", found).startswith(says)


def test_help_of_a_magic_has_its_row_and_its_text(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in (*MAGICS, "cajal"):
        first, *_, last = printed(shell, "cajal_help", f"%{name}", capsys).strip().split("\n")
        assert name in first
        assert first != last


@pytest.mark.parametrize(
    ("line", "near"), [("nott", "not"), ("itter", "iter"), ("shwo", "%cajal_show"), ("xyzzyx", "")]
)
def test_help_of_what_is_not_there(shell: InteractiveShell, line: str, near: str) -> None:
    cell(shell, "", NOT)
    with pytest.raises(MagicError) as caught:
        shell.run_line_magic("cajal_help", line)
    assert (f"did you mean `{near}`?" in str(caught.value)) == bool(near)


def test_a_magic_of_ours_that_is_not_there(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.run_cell("%cajal_shwo not")
    assert "did you mean `%cajal_show`?" in capsys.readouterr().out
    shell.run_cell("%nothing")
    assert "UsageError: Line magic function `%nothing` not found." in capsys.readouterr().err


HOSTILE = "a\x1b[2J\x00\x9b\u202e\u2028b"
SHOWN = r"a\x1b[2J\x00\x9b\u202e\u2028b"


@pytest.mark.parametrize("magic", [f"cajal_{name}" for name in MAGICS] + ["cajal"])
@pytest.mark.parametrize(
    "line", [HOSTILE, f"not --as {HOSTILE}", f"--{HOSTILE}", f"{HOSTILE}=1", f"f={HOSTILE}"]
)
def test_control_characters_reach_no_message(
    shell: InteractiveShell, magic: str, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    cell(shell, "", NOT)
    capsys.readouterr()
    with contextlib.suppress(cajal.CajalError, MagicError):
        shell.run_line_magic(magic, line)
    shell.run_cell(f"%{magic} {line}")
    written = capsys.readouterr()
    assert cajal.printable(written.out, keep="\n\t") == written.out


def test_control_characters_are_written_as_escapes(shell: InteractiveShell) -> None:
    for magic, line in (("cajal_nat", HOSTILE), ("cajal_help", HOSTILE), ("cajal_source", HOSTILE)):
        with pytest.raises(MagicError) as caught:
            shell.run_line_magic(magic, line)
        assert SHOWN in str(caught.value)


def test_control_characters_of_comments_and_files_are_escaped(
    shell: InteractiveShell, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cell(shell, "", "-- says \x1b[2J\u202e\ndef a : Bool = true")
    for magic in ("cajal_source", "cajal_help"):
        assert r"says \x1b[2J\u202e" in printed(shell, magic, "a", capsys)
    file = tmp_path / "a\x1b[2J\u202e.cajal"
    file.write_text("nope")
    with pytest.raises(cajal.CajalError, match=r" --> a\\x1b\[2J\\u202e.cajal:1:1"):
        shell.run_line_magic("cajal_load", str(file))
