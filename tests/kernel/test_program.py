"""What a notebook's program remembers: sources, what is out of date, what was before."""

from __future__ import annotations

import sys
from collections.abc import Callable
from threading import Thread
from types import FrameType
from typing import Any

import pytest
import torch

import cajal_core as cajal
from cajal_kernel.program import NotebookProgram

NOT = "def not (x : Bool) : Bool = if x then false else true"
SAME = "def not (x : Bool) : Bool = x"
USES = "def yes : Bool = not false\ndef also : Bool = not yes"


@pytest.fixture
def program() -> NotebookProgram:
    program = NotebookProgram()
    program.run(NOT)
    program.run(USES)
    return program


def test_running_a_cell_again_changes_nothing(program: NotebookProgram) -> None:
    before = program.entries
    program.run(NOT)
    program.run(USES)
    assert program.outdated() == {}
    assert {name: id(entry) for name, entry in program.entries.items()} == {
        name: id(entry) for name, entry in before.items()
    }


def test_what_uses_an_older_definition_is_named_and_declared_again(program: NotebookProgram) -> None:
    program.run(SAME)
    assert program.outdated() == {"yes": ["not"], "also": ["not", "yes"]}
    assert str(program.evaluate("yes")) == "true"
    assert program.rerun() == ["yes", "also"]
    assert program.outdated() == {}
    assert str(program.evaluate("yes")) == "false"
    assert program.rerun() == []


def test_a_bound_name_is_no_use(program: NotebookProgram) -> None:
    program.run("def f (yes : Bool) : Bool = yes")
    program.run("def yes : Bool = false")
    assert "f" not in program.outdated()


def test_a_data_type_is_used_through_its_constructors() -> None:
    program = NotebookProgram()
    program.run("data Side = L | R\ndef left : Side = L")
    program.run("data Side = L | R | M")
    assert program.outdated() == {"left": ["L", "Side"]}


def test_undo_takes_back_cell_by_cell(program: NotebookProgram) -> None:
    program.run(SAME)
    program.run("true")
    assert program.undo() == ([], ["not"])
    assert str(program.evaluate("not true")) == "false"
    assert program.undo() == (["yes", "also"], [])
    assert program.undo() == (["not"], [])
    assert program.undo() is None
    assert program.names == []


def test_a_cell_that_fails_is_nothing_to_take_back(program: NotebookProgram) -> None:
    with pytest.raises(cajal.CajalError):
        program.run("def broken : Bool = nope")
    assert program.undo() == (["yes", "also"], [])


EXTERN = "extern f : Bool -o Bool\ndef g (x : Bool) : Bool = f x"


def test_undo_gives_back_a_link_that_the_cell_displaced() -> None:
    program = NotebookProgram()
    program.run(EXTERN)
    program.link(f=torch.eye(2))
    program.run("extern f : Nat[3] -o Bool")
    program.link(f=torch.ones(2, 3))
    program.undo()
    assert program["g"].matrix().tolist() == [[1, 0], [0, 1]]


def test_undo_keeps_links_made_since_where_they_fit() -> None:
    program = NotebookProgram()
    program.run(EXTERN)
    program.link(f=torch.zeros(2, 2))
    program.run("extern late : Bool")
    program.link(f=torch.eye(2), late=torch.ones(2))
    program.undo()
    assert program["g"].matrix().tolist() == [[1, 0], [0, 1]]
    assert list(program.state.links) == ["f"]
    program.run("extern late : Bool")
    assert program["late"].unlinked


def test_undo_keeps_settings() -> None:
    program = NotebookProgram(nat_size=3)
    program.run(NOT)
    program.nat_size, program.auto, program.verify = 4, True, True
    program.undo()
    assert (program.nat_size, program.auto, program.verify) == (4, True, True)


def test_undo_is_of_this_program_alone() -> None:
    """What else is kept in a program, such as the neurons that it has compiled, is left to it."""
    program = NotebookProgram()
    program.run(NOT)
    first = program["not"]
    program.run("def other : Bool = true")
    program.undo()
    assert program["not"].timings["lower"] == first.timings["lower"]


