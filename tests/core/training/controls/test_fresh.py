"""Networks made anew, and counted."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

import cajal_core as cajal
from cajal_core import CajalError, Linked, Neuron
from cajal_core.training.controls.fresh import fed, fresh, neuron_of, parts, trained, widened

SOURCE = """
space Image[2, 2]
extern left : Image -o Bool
extern right : Image -o Bool
learn w : Bool -o Bool
def same (a : Image) (b : Image) : Bool = if left a then w (right b) else right b
"""


def network(outputs: int = 2) -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(4, 3), nn.BatchNorm1d(3), nn.Linear(3, outputs))


def same(left: nn.Module, right: nn.Module) -> Neuron:
    return cajal.load(SOURCE).compile("same", link={"left": left, "right": right})


def weights(model: nn.Module) -> list[Tensor]:
    return [tensor for name, tensor in model.named_parameters() if tensor.ndim == 2]


def test_a_fresh_model_has_learned_nothing_and_the_old_one_stays() -> None:
    old = same(network(), network())
    old(torch.rand(5, 2, 2), torch.rand(5, 2, 2))
    before = [tensor.detach().clone() for tensor in old.parameters()]
    new = fresh(old, {})
    assert all(not torch.equal(one, other) for one, other in zip(weights(new), weights(old), strict=True))
    assert new.get_buffer("extern_left.2.running_mean").tolist() == [0, 0, 0]
    assert all(torch.equal(one, other) for one, other in zip(old.parameters(), before, strict=True))
    torch.manual_seed(3)
    first = fresh(old, {})
    torch.manual_seed(3)
    second = fresh(old, {})
    assert all(
        torch.equal(one, other) for one, other in zip(first.parameters(), second.parameters(), strict=True)
    )


def test_shared_networks_stay_shared_and_are_counted_once() -> None:
    shared = network()
    new = fresh(same(shared, shared), {})
    assert isinstance(new, Neuron)
    assert new.extern_left is new.extern_right
    assert trained(new, parts(new)) == {"left, right": 15 + 6 + 8, "w": 4}
    made = list[nn.Module]()
    factories = {"right": lambda outputs: made.append(network(outputs)) or made[-1]}
    new = fresh(same(shared, shared), factories)  # a factory of one name makes it for both
    assert new.extern_left is new.extern_right is made[0]
    assert len(made) == 1


def test_what_is_frozen_stays() -> None:
    frozen = network().requires_grad_(False)
    new = fresh(same(frozen, network()), {})
    assert torch.equal(new.get_parameter("extern_left.1.weight"), frozen.get_parameter("1.weight"))
    assert trained(new, parts(new)) == {"right": 29, "w": 4}


def test_networks_of_a_linked_are_made_anew() -> None:
    neuron = cajal.load(SOURCE).compile(r"\x:Bool. w x")
    old = Linked(neuron, x=network())
    new = fresh(old, {})
    assert not torch.equal(weights(new)[-1], weights(old)[-1])
    assert neuron_of(new) is not neuron
    made = network()
    assert fed(fresh(old, {"x": lambda _: made})) == {"x": made}


def test_factories_know_the_number_of_outputs() -> None:
    asked = list[int]()

    def make(outputs: int) -> nn.Module:
        asked.append(outputs)
        return network(outputs)

    fresh(same(network(), network()), {"left": make})
    fresh(cajal.load(SOURCE)["same"], {"left": make, "right": make})  # nothing is linked there yet
    assert asked == [2, 2, 2]


def test_what_cannot_be_reset_asks_for_a_factory() -> None:
    class Own(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.bias = nn.Parameter(torch.zeros(2))

        def forward(self, image: Tensor) -> Tensor:
            return image.flatten(1)[:, :2] + self.bias

    old = same(Own(), network())
    with pytest.raises(CajalError, match="nothing resets a Own"):
        fresh(old, {})
    fresh(old, {"left": lambda _: Own()})
    prior = cajal.load("extern p : Bool").compile("p", link={"p": nn.Parameter(torch.rand(2))})
    with pytest.raises(CajalError, match="a tensor that is trained"):
        fresh(prior, {})
    fresh(prior, {"p": lambda _: nn.Parameter(torch.rand(2))})
    with pytest.raises(CajalError, match="no network `q`"):
        fresh(prior, {"q": lambda _: nn.Parameter(torch.rand(2))})


def test_a_last_linear_layer_is_widened() -> None:
    old = nn.Sequential(nn.Flatten(), nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2, bias=False)))
    new = widened(old, 8)
    assert new is not None
    assert new(torch.rand(5, 2, 2)).shape == (5, 8)
    assert [tuple(tensor.shape) for tensor in new.parameters()] == [(3, 4), (3,), (8, 3)]
    for network in (
        nn.Sequential(nn.Linear(4, 2), nn.Softmax(-1)),
        nn.Bilinear(2, 2, 2),
        nn.Sequential(),
        None,
    ):
        assert widened(network, 8) is None
