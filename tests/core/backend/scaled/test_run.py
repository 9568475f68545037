"""Runs in range agree with float64, in both orders, by every method, with gradients."""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from typing import Any

import pytest
import torch

import cajal_core as cajal
from cajal_core import CajalError
from cajal_core.backend.recurrence import Jump
from cajal_core.backend.scaled import run
from cajal_core.backend.scaled.products import leaps

SOURCE = """
learn tr : Nat[3] -o Nat[3]
learn em : Nat[4] -o Nat[3] -o Nat[3]
extern net : Nat[4] -o Nat[3]
def snocs (xs : List[400] Nat[4]) : Nat[3] = fold xs { nil => 0 | snoc y x => em x (tr y) }
def conses (xs : List[400] Nat[4]) : Nat[3] = fold xs { nil => 0 | cons x y => em x (tr y) }
def paired (b : Nat[3]) (xs : List[400] Nat[4]) : Nat[3] * Nat[3] = (b, snocs xs)
def either (c : Bool) (xs ys : List[400] Nat[4]) : Nat[3] =
  if c then drop conses ys in snocs xs else drop snocs xs in conses ys
def steps (n : Nat[500]) (b : Nat[3]) : Nat[3] = iter n { zero => b | succ y => tr y }
def given (!f : Nat[3] -o Nat[3]) (n : Nat[500]) (b : Nat[3]) : Nat[3] =
  iter n { zero => b | succ y => f (tr y) }
def nested (xs : List[400] Nat[4]) : Nat[3] =
  fold xs { nil => 0 | snoc y x => iter x { zero => y | succ z => tr z } }
def zipped (xs ys : List[400] Nat[4]) : Nat[3] =
  fold [(x, y) | x in xs, y in ys] { nil => 0 | snoc z (x, y) => em x (em y z) }
def networks (xs : List[400] Nat[4]) : Nat[3] =
  fold xs { nil => 0 | snoc y x => if (case net x { 0 => true | _ => false }) then tr y else y }
def parity (xs : List[5000] Bool) : Bool =
  fold xs { nil => false | cons x y => if x then (if y then false else true) else y }
def fails (xs : List[400] Bool) : Bool =
  fold xs { nil => true | cons x y => if x then y else (drop y in fail) }
"""


@pytest.fixture
def program() -> cajal.Program:
    torch.manual_seed(0)
    program = cajal.Program(auto=True)
    program.run(SOURCE)
    made = program.compile("snocs")
    with torch.no_grad():
        for tensor in made.learned.values():
            tensor.copy_(torch.rand(tensor.shape) * 0.4)
    return program


def agree(neuron: cajal.Neuron, given: Sequence[Any]) -> None:
    """Values and gradients in float32 are those of the plain run in float64, within 1e-5."""
    wide = copy.deepcopy(neuron).to(torch.float64)
    points, made = list[list[torch.Tensor]](), list[list[Any]]()
    for dtype in (torch.float32, torch.float64):
        own, arguments = list[torch.Tensor](), list[Any]()
        for value in given:
            parts = [value] if isinstance(value, torch.Tensor) else [value.elements, value.lengths]
            parts = [
                part.detach().to(dtype).clone().requires_grad_() if part.is_floating_point() else part
                for part in parts
            ]
            own += [part for part in parts if part.is_floating_point()]
            arguments.append(parts[0] if len(parts) == 1 else cajal.Sequence(parts[0], parts[1]))
        points.append(own)
        made.append(arguments)
    expected = wide(*made[1])
    tensor, log = neuron.scaled(*made[0])
    rank = tensor.ndim - log.ndim
    expected = expected.expand(tensor.shape)
    assert torch.allclose(tensor.abs().flatten(log.ndim).amax(-1), torch.ones(log.shape))
    assert not log.requires_grad and log.dtype == torch.float64
    found = tensor.double() * log.exp().reshape(*log.shape, *[1] * rank)
    most = expected.abs().flatten(log.ndim).amax(-1).reshape(*log.shape, *[1] * rank)
    assert ((found - expected).abs() / most).max() < 1e-5
    kept = expected != 0
    results = neuron.log(*made[0])[kept].sum(), expected[kept].abs().log().sum()
    learned = [[*neuron.parameters()], [*wide.parameters()]]
    one, other = [
        torch.autograd.grad(result, [*own, *parameters], allow_unused=True, materialize_grads=True)
        for result, own, parameters in zip(results, points, learned, strict=True)
    ]
    for mine, wanted in zip(one, other, strict=True):
        fits = wanted.abs() < 1e20
        bound = 1e-4 * wanted[fits].abs().max()
        assert ((mine.double() - wanted)[fits].abs() <= bound).all()


