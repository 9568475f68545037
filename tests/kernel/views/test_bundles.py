"""What a cell shows for each kind of item."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch

import cajal_core as cajal
from cajal_kernel.views.bundles import result_bundle
from cajal_kernel.views.matrix.data import TABLE
from cajal_kernel.views.picture import Subject
from cajal_kernel.views.pictures import PICTURES

ROOT = Path(__file__).parents[3]


def shown(program: cajal.Program, item: str) -> dict[str, str]:
    return result_bundle(program.run(item)[-1], "")


def text(program: cajal.Program, item: str) -> str:
    return shown(program, item)["text/plain"]


def test_a_bare_term_shows_its_value(program: cajal.Program) -> None:
    assert text(program, "and true false") == "and true false : Bool = false"
    assert text(program, "add 2 3 -- five") == "add 2 3 : Nat = 5"


def test_comments_are_no_part_of_a_name(program: cajal.Program) -> None:
    data = "data Side {- one {- or -} the other -} = L -- left\n  | R"
    assert text(program, data) == "data Side = L | R"


def test_a_long_term_is_cut(program: cajal.Program) -> None:
    line = text(program, "not (" * 20 + "true" + ")" * 20)
    assert line.endswith("… : Bool = true")
    assert len(line) < 80


@pytest.mark.parametrize("comment", ["{- one -}", "{- {- two -} -}", "-- to the end\n "])
def test_a_line_has_no_comments(program: cajal.Program, comment: str) -> None:
    assert text(program, f"data Side = {comment} L | R") == "data Side = L | R"
    assert text(program, f"not {comment} true") == "not true : Bool = false"


def test_a_definition_without_arguments_shows_its_value(program: cajal.Program) -> None:
    assert text(program, "def three : Nat = 3") == "three : Nat = 3"
    assert text(program, "def b : Bool = true\ndef b : Bool = not b") == "b : Bool = false"


def test_a_function_shows_its_matrix(program: cajal.Program) -> None:
    bundle = shown(program, "not")
    assert set(bundle) == {"text/plain", "text/html"}
    assert bundle["text/plain"].split("\n")[0] == "not : Bool -o Bool"
    assert 'title="x = true → false: 1"' in bundle["text/html"]


def test_a_wide_matrix_is_an_image(program: cajal.Program) -> None:
    bundle = shown(program, "add")
    assert set(bundle) == {"text/plain", "text/html"}
    assert bundle["text/html"].count("<img") == 1
    assert "<table" not in bundle["text/html"]
    assert "shape (100, 10)" in bundle["text/html"]


def test_what_is_too_large_shows_its_shape_and_is_not_compiled() -> None:
    code = """
import sys, cajal_core, cajal_kernel.views.bundles as display
for result in cajal_core.Program().run("space Image[80, 80]\\ndef id (x : Image) : Image = x"):
    print(display.result_bundle(result, "")["text/plain"])
