"""What is wrong with a call of a neuron or with asking for its matrix, as users read it."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest
import torch

from cajal_core import Mistake, Program
from cajal_core.diagnostics import calls


def _unknown_method(program: Program) -> None:
    neuron = program["even"]
    neuron.methods["b"] = "krylov"  # type: ignore[assignment]  # as a user may
    neuron(torch.rand(10))


ROWS: list[tuple[type[Mistake], Callable[[Program], object], str]] = [
    (
        calls.TooManyArguments,
        lambda program: program["not"](torch.rand(2), torch.rand(2)),
        "this neuron (Bool -o Bool) takes 1 argument, got 2",
    ),
    (
        calls.TooManyArguments,
        lambda program: program["and"](*[torch.rand(2)] * 3),
        "this neuron (Bool -o Bool -o Bool) takes 2 arguments, got 3",
    ),
    (
        calls.BatchesDiffer,
        lambda program: program["and"](torch.rand(3, 2), torch.rand(4, 2)),
        (
            "the batches of the arguments do not broadcast: `x` (3,), `y` (4,)\n"
            "help: leading dimensions must be equal, or 1, or left out"
        ),
    ),
    (
        calls.UnequalRanks,
        lambda program: program["and"](torch.rand(3, 2), torch.rand(3, 1, 2)),
        (
            "the batches of the arguments have different numbers of dimensions: `x` (3,), `y` (3, 1)\n"
            "help: `y.squeeze(1)` takes the dimension of one away"
        ),
    ),
    (
        calls.UnequalRanks,
        lambda program: program["and"](torch.rand(3, 5, 2), torch.rand(3, 2)),
        (
            "the batches of the arguments have different numbers of dimensions: `x` (3, 5), `y` (3,)\n"
            "help: for the same samples, `y.unsqueeze(1)`; for those of the last dimension, `y.unsqueeze(0)`"
        ),
    ),
    (
        calls.UnequalRanks,
        lambda program: program["and"](torch.rand(3, 5, 6, 2), torch.rand(3, 2)),
        (
            "the batches of the arguments have different numbers of dimensions: `x` (3, 5, 6), `y` (3,)\n"
            "help: give all of them equally many leading dimensions, with `unsqueeze` or `squeeze`"
        ),
    ),
    (
        calls.NoSuchArgument,
        lambda program: program["and"](torch.rand(2), z=torch.rand(2)),
        "the neuron has no argument `z`\nhelp: it has `x`, `y`",
    ),
    (
        calls.NoSuchArgument,
        lambda program: program["true"](x=torch.rand(2)),
        "the neuron has no argument `x`\nhelp: it has none",
    ),
    (
        calls.AmbiguousArgument,
        lambda program: program["twins"](arg2=torch.rand(2)),
        "the neuron has more than one argument `arg2`\nhelp: give them in their order: `arg2`, `arg2`",
    ),
    (
        calls.GivenTwice,
        lambda program: program["and"](torch.rand(2), torch.rand(2), y=torch.rand(2)),
        "the argument `y` is given twice: by its name, and as number 2",
    ),
    (
        calls.ClassGiven,
        lambda program: program["twice"](torch.nn.Tanh, torch.rand(2)),
        "the argument `f` is the class Tanh itself\nhelp: give an instance: `Tanh(…)`",
    ),
    (
        calls.LacksArgument,
        lambda program: program["and"](y=torch.rand(2)),
        (
            "the argument `x` is not given, and `y`, which comes after it, is\n"
            "help: only the last arguments can be left out"
        ),
    ),
    (
        calls.UnknownMethod,
        _unknown_method,
        (
            "there is no method 'krylov' of recurrences\n"
            "help: loop, paterson-stockmeyer, doubling, pointer-jumping"
        ),
    ),
    (
        calls.TraceOfAFunction,
        lambda program: program["and"].trace(torch.rand(2)),
        "a trace needs all 2 arguments, got 1",
    ),
    (
        calls.TooLarge,
        lambda program: program["and"].matrix(limit=7),
        (
            "the matrix of Bool -o Bool -o Bool of shape (4, 2) has 8 entries; the limit is 7\n"
            "help: call the neuron instead, which builds no such matrix, or use a smaller nat_size"
        ),
    ),
    (
        calls.NoMatrix,
        lambda program: program["twice"].matrix(),
        (
            "!(Bool -o Bool) -o Bool -o Bool has no matrix: in its reusable argument `f` it is a "
            "polynomial of degree 2\nhelp: give `f` a value: `f not` has a matrix where `f` has none"
        ),
    ),
    (
        calls.CallableInMatrix,
        lambda program: program.compile("both", link={"seen": torch.mul})(torch.rand(2)),
        (
            "with 1 of its 2 arguments this neuron has no matrix: `seen` is a callable, which "
            "need not be linear\nhelp: give all arguments"
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
    assert {kind for kind, _, _ in ROWS} == kinds(calls)
