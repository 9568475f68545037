"""`use`: where modules are, what they bring, and what is written of them."""

from __future__ import annotations

import pickle
from copy import copy
from pathlib import Path

import pytest
import torch

import cajal_core as cajal
from cajal_core import CajalError, Program
from cajal_core.program import modules

NOT = "def not (x : Bool) : Bool = if x then false else true\n"
LIGHT = "data Light = Red | Green\ndef go (x : Light) : Bool = case x { Red => false | Green => true }\n"


def mistakes(program: Program, text: str, folder: Path) -> str:
    with pytest.raises(CajalError) as error:
        program.run(text, folder=folder)
    return str(error.value)


def test_a_module_is_beside_the_file_else_in_the_path_else_in_the_library(tmp_path: Path) -> None:
    main = tmp_path / "main.cajal"
    main.write_text("use logic\nnot true")
    assert "majority" in cajal.load(main).names
    (other := tmp_path / "other").mkdir()
    (other / "logic.cajal").write_text(f"{NOT}def a : Bool = true")
    assert cajal.load(main, path=other).names == ["not", "a"]
    (tmp_path / "logic.cajal").write_text(f"{NOT}def b : Bool = true")
    assert cajal.load(main, path=[other]).names == ["not", "b"]


def test_source_and_cells_stand_in_the_present_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own.cajal").write_text(NOT)
    monkeypatch.chdir(tmp_path)
    assert cajal.load("use own").names == ["not"]
    assert [str(result.value) for result in Program().run("use own\nnot true")] == ["None", "false"]


def test_a_use_brings_all_names_or_those_that_it_lists(tmp_path: Path) -> None:
    (tmp_path / "m.cajal").write_text(f"{LIGHT}def stop : Bool = go Red\ntype Lamp = Light\n")
    program = Program()
    [result] = program.run("use m", folder=tmp_path)
    assert (result.kind, result.name, result.type) == ("use", "m", None)
    assert set(result.names) == {"Light", "Lamp", "go", "stop"}
    assert str(program.evaluate("(Red, stop)")) == "(Red, false)"
    some = Program()
    [result] = some.run("use m (stop)", folder=tmp_path)
    assert result.names == ("stop",)
    assert some.names == ["stop"]
    assert str(some.evaluate("stop")) == "false"
    for hidden in ("go", "Red", "go Red"):
        with pytest.raises(CajalError, match="unknown"):
            some.evaluate(hidden)
    some.run("use m (Light)", folder=tmp_path)
    assert str(some.evaluate("Red")) == "Red"


def test_a_module_sees_no_name_of_who_uses_it(tmp_path: Path) -> None:
    (tmp_path / "m.cajal").write_text("def b : Bool = a")
    text = mistakes(Program(), "def a : Bool = true\nuse m", tmp_path)
    assert f"--> {tmp_path / 'm.cajal'}:1:16" in text


def test_what_a_module_brings_can_be_redefined(tmp_path: Path) -> None:
    (tmp_path / "m.cajal").write_text(f"{NOT}def f : Bool = not true")
    program = Program()
    program.run("use m\ndef not (x : Bool) : Bool = x", folder=tmp_path)
    assert str(program.evaluate("(f, not true)")) == "(false, true)"


def test_modules_use_modules(tmp_path: Path) -> None:
    (folder := tmp_path / "inner").mkdir()
    (folder / "a.cajal").write_text("use b (f)\ndef g : Bool = f true")
    (folder / "b.cajal").write_text(f"{NOT}def f (x : Bool) : Bool = not x")
    program = Program(path=folder)
    program.run("use a", folder=tmp_path)
    assert program.names == ["f", "g"]
    (folder / "b.cajal").write_text("def f (x : Bool) : Bool = x")
    program.run("use a", folder=tmp_path)
    assert str(program.evaluate("g")) == "true"


def test_a_circle_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "a.cajal").write_text("use b")
    (tmp_path / "b.cajal").write_text("def f : Bool = true\nuse a")
    program = Program()
    text = mistakes(program, "use a", tmp_path)
    assert "modules use each other in a circle: `a` uses `b` uses `a`" in text
    assert f"--> {tmp_path / 'b.cajal'}:2:5" in text
    (tmp_path / "b.cajal").write_text("def f : Bool = true")
    program.run("use a", folder=tmp_path)  # nothing is left open
    assert program.names == ["f"]


def test_a_missing_module_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "shapes.cajal").write_text(NOT)
    text = mistakes(Program(), "use shape\nsquare true\ncircle", tmp_path)
    assert "did you mean `use shapes`?" in text
    assert "square" not in text
    assert "`logic`" in mistakes(Program(), "use nowhere", tmp_path)
    assert mistakes(Program(), "use shape (f)\nf true", tmp_path).count("-->") == 1


def test_a_mistake_in_a_module_is_shown_in_its_file(tmp_path: Path) -> None:
    (tmp_path / "m.cajal").write_text("def f : Bool = true\ndef g : Bool = 3")
    text = mistakes(Program(), "use m\nf", tmp_path)
    assert f"--> {tmp_path / 'm.cajal'}:2:16" in text
    assert text.count("-->") == 1
    (tmp_path / "m.cajal").write_bytes(b"\xff\xfe")
    assert "not UTF-8" in mistakes(Program(), "use m", tmp_path)


def test_a_name_that_a_module_lacks_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "m.cajal").write_text(LIGHT)
    assert "did you mean `go`?" in mistakes(Program(), "use m (goo)", tmp_path)
    assert "write `Light`" in mistakes(Program(), "use m (Red)", tmp_path)