def test_undo_goes_back_cell_by_cell_to_the_links_of_each() -> None:
    program = NotebookProgram()
    program.run("extern f : Bool")
    program.link(f=torch.tensor([1.0, 0.0]))
    program.run("extern f : Nat[3]")
    program.link(f=torch.tensor([1.0, 0.0, 0.0]))
    program.run("extern f : Nat[4]")
    assert program["f"].unlinked
    program.undo()
    assert program["f"]().tolist() == [1, 0, 0]
    program.undo()
    assert program["f"]().tolist() == [1, 0]


def test_a_changed_comment_is_seen_and_makes_nothing_out_of_date(program: NotebookProgram) -> None:
    program.run(f"-- swaps\n{NOT}")
    assert program.entries["not"].documentation == "swaps"
    assert program.entries["not"].source == f"-- swaps\n{NOT}"
    assert program.outdated() == {}
    assert program.users(program.entries["not"]) == ["yes", "also"]
    program.run(f"-- turns\n{NOT}")
    assert program.entries["not"].documentation == "turns"
    program.undo()
    assert program.entries["not"].documentation == "swaps"
    program.run(SAME)
    assert list(program.outdated()) == ["yes", "also"]


def test_a_comment_that_repeats_the_item_is_its_comment() -> None:
    item = "def f : Bool = true"
    comment = f"{{- as in\n{item}\n-}}"
    program = NotebookProgram()
    program.run(f"-- first\ndef g : Bool = true\n\n{comment}\n{item}")
    assert program.entries["f"].comment == comment
    assert program.entries["f"].source == f"{comment}\n{item}"
    assert program.entries["f"].documentation == f"as in\n{item}"
    assert program.entries["g"].documentation == "first"


def test_nested_comments_in_a_data_type_are_shown_whole() -> None:
    text = "data Side = L {- the {- very -} Left -} | R"
    comment = "{- two {- and -}\nno more -}"
    program = NotebookProgram()
    program.run(f"{comment}\n{text}")
    entry = program.entries["Side"]
    assert entry.constructors == ("L", "R")
    assert (entry.source, entry.documentation) == (f"{comment}\n{text}", "two {- and -}\nno more")


def test_a_chain_of_definitions_is_out_of_date_as_a_whole(trials: Callable[[int, int], int]) -> None:
    program, last = NotebookProgram(), trials(1100, 1999)  # more than Python's own calls go deep
    rest = [f"def f{i} : Bool = f{i - 1}" for i in range(1, last + 1)]
    program.run("\n".join(["def f0 : Bool = true", *rest]))
    program.run("def f0 : Bool = false")
    assert len(program.outdated()) == last
    assert program.rerun()[-1] == f"f{last}"
    assert str(program.evaluate(f"f{last}")) == "false"


def test_restore_goes_back_to_what_was_written_and_can_be_taken_back(program: NotebookProgram) -> None:
    state, names = program.state, list(program.entries)
    program.run(SAME)
    program.run("data Side = L | R\ndef left : Side = L")
    program.restore(state)
    assert list(program.entries) == names
    assert program.entries["not"].text == NOT
    assert program.outdated() == {}
    program.undo()
    assert str(program.evaluate("left")) == "L"
    assert list(program.entries) == [*names[1:], "not", "Side", "left"]


def test_a_state_that_is_no_step_any_more_has_its_source(program: NotebookProgram) -> None:
    program.run("def late : Bool = true")
    late = program.state
    program.undo()
    program.run("def other : Bool = true")
    program.restore(late)
    assert set(program.entries) == {"not", "yes", "also", "late"}
    assert program.entries["not"].text == NOT


def test_undo_brings_back_what_was_learned() -> None:
    program = NotebookProgram()
    program.run("learn t : Bool -o Bool")
    trained = program["t"].learned["t"]
    program.run("def f (x : Bool) : Bool = t x")
    program.undo()
    assert program["t"].learned["t"] is trained
    program.run("learn t : Bool -o Bool")
    assert program["t"].learned["t"] is not trained
    assert program.undo() == ([], ["t"])
    assert program["t"].learned["t"] is trained


