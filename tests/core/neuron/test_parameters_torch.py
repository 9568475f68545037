"""A neuron with learned tensors under torch's tools for modules."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import Tensor, nn
from torch.func import functional_call, grad, jacrev, stack_module_state, vmap
from torch.nn.utils import parametrizations, parametrize, prune

from cajal_core import Linked, Neuron, Program

SOURCE = """
learn table : Bool -o Nat[3]
learn turn : Nat[3] -o Nat[3]
learn start : Bool
extern net : Nat[3] -o Bool
def pure (x : Bool) : Nat[3] = turn (turn (table x))
def mixed (x : Bool) : Bool = net (pure x)
def closed : Nat[3] = table start
def steps (n : Nat[20]) (x : Nat[3]) : Nat[3] = iter n { zero => x | succ y => turn y }
def over (f : Bool -o Bool) (x : Bool) : Nat[3] = table (f x)
"""

NAMES = ["pure", "mixed", "closed", "steps", "over"]


def made(name: str) -> Neuron:
    program = Program()
    program.run(SOURCE)
    neuron = program[name]
    return neuron.link(net=nn.Linear(3, 2)) if neuron.externs else neuron


def given(neuron: Neuron, *batch: int) -> list[Tensor]:
    shapes = {"Bool": (2,), "Nat[3]": (3,), "Nat[20]": (20,), "Bool -o Bool": (2, 2)}
    return [torch.rand(*batch, *shapes[str(argument.type)]) for argument in neuron.arguments]


def parameters_of(neuron: nn.Module) -> dict[str, Tensor]:
    return {name: parameter.detach() for name, parameter in neuron.named_parameters()}


@pytest.mark.parametrize("name", NAMES)
def test_a_functional_call_is_a_call_with_other_parameters(name: str) -> None:
    neuron, other = made(name), made(name)
    inputs = given(neuron, 4)
    torch.testing.assert_close(
        functional_call(neuron, parameters_of(other), tuple(inputs)), other(*inputs).detach()
    )
    torch.testing.assert_close(functional_call(neuron, neuron.state_dict(), tuple(inputs)), neuron(*inputs))


@pytest.mark.parametrize("name", NAMES)
def test_gradients_over_parameters_are_those_of_backward(name: str) -> None:
    neuron = made(name)
    inputs, parameters = given(neuron, 4), parameters_of(neuron)

    def loss(parameters: dict[str, Tensor]) -> Tensor:
        return functional_call(neuron, parameters, tuple(inputs)).square().sum()

    found = grad(loss)(parameters)
    neuron(*inputs).square().sum().backward()
    for key, parameter in neuron.named_parameters():
        torch.testing.assert_close(found[key], parameter.grad)
    assert jacrev(loss)(parameters).keys() == parameters.keys()


@pytest.mark.parametrize("name", [name for name in NAMES if name != "closed"])
def test_gradients_of_each_sample(name: str) -> None:
    neuron = made(name)
    inputs, parameters = given(neuron, 5), parameters_of(neuron)

    def loss(parameters: dict[str, Tensor], *sample: Tensor) -> Tensor:
        return functional_call(neuron, parameters, sample).square().sum()

    found = vmap(grad(loss), in_dims=(None, *[0] * len(inputs)))(parameters, *inputs)
    for index in range(5):
        neuron.zero_grad()
        neuron(*[tensor[index] for tensor in inputs]).square().sum().backward()
        for key, parameter in neuron.named_parameters():
            torch.testing.assert_close(found[key][index], parameter.grad)


@pytest.mark.parametrize("name", NAMES)
def test_an_ensemble_is_stacked(name: str) -> None:
    first = made(name)
    ensemble = [first, copy.deepcopy(first).initialize("normal"), made(name)]
    inputs = given(first, 4)
    stacked = stack_module_state(ensemble)  # type: ignore[arg-type]  # a list of modules
    skeleton = copy.deepcopy(first).to("meta")

    def run(parameters: dict[str, Tensor], buffers: dict[str, Tensor]) -> Tensor:
        return functional_call(skeleton, (parameters, buffers), tuple(inputs))

    if inputs:  # without any, the device is that of the skeleton
        torch.testing.assert_close(vmap(run)(*stacked), torch.stack([each(*inputs) for each in ensemble]))


def test_a_linked_network_in_front() -> None:
    fed = Linked(made("pure"), x=nn.Linear(4, 2))
    parameters = {key: 2 * value for key, value in parameters_of(fed).items()}
    inputs = torch.rand(3, 4)
    expected = copy.deepcopy(fed)
    with torch.no_grad():
        for parameter in expected.parameters():
            parameter.mul_(2)
    torch.testing.assert_close(functional_call(fed, parameters, inputs), expected(inputs))


class Stochastic(nn.Module):
    def forward(self, tensor: Tensor) -> Tensor:
        return tensor.softmax(0)


@pytest.mark.parametrize("name", NAMES)
def test_a_parametrization_is_trained_through(name: str) -> None:
    neuron = made(name)
    [key, *_] = [key for key, _ in neuron.named_parameters() if key.startswith("learn_")]
    parametrize.register_parametrization(neuron, key, Stochastic())
    learned = neuron.learned[key.removeprefix("learn_")]
    torch.testing.assert_close(learned.sum(0), torch.ones(learned.shape[1:]))
    neuron(*given(neuron, 4)).square().sum().backward()
    assert neuron.parametrizations[key].original.grad is not None  # type: ignore[index,union-attr]
    again = copy.deepcopy(neuron)
    inputs = given(neuron, 2)
    torch.testing.assert_close(again(*inputs), neuron(*inputs))


def test_what_has_an_inverse_is_initialized() -> None:
    neuron = made("steps")
    parametrizations.weight_norm(neuron, "learn_turn")
    assert {key for key, _ in neuron.named_parameters()} == {
        "parametrizations.learn_turn.original0",
        "parametrizations.learn_turn.original1",
    }
    neuron.initialize("identity")
    torch.testing.assert_close(neuron.learned["turn"], torch.eye(3))
    inputs = given(neuron, 4)
    torch.testing.assert_close(neuron(*inputs), inputs[1] * inputs[0].sum(-1, keepdim=True))


def test_pruning_holds_for_all_that_a_neuron_tells() -> None:
    neuron = made("pure")
    prune.random_unstructured(neuron, "learn_table", amount=4)
    mask = neuron.get_buffer("learn_table_mask")
    optimizer = torch.optim.SGD(neuron.parameters(), 0.5)
    for _ in range(3):
        optimizer.zero_grad()
        neuron.matrix().square().sum().backward()  # never a call, before which torch applies the mask
        optimizer.step()
    expected = neuron.get_parameter("learn_table_orig") * mask
    torch.testing.assert_close(neuron.matrix(), neuron.learned["turn"].matrix_power(2) @ expected)
    x = torch.rand(2)
    torch.testing.assert_close(neuron.matrix() @ x, neuron(x))
    torch.testing.assert_close(neuron.trace(x).result, neuron(x))
    neuron.initialize("normal")
    torch.testing.assert_close(neuron.learned["table"] == 0, mask == 0)
    prune.remove(neuron, "learn_table")
    torch.testing.assert_close(neuron(x), neuron.matrix() @ x)
