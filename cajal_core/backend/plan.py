"""The choice of a method to run a recurrence, Σ_i n[i] Sⁱ b, by what each method costs.

There are N states of dimension D and a batch of B. One step by its matrix M takes B·D² multiplications.

- loop: N - 1 steps, one after the other.
- paterson-stockmeyer: about √N baby steps b Mʲ, and as many giant steps by M^√N. These are 2·√N products.
- doubling: the states [b, …, b M^(2ᵏ-1)] times M^(2ᵏ) are the next as many. These are N products in log₂ N
  operations.
- pointer-jumping: paterson-stockmeyer where M sends each basis vector to one or to zero. A product is then a
  scatter of B·D entries, and M² is an index of an index.

A step that calls a Python function can only be looped. A recurrence with inputs has a choice of its own
(`folds.plan`).

>>> for plan in plans(Task(steps=1024, dim=10, batch=64)):
...     print(plan.method, plan.operations, plan.multiplications)
paterson-stockmeyer 37 1084960
doubling 37 7235360
loop 3069 7856640
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from cajal_core.ir import graph as ir
from cajal_core.ir.sizes import LARGEST_TENSOR

Method: TypeAlias = Literal["loop", "paterson-stockmeyer", "doubling", "pointer-jumping", "products"]
METHODS: tuple[Method, ...] = get_args(Method)

#: What the start of an operation costs, in multiplications: the time it takes, times the multiplications that
#: the device does meanwhile. Measured on a CPU; on others an operation starts later and runs faster.
START_CPU, START_ELSEWHERE = 100_000, 20_000_000
#: What it costs to scatter an entry, in multiplications.
_SCATTER = 32
#: Shared matrices of this dimension at most are raised to all powers at once, which takes fewer operations.
SMALL = 16


@dataclass(frozen=True, slots=True)
class Task:
    """A recurrence and what it is run on.

    `steps` is the number of states N, `dim` their dimension D, `batch` the number of samples B. With
    `per_sample` each sample has a matrix of its own. `step_operations` is how many operations a step of the
    loop is, `step_work` how many multiplications of a sample, which is D² where it is zero, and `jumps` says
    that the step's matrix is an index.
    """

    steps: int
    dim: int
    batch: int
    per_sample: bool = False
    step_operations: int = 1
    step_work: int = 0
    jumps: bool = False
    device: str = "cpu"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a method takes.

    `operations` counts tensor operations, `multiplications` the arithmetic in them, `memory` the entries of
    the states and matrices that are alive at once for the gradient; `cost` is the time, in multiplications.
    """

    method: Method
    operations: int
    multiplications: int
    memory: int
    cost: int


def split(steps: int) -> tuple[int, int]:
    """The doublings of baby steps and of giant steps that are enough for so many states."""
    levels = max(0, steps - 1).bit_length()
    return (levels + 1) // 2, levels // 2


def plans(task: Task) -> list[Plan]:
    """What each method takes, the cheapest first; none that would need a matrix too large to build."""
    baby, giant = split(task.steps)
    methods = [_loop(task)]
    if (task.batch if task.per_sample else 1) * task.dim**2 <= LARGEST_TENSOR:
        methods.append(_products("paterson-stockmeyer", task, baby, giant))
        methods.append(_products("doubling", task, baby + giant, 0))
    if task.jumps:
        methods.append(_products("pointer-jumping", task, baby, giant))
    return sorted(methods, key=lambda plan: plan.cost)


def choice(task: Task, forced: Method | None = None) -> Method:
    """The method that is taken: the one that is forced, if it can be, or else the cheapest."""
    possible: list[Method] = [plan.method for plan in plans(task)]
    return forced if forced in possible else possible[0]


def task_of(loop: ir.Iterate, work: int, batch: int, per_sample: bool, device: str) -> Task:
    """A recurrence of the IR, whose `work` is its `step_work`, run on a batch."""
    steps, dim, operations = loop.weights.dim, loop.base.dim, len(loop.step)
    return Task(steps, dim, batch, per_sample, operations, work, loop.jumps is not None, device)


def _loop(task: Task) -> Plan:
    steps, rows = task.steps - 1, task.batch * task.dim
    operations, multiplications = (
        steps * (task.step_operations + 2),
        steps * (task.batch * (task.step_work or task.dim**2) + 2 * rows),
    )
    memory = task.steps * rows * (task.step_operations + 2)
    return _plan("loop", task, operations, multiplications, memory)


def _products(method: Method, task: Task, baby: int, giant: int) -> Plan:
    """Baby and giant steps, or doubling where there are no giant ones."""
    dim, batch, levels = task.dim, task.batch, baby + giant
    states = 2**baby + 2**giant
    if method == "pointer-jumping":
        product, square, kept = _SCATTER * batch * dim, dim, dim
    else:
        matrices = batch if task.per_sample else 1
        # Squares are in float64, at twice the price.
        product, square, kept = batch * dim**2, 2 * matrices * dim**3, matrices * dim**2
    operations = task.step_operations + 3 * levels + 6
    multiplications = levels * square + states * product + batch * task.steps * dim
    memory = 3 * levels * kept + 2 * states * batch * dim
    return _plan(method, task, operations, multiplications, memory)


def _plan(method: Method, task: Task, operations: int, multiplications: int, memory: int) -> Plan:
    start = START_CPU if task.device == "cpu" else START_ELSEWHERE
    return Plan(method, operations, multiplications, memory, operations * start + multiplications)
