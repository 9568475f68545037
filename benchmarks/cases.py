"""What is measured, and what it is measured against: pairs of functions without arguments.

`at_most` is the ratio of the times that is aimed at, below which nobody need write the layer by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

import cajal_core as cajal

LOGIC = """
def not (x : Bool) : Bool = if x then false else true
def and (x : Bool) (y : Bool) : Bool = if x then y else (drop y in false)
def eq (x : Bool) (y : Bool) : Bool = if x then y else not y
def xor (x : Bool) (y : Bool) : Bool = not (eq x y)
"""
#: Booleans as functions of two arguments, eight numbers each; true is the first of them.
CHURCH = """
def and (p : Bool -o Bool -o Bool) (q : Bool -o Bool -o Bool) : Bool -o Bool -o Bool =
  \\x. \\y. copy y as (y1, y2) in p (q x y1) y2
def eq (p : Bool -o Bool -o Bool) (q : Bool -o Bool -o Bool) : Bool -o Bool -o Bool =
  \\x. \\y. if p true false then q x y else q y x
"""
ITERATIONS = """
space V[{dim}]
extern step : V -o V
def one (v : V) (n : Nat) : V = iter n {{ zero => v | succ y => step y }}
def each (!f : V -o V) (v : V) (n : Nat) : V = iter n {{ zero => v | succ y => f y }}
"""
CELL = """def a (x : Bool) : Bool = not x
def b (x : Bool) : Bool = not (a x)
def c (n : Nat) : Bool = iter n { zero => true | succ y => b y }
c 3
b"""


@dataclass(frozen=True)
class Case:
    """Work of ours and what it is compared with; `name` says what, `against` with what."""

    name: str
    against: str
    at_most: float
    hand: Callable[[], object]
    ours: Callable[[], object]


def cases() -> Iterator[Case]:
    torch.manual_seed(0)
    yield from logic()
    yield from church()
    yield from recurrences()
    yield convolution()
    yield front_end()
    yield wide_tuple()


def logic() -> Iterator[Case]:
    program = cajal.load(LOGIC)
    for name in ("and", "eq", "xor"):
        neuron = program[name]
        table = neuron.matrix().unflatten(0, (2, 2)).permute(2, 1, 0).reshape(4, 2)
        for batch, at_most in ((256, 1.25), (65_536, 1.10)):
            x, y = (torch.rand(batch, 2, requires_grad=True) for _ in range(2))

            def by_hand(x: Tensor = x, y: Tensor = y, table: Tensor = table) -> Tensor:
                return (x.unsqueeze(-1) * y.unsqueeze(-2)).flatten(-2) @ table

            def ours(x: Tensor = x, y: Tensor = y, neuron: cajal.Neuron = neuron) -> Tensor:
                return neuron(x, y)

            against = "the outer product and one 4×2 product"
            yield both(f"{name}: batch {batch:,}", against, at_most, by_hand, ours, [x, y])


def church() -> Iterator[Case]:
    program = cajal.load(CHURCH)
    p, q = (torch.rand(256, 4, 2, requires_grad=True) for _ in range(2))

    def conjunction() -> Tensor:
        left, right = (each.unflatten(-2, (2, 2)).transpose(1, 2) for each in (p, q))
        return (left @ right).transpose(1, 2).flatten(1, 2)

    def equality() -> Tensor:
        chosen, kept = p.unflatten(-2, (2, 2))[:, :, 1, 0], q.unflatten(-2, (2, 2))
        same, other = chosen[:, 0, None, None, None], chosen[:, 1, None, None, None]
        return (same * kept + other * kept.transpose(2, 3)).flatten(1, 2)

    for name, by_hand in (("and", conjunction), ("eq", equality)):

        def ours(neuron: cajal.Neuron = program[name]) -> Tensor:
            return neuron(p, q)

        yield both(f"Church-encoded {name}: batch 256", "the best contraction", 1.5, by_hand, ours, [p, q])


def recurrences() -> Iterator[Case]:
    shapes = (
        (64, 64, 1024, False, 1 / 20),
        (64, 10, 1024, False, 1 / 40),
        (64, 10, 1024, True, 1 / 12),
        (128, 784, 10, False, 1.10),
    )
    for batch, dim, steps, per_sample, at_most in shapes:
        program = cajal.load(ITERATIONS.format(dim=dim), nat_size=steps)
        leading = (batch,) if per_sample else ()
        matrix = torch.linalg.qr(torch.randn(*leading, dim, dim))[0].requires_grad_()
        v, n = torch.randn(batch, dim, requires_grad=True), torch.softmax(torch.randn(batch, steps), -1)
        neuron = program["each"] if per_sample else program.compile("one", link={"step": matrix})

        def by_hand(matrix: Tensor = matrix, v: Tensor = v, n: Tensor = n, each: bool = per_sample) -> Tensor:
            state, total = v, n[:, 0:1] * v
            for index in range(1, n.shape[1]):
                state = (matrix @ state.unsqueeze(-1)).squeeze(-1) if each else state @ matrix.T
                total = total + n[:, index : index + 1] * state
            return total

        def ours(
            matrix: Tensor = matrix,
            v: Tensor = v,
            n: Tensor = n,
            neuron: cajal.Neuron = neuron,
            each: bool = per_sample,
        ) -> Tensor:
            return neuron(matrix, v, n) if each else neuron(v, n)

        kind = "a matrix per sample" if per_sample else "one matrix"
        name = f"iter, {kind}: B {batch}, D {dim}, N {steps}"
        yield both(name, "the loop", at_most, by_hand, ours, [matrix, v])


def convolution() -> Case:
    program = cajal.load(ITERATIONS.format(dim="28, 28"))
    network = nn.Sequential(nn.Unflatten(1, (1, 28)), nn.Conv2d(1, 1, 3, padding=1), nn.Flatten(1, 2))
    neuron = program.compile("one", link={"step": network})
    v, n = torch.randn(128, 28, 28, requires_grad=True), torch.softmax(torch.randn(128, 10), -1)

    def by_hand() -> Tensor:
        state, total = v, n[:, 0, None, None] * v
        for index in range(1, 10):
            state = network(state)
            total = total + n[:, index, None, None] * state
        return total

    return both(
        "iter, an opaque convolution: B 128, N 10", "the loop", 1.10, by_hand, lambda: neuron(v, n), [v]
    )


def front_end() -> Case:
    def compiled(definitions: int) -> object:
        """A program of about ten nodes a definition, from parse to neuron."""
        return cajal.Program().run(sources[definitions])[-1].neuron()

    sources = {count: definitions(count) for count in (100, 1000)}
    name = "a 10,000-node program, parse to neuron"
    return Case(name, "a 1,000-node program", 12, lambda: compiled(100), lambda: compiled(1000))


def wide_tuple() -> Case:
    def compiled(components: int) -> object:
        """A type of as many parts as the term has, from parse to neuron."""
        return cajal.Program().compile(sources[components])

    sources = {count: f"({', '.join(['()'] * count)})" for count in (200, 800)}
    name = "a tuple of 800, parse to neuron"
    return Case(name, "a tuple of 200", 5, lambda: compiled(200), lambda: compiled(800))


def definitions(count: int) -> str:
    body = "if f0 x then (if y then true else false) else f0 y"
    lines = [f"def f{index} (x : Bool) (y : Bool) : Bool = {body}" for index in range(1, count)]
    first, last = (
        "def f0 (x : Bool) : Bool = if x then false else true",
        rf"\x:Bool. \y:Bool. f{count - 1} x y",
    )
    return "\n".join([first, *lines, last])


def cell() -> Callable[[], object]:
    """Five lines, run to the matrix of each function, in a program that is there already."""
    program = cajal.load(LOGIC)

    def run() -> object:
        return [result.neuron().matrix() for result in program.run(CELL)]

    return run


def both(
    name: str,
    against: str,
    at_most: float,
    by_hand: Callable[[], Tensor],
    ours: Callable[[], Tensor],
    leaves: list[Tensor],
) -> Case:
    """Forward and backward, to the same gradient, for work that gives the same."""
    expected = by_hand().detach()
    torch.testing.assert_close(ours().detach(), expected, atol=1e-4, rtol=1e-3)
    out = torch.rand_like(expected)
    return Case(
        name,
        against,
        at_most,
        lambda: torch.autograd.grad(by_hand(), leaves, out),
        lambda: torch.autograd.grad(ours(), leaves, out),
    )
