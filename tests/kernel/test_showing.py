"""What `%show` and `neuron.show` take, and where they put it."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

import cajal_core as cajal
from cajal_kernel.errors import MagicError
from cajal_kernel.showing import show_neuron
from cajal_kernel.views.pictures import default_view
from tests.kernel.conftest import EVEN, NOT, cell

LEARN = "learn odd : Bool -o Bool\ndef f (x : Bool) : Bool = odd x"


class Net(torch.nn.Module):
    def __init__(self, neuron: cajal.Neuron) -> None:
        super().__init__()
        self.part = neuron

    @property
    def broken(self) -> None:
        raise ValueError("not yet")


def shown(shell: InteractiveShell, line: str) -> list[str]:
    with capture_output() as captured:
        shell.run_line_magic("cajal_show", line)
    return [output.data["text/plain"] for output in captured.outputs]


@pytest.fixture
def net(shell: InteractiveShell) -> Net:
    """A trained neuron in a module that Python calls `net`: another one than the program's."""
    cell(shell, "", f"{NOT}\n{EVEN}\n{LEARN}")
    program: cajal.Program = shell.cajal.program  # type: ignore[attr-defined]
    neuron = program.compile("f", fresh=True)
    with torch.no_grad():
        for parameter in neuron.parameters():
            parameter.copy_(torch.tensor([[9.0, 0.0], [0.0, 9.0]]))
    shell.user_ns |= {"net": Net(neuron), "trained": neuron, "number": 3}
    return shell.user_ns["net"]


def test_a_variable_is_shown_as_it_is_now(shell: InteractiveShell, net: Net) -> None:
    first = shown(shell, "net.part")
    assert first == [text.replace("trained", "net.part") for text in shown(shell, "trained")]
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.zero_()
    assert shown(shell, "net.part") != first


@pytest.mark.usefixtures("net")
@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("net", "Python's `net` is Net, and no neuron.\nhelp: its neurons are `net.part`"),
        (
            "number",
            "Python's `number` is int, and no neuron.\nhelp: what `program[NAME]` or `-o NAME` gives is one",
        ),
        ("net.prat", "`net.prat` failed with AttributeError"),
        ("net.broken.x", "`net.broken` failed with ValueError: not yet"),
        ("nets.part", "there is no Python variable `nets`.\nhelp: make it"),
    ],
)
def test_what_is_no_neuron(shell: InteractiveShell, line: str, says: str) -> None:
    with pytest.raises(MagicError) as caught:
        shell.run_line_magic("cajal_show", line)
    assert says in str(caught.value)


@pytest.mark.usefixtures("net")
def test_a_name_of_the_program_wins_and_says_so(shell: InteractiveShell) -> None:
    alone = shown(shell, "f")
    shell.user_ns["f"] = shell.cajal.program["f"]  # type: ignore[attr-defined]
    assert shown(shell, "f") == alone  # the same parameters: nothing to say
    shell.user_ns["f"] = shell.user_ns["trained"]
    remark, *rest = shown(shell, "f")
    assert remark == "-- f is shown as the program has it; `f.show()` shows Python's neuron"
    assert rest == alone
    shell.user_ns["true"] = shell.user_ns["trained"]
    assert shown(shell, "true")[1:] == ["true : Bool = true"]


def test_a_neuron_that_python_holds_is_linked_by_python(shell: InteractiveShell) -> None:
    shell.user_ns["g"] = cajal.load("extern net : Bool -o Bool\ndef g (x : Bool) : Bool = net x")["g"]
    says = "the extern `net : Bool -o Bool` is not linked, and `g` needs it.\nhelp: Link it: g.link(net=…)"
    for picture in ("matrix", "trace"):
        with pytest.raises(MagicError) as caught:
            shell.run_line_magic("cajal_show", f"g --as {picture}")
        assert str(caught.value) == says
    with pytest.raises(cajal.CajalError, match=r"(?s)is not linked.help: link it: neuron\.link\(net=…\)"):
        shell.user_ns["g"].show(view="trace")


