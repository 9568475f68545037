"""A step of a training, forwards, backwards and with Adam, beside the same step written by hand in torch.

The ratio is the median of the ratios of rounds, in which the works run one after the other. Both are made
anew several times: where their weights lie in memory changes the time of a step of Adam.

    python -m benchmarks.performance steps
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import torch
from torch import Tensor, nn
from torch.nn import functional

import cajal_core as cajal

BATCH, ROUNDS, INSTANCES = 64, 40, 9
#: Columns of an addition, and how many sums a batch has.
PLACES, SUMS = 4, 16
#: Steps of a recurrence, and its batch.
STEPS, IMAGES = 10, 64

EQUAL = """
space Image[28, 28]
extern left : Image -o Bool
extern right : Image -o Bool
def not (x : Bool) : Bool = if x then false else true
def eq (x : Bool) (y : Bool) : Bool = if x then y else not y
def same (a : Image) (b : Image) : Bool = eq (left a) (right b)
"""
BLURRED = """
space Image[28, 28]
extern blur : Image -o Image
def blurred (n : Nat[10]) (image : Image) : Image = iter n { zero => image | succ image => blur image }
"""
SUM = """
use nat (Digit, add_digits, equal)
space Image[28, 28]
extern digit : Image -o Digit
def column (a b z : Digit) (carry : Bool) : Bool =
  let (carry, d) = add_digits a b carry in if equal d z then carry else fail
def sum (xs ys : List[100] Image) (zs : List[100] Digit) : Bool =
  fold [(digit x, digit y, z) | x in xs, y in ys, z in zs] {
    nil => false | snoc carry (a, b, z) => column a b z carry }
