"""A notebook's program in its shell: what a cell shows and binds, settings, links, pictures."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

import cajal_core as cajal
from cajal_kernel.errors import MagicError
from cajal_kernel.variables import assignments
from tests.cpu import cpu_time
from tests.kernel.conftest import EVEN, NOT, cell, printed


def test_of_many_mistakes_the_first_are_shown(shell: InteractiveShell) -> None:
    with pytest.raises(cajal.CajalError) as caught:
        cell(shell, "", "true" + ")" * 5000)
    assert len(caught.value.errors) == 22
    assert str(caught.value).endswith(
        "… and 80 more mistakes\n\nthere may be more mistakes than these 100\nhelp: mend these first"
    )


def test_of_many_items_the_first_and_the_last_term_are_shown(shell: InteractiveShell) -> None:
    with cpu_time(at_most=20):
        with capture_output() as captured:
            result = cell(shell, "", "false; " * 9_999 + "true")
        assert str(result.value) == "true"
        assert len(captured.outputs) == 301
        remark = "-- … and 9699 more items, which are not shown"
        assert captured.outputs[-1].data["text/plain"] == remark


def test_a_cell_that_fails_changes_nothing(shell: InteractiveShell) -> None:
    cell(shell, "-o program", NOT)
    with pytest.raises(cajal.CajalError):
        cell(shell, "--nat 3 -o other", "def f : Nat = 2\n5")
    assert shell.user_ns["program"].nat_size == 10
    assert shell.user_ns["program"].names == ["not"]
    assert "other" not in shell.user_ns


def test_a_mistake_inside_a_module_is_shown_in_its_own_file(
    shell: InteractiveShell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wrong.cajal").write_text("def f : Bool = nope")
    (tmp_path / "main.cajal").write_text("true\nuse wrong")
    with pytest.raises(cajal.CajalError, match=r" --> wrong\.cajal:1:16"):
        cell(shell, "", "true\nuse wrong")
    with pytest.raises(cajal.CajalError, match=r" --> wrong\.cajal:1:16"):
        shell.run_line_magic("cajal_load", "main.cajal")


def test_output_binds_the_program(shell: InteractiveShell) -> None:
    cell(shell, "-o logic", NOT)
    assert isinstance(shell.user_ns["logic"], cajal.Program)
    cell(shell, "", "def yes : Bool = not false")
    assert shell.user_ns["logic"].names == ["not", "yes"]


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
    assert program["h"].table().tolist() == [[0, 1], [1, 0]]


def test_gradients_reach_what_is_linked(shell: InteractiveShell) -> None:
    cell(shell, "", "space Image[4]\nextern see : Image -o Bool\ndef f (i : Image) : Bool = see i")
    shell.run_cell("import torch\nsee = torch.nn.Linear(4, 2)")
    shell.run_line_magic("cajal_link", "see=see")
    cell(shell, "-o f", "true")
    shell.run_cell("model = torch.nn.Sequential(f)\nmodel(torch.ones(3, 4)).sum().backward()")
    see, model = shell.user_ns["see"], shell.user_ns["model"]
    assert see.weight.grad is not None
    assert any(parameter is see.weight for parameter in model.parameters())


def test_link_refuses_what_does_not_fit(shell: InteractiveShell) -> None:
    cell(shell, "", "extern f : Bool -o Bool")
    for line in ("f=3", "f=abs, f=abs", "f=__import__('torch').zeros(3, 2)"):
        with pytest.raises((cajal.CajalError, MagicError)):
            shell.run_line_magic("cajal_link", line)


def test_names_are_looked_up_before_anything_is_evaluated(shell: InteractiveShell) -> None:
    cell(shell, "", "extern f : Bool -o Bool\ndef not (x : Bool) : Bool = if x then false else true")
    shell.run_cell("ran = []")
    for name, says in (("nope", "no extern `nope`"), ("not", "`not` is a definition, and no extern")):
        with pytest.raises(MagicError, match=f"{says}.\nhelp: The externs are f"):
            shell.run_line_magic("cajal_link", f"f=ran.append(1), {name}=ran.append(2)")
    assert shell.user_ns["ran"] == []


def test_a_link_that_fails_is_told_without_frames(shell: InteractiveShell) -> None:
    cell(shell, "", "extern f : Bool -o Bool")
    for source, error in (("nope", "NameError"), ("1/0", "ZeroDivisionError")):
        with pytest.raises(MagicError, match=error):
            shell.run_line_magic("cajal_link", f"f={source}")


def test_unlink(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    cell(shell, "-o program", "extern f : Bool -o Bool\nextern g' : Bool -o Bool")
    shell.run_cell("import torch\nflip = torch.eye(2).flip(0)")
    shell.run_line_magic("cajal_link", "f=flip, g'=flip")
    told = printed(shell, "cajal_unlink", "f, g'", capsys)
    assert told == "f is not linked any more.\ng' is not linked any more.\n"
    program = shell.user_ns["program"]
    assert list(program["f"].unlinked) == ["f"]
    with pytest.raises(cajal.CajalError, match="nothing is linked to `f`"):
        shell.run_line_magic("cajal_unlink", "f")
    with pytest.raises(MagicError, match="no extern `nope`"):
        shell.run_line_magic("cajal_unlink", "nope")
    with pytest.raises(MagicError, match="%cajal_unlink needs the name"):
        shell.run_line_magic("cajal_unlink", " ")


def test_an_extern_may_have_any_name(shell: InteractiveShell) -> None:
    names = ["self", "links", "program", "nat_size", "encode", "module", "f'", "name"]
    cell(shell, "-o program", "\n".join(f"extern {name} : Bool -o Bool" for name in names))
    shell.run_cell("import torch\nflip = torch.eye(2).flip(0)")
    shell.run_line_magic("cajal_link", ", ".join(f"{name}=flip" for name in names))
    program = shell.user_ns["program"]
    for name in names:
        assert program[name].matrix().tolist() == [[0, 1], [1, 0]]


def test_a_picture_that_needs_a_link_says_how_a_notebook_links(shell: InteractiveShell) -> None:
    cell(shell, "", "extern f : Nat[3]\ndef g : Bool = iter f { zero => true | succ b => b }")
    for picture in ("dynamics", "trace"):
        with pytest.raises(MagicError, match="Link it: %cajal_link f=…"):
            shell.run_line_magic("cajal_show", f"g --as {picture}")


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


def test_show(shell: InteractiveShell) -> None:
    cell(shell, "", f"{NOT}\n{EVEN}")
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
    assert set(captured.outputs[-1].data) == {"text/plain", "text/html"}


def test_a_terminal_shows_the_text(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    cell(shell, "", f"{NOT}\n{EVEN}")
    assert printed(shell, "cajal_show", "even --as dynamics", capsys).startswith(
        "even : iter\nstate b : Bool"
    )


def test_show_of_what_is_not_there(shell: InteractiveShell) -> None:
    with pytest.raises(cajal.CajalError):
        shell.run_line_magic("cajal_show", "nothing")
    cell(shell, "", NOT)
    with pytest.raises(MagicError, match="No `iter` or `fold` runs"):
        shell.run_line_magic("cajal_show", "not --as dynamics")


def test_trace(shell: InteractiveShell) -> None:
    cell(shell, "", NOT)
    with capture_output() as captured:
        shell.run_line_magic("cajal_show", "not true --as trace")
    assert "condition" in captured.outputs[0].data["text/plain"]
    with capture_output() as captured:
        shell.run_line_magic("cajal_show", "not --as trace")
    first = captured.outputs[0].data["text/plain"].split("\n")[0]
    assert first == "not : Bool -o Bool   -- on x = true, since no input was given"


def test_a_neuron_shows_its_type_and_matrix(shell: InteractiveShell) -> None:
    cell(shell, "-o program", NOT)
    data, _ = shell.display_formatter.format(shell.user_ns["program"]["not"])  # type: ignore[union-attr]
    assert data["text/plain"].startswith("Bool -o Bool\n")
    assert 'title="x = true → false: 1"' in data["text/html"]


def test_python_sees_the_program_without_asking(shell: InteractiveShell) -> None:
    assert shell.user_ns["program"].names == []
    cell(shell, "", NOT)
    assert shell.user_ns["program"].names == ["not"]
    shell.run_line_magic("reset", "-f")
    cell(shell, "", EVEN)
    assert shell.user_ns["program"].names == ["not", "even"]
    shell.user_ns["program"] = "mine"
    cell(shell, "", "true")
    assert shell.user_ns["program"] == "mine"


@pytest.mark.parametrize(
    "kept", ["get_ipython", "In", "Out", "exit", "quit", "_", "__name__", "print", "open"]
)
def test_names_that_the_notebook_needs_are_not_bound(shell: InteractiveShell, kept: str) -> None:
    before = shell.user_ns.get(kept)
    with pytest.raises(MagicError, match=f"need the name `{kept}`"):
        cell(shell, f"-o {kept}", NOT)
    assert shell.user_ns.get(kept) is before
    assert shell.user_ns["program"].names == []


def test_a_definition_does_not_take_the_place_of_the_program(shell: InteractiveShell) -> None:
    definition = "def program : Bool = true"
    for _ in range(2):
        with pytest.raises(MagicError, match="need the name `program`"):
            cell(shell, "-o program", definition)
        assert shell.user_ns["program"].names == []
    cell(shell, "", definition)
    with pytest.raises(MagicError, match="need the name `program`"):
        cell(shell, "-o program", "true")
    shell.run_cell('my_program = program["program"]').raise_error()
    with pytest.raises(MagicError, match="not a Python name"):
        cell(shell, "-o class", NOT)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("numpy.int64(3)", "3"),
        ("numpy.array(3)", "3"),
        ("numpy.bool_(True)", "true"),
        ("torch.tensor(3)", "3"),
        ("torch.tensor(False)", "false"),
        ("torch.tensor([4, 5]).max()", "5"),
    ],
)
def test_scalars_are_numbers(shell: InteractiveShell, value: str, shown: str) -> None:
    shell.run_cell(f"import numpy, torch\nn = {value}").raise_error()
    assert str(cell(shell, "-i n", "n").value) == shown


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("0.5", "`n` is a float"),
        ("__import__('torch').tensor(0.5)", "`n` is a float"),
        ("None", "`n` is None, which is no value of Cajal"),
        ("'true'", "`n` is str, which is no value of Cajal"),
        ("-1", "a Nat is 0 or more"),
    ],
)
def test_what_can_be_no_input_says_why(shell: InteractiveShell, value: str, says: str) -> None:
    shell.run_cell(f"n = {value}").raise_error()
    with pytest.raises(MagicError, match=says):
        cell(shell, "-i n", "extern n : Bool\nn")
    assert shell.user_ns["program"].names == []


def test_what_has_no_extern_says_what_to_write(shell: InteractiveShell) -> None:
    shell.run_cell("n = [1, 2]").raise_error()
    with pytest.raises(cajal.CajalError) as caught:
        cell(shell, "-i n", "succ n")
    assert [error.title for error in caught.value.errors] == [
        "unknown name `n`",
        "-i n: `n` is list; only a bool or an int becomes a definition",
    ]
    cell(shell, "-i n", "extern n : Bool")
    assert shell.user_ns["program"]["n"]().tolist() == [1, 2]


def test_what_a_cell_takes_is_linked_when_its_items_are_shown(shell: InteractiveShell) -> None:
    shell.user_ns.update(a=torch.tensor([1.0, 0.0]), b={})
    with capture_output() as captured:
        cell(shell, "-i a", "extern a : Bool\ndef na : Bool = a")
    assert "link it" not in str([output.data["text/plain"] for output in captured.outputs[1:]])
    with capture_output() as captured, pytest.raises(cajal.CajalError):
        cell(shell, "-i b", "extern b : Bool\nb")
    assert captured.outputs == []


@pytest.mark.parametrize("name", ["In", "_", "__builtins__", "exit"])
def test_the_way_out_of_a_name_that_is_needed_is_one(shell: InteractiveShell, name: str) -> None:
    with pytest.raises(MagicError, match="or with another name behind `-o`"):
        cell(shell, f"-o {name}", NOT)


def test_a_python_value_in_a_line_of_a_magic_has_its_hint(shell: InteractiveShell) -> None:
    for term in ("$n", "{n}"):
        with pytest.raises(cajal.CajalError, match="-i n"):
            shell.cajal.show(term, "matrix")  # type: ignore[attr-defined]


@pytest.mark.parametrize("now", ["extern g : Nat -o Bool", "def g (x : Bool) : Bool = x"])
def test_what_needs_an_old_extern_is_not_told_to_link_it(shell: InteractiveShell, now: str) -> None:
    cell(shell, "", "extern g : Bool -o Bool\ndef f (x : Bool) : Bool = g x")
    with capture_output() as linkable:
        shell.run_line_magic("cajal_show", "f")
    remark, graph = [output.data["text/plain"] for output in linkable.outputs]
    until = "until then its graph is shown, without values"
    assert remark == f"-- f needs g : Bool -o Bool; link it: %cajal_link g=…; {until}"
    assert "g(v1)" in graph
    with capture_output() as captured:
        cell(shell, "", now)
        shell.run_line_magic("cajal_show", "f")
        cell(shell, "", "def h (x : Bool) : Bool = f x")
    shown = [output.data["text/plain"] for output in captured.outputs]
    needs = "needs g : Bool -o Bool; the old g: %cajal_rerun declares again what uses it"
    assert [line for line in shown if "needs" in line] == [
        f"-- f {needs}; {until}",
        f"h : Bool -o Bool   -- {needs}",
    ]
    with pytest.raises(MagicError, match=r"old extern `g : Bool -o Bool`(.|\n)*%cajal_rerun"):
        shell.run_line_magic("cajal_show", "f --as trace")


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (NOT, "`not` is a definition, and no extern.\nhelp: There are no externs yet."),
        ("learn not : Bool -o Bool", "`not` is learned, and no extern.\nhelp: There are no externs yet."),
        (f"{NOT}\nextern g : Bool", "`not` is a definition, and no extern.\nhelp: The externs are g."),
    ],
)
def test_a_name_that_is_no_extern_is_not_to_be_declared_again(
    shell: InteractiveShell, source: str, says: str
) -> None:
    cell(shell, "", source)
    for magic, line in (("cajal_link", "not=1"), ("cajal_unlink", "not")):
        with pytest.raises(MagicError) as caught:
            shell.run_line_magic(magic, line)
        assert str(caught.value) == says


def test_no_picture_is_begun_that_would_take_too_long(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is taken to last as long as the one before: in a long chain of definitions all are as slow."""
    drawn = list[str | None]()

    def slow(result: cajal.Result, *_: object, draw: bool = True, **__: object) -> dict[str, str]:
        end = time.process_time() + 0.3 * draw
        while time.process_time() < end:
            pass
        drawn.extend([result.name] * draw)
        return {"text/plain": ""}

    monkeypatch.setattr("cajal_kernel.session.result_bundle", slow)
    monkeypatch.setattr("cajal_kernel.session.SECONDS", 0.5)
    cell(shell, "", "\n".join(f"def f{i} (x : Bool) : Bool = x" for i in range(5)))
    assert drawn == ["f0"]