def test_constructors_of_a_module_and_of_the_program_are_distinct(tmp_path: Path) -> None:
    (tmp_path / "m.cajal").write_text(LIGHT)
    text = mistakes(Program(), "data Apple = Red | Yellow\nuse m", tmp_path)
    assert "`Red` is already a constructor of Apple" in text
    program = Program()
    program.run("data Apple = Red | Yellow\nuse m (go)", folder=tmp_path)
    program.run("data Light = Blue\ndata Apple = Sour\nuse m", folder=tmp_path)
    assert list(program.state.constructors) == ["Sour", "Red", "Green"]


def test_an_unknown_name_of_the_library_has_a_hint() -> None:
    with pytest.raises(CajalError, match="use logic"):
        Program().run("majority true true false")
    with pytest.raises(CajalError, match="use logic"):
        Program().compile("xor")


def test_a_module_is_checked_once_a_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, reads = tmp_path / "m.cajal", list[str]()
    file.write_text("learn w : Bool\ndef f : Bool = w")
    read_module = modules.Modules._read

    def counted(self: modules.Modules, file: Path, name: str, run: modules.Run) -> modules.Module:
        reads.append(name)
        return read_module(self, file, name, run)

    monkeypatch.setattr(modules.Modules, "_read", counted)
    program = Program()
    program.run("use m", folder=tmp_path)
    first = program["f"]
    program.run("use m (f)", folder=tmp_path)
    assert reads == ["m"]
    assert program["f"].learned["w"] is first.learned["w"]
    file.write_text("learn w : Bool\ndef f : Bool = w\n-- new")
    program.run("use m", folder=tmp_path)
    assert reads == ["m", "m"]


def test_nat_is_of_the_programs_size(tmp_path: Path) -> None:
    (tmp_path / "m.cajal").write_text("data Box = Box Nat\ndef two : Nat = 2")
    program = Program(nat_size=4)
    program.run("use m", folder=tmp_path)
    assert str(program.type("two")) == "Nat"
    assert program.compile("two", nat_size=3)().shape == (3,)
    program.nat_size = 2
    assert f"--> {tmp_path / 'm.cajal'}:2:17" in mistakes(program, "use m", tmp_path)


def test_auto_is_off_in_a_module(tmp_path: Path) -> None:
    (tmp_path / "m.cajal").write_text("def first (x : Bool) (y : Bool) : Bool = x")
    assert "never used" in mistakes(Program(auto=True), "use m", tmp_path)


def test_learned_tensors_of_hidden_names_are_shared(tmp_path: Path) -> None:
    (tmp_path / "m.cajal").write_text("learn w : Bool\ndef f : Bool = w\ndef g : Bool = w")
    program = Program()
    program.run("use m (f, g)", folder=tmp_path)
    assert program["f"].learned["w"] is program["g"].learned["w"]


def test_source_has_the_use(tmp_path: Path) -> None:
    (tmp_path / "m.cajal").write_text(f"{NOT}def f (x : Bool) : Bool = not x\n{LIGHT}")
    program = Program()
    program.run("def f : Bool = true\ndef g : Bool = f\n\n-- shapes\nuse m (f, Light)\n", folder=tmp_path)
    program.run("def not : Light = Red\ndef h : Bool = f true", folder=tmp_path)
    source = program.source()
    assert "-- shapes\nuse m (f, Light)" in source
    again = Program()
    again.run(source, folder=tmp_path)
    assert again.source() == source
    assert {name: str(again.evaluate(name)) for name in ("g", "not", "h")} == {
        "g": "true",
        "not": "Red",
        "h": "false",
    }
    assert program.source(["f"]) == "use m (f)"


def test_a_use_that_is_run_again_keeps_its_place(tmp_path: Path) -> None:
    (tmp_path / "m.cajal").write_text(f"{NOT}def f : Bool = true")
    program = Program()
    for cell in ("use m", "def g : Bool = f", "use m"):
        program.run(cell, folder=tmp_path)
    assert program.source() == "use m\n\ndef g : Bool = f"
    for cell in ("def f : Bool = false", "def h : Bool = f", "use m"):
        program.run(cell, folder=tmp_path)
    again = Program()
    again.run(program.source(), folder=tmp_path)
    assert [str(again.evaluate(name)) for name in ("f", "g", "h")] == ["true", "true", "false"]


def test_an_older_version_that_is_in_use_is_told_apart(tmp_path: Path) -> None:
    file = tmp_path / "m.cajal"
    file.write_text("def hidden : Bool = true\ndef f : Bool = hidden")
    program = Program()
    program.run("use m (f)", folder=tmp_path)
    older = program.state.entries["f"]
    file.write_text("def hidden : Bool = false\ndef f : Bool = hidden")
    program.run("use m (f)", folder=tmp_path)
    assert not older.means_the_same(program.state.entries["f"])
    assert str(program.evaluate("f")) == "false"


def test_programs_with_modules_are_copied_and_pickled(tmp_path: Path) -> None:
    (tmp_path / "m.cajal").write_text(LIGHT)
    program = Program(path=tmp_path)
    program.run("use m")
    for again in (copy(program), pickle.loads(pickle.dumps(program))):
        again.run("use m")
        assert str(again.evaluate("go Green")) == "true"
        assert again["go"](torch.tensor([0.0, 1.0])).tolist() == [1.0, 0.0]
