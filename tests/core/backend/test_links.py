"""What Python puts into a neuron: which links fit, and how they are called."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from cajal_core import CajalError, Program
from cajal_core.backend.links import call_link, check_link, keeps_arguments, multiply
from cajal_core.backend.values.tensors import as_tensor, wrong_shape
from cajal_core.base import tys

V = tys.Space("V", (2, 3))
MAP = tys.Arrow(V, tys.Bool())
ANCHOR = torch.empty(0)
BINARY = tys.Arrow(tys.Bool(), tys.Arrow(tys.Nat(3), tys.Bool()))


def failing(_: Tensor) -> Tensor:
    raise IndexError


def looks(image: Tensor) -> Tensor:
    return image.flatten(1)[:, :2]


def test_a_link_has_the_shape_of_its_type() -> None:
    tensor = torch.rand(2, 6)
    assert check_link("f", {"f": MAP}, tensor, ANCHOR) is tensor
    assert check_link("f", {"f": MAP}, looks, ANCHOR) is looks
    with pytest.raises(CajalError, match=r"the extern `f` : V -o Bool has shape \(2, 6\), got \(6, 2\)"):
        check_link("f", {"f": MAP}, tensor.T, ANCHOR)
    with pytest.raises(CajalError, match="there is no extern `g`"):
        check_link("g", {"f": MAP}, tensor, ANCHOR)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("text", "must be a tensor, got str"),
        (torch.zeros(2, dtype=torch.complex64), "complex"),
        (torch.eye(2).to_sparse(), "sparse"),
    ],
)
def test_what_is_no_tensor_of_real_numbers(given: object, message: str) -> None:
    with pytest.raises(CajalError, match=message):
        as_tensor("it", given)


def test_a_callable_is_given_the_shapes_of_its_type() -> None:
    shapes = list[tuple[int, ...]]()

    def link(image: Tensor) -> Tensor:
        shapes.append(tuple(image.shape))
        return image.flatten(1)[:, :2].double()

    result = call_link("it", MAP, link, [torch.rand(5, 4, 6)], torch.float32)
    assert shapes == [(20, 2, 3)]
    assert isinstance(result, Tensor)
    assert (result.shape, result.dtype) == ((5, 4, 2), torch.float32)


def test_what_a_callable_returns_is_checked_and_what_it_raises_is_noted() -> None:
    with pytest.raises(CajalError, match=r"must return shape \(5, 2\)"):
        call_link("it", MAP, lambda image: image, [torch.rand(5, 6)], torch.float32)
    with pytest.raises(IndexError) as raised:
        call_link("`f`", MAP, failing, [torch.rand(5, 6)], torch.float32)
    assert raised.value.__notes__ == ["raised by what is linked to `f` : V -o Bool, called with (5, 2, 3)"]


@pytest.mark.parametrize("axes", [0, 1])
def test_a_tensor_is_multiplied_by_its_arguments(axes: int) -> None:
    tensor = torch.rand(7, *tys.shape(BINARY))
    inside = [4] * axes
    x, n = torch.rand(7, *inside, 2), torch.rand(7, *inside, 3)
    found = multiply(BINARY, tensor, axes, [x, n])
    # The last argument is a column of the matrix that is left: its index runs faster than the result's.
    expected = torch.einsum("bdnx,b...x,b...n->b...d", tensor.unflatten(1, (2, 3)), x, n)
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize("shared", [True, False])
def test_one_tensor_for_all_samples_is_applied_to_a_product_of_arguments(shared: bool) -> None:
    """Only of arguments over the same samples: those of a matrix's columns are not multiplied out."""
    image = tys.Space("Image", (20,))
    type = tys.Arrow(tys.Bool(), tys.Arrow(tys.Nat(3), tys.Arrow(image, image)))
    tensor = torch.rand(tys.shape(type))
    x, n, y = (
        torch.rand(7, 1, 2),
        torch.rand(7, 1, 3) if shared else torch.rand(1, 4, 3),
        torch.rand(7, 1, 20),
    )
    largest = []

    class Sizes(TorchFunctionMode):
        def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            result = function(*args, **kwargs or {})
            largest.append(result.numel() if isinstance(result, Tensor) else 0)
            return result

    with Sizes():
        found = multiply(type, tensor, 2, [x, n, y])
    expected = torch.einsum("dynx,bax,ban,bay->bad", tensor.unflatten(0, (20, 20, 3)), x, n, y)
    torch.testing.assert_close(found, expected)
    # The parameter itself, or for each sample and column what a Bool and a Nat leave of it.
    assert max(largest) == (tensor.numel() if shared else 7 * 4 * 20 * 20)


