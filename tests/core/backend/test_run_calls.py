"""Calls that do not read each other: one call of a module, where that gives the same."""

from __future__ import annotations

import pickle
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from cajal_core import CajalError, Linked, Neuron, load
from cajal_core.backend.calls import shared

SOURCE = """
extern left : Bool -o Bool
extern right : Bool -o Bool
def not (x : Bool) : Bool = if x then false else true
def eq (x : Bool) (y : Bool) : Bool = if x then y else not y
def same (a : Bool) (b : Bool) : Bool = eq (left a) (right b)
def three (a : Bool) (b : Bool) (c : Bool) : Bool = eq (left a) (eq (not (left b)) (right c))
def given (!f : Bool -o Bool) (a : Bool) (b : Bool) : Bool = eq (f a) (f b)
def along (xs : List[5] Bool) : Bool = fold xs { nil => true | snoc h x => eq (left h) (right x) }
"""


class Net(nn.Module):
    """Three linear layers apart from torch's own, which note the samples of each call."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 2), nn.Softmax(-1))
        self.calls = list[int]()

    def forward(self, x: Tensor) -> Tensor:
        self.calls.append(len(x))
        return self.layers(x)


def neuron_of(name: str, network: Callable[[Tensor], Tensor]) -> Neuron:
    neuron = load(SOURCE).compile(name, link={"left": network, "right": network})
    if isinstance(network, Net):
        network.calls.clear()
    return neuron


@pytest.fixture
def apart(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Tensor]], Tensor]:
    """What a function returns where each call is made by itself."""

    def result(function: Callable[[], Tensor]) -> Tensor:
        with monkeypatch.context() as patch:
            patch.setattr(shared, "MOST_SAMPLES", 0)
            return function()

    return result


def test_a_network_under_two_names_is_called_once(apart: Callable[[Callable[[], Tensor]], Tensor]) -> None:
    network = Net()
    neuron = neuron_of("same", network)
    a, b = torch.rand(5, 2), torch.rand(1, 2)
    result = neuron(a, b)
    assert network.calls == [6]
    gradients = torch.autograd.grad(result[:, 0].sum(), [*network.parameters()])
    network.calls.clear()
    expected = apart(lambda: neuron(a, b))
    assert network.calls == [5, 1]
    torch.testing.assert_close(result, expected)
    torch.testing.assert_close(
        gradients, torch.autograd.grad(expected[:, 0].sum(), [*network.parameters()]), rtol=1e-4, atol=1e-6
    )


def test_each_network_is_called_once() -> None:
    first, second = Net(), Net()
    neuron = load(SOURCE).compile("three", link={"left": first, "right": second})
    for network in (first, second):
        network.calls.clear()
    neuron(torch.rand(4, 2), torch.rand(4, 2), torch.rand(4, 2))
    assert (first.calls, second.calls) == ([8], [4])


def test_an_argument_and_a_step_are_called_once_too() -> None:
    network = Net()
    load(SOURCE).compile("given")(network, torch.rand(4, 2), torch.rand(3, 4, 2)[0])
    assert network.calls == [8]
    neuron = neuron_of("along", network)
    network.calls.clear()
    neuron(torch.rand(4, 3, 2))
    assert network.calls == [5, 8, 8]  # the first state is one sample


class Fixed(Net):
    """Has a number of samples written into it."""

    def forward(self, x: Tensor) -> Tensor:
        self.calls.append(len(x))
        return self.layers(x if len(x) < 4 else x.reshape(4, 2))


class Counting(nn.Module):
    """Notes the samples of each call, and is made of whatever layer."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.layer = layer
        self.calls = list[int]()

    def forward(self, x: Tensor) -> Tensor:
        self.calls.append(len(x))
        return self.layer(x)


def test_what_sees_the_batch_is_called_for_each_value() -> None:
    norm = Counting(nn.BatchNorm1d(2))
    neuron = neuron_of("same", norm)
    norm.calls.clear()
    neuron(torch.rand(4, 2), torch.rand(4, 2))
    neuron.eval()(torch.rand(4, 2), torch.rand(4, 2))
    assert norm.calls == [4, 4, 8]
    network = Net()
    neuron = neuron_of("same", network)
    handle = network.register_forward_hook(lambda *_: None)
    neuron(torch.rand(4, 2), torch.rand(4, 2))
    handle.remove()
    neuron(torch.rand(4, 2), torch.rand(4, 2))
    assert network.calls == [4, 4, 8]
    sizes = list[int]()
    neuron = neuron_of("same", lambda x: sizes.append(len(x)) or x)
    sizes.clear()
    neuron(torch.rand(4, 2), torch.rand(4, 2))
    assert sizes == [4, 4]


