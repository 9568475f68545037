"""T and C as models: their networks, where they are, and that they train."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

import cajal_core as cajal
from cajal_core import Linked, Neuron
from cajal_core.training.controls.fronts import ImpossibleError
from cajal_core.training.controls.replaced import church_of, table_of

SOURCE = """
space Image[2, 2]
extern left : Image -o Bool
extern right : Image -o Bool
extern step : Image -o Image
extern count : Image -o Nat[3]
learn w : Bool -o Bool
def same (a : Image) (b : Image) : Bool = if left a then w (right b) else right b
def often (x : Image) (d : Image) : Image = iter count d { zero => x | succ y => step y }
"""


def network(outputs: int = 2) -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(4, 3), nn.Linear(3, outputs))


@pytest.fixture
def same() -> Neuron:
    return cajal.load(SOURCE).compile("same", link={"left": network(), "right": network()})


def trains(model: nn.Module, *inputs: Tensor) -> bool:
    """Whether each parameter gets a gradient."""
    model(*inputs).square().sum().backward()
    return all(tensor.grad is not None for tensor in model.parameters())


def test_a_table_has_the_networks_in_front_and_no_others(same: Neuron) -> None:
    replaced = table_of(same, {})
    assert replaced.trains == {"left": 23, "right": 23, "T": 8}
    model = replaced.build()
    assert sorted({name.partition(".")[0] for name, _ in model.named_parameters()}) == [
        "extern_left",
        "extern_right",
        "learn_T",
    ]
    assert trains(model, torch.rand(5, 2, 2), torch.rand(5, 2, 2))
    often = cajal.load(SOURCE).compile("often", link={"count": network(3), "step": nn.Conv1d(2, 2, 1)})
    replaced = table_of(often, {})
    assert replaced.trains == {"count": 27, "T": 4 * 4 * 3}
    assert trains(replaced.build(), torch.rand(5, 2, 2), torch.rand(5, 2, 2))


def test_what_is_built_is_new_each_time(same: Neuron) -> None:
    for replaced in (table_of(same, {}), church_of(same, {})):
        one, other = replaced.build(), replaced.build()
        assert not {id(tensor) for tensor in one.parameters()} & {id(tensor) for tensor in other.parameters()}
        pairs = zip(one.parameters(), other.parameters(), strict=True)
        assert not any(torch.equal(first, second) for first, second in pairs if first.ndim == 2)


def test_church_networks_have_eight_outputs(same: Neuron) -> None:
    replaced = church_of(same, {})
    # `right` is a branch and no condition.
    assert replaced.trains == {"left": 15 + 32, "right": 15 + 32, "w": 4}
    assert trains(replaced.build(), torch.rand(5, 2, 2), torch.rand(5, 2, 2))


def test_a_linked_keeps_its_encodings() -> None:
    eq = cajal.Program().compile(r"\x:Bool. \y:Bool. if x then y else (if y then false else true)")
    model = Linked(eq, x=nn.Linear(4, 2), y=nn.Linear(4, 2), encode="softmax")
    inputs = torch.rand(5, 4), torch.rand(5, 4)
    for replaced in (table_of(model, {}), church_of(model, {})):
        made = replaced.build()
        assert isinstance(made, Linked)
        assert trains(made, *inputs)
    weights = church_of(model, {}).build()(*inputs)
    assert (weights >= 0).all() and torch.allclose(weights.sum(-1), torch.ones(5))
    assert table_of(model, {}).trains == {"x": 10, "y": 10, "T": 8}


@pytest.mark.parametrize("how", ["softmax", "simplex", "sigmoid", "norm", "raw"])
def test_an_encoded_network_stays_encoded(how: Any) -> None:
    soft = cajal.Ramp(4.0, 1.0, steps=10) if how == "softmax" else 1.0
    odd = cajal.encode(network(), how, temperature=soft)
    model = cajal.load(SOURCE.replace("w (right b)", "right b")).compile(
        "same", link={"left": odd, "right": odd}
    )
    inputs = torch.rand(5, 2, 2), torch.rand(5, 2, 2)
    made = church_of(model, {}).build()
    assert trains(made, *inputs)
    encoded = next(part for part in made.modules() if isinstance(part, cajal.Encoded))
    assert encoded.how == how
    if how in ("softmax", "simplex"):
        assert torch.allclose(made(*inputs).sum(-1), torch.ones(5))
    if how == "softmax":
        assert "Ramp(start=4.0" in str(encoded)
        # What is certain is a boolean: the first branch, or the second one.
        boolean = torch.tensor([1, 0, 1, 0, 0, 1, 0, 1.0])
        last = [part for part in encoded.modules() if isinstance(part, nn.Linear)][-1]
        with torch.no_grad():
            last.weight.zero_()
            last.bias.copy_(100 * boolean)
        assert torch.allclose(encoded(inputs[0]).flatten(1), boolean.expand(5, 8))


def test_a_shared_network_is_shared_in_both() -> None:
    shared = network()
    model = cajal.load(SOURCE).compile("same", link={"left": shared, "right": shared})
    assert table_of(model, {}).trains == {"left, right": 23, "T": 8}
    eq = cajal.Program().compile(r"\x:Bool. \y:Bool. if x then (if y then true else false) else y")
    net = nn.Linear(4, 2)
    assert church_of(Linked(eq, x=net, y=net), {}).trains == {"x, y": 40}


def test_dtype_device_and_mode_are_those_of_the_model(same: Neuron) -> None:
    same.double().eval()
    inputs = torch.rand(5, 2, 2).double(), torch.rand(5, 2, 2).double()
    for replaced in (table_of(same, {}), church_of(same, {})):
        model = replaced.build()
        assert {tensor.dtype for tensor in model.parameters()} == {torch.float64}
        assert model(*inputs).dtype == torch.float64


def test_what_cannot_be_widened_asks_for_a_factory(same: Neuron) -> None:
    same.link(left=nn.Sequential(nn.Flatten(), nn.Linear(4, 2), nn.Softmax(-1)))
    with pytest.raises(ImpossibleError, match=r"networks=\{'left': lambda outputs: …\}"):
        church_of(same, {})
    made = church_of(same, {"left": network})
    assert made.trains["left"] == 15 + 32
    assert trains(made.build(), torch.rand(5, 2, 2), torch.rand(5, 2, 2))
