"""What is wrong with linking an extern, as users read it."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from types import ModuleType

import pytest
import torch

from cajal_core import Mistake, Program, linear
from cajal_core.diagnostics import links

ROWS: list[tuple[type[Mistake], Callable[[Program], object], str]] = [
    (
        links.NotAnExtern,
        lambda program: program["flipped"].link(flap=torch.eye(2)),
        "there is no extern `flap` to link\nhelp: the externs are `flip`",
    ),
    (
        links.NotAnExtern,
        lambda program: program["not"].link(flap=torch.eye(2)),
        "there is no extern `flap` to link\nhelp: declare it in Cajal: `extern flap : A -o B`",
    ),
    (
        links.NotLinked,
        lambda program: program["flipped"](torch.rand(2)),
        (
            "the extern `flip : Bool -o Bool` is not linked\n"
            "help: link a tensor, a module or a callable: `neuron.link(flip=…)`"
        ),
    ),
    (
        links.NotMarkable,
        lambda _: linear(torch.nn.Linear),
        (
            "`cajal.linear` marks a module or a function as linear, got the class Linear\n"
            "help: make an instance of it"
        ),
    ),
    (
        links.NotMarkable,
        lambda _: linear(torch.eye(2)),  # type: ignore[type-var]
        (
            "`cajal.linear` marks a module or a function as linear, got Tensor\n"
            "help: a tensor needs no mark: link it as it is"
        ),
    ),
    (
        links.LinkFirst,
        lambda program: program["flipped"].load_state_dict({"extern_flip.weight": torch.eye(2)}),
        (
            "the state has tensors of the extern `flip`, which is linked to no network yet\n"
            "help: link first, then load: `neuron.link(flip=…)`"
        ),
    ),
    (
        links.NotPicklable,
        lambda program: pickle.dumps(program.compile("flipped", link={"flip": lambda x: x})),
        (
            "what is linked to `flip` cannot be pickled: <lambda>.<locals>.<lambda>\n"
            "help: lambdas and functions inside others have no name to be found by: link a module, or a "
            "function defined with `def` at the top of a file; or save the `state_dict`, which leaves it out"
        ),
    ),
    (
        links.BadReturn,
        lambda program: program.compile("flipped", link={"flip": torch.sum})(torch.rand(2)),
        (
            "the extern `flip` : Bool -o Bool must return shape (1, 2), got ()\n"
            "help: it receives (batch, *shape) for each argument and returns (batch, *shape) of the result"
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
    assert {kind for kind, _, _ in ROWS} == kinds(links)
