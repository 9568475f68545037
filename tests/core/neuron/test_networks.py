"""Networks in front of a neuron."""

import copy
import pickle

import pytest
import torch
from torch import nn

from cajal_core import CajalError, Linked, Program
from cajal_core.ir import graph as ir
from cajal_core.ir.analysis import Degrees, degrees

SOURCE = """
def eq (x : Bool) (y : Bool) : Bool = if x then y else (if y then false else true)
def at (f : Bool -o Bool) (x' : Bool) : Bool = f x'
"""


@pytest.fixture
def program() -> Program:
    program = Program()
    program.run(SOURCE)
    return program


def test_networks_feed_arguments_and_others_pass_through(program: Program) -> None:
    left = nn.Linear(5, 2)
    model = Linked(program["eq"], x=left, encode="softmax")
    image, y = torch.rand(7, 5), torch.rand(7, 2)
    torch.testing.assert_close(model(image, y), program["eq"](torch.softmax(left(image), -1), y))
    model(image, y).sum().backward()
    assert left.weight.grad is not None
    assert "network_x.weight" in model.state_dict()


def test_each_argument_has_its_own_encoding(program: Program) -> None:
    left, right = nn.Linear(5, 2), nn.Linear(5, 2)
    model = Linked(program["eq"], x=left, y=right, encode={"x": torch.sigmoid, "y": "raw"})
    a, b = torch.rand(3, 5), torch.rand(3, 5)
    torch.testing.assert_close(model(a, b), program["eq"](torch.sigmoid(left(a)), right(b)))


