"""Operations on pairs: where parts have scales of their own, the greater counts, after it is weighed."""

import math

import pytest
import torch

from cajal_core import Neuron, Program
from cajal_core.backend.scaled.operations import pair_over
from cajal_core.backend.scaled.pair import Pair
from cajal_core.base import tys
from cajal_core.ir import graph as ir

HEAD = """
def all (xs : List[600] Bool) : Bool = fold xs { nil => true | cons x y => if x then y else fail }
def left (xs : List[600] Bool) : Bool * Bool = (all xs, true)
extern f : Bool -o Bool -o Bool
"""
LONG, SHORT = torch.full((600, 2), 0.125), torch.full((300, 2), 0.125)


def neuron(term: str) -> Neuron:
    program = Program(auto=True)
    program.run(HEAD)
    return program.compile(term)


def log(term: str, *given: torch.Tensor) -> float:
    """The logarithm of the first entry of the result."""
    return neuron(term).log(*given).flatten()[0].item()


EIGHTH = math.log(0.125)
TRUE, FALSE, BOTH = torch.tensor([1.0, 0.0]), torch.tensor([0.0, 1.0]), torch.tensor([0.5, 0.5])


@pytest.mark.parametrize(
    ("term", "given", "expected"),
    [
        (r"\c:Bool. \x:List[600] Bool. \y:List[600] Bool. if c then (drop y in all x) else (drop x in all y)",
         (BOTH, LONG, SHORT), 300 * EIGHTH + 600 * math.log(0.25) + math.log(0.5)),
        (r"\x:List[600] Bool. \y:List[600] Bool. (all x, all y)", (LONG, SHORT), 900 * EIGHTH),
        (r"\x:List[600] Bool. \y:List[600] Bool. let (a, b) = (all x, all y) in if a then b else b",
         (SHORT, SHORT), 600 * EIGHTH),
        (r"\x:List[600] Bool. \y:List[600] Bool. <drop y in all x, drop x in all y>.1", (LONG, SHORT),
         600 * EIGHTH + 300 * math.log(0.25)),
        (r"\x:List[600] Bool. let (a, b) = left x in if b then a else a", (LONG,), 600 * EIGHTH),
        (r"\x:List[600] Bool. copy (all x) as (a, b) in if a then b else b", (LONG,), 600 * EIGHTH),
        (r"\x:List[600] Bool. iter (2 : Nat[3]) { zero => all x | succ y => if y then false else true }",
         (LONG,), 600 * EIGHTH),
    ],
)  # fmt: skip
def test_scales_meet(term: str, given: tuple[torch.Tensor, ...], expected: float) -> None:
    found = log(term, *given)
    assert found == pytest.approx(expected, rel=1e-6)


def test_tensors_keep_the_scale_and_callables_are_given_true_values() -> None:
    term = r"\x:List[600] Bool. \b:Bool. f b (all x)"
    seen = list[float]()

    def applied(b: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        seen.append(x.max().item())
        return b * x

    made = neuron(term)
    made.link(
        f=torch.tensor([[1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]]).reshape(made.externs["f"] and (4, 2))
    )
    tiny = torch.full((20, 2), 0.125)
    assert made.log(LONG, TRUE)[0].item() == pytest.approx(600 * EIGHTH, rel=1e-6)
    made.link(f=applied)
    seen.clear()
    made.scaled(tiny, TRUE)
    assert max(seen) == 0.125**20
    seen.clear()
    assert made.log(LONG, TRUE)[0].item() == -math.inf
    assert max(seen) == 0


def test_a_constant_gets_a_dimension_for_each_axis() -> None:
    axis, other = ir.Axis(0, 5), ir.Axis(1, 3)
    pair = Pair(torch.ones(2), None)
    assert pair_over(ir.Value(0, tys.Bool(), ()), pair, (axis, other)).tensor.shape == (1, 1, 2)
    over = Pair(torch.ones(3, 2), torch.zeros(3, 1, dtype=torch.int32))
    tensor, exponent, _ = pair_over(ir.Value(0, tys.Bool(), (other,)), over, (axis, other))
    assert exponent is not None
    assert (tensor.shape, exponent.shape) == ((1, 3, 2), (1, 3, 1))
