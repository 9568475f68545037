"""The compiler's graph, read for a drawing."""

from __future__ import annotations

import cajal_core as cajal
from cajal_kernel.views.graph.program import Program


def written(program: cajal.Program, term: str) -> Program:
    return Program(program[term].wiring(written=True).graph)


def test_what_the_result_does_not_need_is_left_out(program: cajal.Program) -> None:
    """A condition inside a copy is marked by its sum, which only a trace computes."""
    read = written(program, r"\x:Bool. copy x as (a, b) in if a then b else not b")
    ops = [assignment["op"] for assignment in read.assignments()]
    assert ops.count("contract") == 1
    assert [line["op"] for line in read.graph["code"]].count("contract") > 1


def test_calls_and_steps_nest_as_they_are_evaluated(program: cajal.Program) -> None:
    read = written(program, "nested")
    marks = read.graph["marks"]

    def names(number: int) -> list[str]:
        return [marks[each.mark]["name"] for each in read.path(number) if each.mark is not None]

    paths = [names(line["to"]) for line in read.assignments() if line["op"] == "choose"]
    assert paths == [["k", "j", "not"], ["k", "j", "xor", "not"], ["k", "j", "xor"], ["k", "not"]]
    assert read.deepest == 2


def test_what_is_moved_out_of_a_step_is_out_of_its_calls(program: cajal.Program) -> None:
    program.run("def same (x : Bool) : Bool = if (if true then false else true) then x else x")
    read = written(program, r"\n:Nat[3]. iter n { zero => true | succ y => same y }")
    first, second = [line["to"] for line in read.assignments() if line["op"] == "choose"]
    outside, inside = sorted((first, second))
    assert read.path(outside) == ()
    assert [each.id[0] for each in read.path(inside)] == ["i", "c"]


def test_a_recurrence_comes_before_its_step_or_behind(program: cajal.Program) -> None:
    read = written(program, "even")
    assert [line["op"] for line in read.assignments()][-2:] == ["iterate", "choose"]
    assert [line["op"] for line in read.assignments_by_need()][-2:] == ["choose", "iterate"]


def test_wires_say_type_and_dimension_behind_the_sizes_of_axes(program: cajal.Program) -> None:
    read = written(program, r"\p:Bool * Light. let (a, b) = p in (b, a)")
    texts = [read.wire_text(line["to"]) for line in read.assignments() if line["op"] == "basis"]
    assert texts == ["Bool · 2 × 2", "Light · 3 × 3"]
    assert read.wire_text(read.graph["result"]) == "Light * Bool · 6"


def test_a_basis_vector_has_the_name_of_its_type(program: cajal.Program) -> None:
    read = written(program, r"\l:Light. case l { Red => Green | Green => Amber | Amber => Red }")
    names = {read.constant(line["to"]) for line in read.assignments()}
    assert names == {None, "Red", "Green", "Amber"}


def test_places_are_those_of_the_source(program: cajal.Program) -> None:
    read = written(program, r"\x:Bool. not (turn x)")

    def text(op: str) -> str:
        [number] = [line["to"] for line in read.assignments() if line["op"] == op]
        source, start, end = read.place(number) or [0, 0, 0]
        return read.graph["sources"][source]["text"][start:end]

    assert text("call") == "(turn x)"
    assert text("choose") == "x"  # the condition, in the definition of `not`
    assert read.place(read.made[1]["to"]) is None  # an input


def titles(program: cajal.Program, term: str) -> list[str]:
    read = written(program, term)
    return [title for line in read.assignments() if (title := read.copying(line))]


def test_a_copy_has_the_name_of_what_is_copied(program: cajal.Program) -> None:
    assert titles(program, r"\x:Bool. copy x as (a, b) in xor a (not b)") == [
        "x = each of true, false",
        "sum over x",
    ]
    state = r"\n:Nat[3]. iter n { zero => true | succ y => copy y as (a, b) in xor a (turn b) }"
    assert titles(program, state) == ["y = each of true, false", "sum over y"]
    unnamed = r"\x:Light. copy (case x { Red => Green | Green => Amber | Amber => Red }) as (a, b) in (a, b)"
    assert titles(program, unnamed)[0].endswith(" = each of Red, Green, Amber")


def test_the_parts_of_a_pair_have_the_names_that_let_gives(program: cajal.Program) -> None:
    assert titles(program, r"\p:Bool * Light. let (a, b) = p in (b, not a)") == [
        "a = each of true, false",
        "b = each of Red, Green, Amber",
        "sum over p",
    ]


def test_a_sum_over_a_pair_without_a_name_has_those_of_its_parts(program: cajal.Program) -> None:
    pair = "if x then p else (let (a, b) = p in (b, a))"
    split = rf"\x:Bool. \p:Bool * Bool. let (c, d) = ({pair}) in xor c (turn d)"
    assert titles(program, split)[-1] == "sum over (c, d)"
    unnamed = r"\x:Bool. copy not x as (a, b) in xor a b"
    assert titles(program, unnamed)[-1] == "sum over Bool"


def test_a_condition_inside_a_copy_has_its_name(program: cajal.Program) -> None:
    read = written(program, r"\x:Bool. copy x as (a, b) in if a then b else not b")
    choices = [line["of"][0] for line in read.assignments() if line["op"] == "choose"]
    assert {read.conditions[weights] for weights in choices} <= {"if a", "if x"}
