"""The losses of probabilities: their values, and a gradient at every weight."""

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

import cajal_core as cajal

DTYPES = [torch.float16, torch.bfloat16, torch.float32, torch.float64]
SAME = """
extern left : Bool -o Bool
extern right : Bool -o Bool
def not (x : Bool) : Bool = if x then false else true
def eq (x : Bool) (y : Bool) : Bool = if x then y else not y
def same (a : Bool) (b : Bool) : Bool = eq (left a) (right b)
"""


class Constant(nn.Module):
    """A network that says the same of everything, with a gap between its logits."""

    def __init__(self, gap: float, dtype: torch.dtype) -> None:
        super().__init__()
        self.logits = nn.Parameter(torch.tensor([gap, 0.0], dtype=dtype))

    def forward(self, x: Tensor) -> Tensor:
        return self.logits.expand(len(x), 2)


def test_it_is_torchs_where_that_is_finite() -> None:
    result = torch.rand(5, 7, 4).softmax(-1).requires_grad_()
    target = torch.randint(4, (5, 7))
    loss, expected = cajal.nll(result, target), functional.nll_loss(result.log().movedim(-1, 1), target)
    torch.testing.assert_close(loss, expected)
    torch.testing.assert_close(torch.autograd.grad(loss, result), torch.autograd.grad(expected, result))
    torch.testing.assert_close(cajal.nll(result.log(), target, log=True), expected)


def test_a_target_may_be_a_distribution() -> None:
    result, target = torch.rand(5, 4).softmax(-1), torch.rand(5, 4).softmax(-1)
    torch.testing.assert_close(cajal.nll(result, target), -(target * result.log()).sum(-1).mean())
    index = torch.randint(4, (5,))
    one_hot = functional.one_hot(index, 4)
    torch.testing.assert_close(cajal.nll(result, one_hot), cajal.nll(result, index))
    assert cajal.nll(torch.eye(2), torch.eye(2)) == 0
    assert cajal.nll(torch.eye(2).log(), torch.eye(2), log=True) == 0


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("gap", [1.0, 20.0, 60.0])
@pytest.mark.parametrize("signs", [(1, -1), (-1, 1)])
def test_both_networks_of_eq_learn_where_they_are_sure_and_wrong(
    dtype: torch.dtype, gap: float, signs: tuple[int, int]
) -> None:
    """Each is told that the other's opposite is right: their gradients are those of a gap of 1."""
    left, right = (Constant(sign * gap, dtype) for sign in signs)
    links = {"left": cajal.encode(left), "right": cajal.encode(right)}
    neuron = cajal.load(SAME).compile("same", link=links).to(dtype)
    x = torch.rand(3, 2, dtype=dtype)
    loss = cajal.nll(neuron(x, x), torch.zeros(3, dtype=torch.long))
    assert loss.isfinite()
    loss.backward()
    for net, sign in ((left, signs[0]), (right, signs[1])):
        assert net.logits.grad is not None
        gradient = net.logits.grad * sign
        assert 0.1 < gradient[0] < 1  # descent makes the gap smaller
        assert -1 < gradient[1] < -0.1


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_weight_of_zero_has_a_gradient(dtype: torch.dtype) -> None:
    tiny = torch.finfo(dtype).tiny
    for weight in (0.0, tiny, tiny**0.9, tiny**0.8, tiny**0.7, 1e-4, 0.5):
        result = torch.tensor([[1 - weight, weight]], dtype=dtype, requires_grad=True)
        loss = cajal.nll(result, torch.tensor([1]))
        loss.backward()
        assert loss.isfinite()
        assert result.grad is not None
        assert result.grad.isfinite().all()
        assert result.grad[0, 1] < -1
        assert result.grad[0, 0] == 0
    likelihood = torch.zeros(4, 1, dtype=dtype, requires_grad=True)
    cajal.likelihood_loss(likelihood).backward()
    assert likelihood.grad is not None
    assert likelihood.grad.isfinite().all()
    assert (likelihood.grad < 0).all()


@pytest.mark.parametrize("dtype", DTYPES)
def test_it_falls_with_the_weight(dtype: torch.dtype) -> None:
    tiny = torch.finfo(dtype).tiny
    weights = torch.tensor([0.0, tiny, tiny**0.85, tiny**0.75, 0.01, 0.3, 1.0], dtype=dtype)
    losses = [cajal.likelihood_loss(weight.reshape(1, 1)).item() for weight in weights]
    assert losses == sorted(losses, reverse=True)
    assert losses[0] == pytest.approx(-0.8 * math.log(tiny), rel=0.15)
    assert losses[-1] == 0


