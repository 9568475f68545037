"""Neurons with folds, comprehensions, choice and fields, copied, saved, and under torch's transformations."""

import copy
import io
import pickle
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.utils import _pytree as pytree

from cajal_core import Neuron, Program, Sequence, list_of, shape

SOURCE = r"""
data Token = Num Nat[4] | Plus | Stop
extern net : Bool -o Bool
learn w : Bool * Bool -o Bool
def value (t : Token) : Nat[4] = case t { Num n => n | _ => 0 }
def parity (xs : List[5] Bool) : Bool =
  fold xs { nil => false | cons x y => if x then (if y then false else true) else y }
def last (xs : List[5] Bool) : Bool = fold xs { nil => false | snoc h x => w (h, x) }
def through (xs : List[3] Bool) : Bool = fold xs { nil => false | cons x y => net (w (x, y)) }
def pairs (xs ys : List[3] Bool) : List[3] (Bool * Bool) = [(x, y) | x in xs, y in ys]
def nets (xs : List[3] Bool) : List[3] Bool = [net x | x in xs]
def some (x : Bool) : Bool = if x then (true <|> false) else fail
def arms (k : Nat[4]) (x : Bool) : Bool = case k { 3 => x | 2 => fail | _ => x <|> true }
def total (xs : List[3] Token) : Nat[10] =
  fold xs { nil => 0 | cons t n => iter (value t) { zero => n | succ m => succ m } }
def first (xs : List[3] Bool) : Bool = case xs { nil => fail | cons x r => drop r in x }
"""
NAMES = ("value", "parity", "last", "through", "pairs", "nets", "some", "arms", "total", "first")
OF_LISTS = ("parity", "last", "through", "pairs", "nets", "total", "first")
#: Those whose result has a logarithm, since it is no list that is held apart.
WITH_LOG = tuple([name for name in NAMES if name not in ("pairs", "nets")])
KINDS = ("tensor", "whole", "weights")


def compiled(name: str, dtype: torch.dtype = torch.float64) -> Neuron:
    torch.manual_seed(0)
    program = Program(auto=True)
    program.run(SOURCE)
    net = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Softmax(-1)).to(dtype)
    return program.compile(name, link={"net": net} if name in ("through", "nets") else None).to(dtype)


def given(neuron: Neuron, kind: str, dtype: torch.dtype = torch.float64, samples: int = 3) -> list[Any]:
    """Three samples for each argument, the lists as a tensor, or with whole lengths, or weights of them."""
    values = list[Any]()
    for argument in neuron.arguments:
        lists = list_of(argument.type)
        if lists is None:
            values.append(torch.rand(samples, *shape(argument.type), dtype=dtype))
            continue
        element, most = lists
        elements = torch.rand(samples, most, *shape(element), dtype=dtype)
        if kind == "whole":
            values.append(Sequence(elements, torch.arange(samples) % (most + 1)))
        else:
            weights = torch.rand(samples, most + 1, dtype=dtype)
            values.append(Sequence(elements, weights) if kind == "weights" else elements)
    return values


def dense(result: Any) -> Tensor:
    return result.dense() if isinstance(result, Sequence) else result


def of_leaves(run: Callable[..., Any], values: list[Any]) -> tuple[Callable[..., Tensor], list[Tensor]]:
    """A call as a function of its floating tensors, with those."""
    leaves, spec = pytree.tree_flatten(values)
    floating = [place for place, leaf in enumerate(leaves) if leaf.is_floating_point()]

    def called(*tensors: Tensor) -> Tensor:
        whole = list(leaves)
        for place, tensor in zip(floating, tensors, strict=True):
            whole[place] = tensor
        return dense(run(*pytree.tree_unflatten(whole, spec)))

    return called, [leaves[place].requires_grad_() for place in floating]


def finite_log(neuron: Neuron) -> Callable[..., Tensor]:
    """The logarithms, 0 where the result is 0."""

    def log(*values: Any) -> Tensor:
        logarithms = neuron.log(*values)
        return torch.where(logarithms.isinf(), 0.0, logarithms)

    return log


def cases(names: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(name, kind) for name in names for kind in (KINDS if name in OF_LISTS else KINDS[:1])]


@pytest.mark.parametrize(("name", "kind"), cases(NAMES))
def test_copies_and_saved_neurons_give_the_same(name: str, kind: str) -> None:
    neuron = compiled(name)
    values = given(neuron, kind)
    expected, file, other = dense(neuron(*values)), io.BytesIO(), compiled(name)
    torch.save(neuron, file)
    file.seek(0)
    other.load_state_dict(neuron.state_dict())
    loaded: Neuron = torch.load(file, weights_only=False)
    for made in (copy.deepcopy(neuron), pickle.loads(pickle.dumps(neuron)), loaded, other):
        assert torch.equal(dense(made(*values)), expected)
    # The lists go the same ways.
    assert torch.equal(dense(neuron(*pickle.loads(pickle.dumps(values)))), expected)
    assert torch.equal(dense(neuron(*copy.deepcopy(values))), expected)


