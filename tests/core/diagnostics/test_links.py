"""What is wrong with linking an extern, as users read it."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from types import ModuleType

import pytest
import torch
from torch import nn

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
        links.NotLinked,
        lambda program: program["f'"](),
        (
            "the extern `f' : Bool` is not linked\n"
            'help: link a tensor, a module or a callable: `neuron.link({"f\'": …})`'
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
        links.OtherDtype,
        lambda program: program["flipped"].link(flip=nn.Linear(2, 2).double())(torch.rand(3, 2)),
        (
            "the extern `flip` has parameters of float64, and is called with arguments of float32\n"
            "help: give both one dtype: `module.float()`, or arguments `x.double()`"
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
        links.LinkFirst,
        lambda program: program["f'"].load_state_dict({"extern_f'": torch.ones(2)}),
        (
            "the state has tensors of the extern `f'`, which is linked to no network yet\n"
            'help: link first, then load: `neuron.link({"f\'": …})`'
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
        lambda program: program.compile("flipped", link={"flip": torch.sum}),
        (
            "the extern `flip` : Bool -o Bool must return shape (1, 2), got ()\n"
            "help: it receives (batch, *shape) for each argument and returns (batch, *shape) of the result"
        ),
    ),
    (
        links.BadReturn,
        lambda program: program["flipped"].link(flip=lambda x: x.unsqueeze(1)),
        (
            "the extern `flip` : Bool -o Bool must return shape (1, 2), got (1, 1, 2)\n"
            "help: link `nn.Sequential(net, nn.Flatten())`"
        ),
    ),
    (
        links.NothingToUnlink,
        lambda program: program["flipped"].unlink("flip"),
        "nothing is linked to `flip`\nhelp: no extern is linked",
    ),
    (
        links.NothingToUnlink,
        lambda program: program["both"].link(seen=torch.mul).unlink("flip"),
        "nothing is linked to `flip`\nhelp: linked are `seen`",
    ),
    (
        links.LinkWithoutName,
        lambda program: program["flipped"].link(nn.Linear(2, 2)),  # type: ignore[arg-type]
        (
            "Linear is given without the name that it is for\n"
            'help: give it by name, as in `link(f=…)`, or in a mapping: `link({"f": …})`'
        ),
    ),
    (
        links.ClassLinked,
        lambda program: program["flipped"].link(flip=nn.Module),  # type: ignore[arg-type]
        "what is linked to `flip` is the class Module itself\nhelp: give an instance: `Module(…)`",
    ),
    (
        links.HiddenParameters,
        lambda program: program["flipped"].link(flip=nn.Linear(2, 2).forward),
        (
            "what is linked to `flip` hides the parameters of Linear from the optimizer\n"
            "help: give the module itself, or `nn.Sequential` or a module of your own around it; "
            "where nothing in it is trained, `requires_grad_(False)` says so"
        ),
    ),
    (
        links.CannotTake,
        lambda program: program["flipped"].link(flip=nn.Linear(10, 10)),
        (
            "what is linked to `flip` : Bool -o Bool cannot take (1, 2): RuntimeError: mat1 and mat2 shapes "
            "cannot be multiplied (1x2 and 10x10)\nhelp: it receives (batch, *shape) for each argument"
        ),
    ),
    (
        links.CannotTake,
        lambda program: program["flipped"].link(flip=lambda: 3),  # type: ignore[arg-type]
        (
            "what is linked to `flip` : Bool -o Bool cannot take (1, 2): TypeError: "
            "<lambda>.<locals>.<lambda>() takes 0 "
            "positional arguments but 1 was given\nhelp: it receives (batch, *shape) for each argument"
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
