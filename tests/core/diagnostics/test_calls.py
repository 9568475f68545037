"""What is wrong with a call of a neuron or with asking for its matrix, as users read it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType

import pytest
import torch

from cajal_core import Mistake, Program
from cajal_core import Sequence as Lists
from cajal_core.diagnostics import calls


def _unknown_method(program: Program) -> None:
    neuron = program["even"]
    neuron.methods["b"] = "krylov"  # type: ignore[assignment]  # as a user may
    neuron(torch.rand(10))


def _no_pictures(program: Program) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "cajal_kernel.showing", None)
        program["not"].show()


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
        calls.ScaledLists,
        lambda program: program.compile(r"\xs:List[2] Bool. [x | x in xs]").scaled(torch.rand(2, 2)),
        (
            "a List[2] Bool that is held apart has no scale of its own\n"
            "help: fold it in the program, or call the neuron: the elements of a list are not multiplied"
        ),
    ),
    (
        calls.UnknownMethod,
        _unknown_method,
        (
            "there is no method 'krylov' of recurrences\n"
            "help: loop, paterson-stockmeyer, doubling, pointer-jumping, products"
        ),
    ),
    (
        calls.TraceOfAFunction,
        lambda program: program["and"].trace(torch.rand(2)),
        "a trace needs all 2 arguments, got 1",
    ),
    (
        calls.SeveralLengths,
        lambda program: program.compile(
            "\\xs:List[2] Bool. fold xs { nil => true | cons x y => drop x in flip y }",
            link={"flip": torch.sigmoid},
        ).dynamics(Lists(torch.eye(2), torch.tensor([0.0, 0.5, 0.5]))),
        (
            "the fold with state `y` runs once for each length, so it has no one row of states\n"
            " --> term:1:19\n"
            "1 | \\xs:List[2] Bool. fold xs { nil => true | cons x y => drop x in flip y }\n"
            "  |                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ "
            "its step is not known to be linear\n"
            "help: give each list one whole length, not weights of several"
        ),
    ),
    (
        calls.NotTraced,
        lambda program: program["and"].probe("x"),
        "a trace has no value called `x`\nhelp: it has `if x`; the index of the first is 0",
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
        calls.NoMatrix,
        lambda program: program["often"](torch.rand(2)),
        (
            "1 of 2 arguments are given, and there is no matrix of the rest: in its reusable argument `y` "
            "it is a polynomial of degree 2\nhelp: give `y` a value: `f not` has a matrix where `f` has none"
        ),
    ),
    (
        calls.CallableInMatrix,
        lambda program: program.compile("both", link={"seen": torch.mul})(torch.rand(2)),
        (
            "1 of 2 arguments are given, and there is no matrix of the rest: `y` goes through `seen`, a "
            "callable that is not known to be linear\n"
            "help: give all 2 for the result; `.table(…)` instead has its values at basis vectors; "
            "`.jacobian(…)` has its derivative at a point; if `seen` is linear, link `cajal.linear(…)` of it"
        ),
    ),
    (
        calls.CallableInMatrix,
        lambda program: program.compile("flipped", link={"flip": torch.detach}).matrix(),
        (
            "this neuron has no matrix: `x` goes through `flip`, a callable that is not known to be linear\n"
            "help: `.table()` instead has its values at basis vectors; `.jacobian(…)` has its derivative "
            "at a point; if `flip` is linear, link `cajal.linear(…)` of it"
        ),
    ),
    (
        calls.NoPictures,
        _no_pictures,
        (
            "pictures need the module `cajal_kernel.showing`, which is not installed\n"
            "help: install the distribution cajal-jupyter, which has what pictures need"
        ),
    ),
    (
        calls.NoTable,
        lambda program: program.compile(r"\f:Bool -o Bool. f true").table(),
        (
            "there is no table over `f : Bool -o Bool`, whose values are not its basis vectors\n"
            "help: give values for it and all arguments before it: `.table(f)`; "
            "`.jacobian(…)` has the derivative at a point"
        ),
    ),
    (
        calls.NoGradient,
        lambda program: program.compile("flipped", link={"flip": torch.detach}).jacobian(torch.rand(2)),
        (
            "there is no derivative in `x`: no gradient comes back from `flip`, through which it goes\n"
            "help: compute in it with torch alone, and without `detach`, `no_grad` or `argmax`"
        ),
    ),
    (
        calls.TraceOfAFunction,
        lambda program: program["and"].jacobian(torch.rand(2)),
        "a jacobian needs all 2 arguments, got 1",
    ),
    (
        calls.TooManyStates,
        lambda program: program.compile("even", nat_size=2**17).dynamics(),
        (
            "to keep the states of `b` takes 262,142 operations; the limit is 131,072\n"
            " --> cell:5:29\n"
            "5 | def even (n : Nat) : Bool = iter n { zero => true | succ b => not b }\n"
            "  |                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this `iter`\n"
            "help: give some of the arguments, use a smaller Nat, or call the neuron, which keeps one state"
        ),
    ),
    (
        calls.TooManyColumns,
        lambda program: program.compile(r"\n:Nat[8388608]. n").matrix(sparse=True),
        (
            "the sparse matrix of Nat[8388608] -o Nat[8388608] takes 8,388,608 columns; "
            "the limit is 4,194,304\n"
            "help: give some of the arguments, use a smaller nat_size, or call the neuron, "
            "which builds no matrix"
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