@pytest.mark.parametrize(("name", "kind"), cases(NAMES))
def test_gradients_are_those_of_differences(name: str, kind: str) -> None:
    neuron = compiled(name)
    called, leaves = of_leaves(neuron, given(neuron, kind, samples=2))
    assert torch.autograd.gradcheck(called, leaves, fast_mode=True)
    if kind == "tensor":
        assert torch.autograd.gradgradcheck(called, leaves, fast_mode=True)


@pytest.mark.parametrize(("name", "kind"), cases(WITH_LOG))
def test_gradients_of_the_logarithm_are_those_of_differences(name: str, kind: str) -> None:
    neuron = compiled(name)
    assert torch.autograd.gradcheck(
        *of_leaves(finite_log(neuron), given(neuron, kind, samples=2)), fast_mode=True
    )


@pytest.mark.parametrize(("name", "kind"), cases(NAMES))
def test_samples_are_mapped(name: str, kind: str) -> None:
    neuron = compiled(name)
    values = given(neuron, kind)
    expected = neuron(*values)
    mapped = torch.vmap(neuron)(*values)
    assert isinstance(mapped, type(expected))
    torch.testing.assert_close(dense(mapped), dense(expected))
    if name in WITH_LOG:
        torch.testing.assert_close(torch.vmap(neuron.log)(*values), neuron.log(*values))


@pytest.mark.parametrize(("name", "kind"), cases(NAMES))
@pytest.mark.parametrize("derived", [torch.func.jacrev, torch.func.jacfwd])
def test_jacobians_are_those_of_autograd(name: str, kind: str, derived: Any) -> None:
    neuron = compiled(name)
    runs: list[Callable[..., Any]] = [neuron, *([finite_log(neuron)] if name in WITH_LOG else [])]
    for run in runs:
        called, leaves = of_leaves(run, pytree.tree_map(lambda leaf: leaf[0], given(neuron, kind)))
        found = derived(called, argnums=tuple(range(len(leaves))))(*[leaf.detach() for leaf in leaves])
        expected: Any = torch.autograd.functional.jacobian(called, tuple(leaves))
        for one, other in zip(found, expected, strict=True):
            torch.testing.assert_close(one, other)


@pytest.mark.parametrize(("name", "kind"), cases(NAMES))
def test_without_gradients_the_result_is_the_same(name: str, kind: str) -> None:
    neuron = compiled(name)
    values = given(neuron, kind)
    expected = dense(neuron(*values))
    for mode in (torch.no_grad(), torch.inference_mode()):
        with mode:
            found = dense(neuron(*values))
            assert not found.requires_grad
            torch.testing.assert_close(found, expected)
            if name in WITH_LOG:
                torch.testing.assert_close(neuron.log(*values).exp(), expected)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_arguments_of_half_precision(name: str, dtype: torch.dtype) -> None:
    neuron = compiled(name, torch.float32)
    values = given(neuron, "whole", torch.float32)
    expected, half = dense(neuron(*values)), compiled(name, dtype)
    cast = pytree.tree_map(lambda leaf: leaf.to(dtype) if leaf.is_floating_point() else leaf, values)
    found = dense(half(*cast))
    assert found.dtype == dtype
    torch.testing.assert_close(found.float(), expected, atol=0.05, rtol=0.05)
    if name in WITH_LOG:
        assert half.log(*cast).dtype == dtype
        torch.testing.assert_close(half.log(*cast).float().exp(), expected, atol=0.05, rtol=0.05)


@pytest.mark.parametrize("name", NAMES)
def test_autocast_holds_for_what_is_linked_alone(name: str) -> None:
    neuron = compiled(name, torch.float32)
    values = given(neuron, "weights", torch.float32)
    expected = dense(neuron(*values))
    # Nothing but a network is computed in less.
    within = 0.05 if name in ("through", "nets") else 1e-6
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = dense(neuron(*values))
        logarithms = neuron.log(*values) if name in WITH_LOG else expected.log()
    assert found.dtype == logarithms.dtype == torch.float32
    torch.testing.assert_close(found, expected, atol=within, rtol=within)
    torch.testing.assert_close(logarithms.exp(), expected, atol=within, rtol=10 * within)
