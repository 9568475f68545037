"""Which way a recurrence with inputs is run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cajal_core import Program
from cajal_core.backend.folds.plan import Task, choice, fold_task
from cajal_core.backend.plan import Method
from cajal_core.ir import graph as ir
from cajal_core.ir.analysis import step_work
from cajal_core.ir.sizes import LARGEST_TENSOR
from tests.core.ir.lowering.samples import graph

LONG = Task(positions=100, dim=2, batch=64, step_work=40, element=10)


@pytest.mark.parametrize(
    ("task", "method"),
    [
        (LONG, "products"),
        (replace(LONG, dim=32, step_work=10_240), "loop"),  # such products are more than the steps
        (replace(LONG, positions=1), "loop"),
        (replace(LONG, positions=1000), "products"),
    ],
)
def test_the_cheapest(task: Task, method: str) -> None:
    assert choice(task).method == method


def test_a_table_that_is_kept_is_worth_more() -> None:
    kept, made = (choice(replace(LONG, keeps_table=keeps)) for keeps in (True, False))
    assert kept.by_table
    assert kept.cost < made.cost


def test_without_one_input_there_is_no_table() -> None:
    assert not choice(replace(LONG, element=0, keeps_table=True)).by_table


@pytest.mark.parametrize("method", ["loop", "products"])
def test_a_method_is_forced(method: Method) -> None:
    assert choice(LONG, method).method == method


def test_matrices_too_large_to_build_are_no_choice() -> None:
    dim = 256
    large = replace(LONG, dim=dim, batch=LARGEST_TENSOR // (100 * dim**2) + 1)
    assert choice(large, "products").method == "loop"
    assert choice(replace(large, batch=1), "products").method == "products"


def test_a_method_of_other_recurrences_is_no_choice() -> None:
    """With an input at each step there is no power of one matrix."""
    assert choice(LONG, "doubling") == choice(LONG)


def test_a_device_with_a_slow_start_prefers_few_operations() -> None:
    task = replace(LONG, dim=16, step_work=2560, batch=8)
    assert choice(task, "loop").cost < choice(replace(task, device="cuda"), "loop").cost


@pytest.mark.parametrize(
    ("text", "element"),
    [
        (r"\xs:List[5] Bool. fold xs { nil => 2 | cons x n => if x then succ n else n }", 2),
        (
            r"\(a b : List[5] Bool). fold [(x, y) | x in a, y in b] { nil => 2 | cons p n => drop p in n }",
            0,
        ),
    ],
    ids=["one list", "two lists"],
)
def test_what_is_told_of_a_recurrence(text: str, element: int) -> None:
    compiled = graph(Program(nat_size=4), text)
    [loop] = [
        assignment.operation
        for assignment in compiled.assignments
        if isinstance(assignment.operation, ir.Iterate)
    ]
    task = fold_task(loop, step_work(loop), 5, 7, True, "cpu")
    assert (task.positions, task.dim, task.batch, task.element) == (5, 4, 7, element)
    assert (task.keeps_table, task.step_operations) == (True, len(loop.step))
    assert task.step_work > 0
