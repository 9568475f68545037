"""What a cell shows for each kind of item."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import cajal_core as cajal
from cajal_kernel.errors import MagicError
from cajal_kernel.views.bundles import labelled, result_bundle, runs

ROOT = Path(__file__).parents[3]
SOURCE = """
def not (x : Bool) : Bool = if x then false else true
def and (x : Bool) (y : Bool) : Bool = if x then y else (drop y in false)
def even (n : Nat) : Bool = iter n { zero => true | succ b => not b }
def add (m : Nat) (n : Nat) : Nat = iter m { zero => n | succ k => succ k }
space Image[28, 28]
extern step : Image -o Image
extern read : Image -o Nat
"""


@pytest.fixture
def program() -> cajal.Program:
    program = cajal.Program()
    program.run(SOURCE)
    return program


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


def test_a_definition_without_arguments_shows_its_value(program: cajal.Program) -> None:
    assert text(program, "def three : Nat = 3") == "three : Nat = 3"
    assert text(program, "def b : Bool = true\ndef b : Bool = not b") == "b : Bool = false"


def test_a_function_shows_its_matrix(program: cajal.Program) -> None:
    bundle = shown(program, "not")
    assert set(bundle) == {"text/plain", "text/html"}
    assert bundle["text/plain"].split("\n")[0] == "not : Bool -o Bool"
    assert 'title="x = true → false: 1"' in bundle["text/html"]


def test_the_columns_of_several_arguments_are_in_order(program: cajal.Program) -> None:
    """By hand: m + n for every pair, and `and` at (true, false) is false."""
    neuron = program["add"]
    matrix = labelled("add", neuron, neuron.matrix())
    assert matrix.hover(5, 23) == "m = 2, n = 3 → 5: 1"
    assert matrix.values[5, 23] == 1
    assert matrix.values.argmax(axis=0)[:30].tolist() == [*range(10), *range(1, 10), 0, *range(2, 10), 0, 0]
    neuron = program["and"]
    assert labelled("and", neuron, neuron.matrix()).values.tolist() == [[1, 0, 0, 0], [0, 1, 1, 1]]


def test_arguments_of_different_types_keep_their_columns(program: cajal.Program) -> None:
    program.run("def pick (c : Bool) (n : Nat[3]) : Nat[3] = if c then n else (drop n in 2)")
    neuron = program["pick"]
    matrix = labelled("pick", neuron, neuron.matrix())
    assert matrix.values.argmax(axis=0).tolist() == [0, 1, 2, 2, 2, 2]
    assert [matrix.column(j) for j in (1, 3)] == ["c = true, n = 1", "c = false, n = 0"]


def test_overflow_is_marked(program: cajal.Program) -> None:
    assert not program["not"].externs
    neuron = program["add"]
    lost = labelled("add", neuron, neuron.matrix()).lost
    assert [j for j, mark in enumerate(lost) if mark] == [
        10 * m + n for m in range(10) for n in range(10 - m, 10)
    ]
    assert "overflow" in shown(program, "add")["text/html"]


def test_a_function_argument_is_no_overflow(program: cajal.Program) -> None:
    """Its basis holds matrices that map a value to nothing, so an empty column says nothing."""
    program.run("def at (f : Bool -o Bool) (x : Bool) : Bool = f x")
    neuron = program["at"]
    matrix = labelled("at", neuron, neuron.matrix())
    assert matrix.lost == ()
    assert matrix.hover(0, 0) == "f = true ↦ true, x = true → true: 1"
    assert matrix.values[0, 1] == 0


def test_a_wide_matrix_is_an_image(program: cajal.Program) -> None:
    bundle = shown(program, "add")
    assert set(bundle) == {"text/plain", "text/html", "image/png"}
    assert bundle["image/png"] in bundle["text/html"]
    assert "<table" not in bundle["text/html"]
    assert "10 × 100" in bundle["text/html"]


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
        "id : Image -o Image   -- a 6400 × 6400 matrix, too large to draw",
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


def test_runs_of_an_iter(program: cajal.Program) -> None:
    (steps,) = runs("even", program["even"])
    assert (steps.title, str(steps.state), steps.count) == ("even", "b : Bool", 10)
    assert steps.inputs == [f"n = {n}" for n in range(10)]
    assert steps.states[7].tolist() == [[1, 0], [0, 1]] * 5
    assert steps.weights[7].tolist() == [float(i == 7) for i in range(10)]


def test_runs_keep_the_inputs_in_order(program: cajal.Program) -> None:
    """With m = 2 and n = 3 the state starts at 3 and is one more at each step."""
    (steps,) = runs("add", program["add"])
    index = steps.inputs.index("m = 2, n = 3")
    assert steps.states[index].argmax(axis=-1)[:7].tolist() == [3, 4, 5, 6, 7, 8, 9]
    assert steps.weights[index].argmax() == 2
    (closed,) = runs("even 3", program["even 3"])
    assert closed.inputs == [""]


def test_no_runs_and_too_many(program: cajal.Program) -> None:
    with pytest.raises(MagicError, match=r"No `iter` runs in `not`"):
        runs("not", program["not"])
    program.run("def dilate (img : Image) (n : Nat) : Image = iter n { zero => img | succ y => step y }")
    with pytest.raises(MagicError, match="7840 combinations"):
        runs("dilate", program["dilate"])
