"""Declarations as they were written, and the source that declares them again."""

from __future__ import annotations

from cajal_core import Entry, Program, load
from tests.cpu import cpu_time

NOT = "def not (x : Bool) : Bool = if x then false else true"


def again(program: Program) -> Program:
    return load(program.source())


def test_a_cell_that_is_run_again_unchanged_keeps_its_place() -> None:
    program = Program()
    for cell in (NOT, "def same (x : Bool) : Bool = not (not x)", NOT):
        program.run(cell)
    assert list(again(program).state.entries) == ["not", "same"]


def test_a_definition_of_its_former_self_is_written_with_that() -> None:
    program = Program()
    for _ in range(3):
        program.run("def n : Nat = 1" if not program.names else "def n : Nat = succ n")
    assert program.source().count("def n") == 3
    assert str(again(program).evaluate("n")) == "3"


def test_older_declarations_in_use_are_written_and_others_are_not() -> None:
    program = load("def a : Bool = true\ndef b : Bool = a")
    program.run("def a : Bool = false")
    program.run("def a : Bool = b")
    loaded = again(program)
    assert "false" not in program.source()
    assert str(loaded.evaluate("a")) == "true"
    assert loaded.state.entries["b"].uses["a"] is not loaded.state.entries["a"]


def test_a_type_that_took_a_constructor_away_is_written_while_an_older_one_is() -> None:
    program = load("data A = X\ndef x : A = X")
    for cell in ("data A = Y", "data B = X", "data A = Z"):
        program.run(cell)
    assert list(again(program).state.constructors) == ["X", "Z"]


def test_the_size_of_nat_is_stated_where_anything_depends_on_it() -> None:
    assert "nat" not in load("def a : Bool = true").source()
    assert load("def a : Nat[3] = 1").source() == "def a : Nat[3] = 1"
    for dependent in (
        "def a : Nat = 1",
        "def a : Bool = iter 1 { zero => true | succ y => y }",
        "extern a : Nat",
    ):
        assert load(dependent).source() == f"{{-# OPTIONS nat=10 #-}}\n\n{dependent}"


def test_what_needs_auto_is_written_with_it_and_auto_is_as_it_was() -> None:
    program = Program(auto=True)
    program.run("def f (x : Bool) : Bool = true")
    program.auto = False
    program.run("def g : Bool = true")
    loaded = again(program)
    assert (loaded.names, loaded.auto) == (["f", "g"], False)
    assert loaded.state.entries["f"].auto
    assert not loaded.state.entries["g"].auto


def test_a_definition_that_no_longer_fits_the_size_of_nat_comes_back() -> None:
    program = load("def nine : Nat = 9")
    program.nat_size = 5
    loaded = again(program)
    assert loaded.nat_size == 5
    loaded.nat_size = 10
    assert str(loaded.evaluate("nine")) == "9"


def test_names_alone_are_written_for_the_program_as_it_is() -> None:
    program = Program(nat_size=4, auto=True)
    program.run("def f (x : Bool) : Bool = true\ndef n : Nat = 1")
    program.auto = False
    assert program.source(["n"]) == "def n : Nat = 1"
    source = program.source(["f"])
    program.run(source)
    assert source.count("OPTIONS") == 2
    assert not program.auto


def test_the_same_text_of_the_same_things_means_the_same() -> None:
    program = load("def a : Bool = true\ndef b : Bool = a")
    before = program.state.entries
    program.run("def a : Bool = false")
    program.run("def a : Bool = true\ndef b : Bool = a")
    after = program.state.entries
    assert after["a"].means_the_same(before["a"])
    assert after["b"].means_the_same(before["b"])
    program.run("def a : Bool = false\ndef b : Bool = a")
    assert not program.state.entries["b"].means_the_same(before["b"])


def chain(first: str) -> list[Entry]:
    """Declarations of which each uses the one before."""
    entries = list[Entry]()
    for i in range(4_000):
        text = f"def f{i} : Bool = f{i - 1}" if i else f"def f0 : Bool = {first}"
        uses = {f"f{i - 1}": entries[-1]} if i else {}
        revision = i + (10_000 if first == "false" else 0)
        entries.append(Entry("def", f"f{i}", None, text, "", "", (), uses, {}, 10, False, False, revision))
    return entries


def test_a_chain_is_compared_in_a_time_that_is_not_its_square() -> None:
    with cpu_time(at_most=20):
        pairs = list(zip(chain("true"), chain("false"), strict=True))
        assert not any(first.means_the_same(second) for first, second in pairs)
        assert all(
            first.means_the_same(again) for (first, _), again in zip(pairs, chain("true"), strict=True)
        )