def test_a_cell_is_whole(program: NotebookProgram) -> None:
    program.run("extern f : Bool")
    state = program.state
    began = program.begin()
    program.run("def other : Bool = true")
    program.nat_size, program.auto = 5, True
    program.link(f=torch.ones(2))
    program.undo()
    program.end(began, succeeded=False)
    assert program.state is state
    assert program.undo() == (["f"], [])


def test_other_threads_wait_for_a_cell(program: NotebookProgram) -> None:
    other = Thread(target=program.run, args=["def other : Bool = true"])
    with program.locked():
        began = program.begin()
        program.run("def mine : Bool = true")
        other.start()
        other.join(0.1)
        program.end(began, succeeded=False)
    other.join()
    assert "other" in program.entries
    assert "mine" not in program.entries


def test_undo_takes_back_what_the_cell_set_and_linked_and_not_what_came_since(
    program: NotebookProgram,
) -> None:
    program.run("extern f : Bool\nextern g : Bool")
    with program.whole():
        program.run("def other : Bool = true")
        program.nat_size = 5
        program.link(f=torch.ones(2))
        program.run("def more : Bool = true")
    program.auto = True
    program.link(g=torch.ones(2))
    assert program.undo() == (["other", "more"], [])
    assert (program.nat_size, program.auto) == (10, True)
    assert list(program.state.links) == ["g"]


def test_steps_that_change_nothing_are_none(program: NotebookProgram) -> None:
    steps = len(program._steps)
    for _ in range(5):
        program.run("true")
    assert len(program._steps) == steps


def test_an_earlier_definition_that_comes_back_is_not_out_of_date(program: NotebookProgram) -> None:
    program.run(SAME)
    assert program.outdated()
    program.run(NOT)
    assert program.outdated() == {}


FILES = ("cajal_kernel/program.py", "program/cell.py", "program/program.py", "program/state.py")


class StruckError(Exception):
    """Stands for an interrupt."""


def striking(place: int) -> Callable[[FrameType, str, object], Any]:
    """A trace function that raises at one of the lines that our bookkeeping runs, counted from 1."""
    count = 0

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal count
        if not frame.f_code.co_filename.endswith(FILES):
            return None
        count += event == "line"
        if count == place:
            raise StruckError
        return trace

    return trace


@pytest.mark.parametrize("last", ["data Side = L | R", "oops"])
def test_an_interrupt_anywhere_leaves_a_state_that_all_know(
    program: NotebookProgram, last: str, trials: Callable[[int, int], int]
) -> None:
    before, struck = program.names, 0
    for place in range(1, 10_000, trials(7, 1)):
        ended = True
        sys.settrace(striking(place))
        try:
            program.run(f"def new : Bool = not true\n{SAME}\n{last}")
        except StruckError:
            ended, struck = False, struck + 1
        except cajal.CajalError:
            pass
        finally:
            sys.settrace(None)
        assert {*program.names, *program.state.types} == set(program.entries)
        assert cajal.load(program.source()).state.entries.keys() == program.entries.keys()
        if program.entries["not"].text != NOT:
            assert program.undo() is not None
        assert program.names == before
        assert program.entries["not"].text == NOT
        if ended:
            break
    assert struck > 10


def calls(function: Callable[[], object]) -> int:
    """How many functions of Python a function calls."""
    count = 0

    def note(_: FrameType, event: str, __: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(note)
    try:
        function()
    finally:
        sys.setprofile(None)
    return count


def test_a_cell_does_not_walk_all_that_was_declared_before() -> None:
    def declared(count: int) -> int:
        program = NotebookProgram()
        program.run("\n".join(f"def f{i} : Bool = true" for i in range(count)))
        program.run("def g : Bool = f0")

        def cell() -> None:
            with program.whole():
                program.run("def h : Bool = f0")
                program.outdated()

        return calls(cell)

    assert declared(600) < declared(20) + 300


def test_work_inside_other_work_is_one_step() -> None:
    program = NotebookProgram()
    with program.whole():
        program.run(NOT)
        program.run(USES)
    program.run("def a : Bool = yes")
    assert program.undo() == (["a"], [])
    assert program.undo() == (["not", "yes", "also"], [])
    assert program.undo() is None
