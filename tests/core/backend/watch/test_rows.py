"""The lines of a trace."""

import torch

from cajal_core import Program, TraceRow

SOURCE = """
def flip (x : Bool) : Bool = if x then false else true
def run (n : Nat[100]) : Bool = iter n { zero => true | succ y => flip y }
"""


def steps(count: torch.Tensor) -> list[TraceRow]:
    program = Program()
    program.run(SOURCE)
    return [row for row in program["run"].trace(count).rows() if row.weight is not None]


def test_the_first_steps_and_the_first_that_weigh_are_open() -> None:
    count = torch.zeros(100)
    count[[10, 20, 30]] = torch.tensor([0.5, 0.25, 0.25])
    shown = [(row.steps.get(0), row.weight, row.folded, row.past) for row in steps(count)]
    assert shown == [
        (0, 0, 0, False),
        (1, 0, 0, False),
        (2, 0, 0, False),
        (None, 0, 7, False),
        (10, 0.5, 0, False),
        (None, 0, 9, False),
        (20, 0.25, 0, False),
        (None, 0.25, 79, False),
    ]


def test_what_no_count_reaches_is_past() -> None:
    shown = [(row.steps.get(0), row.folded, row.past) for row in steps(torch.eye(100)[1])]
    assert shown == [(0, 0, False), (1, 0, False), (2, 0, True), (None, 97, True)]


def test_a_line_is_inside_the_one_above_that_is_less_deep() -> None:
    program = Program()
    program.run(SOURCE)
    rows = program["run"].trace(torch.eye(100)[1]).rows()
    assert [row.depth for row in rows] == [0, 1, 1, 2, 3, 1, 2, 3, 1]
