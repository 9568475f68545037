"""The choice of a method to run a recurrence with inputs, by what each method costs.

There are n positions, states of dimension D, elements of dimension E and a batch of B.

- loop: n steps, one after the other.
- products: the matrix of the step at each element, and their product as a tree, in log₂ n operations on all
  positions at once (`products`). The matrices take B·n·D² entries.

A step is its code or, where it reads one element and is the same for all samples, a table of D·E·D entries. A
table is one product, but it has an entry for all that the code leaves out.

Long lists with small states are products, large states are looped:

>>> [choice(Task(100, dim, 64, step_work=10 * dim * dim, element=10)).method for dim in (2, 32)]
['products', 'loop']
"""

from __future__ import annotations

from dataclasses import dataclass

from cajal_core.backend.plan import START_CPU, START_ELSEWHERE, Method
from cajal_core.ir import graph as ir
from cajal_core.ir.sizes import LARGEST_TENSOR

#: What a multiplication takes in the code of a step, and in many small products, beside one in a large
#: product. Measured on a CPU.
_IN_CODE, _IN_SMALL_PRODUCTS = 8, 2
#: The operations of a level of the tree, those before and after it, and those of a step by its table.
_LEVEL, _ENDS, _LOOK_UP = 4, 6, 3


@dataclass(frozen=True, slots=True)
class Task:
    """A recurrence with inputs and what it is run on.

    `positions` is the length of the longest list, `dim` the dimension of a state, `batch` the number of
    samples. The code of a step is `step_operations` operations, and `step_work` multiplications of a sample.
    `element` is the dimension of the elements where there is one input alone, else 0. With `keeps_table` the
    table of the step is made once, and not in each call.
    """

    positions: int
    dim: int
    batch: int
    step_work: int
    step_operations: int = 2
    element: int = 0
    keeps_table: bool = False
    device: str = "cpu"


def fold_task(
    loop: ir.Iterate, work: int, positions: int, batch: int, keeps_table: bool, device: str
) -> Task:
    """A recurrence of the IR, whose `work` is its `step_work`, run on lists of at most so many elements."""
    element = loop.items[0].dim if len(loop.items) == 1 and not loop.items[0].axes else 0
    return Task(positions, loop.base.dim, batch, work, len(loop.step), element, keeps_table, device)


@dataclass(frozen=True, slots=True)
class Choice:
    """A method, whether it takes the table of the step, and what that takes.

    `operations` counts tensor operations, `multiplications` the arithmetic in them, `memory` the entries that
    are kept for the gradient; `cost` is the time, in multiplications of a large product.
    """

    method: Method
    by_table: bool
    operations: int
    multiplications: int
    memory: int
    cost: int


def choice(task: Task, forced: Method | None = None) -> Choice:
    """The cheapest way, of those that have the method that is forced, if it can be."""
    possible = ways(task)
    return next((way for way in possible if way.method == forced), possible[0])


def ways(task: Task) -> list[Choice]:
    """What each way takes, the cheapest first; none that would need matrices too large to build."""
    made = [_loop(task, by_table) for by_table in (False, True) if task.element or not by_table]
    if task.positions * task.batch * task.dim**2 <= LARGEST_TENSOR:
        made += [_products(task, by_table) for by_table in (False, True) if task.element or not by_table]
    return sorted(made, key=lambda way: way.cost)


def _loop(task: Task, by_table: bool) -> Choice:
    rows = task.positions * task.batch
    if by_table:
        pairs = rows * task.element * task.dim
        in_code, in_products, operations, kept = pairs + _table(task), pairs * task.dim, _LOOK_UP, pairs
    else:
        in_code, in_products, operations = rows * task.step_work, 0, task.step_operations
        kept = rows * task.dim * operations
    return _choice("loop", by_table, task, task.positions * operations, in_code, in_products, kept)


def _products(task: Task, by_table: bool) -> Choice:
    rows, levels = task.positions * task.batch, max(1, task.positions - 1).bit_length()
    operations, small = levels * _LEVEL + _ENDS, rows * task.dim**3
    if by_table:
        in_code, in_products = _table(task), rows * task.element * task.dim**2
    else:
        in_code, in_products = rows * task.dim * task.step_work, 0
        operations += task.step_operations
    kept = 2 * rows * task.dim**2
    return _choice("products", by_table, task, operations, in_code, in_products, kept, small)


def _table(task: Task) -> int:
    """The multiplications that make the table of the step."""
    return 0 if task.keeps_table else task.element * task.dim * task.step_work


def _choice(
    method: Method,
    by_table: bool,
    task: Task,
    operations: int,
    in_code: int,
    in_products: int,
    memory: int,
    in_small_products: int = 0,
) -> Choice:
    start = START_CPU if task.device == "cpu" else START_ELSEWHERE
    work = in_code * _IN_CODE + in_products + in_small_products * _IN_SMALL_PRODUCTS
    multiplications = in_code + in_products + in_small_products
    return Choice(method, by_table, operations, multiplications, memory, operations * start + work)