print("torch" in sys.modules)
"""
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.splitlines() == [
        "space Image[80, 80]",
        "id : Image -o Image   -- shape (6400, 6400), too large to draw",
        "False",
    ]


def test_externs_say_how_to_link_them(program: cajal.Program) -> None:
    assert text(program, "extern f : Bool -o Bool") == "f : Bool -o Bool   -- extern; link it: %link f=…"
    assert text(program, "def g (x : Bool) : Bool = f x") == (
        "g : Bool -o Bool   -- needs f : Bool -o Bool; link it: %link f=…"
    )
    assert "%cajal_link f=" in result_bundle(program.run("f")[0], "cajal_")["text/plain"]


def test_a_linked_tensor_has_a_matrix(program: cajal.Program) -> None:
    import torch

    program.run("extern f : Bool -o Bool\ndef g (x : Bool) : Bool = f (not x)")
    program.link(f=torch.tensor([[0.25, 0.5], [0.75, 0.5]]))
    lines = text(program, "g").split("\n")
    assert lines[-2:] == [" true │  0.5  0.25", "false │  0.5  0.75"]


LINKED = """
space V[3]
extern net : V -o Bool
extern pick : Bool -o Bool
learn t : Bool -o Bool
def through (v : V) : Bool = not (net v)
def chosen (b : Bool) : Bool = pick (not b)
def trained (x : Bool) : Bool = t x
"""


@pytest.mark.parametrize(
    ("term", "argument", "link"),
    [
        ("through", "v", "net"),
        ("net", "arg1", "net"),
        (r"\v:V. net v", "v", "net"),
        ("chosen", "b", "pick"),
        ("pick", "arg1", "pick"),
    ],
)
def test_what_is_no_matrix_is_not_drawn_unasked(
    program: cajal.Program, term: str, argument: str, link: str
) -> None:
    from torch import nn

    program.run(LINKED)
    program.link(net=nn.Sequential(nn.Linear(3, 2), nn.Softmax(-1)), pick=nn.Softmax(-1))
    [result] = program.run(term)
    shown = next(PICTURES["matrix"](Subject(term, program[term], prefix="")))
    for bundle in (result_bundle(result, ""), shown.bundle("")):
        if link == "pick" and bundle == shown.bundle(""):
            # Asked for, it is drawn by its values at basis vectors, and says so.
            assert TABLE in bundle["text/plain"].splitlines()[0]
            assert "<table" in bundle["text/html"]
            continue
        assert set(bundle) == {"text/plain", "text/html"}
        assert "<table" not in bundle["text/html"]
        [line] = bundle["text/plain"].splitlines()
        assert f"`{argument}` goes through `{link}`, a callable that is not known to be linear" in line
        assert ".jacobian(…)" in line
    program.link(net=nn.Linear(3, 2, bias=False), pick=cajal.linear(lambda x: x.flip(-1)))
    assert "<table" in result_bundle(result, "")["text/html"]


def test_the_weights_of_a_layer_are_shown_below_its_extern(program: cajal.Program) -> None:
    program.run(LINKED)
    program.link(net=torch.nn.Linear(3, 2), pick=torch.nn.Linear(2, 2))
    for name in ("net", "pick"):
        _, weight = PICTURES["matrix"](Subject(name, program[name], prefix=""))
        assert weight.text.startswith(f"{name}.weight : ")
        assert "its bias, from " in weight.text.splitlines()[0]
    assert len(list(PICTURES["matrix"](Subject("chosen", program["chosen"])))) == 1


def test_a_learned_name_shows_its_tensor_as_it_is_now(program: cajal.Program) -> None:
    program.run(LINKED)
    learned = program["t"].initialize("identity").learned["t"]
    with torch.no_grad():
        learned[0, 1] = -2.5
    (shown,) = PICTURES["matrix"](Subject("t", program["t"], prefix=""))
    assert shown.text.splitlines()[-2].split("│")[1].split() == ["1", "-2.5"]


def test_a_large_matrix_is_drawn_only_when_it_is_asked_for(program: cajal.Program) -> None:
    said = text(program, "space Wide[1500]\ndef same (x : Wide) : Wide = x")
    assert said.endswith("shape (1500, 1500), large; draw it: %show same")
    (shown,) = PICTURES["matrix"](Subject("same", program["same"], prefix=""))
    assert "1500 rows × 1500 columns, tensor shape (1500, 1500); the identity" in shown.text
    assert shown.live is not None


def test_a_picture_shows_what_was_trained(program: cajal.Program) -> None:
    program.run(LINKED)
    [result] = program.run("trained")
    first = result_bundle(result, "")["text/plain"]
    assert result_bundle(program.run("trained")[0], "")["text/plain"] == first
    program["t"].initialize("identity")
    trained = result_bundle(result, "")["text/plain"]
    assert trained != first
    assert [line.split("│")[1].split() for line in trained.splitlines()[-2:]] == [["1", "·"], ["·", "1"]]


def test_a_pair_with_a_function_in_it_is_no_value(program: cajal.Program) -> None:
    one, other = (text(program, rf"(\x:Bool. {body}, true)") for body in ("x", "drop x in true"))
    assert one.partition("\n")[2] != other.partition("\n")[2]
    assert "= (" not in one


def test_what_is_drawn_leaves_a_network_as_it_was(program: cajal.Program) -> None:
    norm = torch.nn.BatchNorm1d(2)
    program.run("extern g : Bool -o Bool")
    program.link(g=torch.nn.Sequential(norm, torch.nn.Dropout(0.5)))
    for _ in range(2):
        assert text(program, "g true").split("\n")[1:] == text(program, "g true").split("\n")[1:]
        assert "k : Bool" in text(program, "def k : Bool = g true")
    assert norm.training
    assert norm.num_batches_tracked == 0


def test_a_network_that_fails_costs_no_definition(program: cajal.Program) -> None:
    class Fails(torch.nn.Module):
        ready = True

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            if not self.ready:
                raise RuntimeError("no")
            return x

    network = Fails()
    program.run("extern g : Bool -o Bool")
    program.link(g=network)
    network.ready = False
    assert text(program, "def k : Bool = g true").endswith("since what is linked fails: RuntimeError: no")
    assert "k" in program.names


def test_a_neuron_without_numbers_is_not_drawn(program: cajal.Program) -> None:
    with torch.device("meta"):
        assert "have no numbers" in text(program, r"def k (x : Bool) : Bool = if x then false else true")
