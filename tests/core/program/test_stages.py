"""The stages of a term: one for each pass, as text."""

from __future__ import annotations

from cajal_core import Program
from cajal_core.base.source import Source
from cajal_core.checking.check import check
from cajal_core.checking.context import Scope
from cajal_core.program.stages import Stage, Stages
from cajal_core.syntax.parse import parse


def test_stages_are_those_of_the_driver() -> None:
    program = Program(auto=True)
    program.run("def f (x : Bool) : Bool = true")
    stages = program.stages("f")
    assert [stage.name for stage in stages] == [
        "source", "parse", "check", "insert_copies", "lower", "tabulate", "fuse", "emit",
    ]  # fmt: skip
    assert stages[3].text == "def f (x : Bool) : Bool = drop x in true"
    # An older definition is elaborated among those that it saw, at the present size of Nat.
    program.run("def g : Nat = 2\ndef h : Nat = g")
    program.run("def g : Bool = true")
    program.nat_size = 4
    assert "onehot(2)" in program.stages("h")[4].text
    assert program.stages("h")[4].text.startswith("neuron () : Nat")
    assert len(program.stages("h")) == len(stages)


def test_a_term_with_a_mistake_has_no_core_to_show() -> None:
    stages, scope = Stages("(x)"), Scope({}, {}, {}, nat_size=10)
    [item] = parse(Source("term", "(x)"))
    stages.observe("parse", item)
    stages.observe("check", check(item, scope))
    assert stages.stages == [Stage("source", "(x)"), Stage("parse", "x")]


def test_stages_need_no_room_of_the_caller() -> None:
    program = Program()
    units = 960
    program.run(f"def f : {' * '.join(['Unit'] * units)} = ({', '.join(['()'] * units)})")

    def below(frames: int) -> int:
        return len(program.stages("f")) if frames == 0 else below(frames - 1)

    assert below(100) == 7
