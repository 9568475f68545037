"""The text that a neuron's file has of its program: declarations, settings, modules."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

import cajal_core as cajal
from cajal_core import Neuron, Program
from cajal_core.neuron.saving.origin import ProgramText

NOT = "def not (x : Bool) : Bool = if x then false else true\n"


def text(neuron: Neuron) -> ProgramText:
    return neuron._origin.text


def again(neuron: Neuron, folder: Path) -> Neuron:
    neuron.save(folder / "neuron.cajaln")
    return cajal.load_neuron(folder / "neuron.cajaln")


def test_only_what_the_term_rests_on_is_written() -> None:
    program = cajal.load(f"{NOT}def other : Bool = true\ndef twice (x : Bool) : Bool = not (not x)")
    assert text(program["twice"]).source == (
        "def not (x : Bool) : Bool = if x then false else true\n\n"
        "def twice (x : Bool) : Bool = not (not x)\n\n{-# OPTIONS nat=10 #-}"
    )
    assert text(program["true"]).source == "{-# OPTIONS nat=10 #-}"


def test_names_keep_what_they_meant(tmp_path: Path) -> None:
    program = cajal.load("def a : Bool = true\ndef b : Bool = a\ndef a : Bool = false")
    neuron = program.compile("(a, b)")
    program.run("def a : Nat = 3")
    assert torch.equal(again(neuron, tmp_path)(), neuron())


def test_settings_are_those_of_the_neuron(tmp_path: Path) -> None:
    program = Program(nat_size=3, overflow="saturate", auto=True)
    program.run("def up (n : Nat) : Nat = succ n\ndef first (n : Nat) (m : Nat) : Nat = n")
    for neuron in (
        program["up"],
        program.compile("up", nat_size=5, overflow="truncate"),
        program.compile(r"\n:Nat. first n n"),
    ):
        loaded = again(neuron, tmp_path)
        assert torch.equal(loaded.matrix() if len(neuron.arguments) == 1 else loaded(), neuron.matrix())
        assert loaded.lost == neuron.lost


def test_data_types_come_back(tmp_path: Path) -> None:
    source = """
data Side = L | R
data Shape = Dot | Box Side Nat[3]
type Shapes = Shape * Side
learn turn : Shape -o Side
def f (x : Shapes) : Side = let (s, t) = x in case turn s { L => t | R => case t { L => R | R => L } }
"""
    neuron = cajal.load(source)["f"]
    loaded = again(neuron, tmp_path)
    assert torch.equal(loaded.matrix(), neuron.matrix())
    assert loaded.type == neuron.type
    # A term that mentions a constructor alone, and an older type of the same name.
    program = cajal.load("data Side = L | R\ndef l : Side = L\ndata Side = R | L")
    for term in ("L", "l", "(l, L)"):
        assert torch.equal(again(program[term], tmp_path)(), program[term]())


def test_modules_are_in_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (inner := tmp_path / "inner").mkdir()
    (tmp_path / "own.cajal").write_text("use deep\ndef flip (x : Bool) : Bool = turn x")
    (tmp_path / "deep.cajal").write_text("use logic\ndef turn (x : Bool) : Bool = not x")
    # `logic` of the user and `logic` of the library are two modules of one name.
    (tmp_path / "logic.cajal").write_text(f"{NOT}def mine : Bool = true")
    program = Program()
    program.run("use own (flip)", folder=tmp_path)
    program.run("use logic (and)", folder=inner)
    neuron = program.compile(r"\x:Bool. and (flip x) true")
    expected = neuron.matrix()
    for file in tmp_path.glob("*.cajal"):
        file.unlink()
    monkeypatch.chdir(inner)
    assert torch.equal(again(neuron, tmp_path).matrix(), expected)
    names = [module["name"] for module in text(neuron).modules]
    assert sorted(names) == ["deep", "logic", "logic", "own"]


def test_two_versions_of_a_module_are_in_the_file(tmp_path: Path) -> None:
    module, program = tmp_path / "own.cajal", Program()
    module.write_text("def a : Bool = true")
    program.run("use own (a)\ndef old : Bool = a", folder=tmp_path)
    module.write_text("def a : Bool = false")
    program.run("use own (a)", folder=tmp_path)
    neuron = program.compile("(old, a)")
    assert torch.equal(again(neuron, tmp_path)(), neuron())


def test_neurons_of_results_are_saved(tmp_path: Path) -> None:
    first, term, second = Program().run("def a : Bool = true\n(a, 2)\ndef a : Bool = false")
    for result in (first, term, second):
        assert torch.equal(again(result.neuron(), tmp_path)(), result.neuron()())


def test_a_result_keeps_the_setting_of_its_cell(tmp_path: Path) -> None:
    program = Program(nat_size=2)
    [result] = program.run(r"\n:Nat. succ n")
    program.run("{-# OPTIONS overflow=saturate #-}")
    assert result.neuron().matrix().tolist() == [[0, 0], [1, 0]]
    assert torch.equal(again(result.neuron(), tmp_path).matrix(), result.neuron().matrix())


def test_a_path_may_begin_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    cajal.load(NOT)["not"].save("~/not.cajaln")
    assert (tmp_path / "not.cajaln").is_file()
    assert str(cajal.load_neuron("~/not.cajaln").type) == "Bool -o Bool"
