"""Declarations: what they see, and that each is elaborated at most once for a size of `Nat`."""

from __future__ import annotations

import gc
import tracemalloc
from typing import Any

import pytest

from cajal_core import CajalError, Program
from cajal_core.base.passes import Passes
from cajal_core.base.source import Source
from cajal_core.program.declarations import ScopeNames
from cajal_core.syntax.parse import parse
from cajal_core.terms import core

NOT = "def not (x : Bool) : Bool = if x then false else true"


def test_what_was_built_from_an_old_definition_keeps_it() -> None:
    program = Program()
    program.run(f"{NOT}\ndef twice (x : Bool) : Bool = not (not x)")
    program.run("def not (x : Bool) : Bool = x")
    program.run("def once (x : Bool) : Bool = not x")
    program.run("def not (x : Bool) : Bool = not (not x)")
    assert [str(program.evaluate(f"{name} true")) for name in ("twice", "once", "not")] == [
        "true",
        "true",
        "true",
    ]
    assert program.names == ["twice", "once", "not"]
    # Checked again at another size, each still sees what it saw first.
    assert program.compile("twice", nat_size=3).matrix().tolist() == [[1, 0], [0, 1]]


def test_a_definition_elaborated_again_counts_for_the_neuron_that_needs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program = Program()
    program.run("def f (n : Nat) : Nat = n\ndef g (n : Nat) : Nat = f n")
    runs = list[str]()

    class Counting(Passes):
        def run(self, name: str, function: Any, verify: Any = None) -> Any:
            runs.append(name)
            return super().run(name, function, verify)

    monkeypatch.setattr("cajal_core.program.program.Passes", Counting)
    program.compile("g", nat_size=3)
    assert runs.count("check") == 3
    runs.clear()
    program.compile("g", nat_size=3)
    assert runs.count("check") == 1


def test_a_declaration_is_elaborated_once_for_each_size() -> None:
    program = Program(nat_size=10)
    program.run("def f (n : Nat) : Nat = n\ndef g (n : Nat) : Nat = f n")
    names = program.state.names
    checks = list[str]()
    passes = Passes(observe=lambda name, _: checks.append(name))
    small: Any = names["g"].target(3, passes)
    large: Any = names["g"].targets[10]
    assert names["g"].target(3, passes) is small
    assert names["f"].target(3, passes) is names["f"].targets[3]
    names["g"].target(10, passes)  # as the cell elaborated it
    assert checks == ["check", "check"]
    assert str(small.type) == "Nat -o Nat"
    assert small.type != large.type


def test_what_does_not_fit_a_size_is_refused_at_that_size_alone() -> None:
    program = Program(nat_size=10)
    program.run("def seven : Nat = 7\ndef alias : Nat = seven")
    seven, alias = program.state.names.values()
    with pytest.raises(CajalError, match=r"7 does not fit Nat\[3\]"):
        alias.target(3, Passes())
    assert [*seven.targets] == [*alias.targets] == [10]
    again: Any = alias.target(8, Passes())
    assert str(again.type) == "Nat"


def test_a_long_chain_is_elaborated_innermost_first() -> None:
    program = Program(nat_size=10)
    links = "\n".join(f"def f{i} : Nat = f{i - 1}" for i in range(1, 2000))
    program.run(f"def f0 : Nat = 0\n{links}")
    names = program.state.names
    assert isinstance(names["f1999"].target(3, Passes()), core.Definition)
    assert all(3 in declaration.targets for declaration in names.values())


def test_a_name_is_elaborated_when_it_is_looked_up() -> None:
    program = Program(nat_size=10)
    program.run("def seven : Nat = 7")
    names = ScopeNames({**program.state.names, "broken": None}, 3, Passes())
    assert "seven" in names and list(names) == ["seven", "broken"] and len(names) == 2
    assert names["broken"] is None
    with pytest.raises(CajalError, match="7 does not fit"):
        names["seven"]
    with pytest.raises(KeyError):
        names["eight"]


def test_a_definition_takes_little_memory() -> None:
    """20,000 of them take 40 MB, of which Python can give little back once anything else lies between."""
    program = Program()
    cells = [f"def f{i} (b : Bool) : Bool = if b then false else true" for i in range(150)]
    for cell in cells[:50]:
        program.run(cell)
    gc.collect()
    tracemalloc.start()
    try:
        for cell in cells[50:]:
            program.run(cell)
        gc.collect()
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held / 100 < 2_300  # with its tree it was over 2,800


def test_its_item_is_parsed_again_as_it_was() -> None:
    text = (
        (
            "-- first\n  def f (!g : Bool -o Bool) (x : Bool) : Bool = -- inside\n    (g\n    (λy. y) x); "
            "  extern e : Nat ⊗ Bool\n  learn café : Bool -> Bool;;"
        )
        .replace("->", "-o")
        .replace("(λy. y)", "{- a -}")
    )
    items = parse(Source("cell", text))
    program = Program()
    program.run(text)
    again = [declaration.item for declaration in program.state.names.values()]
    assert again == items
    assert [item.span.text for item in again] == [item.span.text for item in items]
