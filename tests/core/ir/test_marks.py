"""Which call or `iter` a named sub-term is evaluated in."""

import torch

from cajal_core import Program
from cajal_core.ir import graph as ir
from cajal_core.ir.marks import marks_where

SOURCE = """
extern net : Bool -o Bool
def not (x : Bool) : Bool = if x then false else true
def twice (!f : Bool -o Bool) (x : Bool) : Bool = f (f x)
def late (x : Bool) : Bool -o Bool = let y = not x in \\z:Bool. if y then z else not z
def run (n : Nat[3]) : Bool = iter n { zero => not true | succ y => twice net (not y) }
"""


def tree(marks: tuple[ir.Mark, ...], parent: int | None = None) -> list[object]:
    """The names, each with what is inside it behind it."""
    made: list[object] = []
    for place, mark in enumerate(marks):
        if mark.parent == parent:
            made.append(mark.name)
            if inside := tree(marks, place):
                made.append(inside)
    return made


def marks(term: str) -> tuple[ir.Mark, ...]:
    program = Program()
    program.run(SOURCE)
    return program.compile(term, link={"net": torch.nn.Linear(2, 2)} if "run" in term else {})._lowered.marks


def test_arguments_stand_before_a_call_and_its_body_inside() -> None:
    assert tree(marks(r"\x:Bool. not (not x)")) == ["not", ["if x"], "not", ["if x"]]


def test_a_definition_is_called_where_it_has_all_arguments() -> None:
    """As a value, and where an argument comes late; what an early argument led to is inside the call."""
    assert tree(marks(r"\x:Bool. twice not x")) == ["twice", ["not", ["if x"], "not", ["if x"]]]
    late = ["late", ["not", ["if x"], "y", "if y", "not", ["if x"]]]
    assert tree(marks(r"\x:Bool. let f = late x in f true")) == late
    assert tree(marks(r"\x:Bool. late x true")) == late


def test_what_a_step_runs_is_inside_the_iter_and_its_base_before_it() -> None:
    inside = ["not", ["if x"], "twice", ["net", "net"]]
    assert tree(marks(r"\n:Nat[3]. run n")) == ["run", ["not", ["if x"], "y", inside]]


def test_a_neuron_is_no_call_of_itself() -> None:
    assert tree(marks("run")) == ["not", ["if x"], "y", ["not", ["if x"], "twice", ["net", "net"]]]
    assert tree(marks("not true")) == ["not", ["if x"]]


def test_what_is_kept_is_inside_what_is_kept() -> None:
    kept = marks_where(marks(r"\n:Nat[3]. run n"), lambda mark: mark.name in ("run", "net", "if x"))
    assert tree(kept) == ["run", ["if x", "if x", "net", "net"]]


def test_a_call_made_what_was_first_computed_for_it() -> None:
    """What an equal operation made before is not made again, and what a call reads is not made in it."""
    [_, inner, _, outer] = marks(r"\x:Bool. not (not x)")
    [(before, last)], [(start, end)] = inner.made, outer.made
    assert before < last <= start < end
    assert inner.value.number == last
    assert outer.value.number == end
    assert end - start == 1  # its constants are those of the first call


def test_a_call_made_in_two_times_has_both() -> None:
    late = next(mark for mark in marks(r"\x:Bool. let f = late x in f true") if mark.name == "late")
    assert len(late.made) == 2


def test_what_is_not_picked_is_not_run() -> None:
    for term in (
        r"\n:Nat[3]. <iter n { zero => true | succ y => not y}, iter n { zero => true | succ z => net z }>.1",
        r"\n:Nat[3]. iter n { zero => true | succ y => <not y, net y>.1 }",
        r"\n:Nat[3]. iter n { zero => true | succ y => <not y, iter 2 { zero => y | succ z => net z }>.1 }",
    ):
        assert tree(marks(term)) == ["y", ["not", ["if x"]]]


def test_what_fail_uses_up_is_not_run() -> None:
    used_up = r"\x:Bool. \n:Nat[3]. (\z:Bool. (fail : Bool)) (iter n { zero => net x | succ y => not y })"
    assert tree(marks(used_up)) == []


def test_both_components_that_are_kept_are_run() -> None:
    assert tree(marks(r"\x:Bool. <net x, if x then false else true>")) == ["net", "if x"]
