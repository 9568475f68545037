"""What is wrong with the encoding of a network, as users read it."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
import torch
from torch import nn

from cajal_core import Mistake, Program, Ramp, encode
from cajal_core.diagnostics.learning import encodings


def encoding(*given: Any, **settings: Any) -> Callable[[Program], object]:
    return lambda _: encode(*given, **settings)


def _forgotten(_: Program) -> None:
    encoded = encode(nn.Identity(), entropy=0.1)
    for _step in range(1001):
        encoded(torch.zeros(1, 2))


def _scheduled_at_zero(_: Program) -> None:
    encoded = encode(nn.Identity(), temperature=lambda step: 2 - step)
    encoded.advance()
    encoded.advance()


SCHEDULE = "help: or a schedule, a function of the step: `cajal.Ramp(4.0, 1.0, steps=150)`"
DIM = "help: it counts from the end: -1; for a pair `A * B` (-2, -1); for the matrix of a function -2"
ROWS: list[tuple[type[Mistake], Callable[[Program], object], str]] = [
    (
        encodings.NoSuchEncoding,
        encoding(nn.Identity(), "hard"),
        (
            "no encoding is called 'hard'\n"
            'help: there are "softmax", "sigmoid", "raw", "simplex" and "norm"; '
            "another is a module of your own around the network"
        ),
    ),
    (
        encodings.NothingToEncode,
        encoding(torch.rand(3, 2)),
        (
            "what is encoded must be a module or a function, got Tensor\n"
            "help: give the network itself: what it returns is encoded at each call"
        ),
    ),
    *[
        (
            encodings.EncodedTwice,
            encoding(network),
            (
                f"the network ends with a softmax ({kind}), and a second one would flatten what it says\n"
                "help: leave one of the two out"
            ),
        )
        for kind, network in (
            ("Softmax", nn.Sequential(nn.Linear(5, 2), nn.Sequential(nn.Softmax(-1)))),
            ("Encoded", encode(nn.Linear(5, 2))),
        )
    ],
    (
        encodings.OnlyOfSoftmax,
        encoding(nn.Identity(), "raw", temperature=Ramp(4, 1, 9)),
        'the encoding "raw" has no temperature\nhelp: "softmax" and "sigmoid" have one; leave it out',
    ),
    (
        encodings.OnlyOfSoftmax,
        encoding(nn.Identity(), "sigmoid", entropy=0.1),
        (
            'the encoding "sigmoid" has no entropy\n'
            'help: the entropy is that of a distribution: take "softmax", or leave it out'
        ),
    ),
    (
        encodings.BadSetting,
        encoding(nn.Identity(), temperature=-1),
        f"the temperature must be a positive number, got -1\n{SCHEDULE}",
    ),
    (
        encodings.BadSetting,
        encoding(nn.Identity(), entropy="much"),
        f"the entropy must be a number, got 'much'\n{SCHEDULE}",
    ),
    (
        encodings.BadSetting,
        _scheduled_at_zero,
        f"the temperature must be a positive number, got 0 at step 2\n{SCHEDULE}",
    ),
    *[
        (
            encodings.BadDimensions,
            encoding(nn.Identity(), dim=dim),
            f"`dim` must be a negative whole number or several different ones, got {dim!r}\n{DIM}",
        )
        for dim in (1, (), (-1, -1), "last", True)
    ],
    (
        encodings.NoDimension,
        lambda _: encode(nn.Identity(), dim=(-2, -1))(torch.rand(3)),
        (
            "what is encoded has shape (3,), and no dimension -2\n"
            "help: `dim` says along which dimensions of (batch, *shape) a vector stands"
        ),
    ),
    (
        encodings.BadRamp,
        lambda _: Ramp(4.0, 1.0, -1),
        "`steps` of a ramp is a number of steps, a whole number of at least 0, got -1",
    ),
    (
        encodings.BadRamp,
        lambda _: Ramp(4.0, 1.0, 9, after=0.5),  # type: ignore[arg-type]
        "`after` of a ramp is a number of steps, a whole number of at least 0, got 0.5",
    ),
    (
        encodings.UnusedEntropy,
        _forgotten,
        (
            "the entropy of the last 1,000 calls of an encoded network is in no loss\n"
            "help: add `encoded.penalty()` to the loss of each step, as `cajal.fit` does; "
            "measure in eval mode or under `torch.no_grad()`"
        ),
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
    assert {kind for kind, _, _ in ROWS} == kinds(encodings)
