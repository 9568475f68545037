"""What `%train` makes of a model and its options, in a Python notebook's shell."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

import cajal_core as cajal
from cajal_kernel.errors import BUG, MagicError
from cajal_kernel.magics.training import OPTIONS
from cajal_kernel.training import PLAIN
from tests.kernel.conftest import cell, printed

PROGRAM = """
extern net : Bool -o Bool
learn flip : Bool -o Bool
def both (x : Bool) : Bool = net (flip x)
def same (x : Bool) : Bool = x
"""
NAMES = """
import torch
x, y = torch.eye(2).repeat(20, 1), torch.tensor([1, 0]).repeat(20)

class Bad(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(2, 2)
    def forward(self, given):
        return self.layer(given[:, :1])

class Broken(torch.utils.data.Dataset):
    def __len__(self):
        return 5
    def __getitem__(self, place):
        raise KeyError("no such file")

def accuracy(result, target):
    return (result.argmax(-1) == target).float().mean()

def torn(result, target):
    return result[0, 7]

bad, linear = Bad(), torch.nn.Linear(2, 2)
"""


@pytest.fixture
def notebook(shell: InteractiveShell) -> InteractiveShell:
    """With a program whose extern is linked to a network, and data for it."""
    torch.manual_seed(0)
    with capture_output():
        cell(shell, "", PROGRAM)
        shell.run_cell(NAMES)
        shell.run_line_magic("cajal_link", "net=torch.nn.Sequential(linear, torch.nn.Softmax(-1))")
        flip = shell.cajal.program["flip"]  # type: ignore[attr-defined]
        flip.initialize("identity")
    return shell


def test_what_is_trained_is_what_the_notebook_shows(
    notebook: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    program, linear = notebook.cajal.program, notebook.user_ns["linear"]  # type: ignore[attr-defined]
    before, weight = program["flip"].matrix().clone(), linear.weight.clone()
    line = "both --data x, y --validate (x, y) --metrics accuracy --epochs 30 --rate 3e-2"
    text = printed(notebook, "cajal_train", f"{line} --loss nll -o history", capsys)
    history = notebook.user_ns["history"]
    assert text == f"{history}\n"  # a terminal has no curve
    assert history.names == ("loss", "accuracy", "validation loss", "validation accuracy")
    assert (history.steps, history.stopped) == (30, "finished")
    assert not torch.equal(program["flip"].matrix(), before)
    assert not torch.equal(linear.weight, weight)
    assert program["both"](torch.eye(2)).argmax(-1).tolist() == [1, 0]


def test_the_loss_is_nll_unless_it_is_said(
    notebook: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    x, y = notebook.user_ns["x"], notebook.user_ns["y"]
    both = notebook.cajal.program["both"]  # type: ignore[attr-defined]
    for given, loss in (
        ("", cajal.nll(both(x), y)),
        ("--loss cross_entropy", torch.nn.functional.cross_entropy(both(x), y)),
        ("--loss lambda result, target: torch.tensor(3.0) * result.sum()", 3 * both(x).sum()),
    ):
        printed(notebook, "cajal_train", f"both --data x, y --rate 1e-9 {given} -o history", capsys)
        assert notebook.user_ns["history"].series("loss")[1] == pytest.approx([loss.item()], rel=1e-4)


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ("accuracy", {"accuracy"}),
        ("accuracy, nll", {"accuracy", "nll"}),
        ('{"right": accuracy}', {"right"}),
    ],
)
def test_metrics_have_names(
    notebook: InteractiveShell, capsys: pytest.CaptureFixture[str], given: str, names: set[str]
) -> None:
    code = f"both --data x, y --metrics {given} -o history"
    printed(notebook, "cajal_train", code, capsys)
    assert {*notebook.user_ns["history"].names} == {"loss", *names}


def test_a_module_of_python_is_trained(
    notebook: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    weight = notebook.user_ns["linear"].weight.clone()
    line = "linear --data x, y --loss cross_entropy --optimizer SGD --rate 0.5 --batch 4 --steps 3 --seed 2"
    assert "3 steps, finished" in printed(notebook, "cajal_train", f"{line} --clip 1 --every 2", capsys)
    assert not torch.equal(notebook.user_ns["linear"].weight, weight)


def test_places_of_files(
    notebook: InteractiveShell, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    line = f"both --data x, y --epochs 2 --checkpoint '{tmp_path}/a b.pt' --tensorboard {tmp_path}/log"
    printed(notebook, "cajal_train", line, capsys)
    assert (tmp_path / "a b.pt").is_file()
    assert [*(tmp_path / "log").iterdir()]
    assert "4 steps, finished" in printed(
        notebook, "cajal_train", line.replace("--epochs 2", "--epochs 4"), capsys
    )


def test_dead_links_are_watched_as_is_said(
    notebook: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    notebook.user_ns["linear"].weight.requires_grad_(False).zero_()
    line = "both --data x, y --epochs 60 -o history"
    told = {}
    for watch in ("", "--watch off", "--watch 10"):
        printed(notebook, "cajal_train", f"{line} {watch}", capsys)
        told[watch] = notebook.user_ns["history"].warnings
    assert not told["--watch off"]
    assert any("`net` says the same" in str(warning) for warning in told[""])
    assert told["--watch 10"]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("", "it needs a model"),
        ("both", "it needs data to train `both` on"),
        ("both --data", "argument --data: expected one argument"),
        ("both --data z", "--data: `z` failed with NameError: name 'z' is not defined"),
        ("both --data x, y --epoch 3", "there is no option `--epoch`; did you mean `--epochs`?"),
        ("both --data x, y # why", "`#` begins no comment"),
        ("both --data x, y --loss 3", "--loss: `3` is int, and no function"),
        ("both --data x, y --loss torn", "--loss: `torn` failed with IndexError"),
        ("both --data x, y --loss torn", "`Tensor of shape (40, 2)` and `Tensor of shape (40,)`"),
        ("both --data x, y --metrics torn", "--metrics: `torn` failed with IndexError"),
        ("both --data x, y --metrics 3", "--metrics: `3` has int, which is no function"),
        ("both --data x, y --watch maybe", "on, off or a number of steps is needed, got `maybe`"),
        ("both --data x, y --watch 0", "a number of steps is needed, got `0`"),
        ("both --data x, y --checkpoint a b", "takes one name, got `a b`"),
        ("both --data x, y -o 1x", "`1x` after -o is not a Python name"),
        ("both --data x, y -o print", "Python and this notebook need the name `print`"),
        ("x --data x, y", "Python's `x` is Tensor of shape (40, 2), and no torch.nn.Module"),
        ("Bad.forward --data x, y", "and no torch.nn.Module"),
        ("no.net --data x, y", "there is no Python variable `no`"),
        ("bad --data x, y", "bad: the model, or its data, failed with RuntimeError: mat1 and mat2"),
        ("linear --data Broken()", "linear: the model, or its data, failed with KeyError"),
    ],
)
def test_mistakes_in_the_line(notebook: InteractiveShell, line: str, says: str) -> None:
    with pytest.raises(MagicError) as caught:
        notebook.run_line_magic("cajal_train", line)
    assert says in str(caught.value)
    assert BUG not in getattr(caught.value, "__notes__", ())


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("nett --data x, y", "unknown name `nett`"),
        ("same --data x, y", "the Neuron has no parameters to train"),
        ("both --data x", "a model is trained on tensors, a Dataset or a DataLoader, got Tensor"),
        ("both --data y, y", "the argument `x` : Bool has shape (..., 2), got (40,)"),
        ("both --data x, y --epochs 2 --steps 3", "both `epochs` and `steps` say how long to train"),
        ("both --data x, y --epochs 2.5", "`epochs` is a whole number"),
        ("both --data x, y --optimizer 3", "`optimizer` is an optimizer, or what makes one"),
        ("linear --data x, y", "is no distribution"),
    ],
)
def test_mistakes_that_the_compiler_tells(notebook: InteractiveShell, line: str, says: str) -> None:
    notebook.user_ns["linear"].weight.data.fill_(-3)
    with pytest.raises(cajal.CajalError) as caught:
        notebook.run_line_magic("cajal_train", line)
    assert says in str(caught.value)


def test_an_extern_is_linked_first(notebook: InteractiveShell) -> None:
    notebook.run_line_magic("cajal_unlink", "net")
    with pytest.raises(
        MagicError, match=r"not linked, and `both` needs it.\nhelp: Link it: %cajal_link net=…"
    ):
        notebook.run_line_magic("cajal_train", "both --data x, y")


def test_a_bug_of_ours_is_none_of_the_user(
    notebook: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(cajal, "fit", broken)
    with pytest.raises(ZeroDivisionError) as caught:
        notebook.run_line_magic("cajal_train", "both --data x, y")
    assert BUG in caught.value.__notes__


def test_the_help_has_every_option(notebook: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(notebook, "cajal_train", "--help", capsys)
    usage, about = text.split("\n\n", 1)
    assert usage.startswith("usage: %cajal_train MODEL --data DATA [--validate DATA]")
    for name in OPTIONS:
        assert re.search(rf"(^|, )--{name}\b", about, re.MULTILINE), name
    assert {*PLAIN} < {*OPTIONS}
    assert "%cajal_train MODEL --data DATA" in printed(notebook, "cajal_help", "train", capsys)
