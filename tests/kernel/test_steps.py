"""Earlier states, kept as what is different."""

from __future__ import annotations

import sys

from cajal_kernel.program import NotebookProgram
from cajal_kernel.steps import Step


def same(left: object, right: object) -> bool:
    tables = ("names", "types", "constructors", "entries", "links")
    return all(list(getattr(left, t).items()) == list(getattr(right, t).items()) for t in tables)


def test_a_step_gives_back_the_state_before_it_in_order() -> None:
    program = NotebookProgram()
    first = "def a : Bool = true\ndef b : Bool = a\ndata S = L | R"
    for cell in (first, "def a : Bool = b", "space V[2]", "data S = M"):
        before = program.state
        program.run(cell)
        step = Step.between(before, program.state)
        assert step.declares
        assert same(step.undone(program.state), before)


def test_a_step_that_sets_declares_nothing() -> None:
    program = NotebookProgram()
    program.run("def a : Bool = true")
    before = program.state
    program.nat_size = 3
    step = Step.between(before, program.state)
    assert not step.declares
    assert step.undone(program.state).settings.nat_size == 10


def test_a_step_keeps_no_table_of_the_names_that_it_does_not_touch() -> None:
    program = NotebookProgram()
    program.run("\n".join(f"def a{i} : Bool = true" for i in range(500)))
    before = program.state
    program.run("def b : Bool = a0")
    step = Step.between(before, program.state)
    tails = [step.names, step.types, step.constructors, step.entries]
    assert [len(rest) for _, rest in tails] == [0, 0, 0, 0]
    assert sum(map(sys.getsizeof, tails)) < 1000
