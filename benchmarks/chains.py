"""Chains of small steps, which the compiler must not join into one table, beside the same written by hand.

By hand a step is what it is in the rows of `and` and `xor`: an outer product, and one product with a table.

    python -m benchmarks.performance chains
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

import cajal_core as cajal
from benchmarks.memory import peak

LOGIC = """
def not (x : Bool) : Bool = if x then false else true
def and (x : Bool) (y : Bool) : Bool = if x then y else (drop y in false)
def or (x : Bool) (y : Bool) : Bool = if x then (drop y in true) else y
def xor (x : Bool) (y : Bool) : Bool = if x then not y else y
def add (a : Bool) (b : Bool) (c : Bool) : Bool * Bool =
  copy a as (a1, a2) in copy b as (b1, b2) in copy c as (c1, c2) in
    (xor (xor a1 b1) c1, if a2 then or b2 c2 else and b2 c2)
def carry (a : Bool) (b : Bool) (c : Bool) : Bool = if a then or b c else and b c
"""
COUNTS, BATCHES = (4, 8, 16, 32), (64, 1_024, 65_536)
#: What is aimed at: ratios of time and of memory, and the bytes that ours may take.
TIME, MEMORY, BYTES = 1.25, 2, 200_000_000
#: Seconds, and rounds, that each chain is measured at least.
_SECONDS, _ROUNDS = 0.5, 5

Step = Callable[[Tensor, Tensor], Tensor]
Work = Callable[..., Tensor]
#: The same, by hand and as a neuron.
Pair = tuple[Callable[[], object], Callable[[], object]]


@dataclass(frozen=True)
class Chain:
    """A function of so many Bools, by hand and as a neuron."""

    name: str
    count: int
    by_hand: Work
    ours: Work

    def on(self, batch: int) -> Pair:
        """Both forward and backward, after it has been checked that they give the same."""
        leaves = self.leaves(batch, requires_grad=True)
        expected = self.by_hand(*leaves).detach()
        torch.testing.assert_close(self.ours(*leaves).detach(), expected, atol=1e-4, rtol=1e-3)
        out = torch.rand_like(expected)
        return (
            lambda: torch.autograd.grad(self.by_hand(*leaves), leaves, out),
            lambda: torch.autograd.grad(self.ours(*leaves), leaves, out),
        )

    def forward(self, batch: int) -> Pair:
        """Both without a gradient."""
        leaves = self.leaves(batch, requires_grad=False)
        return lambda: self.by_hand(*leaves), lambda: self.ours(*leaves)

    def leaves(self, batch: int, *, requires_grad: bool) -> list[Tensor]:
        return [torch.rand(batch, 2, requires_grad=requires_grad) for _ in range(self.count)]


def chains(counts: Sequence[int] = COUNTS) -> Iterator[Chain]:
    program = cajal.load(LOGIC)
    for name in ("and", "or", "xor"):
        step = by_table(program[name].matrix(), 2, 2)
        for count in counts:
            yield Chain(f"`{name}`", count, folded_by_hand(step), program.compile(folded(name, count)))
    for count in counts:
        yield Chain("majority", count, *majority(count))
    for count in counts:
        yield Chain(f"carry of a {count // 2}-bit adder", count, *carry(count // 2, program))
    yield Chain("all bits of an 8-bit adder", 16, *adder(8, program))


def table() -> list[list[str]]:
    """Times at each batch, and memory at the largest: by hand, ours, and the ratio."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    memory = [f"memory at {BATCHES[-1]:,}", "without a gradient"]
    rows = [["work", "inputs", *(f"batch {batch:,}" for batch in BATCHES), *memory]]
    for chain in chains():
        timed = [time_cell(*times(chain.on(batch))) for batch in BATCHES]
        weighed = [memory_cell(*map(peak, pair(BATCHES[-1]))) for pair in (chain.on, chain.forward)]
        rows.append([chain.name, str(chain.count), *timed, *weighed])
        print("  ".join(rows[-1]), flush=True)
    torch.set_num_threads(threads)
    return rows


def time_cell(by_hand: float, ours: float) -> str:
    missed = "" if ours <= TIME * by_hand else " (missed)"
    return f"{1e3 * by_hand:.2f} ms, {1e3 * ours:.2f} ms: {ours / by_hand:.2f}{missed}"


def memory_cell(by_hand: int, ours: int) -> str:
    missed = "" if ours <= min(MEMORY * by_hand, BYTES) else " (missed)"
    return f"{by_hand / 2**20:.1f} MiB, {ours / 2**20:.1f} MiB: {ours / by_hand:.2f}{missed}"


def times(works: Sequence[Callable[[], object]]) -> list[float]:
    """The least seconds of each, in rounds that run one after the other, so that both meet the same noise."""
    least, rounds, start = [math.inf] * len(works), 0, time.perf_counter()
    while rounds < _ROUNDS or time.perf_counter() - start < _SECONDS:
        for place, work in enumerate(works):
            before = time.perf_counter()
            work()
            least[place] = min(least[place], time.perf_counter() - before)
        rounds += 1
    return least


def inputs(count: int) -> list[str]:
    return [f"x{place}" for place in range(1, count + 1)]