BATCH, LENGTH = 2, 200
ELEMENTS = torch.rand(BATCH, LENGTH, 4, generator=torch.Generator().manual_seed(1))
WHOLE = cajal.Sequence(ELEMENTS, torch.tensor([LENGTH, 70]))
RANDOM = torch.rand(BATCH, LENGTH + 1, generator=torch.Generator().manual_seed(2))
RANDOM[:, :150] = 0
LISTS = {"equal": ELEMENTS, "whole": WHOLE, "weights": cajal.Sequence(ELEMENTS, RANDOM)}


@pytest.mark.parametrize("lists", LISTS)
@pytest.mark.parametrize("name", ["snocs", "conses", "nested"])
def test_folds_agree_with_float64(program: cajal.Program, name: str, lists: str) -> None:
    agree(program.compile(name), [LISTS[lists]])


@pytest.mark.parametrize("method", ["loop", "products"])
@pytest.mark.parametrize("name", ["snocs", "conses"])
def test_methods_of_folds(program: cajal.Program, name: str, method: Any) -> None:
    neuron = program.compile(name)
    neuron.methods["y"] = method
    agree(neuron, [WHOLE])


def test_pairs_branches_and_several_lists(program: cajal.Program) -> None:
    state = torch.rand(BATCH, 3)
    agree(program.compile("paired"), [state, WHOLE])
    agree(program.compile("either"), [torch.rand(BATCH, 2), WHOLE, LISTS["weights"]])
    agree(program.compile("zipped"), [ELEMENTS[:, :60], ELEMENTS.flip(1)[:, :60]])