"""

Loss = Callable[[], Tensor]


@dataclass(frozen=True)
class Case:
    """A loss by hand and as a neuron, each with its parameters; `at_most` is the ratio that is aimed at."""

    name: str
    against: str
    at_most: float | None
    hand: tuple[Loss, Sequence[nn.Parameter]]
    ours: tuple[Loss, Sequence[nn.Parameter]]


def cases() -> Iterator[Case]:
    yield from equality()
    yield alone()
    yield blurred()
    yield from addition()


def dense(*after: nn.Module) -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 400), nn.ReLU(), nn.Linear(400, 2), *after)


def hand_equal(x: Tensor, y: Tensor, table: Tensor) -> Tensor:
    return (x.unsqueeze(-1) * y.unsqueeze(-2)).flatten(-2) @ table


def equality() -> Iterator[Case]:
    table = torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [1.0, 0.0]])
    a, b = torch.rand(2, BATCH, 28, 28).unbind()
    target = torch.randint(2, (BATCH,))

    def likelihood(result: Tensor) -> Tensor:
        return -result.gather(-1, target.unsqueeze(-1)).clamp_min(1e-30).log().mean()

    one, two = dense(), dense()
    neuron = cajal.load(EQUAL).compile("same", link={"left": dense(), "right": dense()})
    yield Case(
        "L2, two networks, cross-entropy",
        "the two networks, an outer product and a table",
        1.05,
        (
            lambda: functional.cross_entropy(hand_equal(one(a), two(b), table), target),
            [*one.parameters(), *two.parameters()],
        ),
        (lambda: functional.cross_entropy(neuron(a, b), target), [*neuron.parameters()]),
    )
    ours = dense(nn.Softmax(-1))
    shared = cajal.load(EQUAL).compile("same", link={"left": ours, "right": ours})
    for against, at_most in (("the same, with two calls", 1.0), ("the same, with one call on both", None)):
        network = dense(nn.Softmax(-1))

        def by_hand(network: nn.Module = network, at_most: float | None = at_most) -> Tensor:
            x, y = (network(a), network(b)) if at_most else network(torch.cat([a, b])).split(BATCH)
            return likelihood(hand_equal(x, y, table))

        yield Case(
            "L2, one network, softmax and likelihood",
            against,
            at_most,
            (by_hand, [*network.parameters()]),
            (lambda: cajal.nll(shared(a, b), target), [*ours.parameters()]),
        )


def alone() -> Case:
    """Without networks: the inputs are trained."""
    table = torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [1.0, 0.0]])
    hand, ours = ([nn.Parameter(torch.rand(BATCH, 2)) for _ in range(2)] for _ in range(2))
    neuron = cajal.load(EQUAL)["eq"]
    x, y = hand
    return Case(
        "`eq` alone",
        "an outer product and a table",
        1.25,
        (lambda: hand_equal(x, y, table).square().sum(), hand),
        (lambda: neuron(*ours).square().sum(), ours),
    )


def convolution() -> nn.Module:
    return nn.Sequential(nn.Unflatten(1, (1, 28)), nn.Conv2d(1, 1, 3, padding=1), nn.Flatten(1, 2))


def blurred() -> Case:
    network, ours = convolution(), convolution()
    images, count = torch.rand(IMAGES, 28, 28), torch.rand(IMAGES, STEPS).softmax(-1)
    neuron = cajal.load(BLURRED).compile("blurred", link={"blur": ours})

    def by_hand() -> Tensor:
        state, total = images, count[:, 0, None, None] * images
        for index in range(1, STEPS):
            state = network(state)
            total = total + count[:, index, None, None] * state
        return total.square().mean()

    return Case(
        f"`iter` over a convolution, N = {STEPS}",
        "the loop",
        1.05,
        (by_hand, [*network.parameters()]),
        (lambda: neuron(count, images).square().mean(), [*ours.parameters()]),
    )


def lenet() -> nn.Module:
    return nn.Sequential(
        nn.Unflatten(1, (1, 28)),
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
        nn.Softmax(-1),
    )  # fmt: skip


def sums_table() -> Tensor:
    """1 at (a, b, z, carry, next carry) where z is the digit of a + b + carry, and the next carry its ten."""
    table = torch.zeros(10, 10, 10, 2, 2)
    for a in range(10):
        for b in range(10):
            for carry in range(2):
                total = a + b + carry
                table[a, b, total % 10, carry, total // 10] = 1
    return table


def addition() -> Iterator[Case]:
    """Digits by a network, and a fold with a carry over the columns, the lowest first."""
    table, ours = sums_table(), lenet()
    xs, ys = torch.rand(2, SUMS, PLACES, 28, 28).unbind()
    zs = functional.one_hot(torch.randint(10, (SUMS, PLACES)), 10).float()
    neuron = cajal.load(SUM).compile("sum", link={"digit": ours})

    def loss(shared: bool, network: nn.Module) -> Tensor:
        if shared:
            digits = network(torch.cat([xs, ys]).flatten(0, 1)).unflatten(0, (2, SUMS, PLACES))
        else:
            digits = [network(each.flatten(0, 1)).unflatten(0, (SUMS, PLACES)) for each in (xs, ys)]
        steps = torch.einsum("nia,nib,niz,abzcd->nicd", digits[0], digits[1], zs, table)
        carry = torch.tensor([1.0, 0.0]).expand(SUMS, 2)
        for step in steps.unbind(1):
            carry = (carry.unsqueeze(1) @ step).squeeze(1)
        return -carry.sum(-1).clamp_min(1e-30).log().mean()

    def plain() -> Tensor:
        return cajal.likelihood_loss(neuron(xs, ys, zs).sum(-1, keepdim=True))

    def scaled() -> Tensor:
        return cajal.likelihood_loss(neuron.log(xs, ys, zs).logsumexp(-1, keepdim=True), log=True)

    for name, own in (("", plain), (", `neuron.log`", scaled)):
        for against, shared in (("a loop, with two calls", False), ("a loop, with one call", True)):
            network = lenet()
            yield Case(
                f"addition of {PLACES} digits{name}",
                against,
                1.05 if not (shared or name) else None,
                (
                    lambda network=network, shared=shared: loss(shared, network),
                    [*network.parameters()],
                ),
                (own, [*ours.parameters()]),
            )


def step(loss: Loss, parameters: Sequence[nn.Parameter]) -> Callable[[], None]:
    """One step of Adam."""
    optimizer = torch.optim.Adam(parameters)

    def run() -> None:
        optimizer.zero_grad()
        loss().backward()
        optimizer.step()

    return run


def rounds(works: Sequence[Callable[[], object]], count: int) -> list[list[float]]:
    """The seconds of each work in each round."""
    for work in works:
        work()
    seconds = [[0.0] * len(works) for _ in range(count)]
    for number, row in enumerate(seconds):
        # Each is as often the first, which finds other things in the caches.
        for place in range(len(works)) if number % 2 else reversed(range(len(works))):
            before = time.process_time()
            works[place]()
            row[place] = time.process_time() - before
    return seconds


def table(count: int = ROUNDS) -> list[list[str]]:
    """The time of a step by hand and of ours, and the ratio."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    rows = [["step", "by hand", "hand", "ours", "ratio", "at most"]]
    torch.manual_seed(0)
    for instances in zip(*[cases() for _ in range(INSTANCES)], strict=True):
        case = instances[0]
        timed = [rounds([step(*made.hand), step(*made.ours)], count) for made in instances]
        seconds = list(chain.from_iterable(timed))
        hand, ours = (1e3 * statistics.median(each) for each in zip(*seconds, strict=True))
        ratio = statistics.median([mine / by_hand for by_hand, mine in seconds])
        missed = " (missed)" if case.at_most and ratio > case.at_most else ""
        shown = f"{case.at_most:.2f}" if case.at_most else ""
        rows.append(
            [case.name, case.against, f"{hand:.2f} ms", f"{ours:.2f} ms", f"{ratio:.2f}{missed}", shown]
        )
        print("  ".join(rows[-1]), flush=True)
    torch.set_num_threads(threads)
    return rows