def test_adam_moves_an_entry_that_is_exactly_zero() -> None:
    """With the slope of the tangent its square would overflow, and the entry stay at 0 for ever."""
    weights = nn.Parameter(torch.tensor([[0.9, 0.0]]))
    optimizer = torch.optim.Adam([weights], lr=0.01)
    for _ in range(3):
        optimizer.zero_grad()
        cajal.nll(weights, torch.tensor([1])).backward()
        optimizer.step()
    assert weights[0, 1] > 0.02


def test_logarithms_of_a_long_recurrence() -> None:
    source = (
        "def all (xs : List[999] Bool) : Bool = fold xs { nil => true | cons x y => if x then y else fail }"
    )
    neuron = cajal.load(source)["all"]
    xs = torch.full((2, 999, 2), 0.5)
    xs[1, 500] = torch.tensor([0.0, 1.0])  # the second list is impossible: its logarithm is -inf
    xs.requires_grad_()
    loss = cajal.likelihood_loss(neuron.log(xs), log=True)
    assert loss.item() == pytest.approx((999 * math.log(2) + 2**14) / 2)
    loss.backward()
    assert xs.grad is not None
    assert xs.grad.isfinite().all()
    torch.testing.assert_close(xs.grad[0, :, 0], torch.full((999,), -1.0))
    target = torch.tensor([0, 1])
    assert cajal.nll(neuron.log(xs.detach()), target, log=True).isfinite()
    for dtype in DTYPES:
        assert cajal.nll(neuron.log(xs.detach()).to(dtype), target, log=True).isfinite()


def test_sums_below_one_and_rounding_are_no_mistake() -> None:
    short = torch.tensor([[0.25, 0.25], [0.0, 0.0]])
    assert cajal.nll(short[:1], torch.tensor([0])) == pytest.approx(math.log(4))
    assert cajal.nll(short, torch.tensor([0, 1])).isfinite()
    assert cajal.nll(torch.tensor([[-1e-7, 1.0001]]), torch.tensor([1])).isfinite()
    rounded = torch.full((1, 1000), 0.001).half()
    assert cajal.nll(rounded, torch.tensor([3])).isfinite()


def test_a_bool_is_likely_by_its_true() -> None:
    result = torch.tensor([[0.25, 0.75], [0.5, 0.1]])
    expected = (math.log(4) + math.log(2)) / 2
    assert cajal.likelihood_loss(result) == pytest.approx(expected)
    assert cajal.likelihood_loss(result[:, :1]) == pytest.approx(expected)
    assert cajal.likelihood_loss(result.log(), log=True) == pytest.approx(expected)


def test_lists_of_numbers_and_whole_numbers_are_results() -> None:
    assert cajal.nll([[1, 0]], [0]) == 0
    assert cajal.nll(torch.eye(2, dtype=torch.long), torch.tensor([1, 0])).isfinite()


LOSSES: list[Callable[[Tensor, Tensor], Tensor]] = [
    cajal.nll,
    lambda result, target: cajal.nll(result.log(), target, log=True),
    lambda result, _: cajal.likelihood_loss(result),
]


@pytest.mark.parametrize("loss", LOSSES, ids=["nll", "nll of logarithms", "likelihood"])
def test_it_is_batched_and_its_numbers_are_not_looked_at(loss: Callable[[Tensor, Tensor], Tensor]) -> None:
    result, target = torch.rand(5, 3, 2).softmax(-1), torch.randint(2, (5, 3))
    torch.testing.assert_close(torch.vmap(loss)(result, target).mean(), loss(result, target))


@pytest.mark.slow
@pytest.mark.parametrize("loss", LOSSES, ids=["nll", "nll of logarithms", "likelihood"])
def test_it_is_compiled_whole(loss: Callable[[Tensor, Tensor], Tensor]) -> None:
    torch._dynamo.reset()
    result, target = torch.rand(5, 2).softmax(-1).requires_grad_(), torch.randint(2, (5,))
    compiled = torch.compile(loss, fullgraph=True, backend="aot_eager")(result, target)
    torch.testing.assert_close(compiled, loss(result, target))
    (gradient,) = torch.autograd.grad(compiled, result)
    torch.testing.assert_close(gradient, *torch.autograd.grad(loss(result, target), result))


def test_targets_that_are_no_distributions_are_told() -> None:
    result = torch.full((3, 2), 0.5)
    with pytest.raises(cajal.CajalError, match="the target has the weight -1, and a distribution"):
        cajal.nll(result, torch.tensor([[1, 0], [2, -1], [0, 1]]))
    with pytest.raises(cajal.CajalError, match="add up to 2, and those of a distribution to 1"):
        cajal.nll(result, torch.ones(3, 2))
    assert cajal.nll(result, torch.eye(2)[[0, 1, 1]].bool()).item() == pytest.approx(math.log(2))
