"""The magics in a Python notebook's shell."""

from __future__ import annotations

from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

import cajal_core as cajal
from cajal_kernel.errors import MagicError
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
        ("cajal_show", "not --as graph", "invalid choice: 'graph'"),
        ("cajal_show", "not --colour red", "unrecognized arguments: --colour red"),
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
    shell.run_cell("%cajal_show not --as graph")
    printed = capsys.readouterr().out
    assert "Traceback" not in printed
    assert ".py" not in printed
    assert "In[" in printed
    assert "usage: %cajal_show NAME-or-TERM [--as matrix|dynamics|trace]" in printed


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
