"""What is wrong with networks that feed a neuron and with learned tensors, as users read it."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest
import torch
from torch import nn
from torch.nn.utils.parametrize import register_parametrization

from cajal_core import Linked, Mistake, Program
from cajal_core.diagnostics import training


def _other_constructors(program: Program) -> None:
    program.run("data Side = L | R\nlearn turn : Side -o Side")
    state = program["turn"].state_dict()
    program.run("data Side = R | L\nlearn turn : Side -o Side")
    program["turn"].load_state_dict(state)


def _other_type(program: Program) -> None:
    program.run("learn turn : Nat[2] -o Bool")
    state = program["turn"].state_dict()
    program.run("learn turn : Bool -o Bool")
    program["turn"].load_state_dict(state)


ROWS: list[tuple[type[Mistake], Callable[[Program], object], str]] = [
    (
        training.NothingToFeed,
        lambda program: Linked(program["and"], z=nn.Identity()),
        "the neuron has no argument `z` to feed\nhelp: it has `x`, `y`",
    ),
    (
        training.UnknownEncoding,
        lambda program: Linked(program["not"], x=nn.Identity(), encode="hard"),  # type: ignore[arg-type]
        (
            "no encoding of `x` is called 'hard'\n"
            'help: "softmax", "sigmoid", "raw", "simplex", "norm" or a callable'
        ),
    ),
    (
        training.UnknownGuard,
        lambda program: Linked(program["not"], x=nn.Identity(), guard="hard"),  # type: ignore[arg-type]
        'no guard of `x` is called \'hard\'\nhelp: "spectral" or "simplex"',
    ),
    (
        training.NotANetwork,
        lambda program: Linked(program["not"], x=nn.Tanh),  # type: ignore[arg-type]
        (
            "what feeds `x` must be a torch.nn.Module, got the class Tanh itself\n"
            "help: give an instance: `Tanh(…)`"
        ),
    ),
    *[
        (
            training.NotANeuron,
            lambda _, given=given: Linked(given, a=nn.Identity()),  # type: ignore[arg-type,misc]
            (
                f"networks feed the arguments of a neuron, got {type(given).__name__}\n"
                'help: give a neuron first: `cajal.Linked(program["f"], x=network)`'
            ),
        )
        for given in (nn.Linear(2, 2), "h")
    ],
    (
        training.NetworkAsSetting,
        lambda program: Linked(program.compile(r"\encode:Bool. encode"), encode=nn.Identity()),
        (
            "`encode` is a setting of `Linked` and an argument of the neuron\n"
            'help: give the network in a mapping: `Linked(neuron, {"encode": network})`'
        ),
    ),
    (
        training.NotANetwork,
        lambda program: Linked(program["not"], x=torch.tanh),  # type: ignore[arg-type]
        (
            "what feeds `x` must be a torch.nn.Module, got builtin_function_or_method\n"
            "help: a callable that only changes a value is given as `encode`"
        ),
    ),
    (
        training.WrongInputs,
        lambda program: Linked(program["and"], x=nn.Identity())(torch.rand(2)),
        "2 inputs are needed, one an argument, got 1",
    ),
    (
        training.NotLearned,
        lambda program: program["look"].initialize(tabel="normal"),
        "there is no learned tensor `tabel`\nhelp: learned: `table`",
    ),
    (
        training.NotLearned,
        lambda program: program["not"].initialize(table="normal"),
        "there is no learned tensor `table`\nhelp: nothing is learned here",
    ),
    (
        training.NotSettable,
        lambda program: register_parametrization(program["look"], "learn_table", nn.Softmax(0)).initialize(),  # type: ignore[operator]
        (
            "`table` is parametrized, and its parametrization has no `right_inverse` to set it by\n"
            "help: initialize the neuron before `register_parametrization`"
        ),
    ),
    (
        training.OtherConstructors,
        _other_constructors,
        (
            "the state was saved for `data Side = L | R`, which is now `R | L`\n"
            "help: declare the constructors in the order of the state; if the tensors mean the same all the "
            "same, take `data_types` out of it: `state.pop('data_types')`"
        ),
    ),
    (
        training.OtherType,
        _other_type,
        (
            "the state was saved for `turn : Nat[2] -o Bool`, which is now `Bool -o Bool`\n"
            "help: declare it at the type of the state; if the tensors mean the same all the same, take "
            "`types` out of it: `state.pop('types')`"
        ),
    ),
    (
        training.UnknownInitial,
        lambda program: program["look"].initialize("zero"),  # type: ignore[arg-type]
        'no way to start is called \'zero\'\nhelp: there are "normal", "stochastic" and "identity"',
    ),
    (
        training.NoIdentity,
        lambda program: program["widen"].initialize("identity"),
        "`broad : Bool -o Nat[3]` has no identity: it is a map from 2 to 3",
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
    assert {kind for kind, _, _ in ROWS} == kinds(training)
