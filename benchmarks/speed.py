"""How fast neurons are, beside what one would write by hand: ratios of one run, on one thread.

    python -m benchmarks.speed

Times are the least of several, forward and backward. "At most" is the aim, below which nobody has a reason to
write the layer by hand.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

import cajal_core as cajal

LOGIC = """
def not (x : Bool) : Bool = if x then false else true
def and (x : Bool) (y : Bool) : Bool = if x then y else (drop y in false)
def eq (x : Bool) (y : Bool) : Bool = if x then y else not y
def xor (x : Bool) (y : Bool) : Bool = not (eq x y)
"""


@dataclass(frozen=True)
class Row:
    work: str
    hand: float
    ours: float
    at_most: float

    def __str__(self) -> str:
        ratio = self.ours / self.hand
        mark = "" if ratio <= self.at_most else "  (missed)"
        times = f"{1e3 * self.hand:9.3f} {1e3 * self.ours:9.3f}"
        return f"{self.work:44} {times} {ratio:8.3f} {self.at_most:8.3f}{mark}"


def seconds(work: Callable[[], object], least: float) -> float:
    """The least time of a call, over calls that take at least so many seconds together."""
    work()
    best, spent = float("inf"), 0.0
    while spent < least:
        start = time.perf_counter()
        work()
        took = time.perf_counter() - start
        best, spent = min(best, took), spent + took
    return best


def logic(least: float) -> Iterator[Row]:
    """Booleans, beside the outer product and one 4×2 matrix product."""
    program = cajal.load(LOGIC)
    for name in ("and", "eq", "xor"):
        neuron = program[name]
        table = neuron.matrix().unflatten(0, (2, 2)).permute(2, 1, 0).reshape(4, 2)
        for batch, at_most in ((256, 1.25), (65_536, 1.10)):
            x, y = (torch.rand(batch, 2, requires_grad=True) for _ in range(2))
            out = torch.rand(batch, 2)

            def by_hand(x: Tensor = x, y: Tensor = y, out: Tensor = out, table: Tensor = table) -> object:
                outer = (x.unsqueeze(-1) * y.unsqueeze(-2)).flatten(-2)
                return torch.autograd.grad(outer @ table, [x, y], out)

            def ours(
                x: Tensor = x, y: Tensor = y, out: Tensor = out, neuron: cajal.Neuron = neuron
            ) -> object:
                return torch.autograd.grad(neuron(x, y), [x, y], out)

            yield Row(f"{name}, batch {batch}", seconds(by_hand, least), seconds(ours, least), at_most)


def recurrences(least: float) -> Iterator[Row]:
    """`iter` over a matrix, beside the loop."""
    cases = ((64, 64, 1024, False, 1 / 20), (64, 10, 1024, False, 1 / 40), (64, 10, 1024, True, 1 / 12))
    for batch, dim, steps, per_sample, at_most in (*cases, (128, 784, 10, False, 1.10)):
        program = cajal.Program(nat_size=steps)
        program.run(f"space V[{dim}]\nextern step : V -o V")
        program.run("def one (v : V) (n : Nat) : V = iter n { zero => v | succ y => step y }")
        program.run("def each (!f : V -o V) (v : V) (n : Nat) : V = iter n { zero => v | succ y => f y }")
        leading = (batch,) if per_sample else ()
        matrix = torch.linalg.qr(torch.randn(*leading, dim, dim))[0].requires_grad_()
        v, n = torch.randn(batch, dim, requires_grad=True), torch.softmax(torch.randn(batch, steps), -1)
        neuron = program["each"] if per_sample else program.compile("one", link={"step": matrix})

        def by_hand(
            matrix: Tensor = matrix, v: Tensor = v, n: Tensor = n, per_sample: bool = per_sample
        ) -> object:
            state, total = v, n[:, 0:1] * v
            for index in range(1, n.shape[1]):
                state = (matrix @ state.unsqueeze(-1)).squeeze(-1) if per_sample else state @ matrix.T
                total = total + n[:, index : index + 1] * state
            return torch.autograd.grad(total.sum(), [matrix, v])

        def ours(
            matrix: Tensor = matrix,
            v: Tensor = v,
            n: Tensor = n,
            neuron: cajal.Neuron = neuron,
            given: bool = per_sample,
        ) -> object:
            result = neuron(matrix, v, n) if given else neuron(v, n)
            return torch.autograd.grad(result.sum(), [matrix, v])

        kind = "a matrix per sample" if per_sample else "one matrix"
        work = f"iter, {kind}: B {batch}, D {dim}, N {steps}"
        yield Row(work, seconds(by_hand, least), seconds(ours, least), at_most)


def definitions(count: int) -> str:
    """A program of about ten nodes a definition."""
    lines = ["def f0 (x : Bool) : Bool = if x then false else true"]
    lines += [
        f"def f{index} (x : Bool) (y : Bool) : Bool = if f0 x then (if y then true else false) else f0 y"
        for index in range(1, count)
    ]
    return "\n".join([*lines, rf"\x:Bool. \y:Bool. f{count - 1} x y"])


def front_end() -> Iterator[Row]:
    """A program of 10,000 nodes, beside one of 1,000, from parse to neuron; and a warm cell of five lines."""
    took = []
    for count in (100, 1000):
        source = definitions(count)

        def compiled(source: str = source) -> object:
            return cajal.Program().run(source)[-1].neuron()

        took.append(seconds(compiled, 1.0))
    yield Row("10,000 nodes, parse to neuron, beside 1,000", took[0], took[1], 12)
    program = cajal.load(LOGIC)
    cell = (
        "def a (x : Bool) : Bool = not x\ndef b (x : Bool) : Bool = not (a x)\n"
        "def c (n : Nat) : Bool = iter n { zero => true | succ y => b y }\nc 3\nb"
    )
    times = []
    for _ in range(30):
        start = time.perf_counter()
        for result in program.run(cell):
            result.neuron().matrix()
        times.append(time.perf_counter() - start)
    yield Row("a cell of five lines, warm, median, beside 50 ms", 0.05, statistics.median(times), 1)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--least", type=float, default=0.5, help="seconds to measure each time for")
    least = parser.parse_args().least
    torch.set_num_threads(1)
    torch.manual_seed(0)
    print(f"{'work':44} {'hand, ms':>9} {'ours, ms':>9} {'ratio':>8} {'at most':>8}")
    for rows in (logic(least), recurrences(least), front_end()):
        for row in rows:
            print(row)


if __name__ == "__main__":
    main()