def test_what_is_not_linked_is_shown_as_its_graph(shell: InteractiveShell) -> None:
    cell(shell, "", "extern net : Bool -o Bool\ndef f (x : Bool) : Bool = net x")
    neuron = shell.user_ns["held"] = shell.cajal.program["f"]  # type: ignore[attr-defined]
    until = "until then its graph is shown, without values"
    for name, advice in (("f", "%cajal_link net=…"), ("held", "held.link(net=…)")):
        remark, graph = shown(shell, name)
        assert remark == f"-- {name} needs net : Bool -o Bool; link it: {advice}; {until}"
        assert [graph] == shown(shell, f"{name} --as graph")
        assert "net(v1)" in graph
    assert shown(shell, "net") == [
        "net : Bool -o Bool   -- needs net : Bool -o Bool; link it: %cajal_link net=…"
    ]
    with capture_output() as captured:
        neuron.show()
        neuron.link(net=torch.eye(2)).show()
    remark, graph, explorer = [output.data["text/plain"] for output in captured.outputs]
    assert remark == f"-- the neuron needs net : Bool -o Bool; link it: neuron.link(net=…); {until}"
    assert "not linked" in graph
    assert explorer.startswith("Bool -o Bool\nfor x = true")


def test_what_needs_a_run_is_not_shown_before_it_is_linked(capsys: pytest.CaptureFixture[str]) -> None:
    neuron = cajal.load("extern net : Bool -o Bool\ndef f (x : Bool) : Bool = net x")["f"]
    for inputs, view in (((), "explorer"), ((torch.eye(2),), None)):
        with pytest.raises(cajal.CajalError, match=r"link it: neuron\.link\(net=…\)"):
            neuron.show(*inputs, view=view)
    neuron.show()  # no notebook is there
    assert capsys.readouterr().out.startswith("-- the neuron needs net")