CONSTANT = "extern f : Bool -o Bool\ndef q (x : Bool) : Bool = if x then f true else true"
USED_TWICE = "space S[3]\nextern f : S -o S\ndef q (!s : S) : S * S = (f s, s)"
STEPS = "space S[3]\nextern f : S -o S\ndef q (s : S) (n : Nat[9]) : S = iter n { zero => s | succ y => f y }"
PASSED = "space S[3]\ndef q (!f : S -o S) (!s : S) : S * S = (f s, s)"
LEARNED = "learn w : Bool\nextern f : Bool -o Bool\ndef q (x : Bool) : Bool = if x then f w else w"


def halved(x: Tensor) -> Tensor:
    return x.mul_(0.5)


@pytest.mark.parametrize("source", [CONSTANT, USED_TWICE, STEPS, PASSED, LEARNED])
def test_a_callable_may_work_in_place(source: str) -> None:
    """The same values and gradients as by one that does not, each time, and the inputs stay as they were."""
    program = Program()
    program.run(source)
    torch.manual_seed(0)
    neurons = [program["q"], program["q"]]
    if "learn" in source:
        neurons[1].load_state_dict(neurons[0].state_dict())
    for neuron, link in zip(neurons, (halved, lambda x: x * 0.5), strict=True):
        if neuron.externs:
            neuron.link(f=link)
    for shape in ((), (4,), (3, 1)):
        given = [
            torch.rand(*shape, *tys.shape(argument.type)).requires_grad_()
            for argument in neurons[0].arguments
            if argument.name != "f"
        ]
        before = [tensor.detach().clone() for tensor in given]
        results = list[Tensor]()
        for _ in range(2):
            for neuron, link in zip(neurons, (halved, lambda x: x * 0.5), strict=True):
                for tensor in given:
                    tensor.grad = None
                result = neuron(*([link] if "(!f" in source else []), *given)
                result.square().sum().backward()
                results += [result.detach(), *(tensor.grad for tensor in given if tensor.grad is not None)]
        count = len(results) // 4
        for other in (1, 2, 3):
            torch.testing.assert_close(results[:count], results[other * count : (other + 1) * count])
        assert all(torch.equal(*pair) for pair in zip(before, given, strict=True))


def test_a_callable_may_view_what_it_is_given() -> None:
    program = Program()
    program.run("space S[2, 3]\nextern f : S -o Bool -o S\ndef q (x : Bool) (s : S) : S = f s x")
    neuron = program["q"].link(f=lambda s, x: s.view(-1, 6).view(-1, 2, 3).mul_(x.view(-1, 2, 1)))
    s = torch.rand(2, 3)
    torch.testing.assert_close(neuron(torch.rand(5, 2).fill_(2), s), (2 * s).expand(5, 2, 3))


@pytest.mark.parametrize("dtype", [torch.float64, torch.float16, torch.int64, torch.bool])
def test_a_result_of_another_dtype_promotes_nothing(dtype: torch.dtype) -> None:
    program = Program()
    program.run("extern c : Bool\nextern f : Bool -o Bool\ndef q (x : Bool) : Bool = if f x then c else true")
    constant = torch.tensor([[True, False]]).to(dtype)
    neuron = program["q"].link(c=lambda: constant, f=lambda x: constant.expand(len(x), 2))
    assert neuron(torch.rand(3, 2)).dtype == torch.float32
    assert neuron(torch.rand(3, 2).double()).dtype == torch.float64


