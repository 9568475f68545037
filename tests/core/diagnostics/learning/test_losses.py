"""What is wrong with the result or the target of a loss, as users read it."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest
import torch

from cajal_core import Mistake, Program, likelihood_loss, nll
from cajal_core.diagnostics.learning import losses

EVEN, FIRST = torch.full((4, 2), 0.5), torch.zeros(4, dtype=torch.long)
RAW = (
    "help: raw numbers take `torch.nn.functional.cross_entropy`, or networks with "
    '`cajal.encode(network, "softmax")`; '
)
TARGET = "the target must be whole numbers of shape (4,) or weights of shape (4, 2), got"

ROWS: list[tuple[type[Mistake], Callable[[Program], object], str]] = [
    (
        losses.NegativeWeights,
        lambda _: nll(torch.tensor([[0.5, -1.5]]), FIRST[:1]),
        (
            "the result has the negative number -1.5, and is no distribution\n"
            f"{RAW}a logarithm from `neuron.log` takes `log=True`"
        ),
    ),
    (
        losses.NegativeWeights,
        lambda _: likelihood_loss(EVEN.log()),
        (
            "the result has the negative number -0.6931, and is no distribution\n"
            f"{RAW}a logarithm from `neuron.log` takes `log=True`"
        ),
    ),
    (
        losses.SumAboveOne,
        lambda _: nll(EVEN + 0.25, FIRST),
        (
            "the numbers of a result add up to 1.5, and are no distribution\n"
            f"{RAW}a learned `f : A * B -o C` becomes one by "
            '`register_parametrization(neuron, "learn_NAME", nn.Softmax(0))`; '
            "where a program counts several results, divide by the sum"
        ),
    ),
    (
        losses.NotLogarithms,
        lambda _: nll(EVEN, FIRST, log=True),
        (
            "the result has the number 0.5, which is the logarithm of no probability\n"
            "help: `log=True` takes what `neuron.log` gives; leave it out for what the neuron itself gives"
        ),
    ),
    (
        losses.NoEntries,
        lambda _: nll(torch.tensor(0.5), torch.tensor(0)),
        "the result must have shape (..., k), with a weight for each of k values, got ()",
    ),
    (
        losses.NoLikelihood,
        lambda _: likelihood_loss(torch.full((8, 3), 0.1)),
        (
            "a likelihood is a Unit (..., 1) or a Bool (..., 2), got (8, 3)\n"
            "help: `cajal.nll(result, target)` says which of the values is true; "
            "numbers (...) that are likelihoods already are given as `result.unsqueeze(-1)`"
        ),
    ),
    (
        losses.WrongTarget,
        lambda _: nll(EVEN, torch.rand(4)),
        f"{TARGET} float32 (4,)\nhelp: indices are whole numbers: `target.long()`",
    ),
    (
        losses.WrongTarget,
        lambda _: nll(EVEN, FIRST == 0),
        f"{TARGET} bool (4,)\nhelp: of a Bool, `true` has the index 0: `(~target).long()`",
    ),
    (
        losses.WrongTarget,
        lambda _: nll(EVEN, FIRST.unsqueeze(-1)),
        f"{TARGET} int64 (4, 1)\nhelp: `target.squeeze(-1)`",
    ),
    (losses.WrongTarget, lambda _: nll(EVEN, FIRST[:3]), f"{TARGET} int64 (3,)"),
    (
        losses.NoDistributions,
        lambda _: nll(EVEN, EVEN * 4),
        (
            "the weights of a target add up to 4, and those of a distribution to 1\n"
            "help: divide counts by their sum; an index stands in a target without the last dimension"
        ),
    ),
    (
        losses.NoDistributions,
        lambda _: nll(EVEN, EVEN - 1),
        (
            "the target has the weight -0.5, and a distribution has no negative one\n"
            "help: divide counts by their sum; an index stands in a target without the last dimension"
        ),
    ),
    (
        losses.TargetOutOfRange,
        lambda _: nll(EVEN, FIRST + 2),
        "the target has the index 2, and the result has 2 values\nhelp: indices go from 0 to 1",
    ),
    (
        losses.TargetOutOfRange,
        lambda _: nll(EVEN, FIRST - 100),
        "the target has the index -100, and the result has 2 values\nhelp: indices go from 0 to 1",
    ),
]


@pytest.mark.parametrize(("kind", "provoke", "text"), ROWS)
def test_what_is_read(
    told: Callable[[Callable[[Program], object]], tuple[type[Mistake], str]],
    kind: type[Mistake],
    provoke: Callable[[Program], object],
    text: str,
) -> None:
    assert told(provoke) == (kind, text)


def test_each_kind_has_its_row(kinds: Callable[[ModuleType], set[type[Mistake]]]) -> None:
    assert {kind for kind, _, _ in ROWS} == kinds(losses)
