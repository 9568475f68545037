"""The costs of the methods, and which is the cheapest."""

from __future__ import annotations

import pytest

from cajal_core.backend.plan import METHODS, Task, choice, plans, split


@pytest.mark.parametrize("steps", [1, 2, 3, 16, 17, 1000, 1024])
def test_baby_and_giant_steps_reach_all_states(steps: int) -> None:
    baby, giant = split(steps)
    assert 2 ** (baby + giant) >= steps > 2 ** (baby + giant) // 2
    assert baby - giant in {0, 1}


@pytest.mark.parametrize(
    ("task", "method"),
    [
        (Task(steps=2, dim=784, batch=128), "loop"),
        (Task(steps=1024, dim=64, batch=64), "paterson-stockmeyer"),
        (Task(steps=1024, dim=4096, batch=1, jumps=True), "pointer-jumping"),
        # A matrix for each sample is squared for each sample.
        (Task(steps=10, dim=256, batch=64, per_sample=True), "loop"),
    ],
)
def test_the_cheapest(task: Task, method: str) -> None:
    assert plans(task)[0].method == method


def test_only_an_index_can_be_jumped_along() -> None:
    of_counts = set(METHODS) - {"products"}  # which is for what reads a list
    assert {plan.method for plan in plans(Task(8, 4, 1))} == of_counts - {"pointer-jumping"}
    assert {plan.method for plan in plans(Task(8, 4, 1, jumps=True))} == of_counts


def test_the_start_of_an_operation_counts_for_more_where_arithmetic_is_fast() -> None:
    loops = [
        next(plan for plan in plans(Task(64, 8, 1, device=device)) if plan.method == "loop")
        for device in ("cpu", "cuda")
    ]
    assert loops[0].operations == loops[1].operations
    assert loops[0].cost < loops[1].cost


def test_the_choice() -> None:
    assert plans(Task(1024, 64, 64))[0].method == "paterson-stockmeyer"
    assert plans(Task(10, 784, 64))[0].method == "loop"
    assert plans(Task(1024, 10, 64, per_sample=True))[0].method != "loop"
    assert plans(Task(1024, 1024, 64, jumps=True))[0].method == "pointer-jumping"
    # Elsewhere an operation costs more and a multiplication less.
    assert plans(Task(32, 256, 64))[0].method == "loop"
    assert plans(Task(32, 256, 64, device="cuda"))[0].method == "paterson-stockmeyer"


def test_a_matrix_too_large_to_build_is_no_choice() -> None:
    assert [plan.method for plan in plans(Task(100, 10_000, 1))] == ["loop"]
    assert [plan.method for plan in plans(Task(100, 1_000, 100, per_sample=True))] == ["loop"]
    assert choice(Task(100, 10_000, 1), "doubling") == "loop"
    assert choice(Task(100, 10, 1), "doubling") == "doubling"


def test_a_step_that_is_less_than_a_matrix_is_looped_for_longer() -> None:
    assert choice(Task(200, 1_000, 1)) == "loop" == choice(Task(2_000, 1_000, 16, step_work=1_000))
    assert choice(Task(2_000, 1_000, 16)) == "paterson-stockmeyer"
