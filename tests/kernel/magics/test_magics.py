"""The magics in a Python notebook's shell."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import torch
from IPython.core.completer import CompletionContext
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

import cajal_core as cajal
from cajal_kernel.errors import MagicError
from cajal_kernel.session import assignments

NOT = "def not (x : Bool) : Bool = if x then false else true\n"
EVEN = "def even (n : Nat) : Bool = iter n { zero => true | succ b => not b }\n"


def cell(shell: InteractiveShell, line: str, body: str) -> Any:
    return shell.run_cell_magic("cajal", line, body)


def test_a_cell_shows_its_items_and_returns_its_last_term(shell: InteractiveShell) -> None:
    with capture_output() as captured:
        result = cell(shell, "", NOT + "not true")
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


def test_output_binds_the_program(shell: InteractiveShell) -> None:
    cell(shell, "-o logic", NOT)
    assert isinstance(shell.user_ns["logic"], cajal.Program)
    cell(shell, "", "def yes : Bool = not false")
    assert shell.user_ns["logic"].names == ["not", "yes"]


def test_nat_holds_from_its_cell_on(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    assert str(cell(shell, "--nat 4", "3").type) == "Nat"
    shell.run_line_magic("cajal_nat", "")
    assert capsys.readouterr().out.endswith("Nat is Nat[4].\n")
    shell.run_line_magic("cajal_nat", "12")
    assert str(cell(shell, "", "11").value) == "11"


def test_a_cell_that_fails_changes_nothing(shell: InteractiveShell) -> None:
    cell(shell, "-o program", NOT)
    with pytest.raises(cajal.CajalError):
        cell(shell, "--nat 3 -o other", "def f : Nat = 2\n5")
    assert shell.user_ns["program"].nat_size == 10
    assert shell.user_ns["program"].names == ["not"]
    assert "other" not in shell.user_ns


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
        ("cajal_link", "step=nope", "NameError"),
        ("cajal_link", "step=1/0", "ZeroDivisionError"),
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


def test_of_many_mistakes_the_first_are_shown(shell: InteractiveShell) -> None:
    with pytest.raises(cajal.CajalError) as caught:
        cell(shell, "", "true" + ")" * 5000)
    assert len(caught.value.errors) == 21
    assert str(caught.value).endswith("… and 4980 more mistakes")


def test_of_many_items_the_first_and_the_last_term_are_shown(shell: InteractiveShell) -> None:
    began = time.process_time()
    with capture_output() as captured:
        result = cell(shell, "", "false; " * 10_000 + "true")
    assert str(result.value) == "true"
    assert len(captured.outputs) == 301
    remark = "-- … and 9700 more items, which are not shown"
    assert captured.outputs[-1].data["text/plain"] == remark
    assert time.process_time() - began < 5  # a fifth of it where the machine does nothing else


def test_show(shell: InteractiveShell) -> None:
    cell(shell, "", NOT + EVEN)
    with capture_output() as captured:
        shell.run_line_magic("cajal_show", "not")
        shell.run_line_magic("cajal_show", "--as matrix not true")
        shell.run_line_magic("cajal_show", r"(\x:Bool. not x : Bool -o Bool)")
        shell.run_line_magic("cajal_show", "even --as=dynamics")
    texts = [output.data["text/plain"].split("\n")[0] for output in captured.outputs]
    assert texts == [
        "not : Bool -o Bool",
        "not true : Bool = false",
        r"(\x:Bool. not x : Bool -o Bool) : Bool -o Bool",
        "even : iter",
    ]
    assert set(captured.outputs[-1].data) == {"text/plain", "text/html", "image/png"}


def test_a_terminal_shows_the_text(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    cell(shell, "", NOT + EVEN)
    assert printed(shell, "cajal_show", "even --as dynamics", capsys).startswith(
        "even : iter\nstate b : Bool"
    )


def test_show_of_what_is_not_there(shell: InteractiveShell) -> None:
    with pytest.raises(cajal.CajalError):
        shell.run_line_magic("cajal_show", "nothing")
    cell(shell, "", NOT)
    with pytest.raises(MagicError, match="No `iter` runs"):
        shell.run_line_magic("cajal_show", "not --as dynamics")


def test_link(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    cell(
        shell,
        "-o program",
        "extern f : Bool -o Bool\nextern g' : Bool -o Bool\ndef h (x : Bool) : Bool = f (g' x)",
    )
    shell.run_cell("import torch\nflip = torch.eye(2).flip(0)\ndef make(a, b=1): return lambda v: v")
    shell.run_line_magic("cajal_link", "f=flip, g'=make(1, b=[2, 3])")
    assert (
        "f is linked to Tensor of shape (2, 2).\ng' is linked to make.<locals>" not in capsys.readouterr().out
    )
    program = shell.user_ns["program"]
    assert program["h"].matrix().tolist() == [[0, 1], [1, 0]]


def test_gradients_reach_what_is_linked(shell: InteractiveShell) -> None:
    cell(shell, "", "space Image[4]\nextern see : Image -o Bool\ndef f (i : Image) : Bool = see i")
    shell.run_cell("import torch\nsee = torch.nn.Linear(4, 2)")
    shell.run_line_magic("cajal_link", "see=see")
    cell(shell, "-o f", "true")
    shell.run_cell("model = torch.nn.Sequential(f)\nmodel(torch.ones(3, 4)).sum().backward()")
    see, model = shell.user_ns["see"], shell.user_ns["model"]
    assert see.weight.grad is not None
    assert any(each is see.weight for each in model.parameters())


def test_link_refuses_what_does_not_fit(shell: InteractiveShell) -> None:
    cell(shell, "", "extern f : Bool -o Bool")
    for line in ("f=3", "nope=abs", "f=__import__('torch').zeros(3, 2)"):
        with pytest.raises(cajal.CajalError):
            shell.run_line_magic("cajal_link", line)


def test_reset_forgets_and_keeps_names_bound(shell: InteractiveShell) -> None:
    cell(shell, "--nat 7 -o program", NOT)
    shell.run_line_magic("cajal_reset", "")
    assert shell.user_ns["program"].names == []
    cell(shell, "", "def b : Nat = 6")
    assert shell.user_ns["program"].names == ["b"]


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


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("a=b", {"a": "b"}),
        (" a = b , c=d", {"a": "b", "c": "d"}),
        ("a=f(x=1, y=2), b'=[c == d]", {"a": "f(x=1, y=2)", "b'": "[c == d]"}),
        ("a=lambda v, w=1: v, b=2", {"a": "lambda v, w=1: v", "b": "2"}),
        ('a="x, b=1"', {"a": '"x, b=1"'}),
    ],
)
def test_assignments(line: str, found: dict[str, str]) -> None:
    assert assignments(line, "") == found


# Definitions that are kept, renewed and taken back


def printed(shell: InteractiveShell, magic: str, line: str, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    shell.run_line_magic(magic, line)
    return capsys.readouterr().out


def test_a_redefinition_is_noted_and_mended(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    cell(shell, "", NOT + "def yes : Bool = not false")
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
    cell(shell, "", f"-- turns\n{NOT}")
    cell(shell, "", f"{{- swaps {{- both -}}\n-}}\n{NOT}")
    assert printed(shell, "cajal_source", "not", capsys) == f"{{- swaps {{- both -}}\n-}}\n{NOT}"
    file = tmp_path / "logic.cajal"
    shell.run_line_magic("cajal_save", str(file))
    assert file.read_text() == f"{{- swaps {{- both -}}\n-}}\n{NOT}"


def test_source_and_environment(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    cell(shell, "", f"-- swaps\n{NOT}")
    assert printed(shell, "cajal_source", "not", capsys) == f"-- swaps\n{NOT}"
    with capture_output() as captured:
        shell.run_line_magic("cajal_env", "")
        shell.run_line_magic("cajal_help", "iter")
    assert "Bool -o Bool  2 × 2  16 B" in captured.outputs[0].data["text/plain"]
    assert "iter n { zero" in captured.outputs[1].data["text/plain"]


def test_save_and_load(shell: InteractiveShell, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "logic.cajal"
    cell(shell, "", f"-- swaps\n{NOT}data Side = L | R\ndef yes : Bool = not false")
    assert printed(shell, "cajal_save", str(file), capsys) == f"3 definitions are in {file}.\n"
    with pytest.raises(MagicError, match="is there already"):
        shell.run_line_magic("cajal_save", str(file))
    shell.run_line_magic("cajal_save", f"{file} --force")
    shell.run_line_magic("cajal_reset", "")
    with capture_output():
        shell.run_line_magic("cajal_load", str(file))
    assert shell.run_line_magic("cajal", "yes").value is not None  # type: ignore[attr-defined]
    assert printed(shell, "cajal_source", "not", capsys).startswith("-- swaps\n")
    cell(shell, "", "def not (x : Bool) : Bool = x")
    with pytest.raises(MagicError, match="yes would mean something else"):
        shell.run_line_magic("cajal_save", str(tmp_path / "other.cajal"))


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


def test_variables_in_and_out(shell: InteractiveShell) -> None:
    shell.run_cell("import torch\nflip = torch.eye(2).flip(0)\nn = 3\nyes = True")
    cell(
        shell,
        "-i flip -i n -i yes -o both -o program",
        "extern flip : Bool -o Bool\ndef both : Bool = flip yes\ndef m : Nat = n",
    )
    assert shell.user_ns["both"]().tolist() == [0, 1]
    assert str(shell.user_ns["program"].evaluate("m")) == "3"
    with pytest.raises(MagicError, match="no Python variable `nothing`"):
        cell(shell, "-i nothing", "true")


def test_a_neuron_shows_its_type_and_matrix(shell: InteractiveShell) -> None:
    cell(shell, "-o program", NOT)
    data, _ = shell.display_formatter.format(shell.user_ns["program"]["not"])  # type: ignore[union-attr]
    assert data["text/plain"].startswith("Bool -o Bool\n")
    assert 'title="x = true → false: 1"' in data["text/html"]


def test_trace(shell: InteractiveShell) -> None:
    cell(shell, "", NOT)
    with capture_output() as captured:
        shell.run_line_magic("cajal_show", "not true --as trace")
    assert "condition" in captured.outputs[0].data["text/plain"]
    with pytest.raises(MagicError, match=r"it still takes \(x : Bool\)"):
        shell.run_line_magic("cajal_show", "not --as trace")


def test_completion_in_cells_of_a_python_notebook(shell: InteractiveShell) -> None:
    cell(shell, "", NOT + "extern step : Bool -o Bool")

    def completed(text: str) -> list[str]:
        lines = text.split("\n")
        context = CompletionContext(
            token="", full_text=text, cursor_position=len(lines[-1]), cursor_line=len(lines) - 1, limit=None
        )
        (matcher,) = shell.Completer.custom_matchers  # type: ignore[union-attr]
        return [each.text for each in matcher(context)["completions"]]

    assert completed("%%cajal\nif no") == ["not"]
    assert completed("x = 1\n%cajal no") == ["not"]
    assert completed("%cajal_show no") == ["not"]
    assert completed("%cajal_link st") == ["step="]
    assert completed("import os\nno") == []
    assert completed("%%cajal") == []


def test_inspection_in_a_python_notebook(shell: InteractiveShell) -> None:
    cell(shell, "", NOT + "def even (x : Bool) : Bool = not x")
    assert shell.object_inspect_mime("even")["text/plain"].startswith("even : Bool -o Bool")
    assert "Return the number" in shell.object_inspect_mime("len")["text/plain"]
    with pytest.raises(KeyError):
        shell.object_inspect_mime("nowhere")