def test_a_network_may_return_a_matrix_flattened_and_take_two_inputs(program: Program) -> None:
    class Net(nn.Module):
        def forward(self, first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
            return torch.cat([first, second], -1)

    model = Linked(program["at"], {"f": Net()}, encode="softmax")
    first, second, x = torch.rand(6, 2), torch.rand(6, 2), torch.rand(6, 2)
    matrix = torch.softmax(torch.stack([first, second], -2), -2)  # each column a distribution
    torch.testing.assert_close(model((first, second), x), program["at"](matrix, x))


def test_guards_bound_norms(program: Program) -> None:
    x = torch.tensor([3.0, 4.0])
    eq = program["eq"]
    spectral = Linked(eq, x=nn.Identity(), guard="spectral")
    torch.testing.assert_close(spectral(x, x), eq(x / 5, x))
    torch.testing.assert_close(spectral(x / 50, x), eq(x / 50, x))
    simplex = Linked(eq, x=nn.Identity(), y=nn.Identity(), guard={"x": "simplex"})
    torch.testing.assert_close(simplex(torch.tensor([-1.0, 2.0]), x), eq(torch.tensor([0.0, 1.0]), x))
    torch.testing.assert_close(simplex(torch.tensor([-1.0, -2.0]), x), eq(torch.tensor([0.5, 0.5]), x))
    matrix = torch.tensor([[0.0, 10.0], [5.0, 0.0]])
    guarded = Linked(program["at"], f=nn.Identity(), guard="spectral")
    torch.testing.assert_close(guarded(matrix, x), program["at"](matrix / 10, x))


def test_a_guarded_recurrence_stays_bounded() -> None:
    program = Program(nat_size=200)
    program.run("def run (!f : Bool -o Bool) (n : Nat) : Bool = iter n { zero => true | succ y => f y }")
    count = torch.eye(200)[199]
    matrix = 3 * torch.ones(2, 2)
    with pytest.raises(CajalError, match="the recurrence of `y` over 200 steps grew past the largest number"):
        program["run"](matrix, count)
    assert torch.isfinite(Linked(program["run"], f=nn.Identity(), guard="spectral")(matrix, count)).all()


def test_mistakes_are_named(program: Program) -> None:
    eq = program["eq"]
    with pytest.raises(CajalError, match="no argument `z` to feed"):
        Linked(eq, z=nn.Identity())
    with pytest.raises(CajalError, match="no encoding of `x` is called 'hard'"):
        Linked(eq, x=nn.Identity(), encode="hard")  # type: ignore[arg-type]
    with pytest.raises(CajalError, match="no guard of `x` is called 'hard'"):
        Linked(eq, x=nn.Identity(), guard="hard")  # type: ignore[arg-type]
    with pytest.raises(
        CajalError, match=r"what feeds the argument `x` : Bool has shape \(\.\.\., 2\), got \(4, 3\)"
    ):
        Linked(eq, x=nn.Linear(5, 3))(torch.rand(4, 5), torch.rand(4, 2))
    with pytest.raises(CajalError, match="2 inputs are needed, one an argument, got 1"):
        Linked(eq, x=nn.Identity())(torch.rand(4, 2))


def test_degrees_are_computed_once_a_neuron(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    walks = list[object]()

    def counting(graph: ir.Graph) -> Degrees:
        walks.append(graph)
        return degrees(graph)

    monkeypatch.setattr("cajal_core.neuron.module.degrees", counting)
    model = Linked(program["eq"], x=nn.Linear(5, 2))
    for copied in (model, copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        for _ in range(3):
            assert copied(torch.rand(4, 5), torch.rand(4, 2)).shape == (4, 2)
        assert [argument.degree for argument in copied.neuron.arguments] == [1, 1]
    assert len(walks) == 1
    model.neuron.arguments.clear()
    assert len(model.neuron.arguments) == 2


def test_a_network_and_an_encoding_may_work_in_place(program: Program) -> None:
    image, kept = -torch.rand(4, 2), nn.Identity()
    model = Linked(program["eq"], x=nn.ReLU(inplace=True), y=kept, encode={"y": lambda value: value.neg_()})
    before = image.clone()
    torch.testing.assert_close(model(image, image), program["eq"](torch.relu(before), -before))
    assert torch.equal(image, before)


def test_inputs_by_name(program: Program) -> None:
    model = Linked(program["at"], {"x'": nn.Linear(5, 2)})
    matrix, x = torch.rand(2, 2), torch.rand(3, 5)
    torch.testing.assert_close(model(matrix, **{"x'": x}), model(matrix, x))
    with pytest.raises(CajalError, match="the neuron has no argument `y`"):
        model(matrix, y=x)


def test_arguments_may_be_called_as_settings_are() -> None:
    program = Program()
    program.run("def eq (encode : Bool) (self : Bool) : Bool = if encode then self else (drop self in false)")
    left, right = nn.Linear(5, 2), nn.Linear(5, 2)
    model = Linked(program["eq"], {"encode": left, "self": right}, encode="softmax")
    x = torch.rand(3, 5)
    expected = program["eq"](torch.softmax(left(x), -1), torch.softmax(right(x), -1))
    torch.testing.assert_close(model(x, x), expected)


def test_an_encoding_that_is_a_module_is_trained_too(program: Program) -> None:
    model = Linked(program["eq"], x=nn.Linear(5, 2), encode=nn.Sequential(nn.Linear(2, 2), nn.Softmax(-1)))
    model(torch.rand(3, 5), torch.rand(3, 2)).sum().backward()
    assert len([*model.parameters()]) == 4
    assert "encode_x.0.weight" in model.state_dict()


def test_what_a_network_or_an_encoding_returns_is_checked(program: Program) -> None:
    class Tuple(nn.Module):
        def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, ...]:
            return (x, x)

    with pytest.raises(CajalError, match="what feeds the argument `x` must be a tensor, got tuple"):
        Linked(program["eq"], x=Tuple())(torch.rand(3, 2), torch.rand(3, 2))
    with pytest.raises(CajalError, match="what `encode` makes of the argument `x` : Bool has shape"):
        Linked(program["eq"], x=nn.Identity(), encode=lambda value: value.sum())(torch.rand(2), torch.rand(2))
    with pytest.raises(CajalError, match="different numbers of dimensions"):
        Linked(program["eq"], x=nn.Identity())(torch.rand(3, 1, 2), torch.rand(3, 2))
    with pytest.raises(CajalError, match="Linear is given without the name"):
        Linked(program["eq"], nn.Linear(5, 2))  # type: ignore[arg-type]


def test_it_tells_how_each_argument_is_encoded(program: Program) -> None:
    linked = Linked(program["eq"], x=nn.Identity(), y=nn.Identity(), encode={"x": "softmax"})
    assert linked.encodings == {"x": "softmax"}
