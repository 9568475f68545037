"""One call of a module that stands behind several names gives what a call for each name gives."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from cajal_core import Neuron, load
from cajal_core.backend.calls import shared
from tests.laws.budget import budget

DECLARATIONS = """
extern f : Bool -o Bool
extern g : Bool -o Bool
extern h : Bool -o Bool
extern p : Bool -o Bool -o Bool
extern q : Bool -o Bool -o Bool
def not (x : Bool) : Bool = if x then false else true
def and (x : Bool) (y : Bool) : Bool = if x then y else (drop y in false)
def eq (x : Bool) (y : Bool) : Bool = if x then y else not y
"""
UNARY, BINARY = ("f", "g", "h", "not"), ("p", "q", "and", "eq")


class Net(nn.Module):
    """A module of one or two arguments, which counts its calls."""

    def __init__(self, arguments: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(2 * arguments, 3), nn.Tanh(), nn.Linear(3, 2)).double()
        self.calls = 0

    def forward(self, *inputs: Tensor) -> Tensor:
        self.calls += 1
        return self.layers(torch.cat(inputs, -1))


@st.composite
def terms(draw: st.DrawFn, names: tuple[str, ...], depth: int = 5) -> str:
    """A term in which each variable is used once."""
    if not names:
        return draw(st.sampled_from(["true", "false"]))
    ways = ["unary", "binary", "iter", "copy"] if depth else []
    ways += ["variable"] * (len(names) == 1) + ["binary"] * (len(names) > 1)
    match draw(st.sampled_from(ways)):
        case "unary":
            return f"({draw(st.sampled_from(UNARY))} {draw(terms(names, depth - 1))})"
        case "iter":
            base, step = draw(terms(names, depth - 1)), draw(terms(("s",), max(0, depth - 2)))
            return f"(iter (2 : Nat[3]) {{ zero => {base} | succ s => {step} }})"
        case "copy":
            inside = draw(terms(("c", "d"), depth - 1))
            return f"(copy {draw(terms(names, depth - 1))} as (c, d) in {inside})"
        case "binary":
            place = draw(st.integers(0, len(names)))
            if not depth:
                place = len(names) // 2
            sides = names[:place], names[place:]
            left, right = (draw(terms(side, max(0, depth - 1))) for side in sides)
            return f"({draw(st.sampled_from(BINARY))} {left} {right})"
        case _:
            return names[0]


@contextmanager
def at_most(samples: int) -> Iterator[None]:
    """Calls of more samples are made apart."""
    before, shared.MOST_SAMPLES = shared.MOST_SAMPLES, samples
    try:
        yield
    finally:
        shared.MOST_SAMPLES = before


def outcome(neuron: Neuron, nets: list[Net], inputs: list[Tensor]) -> list[Tensor]:
    """The result, and its gradients in the weights and the inputs; the calls are counted anew."""
    for net in nets:
        net.calls = 0
    points = [each.detach().requires_grad_() for each in inputs]
    result = neuron(*points)
    leaves = [*points, *(weight for net in nets for weight in net.parameters())]
    weights = torch.linspace(-1, 2, result.numel(), dtype=torch.float64).reshape(result.shape)
    total = (result * weights).sum()
    found = torch.autograd.grad(total, leaves, allow_unused=True) if total.requires_grad else ()
    return [result.detach(), *(torch.zeros(()) if each is None else each for each in found)]


def test_calls_made_together_and_apart_are_equal() -> None:
    joined = list[bool]()

    @given(terms(("x", "y", "z")), st.sampled_from([3, 5, 1000]), st.integers(0, 2**16))
    @budget(80)
    def check(term: str, most: int, seed: int) -> None:
        torch.manual_seed(seed)
        nets = unary, binary = [Net(1), Net(2)]
        links = {"f": unary, "g": unary, "h": Net(1), "p": binary, "q": binary}
        program = load(f"{DECLARATIONS}\ndef all (x : Bool) (y : Bool) (z : Bool) : Bool = {term}")
        neuron = program["all"].to(torch.float64)
        neuron.link({name: links[name] for name in neuron.externs})
        inputs = [torch.rand(batch, 2, dtype=torch.float64) for batch in (3, 1, 3)]
        with at_most(most):
            together = outcome(neuron, nets, inputs)
        calls = sum([net.calls for net in nets])
        with at_most(0):
            apart = outcome(neuron, nets, inputs)
        fewer = sum([net.calls for net in nets]) - calls
        assert fewer >= 0
        joined.append(fewer > 0)
        for found, expected in zip(together, apart, strict=True):
            torch.testing.assert_close(found, expected, rtol=1e-9, atol=1e-11)

    check()
    assert sum(joined) > len(joined) / 10
