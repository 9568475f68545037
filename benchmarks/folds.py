"""Folds over lists, beside the best of three ways to write them by hand in torch.

A step by hand is its table T, h' = Σ_es T[e, s] x[e] h[s]. The three ways are: a loop over `(x ⊗ h) T`, the
matrices of all steps at once and a loop over them, and these matrices multiplied as a tree. `scaled` stands
beside our plain run.

    python -m benchmarks.performance folds
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

import cajal_core as cajal
from benchmarks.chains import times
from benchmarks.memory import peak

#: Batch, length, dimension of an element and of the state.
SIZES = [(64, 15, 100, 2), (64, 100, 100, 2), (64, 1_000, 10, 8), (64, 100, 10, 32), (1_024, 64, 2, 2)]
#: Parity of so many bits, and the milliseconds that it may take.
PARITY, PARITY_MS = (64, 4_096, 2, 2), 20
#: What is aimed at: ratios of time and of memory, and of `scaled` to the plain run.
TIME, MEMORY, SCALED = 1.25, 1.5, 1.6

Work = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Fold:
    """A fold, by hand in each way, and as a neuron."""

    size: tuple[int, int, int, int]
    by_hand: dict[str, Work]
    ours: cajal.Neuron

    def elements(self) -> Tensor:
        """Distributions over the elements of each list."""
        batch, length, element, _ = self.size
        generator = torch.Generator().manual_seed(0)
        return torch.rand(batch, length, element, generator=generator).softmax(-1).requires_grad_()

    def training(self, work: Work) -> Callable[[], object]:
        """The work forwards and backwards."""
        elements = self.elements()

        def train() -> object:
            return torch.autograd.grad(work(elements).sum(), elements)

        return train


def fold(size: tuple[int, int, int, int]) -> Fold:
    """A fold whose step sends each element and state to a state, at random."""
    _, length, element, dim = size
    chance = random.Random(0)  # noqa: S311  # a table, no secret
    table = torch.zeros(element, dim, dim)
    arms = list[str]()
    for row in range(element):
        images = [chance.randrange(dim) for _ in range(dim)]
        table[row, range(dim), images] = 1
        arms.append(f"{row} => case h {{ {' | '.join([f'{h} => {to}' for h, to in enumerate(images)])} }}")
    step = f"case x {{ {' | '.join(arms)} }}"
    source = (
        f"def run (xs : List[{length}] Nat[{element}]) : Nat[{dim}] = "
        f"fold xs {{ nil => (0 : Nat[{dim}]) | snoc h x => {step} }}"
    )
    return Fold(size, by_hand(table, torch.eye(dim)[0]), cajal.load(source).compile("run"))


def parity() -> Fold:
    """Whether an odd number of bits is true."""
    table = torch.tensor([[[0.0, 1.0], [1.0, 0.0]], [[1.0, 0.0], [0.0, 1.0]]])
    source = (
        f"def run (xs : List[{PARITY[1]}] Bool) : Bool = "
        "fold xs { nil => false | cons x y => if x then (if y then false else true) else y }"
    )
    return Fold(PARITY, by_hand(table, torch.eye(2)[1]), cajal.load(source).compile("run"))


def by_hand(table: Tensor, base: Tensor) -> dict[str, Work]:
    """The three ways, for a table (element, state, next state)."""
    element, dim, _ = table.shape
    rows, columns = table.reshape(element * dim, dim), table.reshape(element, dim * dim)

    def loop(elements: Tensor) -> Tensor:
        state = base.expand(len(elements), -1)
        for each in elements.unbind(1):
            state = (each.unsqueeze(-1) * state.unsqueeze(-2)).flatten(-2) @ rows
        return state

    def matrices(elements: Tensor) -> Tensor:
        return (elements @ columns).unflatten(-1, (dim, dim))

    def steps(elements: Tensor) -> Tensor:
        state = base.expand(len(elements), 1, -1)
        for matrix in matrices(elements).unbind(1):
            state = state @ matrix
        return state.squeeze(1)

    def tree(elements: Tensor) -> Tensor:
        product = matrices(elements)
        while (count := product.shape[1]) > 1:
            pairs = product[:, 0 : count - 1 : 2] @ product[:, 1::2]
            product = torch.cat([pairs, product[:, -1:]], 1) if count % 2 else pairs
        return base @ product.squeeze(1)

    return {"loop": loop, "step matrices": steps, "tree": tree}


def table() -> list[list[str]]:
    """Times and memory of each fold: the best by hand, ours, and the ratio."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    head = ["batch, length, element, state", "best by hand", "ours", "ratio", "memory", "ratio"]
    rows = [[*head, "scaled", "to plain"]]
    for each in [*map(fold, SIZES), parity()]:
        rows.append(row(each))
        print("  ".join(rows[-1]), flush=True)
    torch.set_num_threads(threads)
    return rows


def row(each: Fold) -> list[str]:
    names = [*each.by_hand]
    works = (*each.by_hand.values(), each.ours, lambda given: each.ours.scaled(given)[0])
    *hand, ours, scaled = times([*map(each.training, works)])
    best = min(range(len(hand)), key=hand.__getitem__)
    kept, own = (peak(each.training(work)) for work in (each.by_hand[names[best]], each.ours))
    missed = "" if ours <= TIME * hand[best] else " (missed)"
    if each.size == PARITY:
        missed = "" if 1e3 * ours < PARITY_MS else " (missed)"
    slow = "" if scaled <= SCALED * ours else " (missed)"
    too_much = "" if own <= MEMORY * kept else " (missed)"
    size = ", ".join([f"{number:,}" for number in each.size])
    return [
        size + (": parity" if each.size == PARITY else ""),
        f"{1e3 * hand[best]:.2f} ms ({names[best]})",
        f"{1e3 * ours:.2f} ms",
        f"{ours / hand[best]:.2f}{missed}",
        f"{kept / 2**20:.1f} MiB, {own / 2**20:.1f} MiB",
        f"{own / kept:.2f}{too_much}",
        f"{1e3 * scaled:.2f} ms",
        f"{scaled / ours:.2f}{slow}",
    ]
