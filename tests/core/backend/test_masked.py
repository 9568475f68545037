"""Where no value may decide what runs, zero times whatever is zero from the start."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torch.fx.experimental.proxy_tensor import make_fx

from cajal_core import Neuron, Program
from cajal_core.backend import masked, product
from cajal_core.backend.finite import absorbing
from cajal_core.backend.masked import LARGEST
from cajal_core.ir.analysis import SHORT

INF, NAN = torch.inf, torch.nan
SOURCE = """
space V[2]
data D = A | B | C
extern f : Bool -o Bool
extern g : V -o V
extern step : V -o V
def and (x : Bool) (y : Bool) : Bool = if x then y else (drop y in false)
def not (x : Bool) : Bool = if x then false else true
def branch (c : Bool) (x : Bool) : Bool = if c then f x else x
def arm (d : D) (v : V) : V = case d { A => g v | B => v | C => g (g v) }
def nothing (x : Bool) (v : V) : V = drop x in v
def both (p : Bool * Bool) : Bool * Bool = let (a, b) = p in (f a, f b)
def parts (p : Bool * V) : V = let (c, v) = p in if c then g v else v
def steps (n : Nat) (v : V) : V = iter n { zero => v | succ y => step y }
def stepped (n : Nat) (v : V) : V = iter n { zero => v | succ y => g y }
"""
TRUE, FALSE, V = torch.tensor([1.0, 0.0]), torch.tensor([0.0, 1.0]), torch.tensor([0.25, 0.75])


def over(x: Tensor) -> Tensor:
    """The vectors over their first entries: the image of [0, 1] is [NaN, inf]."""
    return x / x[:, :1]


def spoilt(x: Tensor) -> Tensor:
    return x * NAN


def growing(x: Tensor) -> Tensor:
    return x * 1e5


def compiled(name: str, nat_size: int = 9) -> Neuron:
    program = Program(nat_size=nat_size)
    program.run(SOURCE)
    f = over if name == "both" else spoilt
    given = {"f": f, "g": growing if name == "stepped" else spoilt, "step": 1e5 * torch.eye(2)}
    neuron = program.compile(name)
    return neuron.link({key: given[key] for key in neuron.externs})


def batched(neuron: Neuron, *given: Tensor) -> Tensor:
    return torch.vmap(neuron)(*[value.expand(3, *value.shape) for value in given])[0]


def recorded(neuron: Neuron, *given: Tensor) -> Tensor:
    return make_fx(neuron)(*given)(*given)


MODES = pytest.mark.parametrize("mode", [batched, recorded])


@MODES
@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("and", (FALSE, torch.tensor([NAN, 1.0]))),
        ("not", (torch.tensor([INF, 1.0]),)),
        ("branch", (FALSE, V)),
        ("arm", (torch.tensor([0.0, 1.0, 0.0]), V)),
        ("nothing", (torch.zeros(2), torch.tensor([INF, NAN]))),
        ("parts", (torch.tensor([[0.0, 0.0], [2.0, 3.0]]),)),
        ("steps", (torch.eye(9)[2], V)),
        ("stepped", (torch.eye(9)[2], V)),
    ],
)
def test_what_weighs_zero_is_not_seen(
    mode: Callable[..., Tensor], name: str, given: tuple[Tensor, ...]
) -> None:
    neuron = compiled(name)
    expected = neuron(*given)
    assert expected.isfinite().any()
    torch.testing.assert_close(mode(neuron, *given), expected, equal_nan=True)


def test_states_of_a_recurrence_on_matrices_are_seen_unless_it_is_looped() -> None:
    """As docs/spec.md says in section 3.6, with the way out that it names."""
    neuron, given = compiled("steps", nat_size=SHORT + 1), (torch.eye(SHORT + 1)[2], V)
    assert batched(neuron, *given).isnan().all()
    neuron.methods["y"] = "loop"
    torch.testing.assert_close(batched(neuron, *given), neuron(*given))
    called = compiled("stepped", nat_size=SHORT + 1)
    torch.testing.assert_close(batched(called, *given), called(*given))


def test_what_several_callables_return_for_parts_of_a_pair_is_seen() -> None:
    """They are joined by `einsum`, which is not masked."""
    neuron, given = compiled("both"), torch.tensor([[2.0, 0.0], [0.0, 0.0]])
    assert "einsum(" in neuron.code
    assert neuron(given).tolist() == given.tolist()
    assert batched(neuron, given).isnan().any()


def test_a_matrix_that_is_linked_is_seen() -> None:
    neuron = compiled("branch").link(f=torch.tensor([[1.0, NAN], [0.0, NAN]]))
    given = TRUE, torch.tensor([2.0, 0.0])
    assert neuron(*given).tolist() == [2.0, 0.0]
    assert batched(neuron, *given).isnan().all()


def test_the_gradient_is_finite_where_only_states_overflow() -> None:
    for name, given in (
        ("and", (FALSE, torch.tensor([2.0, 1.0]))),
        ("steps", (torch.eye(9)[2], V)),
    ):
        leaves = [value.clone().requires_grad_() for value in given]
        for gradient in torch.autograd.grad(batched(compiled(name), *leaves).sum(), leaves):
            assert gradient.isfinite().all(), name


ENTRIES = torch.tensor([0.0, 2.0, INF, -INF, NAN])
#: Calls with operands (25, 2), as both modules have them.
CALLS: dict[str, Callable[..., Tensor]] = {
    "times": lambda of, x, y: of.times(x, y),
    "contract": lambda of, x, y: of.contract(x, y.unsqueeze(-1)),
    "look_up": lambda of, x, _: of.look_up(x, torch.tensor([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]])),
    "outer": lambda of, x, y: of.outer(x, y, torch.eye(2).repeat_interleave(2, 1), torch.eye(2).repeat(1, 2)),
}


@pytest.mark.parametrize("name", CALLS)
def test_each_product_is_the_plain_one_that_absorbs(name: str) -> None:
    call, x = CALLS[name], torch.cartesian_prod(ENTRIES, ENTRIES)
    y = x.flip(0).roll(7, 0)
    expected = absorbing(lambda x, y: call(product, x, y), x, y)
    found = call(masked, x, y)
    kept = expected.isfinite()
    assert found.isfinite().equal(kept)
    torch.testing.assert_close(found[kept], expected[kept])
    x, y = torch.rand(2, 25, 2)
    torch.testing.assert_close(call(masked, x, y), call(product, x, y))


def test_large_sums_are_products_of_matrices() -> None:
    row, columns = torch.tensor([0.0, 1.0]), torch.full((2, LARGEST), 2.0)
    columns[0] = NAN
    assert masked.contract(row, columns).isnan().all()
    assert masked.look_up(columns[:, 0], torch.ones(2, LARGEST)).isnan().all()
    wide = torch.cat([torch.tensor([NAN]), torch.zeros(LARGEST)])
    first, second = torch.eye(2).repeat_interleave(len(wide), 1), torch.eye(len(wide)).repeat(1, 2)
    assert masked.outer(row, wide, first, second)[0].isnan()
    assert masked.contract(row, columns[:, : LARGEST // 2]).tolist() == [2.0] * (LARGEST // 2)