def test_a_picture_is_written_to_a_file(
    shell: InteractiveShell, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cell(shell, "", f"{NOT}\n{EVEN}")
    capsys.readouterr()
    for line in (f"even --save '{tmp_path}/a b.html' --as dynamics", f"--save={tmp_path}/c.html not"):
        shell.run_line_magic("cajal_show", line)
    assert (
        capsys.readouterr().out
        == f"The picture is in {tmp_path}/a b.html.\nThe picture is in {tmp_path}/c.html.\n"
    )
    assert "<title>even</title>" in (tmp_path / "a b.html").read_text(encoding="utf-8")
    shell.cajal.program["even"].show(save=tmp_path / "d.html")  # type: ignore[attr-defined]
    assert "<title>Nat -o Bool</title>" in (tmp_path / "d.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("view", "file", "says"),
    [
        ("matrx", None, "there is no picture `matrx`\nhelp: did you mean `matrix`? the pictures are matrix"),
        (3, None, "there is no picture `3`\nhelp: the pictures are matrix"),
        ("matrix", 3, "`save` takes the name of a file, got int"),
    ],
)
def test_a_mistake_in_python_is_one_of_use(view: Any, file: Any, says: str) -> None:
    with pytest.raises(cajal.CajalError) as caught:
        show_neuron(cajal.load(NOT)["not"], (), view, None, file)
    assert says in str(caught.value)
    assert caught.value.errors[0].is_of_use


def test_inputs_are_for_the_pictures_that_show_them(shell: InteractiveShell) -> None:
    cell(shell, "", NOT)
    neuron, x = shell.cajal.program["not"], torch.tensor([0.25, 0.75])  # type: ignore[attr-defined]
    with capture_output() as captured:
        neuron.show(x, view="trace")
    assert "0.25" in captured.outputs[0].data["text/plain"]
    with pytest.raises(
        cajal.CajalError, match=r"(?s)`matrix` shows no inputs.help: those that do are .*trace"
    ) as caught:
        neuron.show(x, view="matrix")
    assert caught.value.errors[0].is_of_use


def test_the_change_of_a_neuron(shell: InteractiveShell, tmp_path: Path) -> None:
    cell(shell, "", LEARN)
    after = shell.cajal.program["f"]  # type: ignore[attr-defined]
    before = deepcopy(after)
    with torch.no_grad():
        after.learned["odd"][0, 1] += 3
    with capture_output() as captured:
        after.show(before=before)
    text = captured.outputs[0].data["text/plain"]
    assert text.startswith("after less before: 1 of 4 entries differs, most at x = false → true, by 3\n")
    after.show(before=before, save=tmp_path / "a.html")
    assert "<title>change</title>" in (tmp_path / "a.html").read_text(encoding="utf-8")
    with pytest.raises(cajal.CajalError, match="leave out the inputs and `view`"):
        after.show(before=before, view="trace")
    with pytest.raises(cajal.CajalError, match="have different bases"):
        after.show(before=shell.cajal.program.compile("odd true"))  # type: ignore[attr-defined]
    with pytest.raises(cajal.CajalError, match="is a neuron to compare with, got int"):
        show_neuron(after, (), "matrix", 3, None)


def test_a_neuron_shows_itself_in_a_notebook(shell: InteractiveShell) -> None:
    cell(shell, "", EVEN.replace("not b", "b"))
    with capture_output() as captured:
        shell.cajal.program["even"].show(view="dynamics")  # type: ignore[attr-defined]
    assert "cajal-view" in captured.outputs[0].data["text/html"]


def test_the_default_picture_is_the_one_that_can_be_read() -> None:
    program = cajal.load(
        f"{NOT}\nextern net : Bool -o Bool\ndef two (!f : Bool -o Bool) (x : Bool) : Bool = f (f x)"
    )
    reusable, large = program["two"], program.compile(r"\x:Nat[5000]. x")
    assert [default_view(program[name]) for name in ("not", "net", "not true")] == [
        "matrix",
        "graph",
        "matrix",
    ]
    assert [default_view(neuron) for neuron in (reusable, large)] == ["explorer"] * 2


@pytest.mark.parametrize("name", ["f'", "class", "ﬁ"])
def test_an_extern_whose_name_python_lacks_is_linked_in_a_mapping(shell: InteractiveShell, name: str) -> None:
    neuron = shell.user_ns["g"] = cajal.load(f"extern {name} : Bool")[name]
    advice = f'link({{"{name}": …}})'
    [remark, _] = shown(shell, "g")
    assert f"link it: g.{advice};" in remark
    for view in ("trace", "matrix"):
        with pytest.raises(MagicError) as refused:
            shell.run_line_magic("cajal_show", f"g --as {view}")
        assert str(refused.value).endswith(f"Link it: g.{advice}")
    with pytest.raises(cajal.CajalError) as caught:
        neuron.show(view="trace")
    assert str(caught.value).endswith(f"link it: neuron.{advice}")
    eval(advice.replace("link", "g.link").replace("…", "one"), {"g": neuron, "one": torch.ones(2)})
    assert not neuron.unlinked


def test_a_training_is_drawn_where_a_notebook_runs_it(shell: InteractiveShell) -> None:
    data = torch.eye(2), torch.eye(2)
    code = "history = fit(flip, data, loss)"
    shell.user_ns |= {
        "flip": cajal.load("learn flip : Bool -o Bool")["flip"],
        "data": data,
        "loss": torch.nn.functional.mse_loss,
        "fit": cajal.fit,
    }
    with capture_output() as captured:
        shell.run_cell(code)
        shell.run_cell("history")
    assert not captured.outputs  # in a terminal
    assert "1 step, finished" in captured.stdout
    shell.kernel = object()  # type: ignore[attr-defined]  # a kernel has it now
    with capture_output() as captured:
        shell.run_cell(code, store_history=True)
    assert [output.data["text/plain"].split("\n")[0] for output in captured.outputs] == [
        "0 of 1 step",
        "1 of 1 step",
    ]
    with capture_output():
        shell.run_cell("form = get_ipython().display_formatter.format(history)[0]", store_history=True)
    form = shell.user_ns["form"]
    assert form["text/plain"].startswith("1 step, finished")
    assert 'alt="training curve: loss' in form["text/html"]
    with capture_output():
        shell.run_cell(
            f"{code}\nform = get_ipython().display_formatter.format(history)[0]", store_history=True
        )
    assert "text/html" not in shell.user_ns["form"]  # the cell shows the curve already