def taking(count: int, body: str) -> str:
    return "".join([f"\\{name}:Bool. " for name in inputs(count)]) + body


def folded(name: str, count: int) -> str:
    """`and (and x1 x2) x3`, as a function of its inputs."""
    first, *others = inputs(count)
    for other in others:
        first = f"{name} ({first}) {other}"
    return taking(count, first)


def by_table(matrix: Tensor, left: int, right: int) -> Step:
    """A function of two arguments, by its matrix."""
    table = matrix.unflatten(0, (-1, right)).permute(2, 1, 0).reshape(left * right, -1)

    def step(x: Tensor, y: Tensor) -> Tensor:
        return (x.unsqueeze(-1) * y.unsqueeze(-2)).flatten(-2) @ table

    return step


def folded_by_hand(step: Step) -> Work:
    def work(*given: Tensor) -> Tensor:
        state = given[0]
        for other in given[1:]:
            state = step(state, other)
        return state

    return work


def majority(count: int) -> tuple[Work, Work]:
    """Whether more than half of the inputs are true. They are counted, no further than to what is enough."""
    enough, lines = count // 2 + 1, ["data Count0 = N0at0"]
    for place in range(1, count + 1):
        before, most = min(place - 1, enough), min(place, enough)
        numbers = [f"N{place}at{number}" for number in range(most + 1)]
        lines.append(f"data Count{place} = {' | '.join(numbers)}")
        arms = [
            f"N{place - 1}at{number} => if x then {numbers[min(number + 1, most)]} else {numbers[number]}"
            for number in range(before + 1)
        ]
        arms_text = " | ".join(arms)
        lines.append(
            f"def count{place} (x : Bool) (n : Count{place - 1}) : Count{place} = case n {{ {arms_text} }}"
        )
    verdicts = [f"N{count}at{number} => {str(number >= enough).lower()}" for number in range(enough + 1)]
    lines.append(f"def verdict (n : Count{count}) : Bool = case n {{ {' | '.join(verdicts)} }}")
    program, body = cajal.load("\n".join(lines)), "N0at0"
    for place, name in enumerate(inputs(count), 1):
        body = f"count{place} {name} ({body})"
    neuron = program.compile(taking(count, f"verdict ({body})"))
    steps = [
        by_table(program[f"count{place}"].matrix(), 2, min(place - 1, enough) + 1)
        for place in range(1, count + 1)
    ]
    verdict = program["verdict"].matrix().T

    def by_hand(*given: Tensor) -> Tensor:
        state = torch.ones(1)
        for x, step in zip(given, steps, strict=True):
            state = step(x, state)
        return state @ verdict

    return by_hand, neuron


def adder(bits: int, program: cajal.Program) -> tuple[Work, Work]:
    """The sum of two numbers, lowest bits first: a tuple of all its bits and the carry.

    By hand, the bits so far stand beside the carry, which each step multiplies with the next two bits.
    """
    step = adding(program)

    def by_hand(*given: Tensor) -> Tensor:
        done, carry = 1, torch.tensor([[0.0, 1.0]])
        for a, b in zip(given[:bits], given[bits:], strict=True):
            pairs = (a.unsqueeze(-1) * b.unsqueeze(-2)).flatten(-2)
            following = (pairs @ step).unflatten(-1, (2, 4))
            carry, done = (carry.unflatten(-1, (-1, 2)) @ following).flatten(-2), 2 * done
        return carry.unflatten(-1, (-1, 2))

    names = inputs(2 * bits)
    opened = [
        f"let (s{place}, c{place}) = add {a} {b} {f'c{place - 1}' if place else 'false'} in"
        for place, (a, b) in enumerate(zip(names[:bits], names[bits:], strict=True))
    ]
    result = ", ".join([*(f"s{place}" for place in range(bits)), f"c{bits - 1}"])
    return by_hand, program.compile(taking(2 * bits, f"{' '.join(opened)} ({result})"))


def carry(bits: int, program: cajal.Program) -> tuple[Work, Work]:
    """Whether the sum of two numbers overflows."""
    step = adding(program).unflatten(-1, (2, 2, 2)).sum(-2).flatten(-2)

    def by_hand(*given: Tensor) -> Tensor:
        carry = torch.tensor([[0.0, 1.0]])
        for a, b in zip(given[:bits], given[bits:], strict=True):
            pairs = (a.unsqueeze(-1) * b.unsqueeze(-2)).flatten(-2)
            carry = (carry.unsqueeze(-2) @ (pairs @ step).unflatten(-1, (2, 2))).squeeze(-2)
        return carry

    names, body = inputs(2 * bits), "false"
    for place in range(bits):
        body = f"carry {names[place]} {names[bits + place]} ({body})"
    return by_hand, program.compile(taking(2 * bits, body))


def adding(program: cajal.Program) -> Tensor:
    """What two bits do to the carry, (4, 8): a matrix from it to the pair of sum and carry, flattened."""
    matrix = program["add"].matrix()  # the sum and carry, c and b, then a
    return matrix.unflatten(0, (4, 2, 2)).permute(3, 2, 1, 0).reshape(4, 8)