def test_what_a_callable_returns_is_real_and_dense() -> None:
    for link, says in ((lambda x: x + 1j, "complex entries"), (lambda x: x.to_sparse(), "a sparse tensor")):
        with pytest.raises(CajalError, match=says):
            call_link("`f`", BINARY.result, link, [torch.rand(5, 3)], torch.float32)


@pytest.mark.parametrize(
    ("type", "given", "expression"),
    [
        (MAP, torch.rand(6, 2), "W.T"),
        (MAP, torch.rand(5, 6, 2), "W.mT"),
        (MAP, torch.rand(2, 2, 3), "W.flatten(1)"),
        (V, torch.rand(5, 6), "W.unflatten(-1, (2, 3))"),
        (V, torch.rand(5, 2, 3, 1), "W.squeeze(-1)"),
        (tys.Space("U", (6,)), torch.rand(5, 2, 3), "W.flatten(-2)"),
        (tys.Nat(3), torch.tensor([0, 2, 1, 1]), "torch.nn.functional.one_hot(W.long(), 3)"),
        (tys.Nat(3), torch.tensor(2, dtype=torch.int32), "torch.nn.functional.one_hot(W.long(), 3)"),
        (
            tys.Data("D", ("A", "B", "C")),
            torch.tensor([[0], [2]]),
            "torch.nn.functional.one_hot(W.long(), 3)",
        ),
        (tys.Bool(), torch.tensor([True, False, True]), "torch.stack([W == 1, W == 0], -1)"),
    ],
)
def test_the_way_out_of_a_wrong_shape_is_one(type: tys.Type, given: Tensor, expression: str) -> None:
    mistake = wrong_shape("it", type, given, "", "W")
    assert mistake.help is not None
    assert f"`{expression}`" in mistake.help
    mended = eval(expression, {"torch": torch, "W": given})
    assert tuple(mended.shape[mended.ndim - len(tys.shape(type)) :]) == tys.shape(type)


def test_a_shape_without_a_way_out_names_none() -> None:
    assert wrong_shape("it", MAP, torch.rand(7, 5), "", "W").help is None


def test_only_what_may_change_its_arguments_is_given_copies():
    class Own(nn.Linear):
        pass

    hooked, patched = nn.Linear(2, 2), nn.Linear(2, 2)
    hooked.register_forward_pre_hook(lambda _, given: given[0].zero_())
    patched.forward = lambda input: input.zero_()  # noqa: A006  # as torch calls it
    for link in (nn.Linear(2, 2), nn.Sequential(nn.ReLU(), nn.Flatten(), nn.Dropout())):
        assert keeps_arguments(link)
    for link in (torch.relu_, nn.ReLU(inplace=True), nn.Sequential(nn.ELU(inplace=True)), Own(2, 2), hooked):
        assert not keeps_arguments(link)
    assert not keeps_arguments(patched)
    given = torch.rand(5, 2)
    program = Program()
    program.run("def twice (!f : Bool -o Bool) (x : Bool) : Bool = f (f x)")
    for f in (hooked, patched, nn.Dropout(1.0, inplace=True), nn.Linear(2, 2)):
        before = given.clone()
        program["twice"](f, given)
        assert torch.equal(given, before)


def test_a_module_of_another_dtype_says_which_and_its_ways_out_work() -> None:
    program = Program()
    program.run("extern net : Bool -o Bool")
    net, x = nn.Linear(2, 2).double(), torch.rand(3, 2)
    neuron = program["net"].link(net=net)
    with pytest.raises(CajalError, match=r"parameters of float64, .* arguments of float32"):
        neuron(x)
    assert neuron(x.double()).dtype == torch.float64
    net.float()
    assert neuron(x).dtype == torch.float32
    with pytest.raises(CajalError, match=r"parameters of float32, .* arguments of float64"):
        neuron(x.double())
