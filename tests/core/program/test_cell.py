"""What a result knows of its item: where it stands, and what it mentions."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import Mock

from cajal_core import Program
from cajal_core.base import tys
from cajal_core.base.source import Source, Span
from cajal_core.program.cell import Cell, Result
from cajal_core.program.declarations import Declaration, Targets
from cajal_core.program.modules import Modules
from cajal_core.program.state import State
from tests.cpu import cpu_time


def last(text: str) -> Result:
    return Program().run(text)[-1]


def test_a_result_has_its_place_in_the_cell() -> None:
    first, second = Program().run("-- one\ntrue; def f : Bool =\n  false", "cell 7")
    assert first.span and second.span
    assert (first.span.source.name, first.span.line, first.span.column) == ("cell 7", 2, 1)
    assert (second.span.text, second.span.end_line) == (second.text, 3)


def test_alternatives_show_the_results_of_each_component() -> None:
    assert str(last("<true, fail <|> 3>").value) == "<true, 3>"
    assert str(last("(<[1], fail> : List Nat ^ 2)").value) == "<[1], fail>"
    assert last(r"<true, \x:Bool. x>").value is None


def test_a_declaration_uses_what_its_names_were_resolved_to() -> None:
    program = Program()
    program.run(
        "data Side = L | R\nspace V[2]\ndef yes : Bool = true\nlearn w : V -o Bool\n"
        r"def f (yes : Side) (v : V) : Bool * Side = (w v, case yes { L => R | R => L })"
    )
    program.run("def f : Bool = yes")
    uses = {name: (set(entry.uses), set(entry.cases)) for name, entry in program.state.entries.items()}
    assert uses == {
        "Side": (set(), set()),
        "V": (set(), set()),
        "yes": (set(), set()),
        "w": ({"V"}, set()),
        "f": ({"yes"}, set()),
    }


def test_arms_use_their_data_type_and_not_an_older_one() -> None:
    program = Program()
    program.run("data Side = L | R\ndef left : Side = L")
    program.run("data Side = L | M\nspace R[2]\ndef go (s : Side) : Bool = case s { L => true | M => false }")
    left, side, _, go = program.state.entries.values()
    assert go.uses == {"Side": side}
    assert go.cases == {"L": side, "M": side}
    assert left.uses["Side"] is left.cases["L"] is side.replaced


def test_a_type_and_a_constructor_of_one_name_are_two() -> None:
    program = Program()
    program.run("data Side = Left\nspace Left[2]\ndef f : Side = Left\nextern v : Left")
    side, space, f, v = program.state.entries.values()
    assert (f.uses, f.cases) == ({"Side": side}, {"Left": side})
    assert (v.uses, v.cases) == ({"Left": space}, {})


def test_constructors_are_those_of_the_item_and_not_of_its_comments() -> None:
    result = last("data Side = L {- or {- A -} B -} | R -- | C")
    assert result.constructors == ("L", "R")


def declared(name: str, *constructors: str) -> Declaration:
    data, span = tys.Data(name, constructors, ((),) * len(constructors)), Span(Source("cell", ""), 0, 0)
    return Declaration("data", span, {}, {}, {}, False, Targets(10, data))


def test_many_data_types_take_a_time_that_is_not_their_square() -> None:
    cell = Cell(State(), Modules(), Path(), verify=False, compile_term=Mock())
    with cpu_time(at_most=20):
        for i in range(20_000):
            cell.declare_type(f"D{i}", declared(f"D{i}", f"A{i}", f"B{i}"))
        cell.declare_type("D7", declared("D7", "B7", "C7"))
        cell.declare_type("D8", None)
    assert len(cell.constructors) == 40_000 - 2
    assert not {"A7", "A8", "B8"} & cell.constructors.keys()