@pytest.mark.parametrize("method", [None, "loop", "doubling", "paterson-stockmeyer"])
@pytest.mark.parametrize("first", [0, 200])
def test_long_counts(
    program: cajal.Program, method: Any, first: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    leapt = list[bool]()
    monkeypatch.setattr(run, "leaps", lambda *given: leapt.append(True) or leaps(*given))
    count = torch.softmax(torch.randn(BATCH, 500), -1)
    count[:, :first] = 0
    state = torch.rand(BATCH, 3)
    for neuron, given in (
        (program.compile("steps"), [count, state]),
        (program.compile("given"), [torch.rand(3, 3), count, state]),
    ):
        if method:
            neuron.methods["y"] = method
        leapt.clear()
        agree(neuron, given)
        # In a weight of zero there is a derivative, which leaps would lose.
        assert bool(leapt) == (first == 0 and method != "loop")


def test_a_long_count_of_a_closed_step_jumps(monkeypatch: pytest.MonkeyPatch) -> None:
    leapt = list[object]()
    monkeypatch.setattr(run, "leaps", lambda *given: leapt.append(given[2]) or leaps(*given))
    term = r"\n:Nat[500]. \b:Nat[3]. iter n { zero => b | succ y => case y { 0 => 1 | 1 => 2 | 2 => 0 } }"
    neuron = cajal.Program().compile(term)
    neuron.methods["y"] = "pointer-jumping"
    agree(neuron, [torch.softmax(torch.randn(BATCH, 500), -1), torch.rand(BATCH, 3)])
    assert {type(matrix) for matrix in leapt} == {Jump}


def test_networks_in_steps(program: cajal.Program) -> None:
    neuron = program.compile("networks")
    neuron.link(net=lambda x: torch.softmax(x[:, :3], -1) * 0.1)
    agree(neuron, [WHOLE])


def test_samples_of_one_and_no_batch(program: cajal.Program) -> None:
    agree(program.compile("snocs"), [ELEMENTS[0]])
    agree(program.compile("snocs"), [ELEMENTS.unsqueeze(0)])


@pytest.mark.parametrize("name", ["parity", "fails", "nested"])
def test_no_samples_and_no_elements(program: cajal.Program, name: str) -> None:
    neuron = program.compile(name)
    dim = 4 if name == "nested" else 2
    for count in (0, 7):
        tensor, log = neuron.scaled(torch.rand(0, count, dim))
        assert (tensor.shape[0], log.shape) == (0, (0,))
    assert torch.allclose(neuron.log(torch.rand(5, 0, dim)).exp(), neuron(torch.rand(5, 0, dim)))


@pytest.mark.parametrize("name", ["parity", "fails", "nested"])
@pytest.mark.parametrize("method", ["loop", "products"])
def test_runs_are_batched(program: cajal.Program, name: str, method: Any) -> None:
    neuron = program.compile(name)
    neuron.methods["y"] = method
    xs = torch.rand(3, 7, 4 if name == "nested" else 2)
    torch.testing.assert_close(torch.func.vmap(neuron.log)(xs), neuron.log(xs))


def test_very_long_lists(program: cajal.Program) -> None:
    xs = torch.rand(2, 4096, 2)
    neuron = program.compile("parity")
    assert not neuron(xs).any()
    found, expected = neuron.log(xs), neuron.log(xs.double())
    assert found.dtype == torch.float32
    torch.testing.assert_close(found.double(), expected, rtol=1e-6, atol=0)
    # In each place the sum and the difference multiply: all is known without a run.
    known = xs.double().sum(-1).log().sum(-1) - math.log(2)
    torch.testing.assert_close(expected[:, 0], known, rtol=1e-9, atol=0)


def test_a_result_of_zero(program: cajal.Program) -> None:
    xs = torch.full((300, 2), 0.1)
    xs[100, 0] = 0
    xs = xs.requires_grad_()
    neuron = program.compile("fails")
    tensor, log = neuron.scaled(xs)
    assert not tensor.any() and log.isfinite()
    logarithm = neuron.log(xs)
    assert (logarithm == -math.inf).all()
    logarithm.sum().backward()
    assert xs.grad is not None and not xs.grad.any()


def test_what_stands_beyond_a_length_is_not_seen(program: cajal.Program) -> None:
    spoilt = ELEMENTS.clone()
    spoilt[1, 70:] = torch.nan
    neuron = program.compile("snocs")
    found = neuron.log(cajal.Sequence(spoilt, WHOLE.lengths))
    assert torch.equal(found, neuron.log(WHOLE))


def test_what_weighs_zero_is_not_seen() -> None:
    neuron = cajal.Program().compile(r"\c:Bool. \x:Bool. if c then x else (drop x in true)")
    spoilt = torch.tensor([[torch.nan, 1.0], [0.5, 0.5]])
    tensor, log = neuron.scaled(torch.tensor([[0.0, 1.0], [1.0, 0.0]]), spoilt)
    plain = neuron(torch.tensor([[0.0, 1.0], [1.0, 0.0]]), spoilt)
    torch.testing.assert_close(tensor.double() * log.exp().unsqueeze(-1), plain.double(), equal_nan=True)


def test_refusals(program: cajal.Program) -> None:
    with pytest.raises(CajalError, match="a scaled result needs all 2 arguments, got 1"):
        program.compile("paired").scaled(torch.rand(3))
    neuron = program.compile(r"\xs:List[3] Bool. [if x then false else true | x in xs]")
    with pytest.raises(CajalError, match=r"a List\[3\] Bool that is held apart has no scale of its own"):
        neuron.scaled(torch.rand(3, 2))
    with pytest.raises(CajalError, match="is not linked"):
        program.compile("networks").scaled(ELEMENTS)
