"""Zero times whatever is zero, in values and in gradients, and when values may decide what is done."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torch._subclasses import FakeTensorMode
from torch.utils.flop_counter import FlopCounterMode

from cajal_core import CajalError, Program
from cajal_core.backend.finite import absorbing, is_recorded, is_spoiled, may_look, seen
from cajal_core.backend.product import choose

INF, NAN = torch.inf, torch.nan
SOURCE = """
space V[2]
extern f : Bool -o Bool
extern image : V -o V
learn table : Bool -o Bool
def not (x : Bool) : Bool = if x then false else true
def branch (c : Bool) (x : Bool) : Bool = if c then f x else x
def arm (c : Bool) (x : Bool) : Bool = if c then x else f (f x)
def pick (!x : V) (!y : V) (c : Bool) : V = if c then x else y
def dropped (c : Bool) (v : V) : V = if c then image v else v
def parts (p : Bool * Bool) : Bool = let (c, x) = p in if c then f x else x
def basis (p : Bool * Bool) : Bool * Bool = let (a, b) = p in (f a, b)
def learned (c : Bool) (x : Bool) : Bool = if c then table x else x
def nothing (x : Bool) (v : V) : V = drop x in v
def and (x : Bool) (y : Bool) : Bool = if x then y else (drop y in false)
def given (g : Bool -o Bool) (x : Bool) : Bool = g x
"""


def linked(name: str, f: Callable[[Tensor], Tensor]) -> torch.nn.Module:
    program = Program()
    program.run(SOURCE)
    neuron = program.compile(name)
    return neuron.link(**dict.fromkeys(neuron.externs, f))


class Log(torch.nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return torch.log(x)


def spoilt(x: Tensor) -> Tensor:
    return x * NAN


@pytest.mark.parametrize("value", [NAN, INF, -INF])
@pytest.mark.parametrize(
    ("name", "condition"), [("branch", [0.0, 1.0]), ("arm", [1.0, 0.0]), ("dropped", [0.0, 1.0])]
)
def test_a_branch_of_weight_zero_is_not_seen(name: str, condition: list[float], value: float) -> None:
    neuron = linked(name, lambda x: x * value)
    c = torch.tensor([condition, condition], requires_grad=True)
    x = torch.tensor([[0.25, 0.75], [0.5, 0.5]], requires_grad=True)
    result = neuron(c, x)
    assert result.tolist() == x.tolist()
    for gradient in torch.autograd.grad(result.sum(), [c, x]):
        assert gradient.isfinite().all()


def test_weights_of_a_network_get_no_gradient_of_a_branch_that_is_not_seen() -> None:
    network = torch.nn.Linear(2, 2, bias=False)
    neuron = linked("branch", torch.nn.Sequential(network, Log()))
    torch.nn.init.constant_(network.weight, 0.5)
    c, x = torch.tensor([[0.0, 1.0], [1.0, 0.0]]), torch.tensor([[0.0, 0.0], [0.5, 1.5]])
    result = neuron(c, x)
    assert result[0].tolist() == [0.0, 0.0]
    result.sum().backward()
    torch.testing.assert_close(network.weight.grad, torch.tensor([[0.5, 1.5], [0.5, 1.5]]))


def test_a_sample_that_sees_it_does_not_spoil_another() -> None:
    neuron = linked("branch", spoilt)
    result = neuron(torch.tensor([[0.0, 1.0], [0.5, 0.5]]), torch.tensor([0.25, 0.75]))
    assert result[0].tolist() == [0.25, 0.75]
    assert result[1].isnan().all()


def test_arguments_learned_tensors_and_pairs() -> None:
    x, y, no = torch.tensor([NAN, 1.0]), torch.tensor([2.0, 3.0]), torch.tensor([0.0, 1.0])
    assert linked("pick", spoilt)(x, y, no).tolist() == [2.0, 3.0]
    assert linked("pick", spoilt)(x, y, torch.tensor([0.0, 0.0])).tolist() == [0.0, 0.0]
    neuron = linked("learned", spoilt)
    torch.nn.init.constant_(neuron.get_parameter("learn_table"), NAN)
    assert neuron(no, y).tolist() == [2.0, 3.0]
    assert linked("parts", spoilt)(torch.tensor([[0.0, 0.0], [2.0, 3.0]])).tolist() == [2.0, 3.0]
    # The callable spoils `false` alone, which has no weight.
    found = linked("basis", lambda v: v / v[:, :1])(torch.tensor([[2.0, 3.0], [0.0, 0.0]]))
    assert found.tolist() == [[2.0, 3.0], [0.0, 0.0]]
    assert linked("nothing", spoilt)(torch.zeros(2), torch.tensor([INF, NAN])).tolist() == [0.0, 0.0]


def test_tables_and_matrices_send_what_is_not_finite_where_it_belongs() -> None:
    x = torch.tensor([INF, 1.0])
    assert linked("not", spoilt)(x).tolist() == [1.0, INF]
    found = linked("and", spoilt)(torch.tensor([1.0, 0.0]), x)
    assert (found[0].isfinite(), found[1]) == (False, 1.0)
    assert linked("and", spoilt)(torch.tensor([0.0, 1.0]), torch.tensor([2.0, 1.0])).tolist() == [0.0, 3.0]
    matrix = torch.tensor([[INF, 2.0], [0.0, 3.0]])
    assert linked("given", spoilt)(matrix, torch.tensor([0.0, 1.0])).tolist() == [2.0, 3.0]


def test_a_callable_never_sees_what_nobody_gave() -> None:
    seen_by = list[Tensor]()

    def sharp(x: Tensor) -> Tensor:
        seen_by.append(x)
        return (x > 0.5).to(x.dtype)

    program = Program()
    program.run("extern g : Bool -o Bool\nextern f : Bool -o Bool")
    neuron = program.compile(r"\c:Bool. \x:Bool. f (if c then g x else x)", link={"g": spoilt, "f": sharp})
    assert neuron(torch.tensor([0.0, 1.0]), torch.tensor([0.0, 1.0])).tolist() == [0.0, 1.0]
    assert all(x.isfinite().all() for x in seen_by)


def test_a_weight_of_zero_has_its_gradient() -> None:
    weights = torch.tensor([1.0, 0.0], requires_grad=True)
    states = torch.tensor([2.0, 3.0]).reshape(1, 2), torch.tensor([INF, 5.0]).reshape(1, 2)
    product = weights[1:] * seen(weights[1:], states[1])
    assert product.tolist() == [[0.0, 0.0]]
    [gradient] = torch.autograd.grad(product.sum(), weights)
    assert gradient.tolist() == [0.0, 5.0]


@pytest.mark.parametrize(
    "operation",
    [
        lambda x, y: torch.einsum("bi,bj->bij", x, y).flatten(-2),
        lambda x, y: choose(x, y[:, :1], y[:, 1:]),
        lambda x, y: torch.einsum("bi,bi->b", x, y),
        lambda x, y: (x.unsqueeze(-2) @ y.unsqueeze(-1)).squeeze(-1),
    ],
    ids=["outer", "choose", "einsum", "matmul"],
)
def test_absorbing_is_a_product_entry_by_entry(operation: Callable[..., Tensor]) -> None:
    entries = torch.tensor([0.0, 2.0, INF, -INF, NAN])
    x = torch.cartesian_prod(entries, entries).requires_grad_()
    y = x.detach().flip(0).roll(7, 0).requires_grad_()
    found = absorbing(operation, x, y)

    def product(a: float, b: float) -> float:
        return 0.0 if a == 0 or b == 0 else a * b

    for row, (a, b), (c, d) in zip(found, x.tolist(), y.tolist(), strict=True):
        if row.numel() == 4:
            expected = [product(a, c), product(a, d), product(b, c), product(b, d)]
        else:
            expected = [product(a, c) + product(b, d)]
        assert str(row.reshape(-1).tolist()) == str(expected)
    kept = found.reshape(len(x), -1).isfinite().all(-1)
    for gradient in torch.autograd.grad(found.reshape(len(x), -1)[kept].sum(), [x, y]):
        assert gradient.isfinite().all()


def test_values_decide_nothing_where_torch_records_or_batches_them() -> None:
    decided = list[bool]()

    def look(x: Tensor) -> Tensor:
        decided.append(may_look(x))
        return x * 2

    look(torch.ones(3))
    torch.func.grad(lambda x: look(x).sum())(torch.ones(3))
    assert decided == [True, True]
    assert is_spoiled(torch.tensor([INF]))
    torch.vmap(look)(torch.ones(2, 3))
    with FakeTensorMode():
        look(torch.ones(3))
    look(torch.ones(3, device="meta"))
    assert decided[2:] == [False, False, False]


def test_a_mode_that_replaces_nothing_changes_nothing() -> None:
    with FlopCounterMode(display=False) as counter:
        assert not is_recorded()
        linked("and", spoilt)(torch.rand(64, 2), torch.rand(64, 2))
    by_hand = 2 * 64 * (2 * 4 + 2 * 4 + 4 * 2)  # two products that repeat entries, and the table's
    assert counter.get_total_flops() == by_hand
    with FakeTensorMode(), FlopCounterMode(display=False):
        assert is_recorded()


def test_while_torch_batches_a_branch_of_weight_zero_is_masked() -> None:
    neuron = linked("branch", spoilt)
    c, x = torch.tensor([[0.0, 1.0], [0.5, 0.5]]), torch.tensor([[0.25, 0.75], [0.5, 0.5]])
    result = torch.vmap(neuron)(c, x)
    assert result[0].tolist() == [0.25, 0.75]
    assert result[1].isnan().all()


def test_the_error_of_a_transformed_run_is_the_plain_one() -> None:
    program = Program(nat_size=40)
    program.run("space V[2]\nextern step : V -o V")
    neuron = program.compile(
        r"\v:V. \n:Nat. iter n { zero => v | succ y => step y }", link={"step": 1e9 * torch.eye(2)}
    )
    n = torch.eye(40)[39]
    with pytest.raises(CajalError, match="grew past the largest number"):
        torch.func.grad(lambda v: neuron(v, n).sum())(torch.ones(2))