def test_a_network_that_takes_no_other_batch_is_called_for_each_value() -> None:
    network = Fixed()
    neuron = neuron_of("same", network)
    assert neuron(torch.rand(4, 2), torch.rand(4, 2)).shape == (4, 2)
    assert network.calls == [8, 4, 4]


def test_a_failure_names_one_extern() -> None:
    network = Net()
    neuron = neuron_of("same", network)
    network.layers = nn.Sequential(nn.Linear(3, 2))
    with pytest.raises(RuntimeError) as caught:
        neuron(torch.rand(4, 2), torch.rand(4, 2))
    assert "linked to the extern `left` : Bool -o Bool, called with (4, 2)" in caught.value.__notes__[0]
    network.layers = nn.Sequential(nn.Linear(2, 3))
    with pytest.raises(CajalError, match=r"`left` : Bool -o Bool must return shape \(4, 2\)"):
        neuron(torch.rand(4, 2), torch.rand(4, 2))


def test_an_argument_is_not_changed_in_place() -> None:
    network = Counting(nn.ReLU(inplace=True))
    neuron = neuron_of("same", network)
    a, b = -torch.rand(4, 2), -torch.rand(4, 2)
    kept = a.clone(), b.clone()
    neuron(a, b)
    assert torch.equal(a, kept[0])
    assert torch.equal(b, kept[1])


def test_dropout_is_a_function_of_the_seed() -> None:
    neuron = neuron_of("same", Counting(nn.Dropout(0.5)))
    a, b = torch.rand(64, 2), torch.rand(64, 2)

    def seeded() -> Tensor:
        torch.manual_seed(1)
        return neuron(a, b)

    assert torch.equal(seeded(), seeded())
    ones = torch.ones(64, 2)
    dropped = seeded() * 0 + neuron(ones, ones)
    assert len(dropped.unique()) > 2  # each sample has a mask of its own


def test_values_that_are_not_finite_are_seen_as_before() -> None:
    neuron = load(SOURCE).compile("three", link={"left": Net(), "right": Net()})
    a = torch.tensor([[1.0, 0.0], [torch.inf, 0.0]])
    assert neuron(a, a, a)[0].isfinite().all()


def test_a_trace_shows_each_call() -> None:
    network = Net()
    neuron = neuron_of("same", network)
    a, b = torch.rand(4, 2), torch.rand(4, 2)
    trace = neuron.trace(a, b)
    assert network.calls == [4, 4]
    for name, given in (("left", a), ("right", b)):
        torch.testing.assert_close(trace[neuron.probe(name)], network(given))


@pytest.mark.parametrize("name", ["same", "three", "along"])
def test_a_scaled_run_makes_the_same_calls(name: str) -> None:
    network = Net()
    neuron = neuron_of(name, network)
    given = [torch.rand(4, 3, 2)] if name == "along" else [torch.rand(4, 2) for _ in neuron.arguments]
    expected = neuron(*given)
    calls = [*network.calls]
    network.calls.clear()
    torch.testing.assert_close(neuron.log(*given).exp(), expected)
    assert network.calls == calls


def test_the_same_in_transforms_and_copies() -> None:
    network = Net()
    neuron = neuron_of("same", network)
    a, b = torch.rand(4, 2), torch.rand(4, 2)
    expected = neuron(a, b)
    torch.testing.assert_close(torch.vmap(neuron)(a, b), expected)
    torch.testing.assert_close(pickle.loads(pickle.dumps(neuron))(a, b), expected)
    torch.testing.assert_close(neuron.log(a, b).exp(), expected)
    gradient = torch.func.grad(lambda x: neuron(x, b)[:, 0].sum())(a)
    derivative = neuron.jacobian(a, b)[0]
    assert derivative is not None
    torch.testing.assert_close(gradient, derivative[:, 0])
    result = next(each for each in neuron.wiring().graph["code"] if each["op"] == "table")
    part = neuron.part(result["to"], {each["to"] for each in neuron.wiring().graph["code"][2:]})
    assert part is not None
    torch.testing.assert_close(part(a, b), expected)


def test_networks_in_front_of_a_neuron_are_called_once() -> None:
    network = Net()
    linked = Linked(load(SOURCE).compile("eq"), x=network, y=network)
    a, b = torch.rand(4, 2), torch.rand(4, 2)
    result = linked(a, b)
    assert network.calls == [8]
    torch.testing.assert_close(result, load(SOURCE).compile("eq")(network(a), network(b)))
    network.calls.clear()
    assert linked(a[0], b[0]).shape == (2,)  # one sample has no batch
    assert network.calls == [2, 2]  # the length of each
