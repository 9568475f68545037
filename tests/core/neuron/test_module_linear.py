"""What is no matrix is not said to be one; its table and its derivatives are."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest
import torch
from torch import Tensor, nn
from torch.func import jacrev, vmap

from cajal_core import CajalError, Neuron, Program, dim, linear, shape

SOURCE = """
space V[3]
data Way = N | E | S
extern net : V -o Bool
extern pick : Way -o Bool
extern pair : Bool -o Way -o Nat
def not (x : Bool) : Bool = if x then false else true
def through (x : V) : Bool = net x
def after (x : V) : Bool = not (net x)
def branch (x : Bool) (w : Way) : Bool = if x then pick w else not (pick w)
def both (x : Bool) (w : Way) : Nat = pair (not x) w
def constant (x : Bool) : Bool * Bool = (x, pick E)
def copied (w : Way) : Bool * Way = copy w as (a, b) in (pick a, b)
def iterate (n : Nat) (x : Bool) : Bool = iter n { zero => x | succ y => not y }
def at (f : Bool -o Bool) (x : Bool) : Bool = f x
def often (!f : Bool -o Bool) (!n : Nat) (x : Bool) : Bool = iter n { zero => x | succ y => f y }
"""


def squares(*arguments: Tensor) -> Tensor:
    """Two or three numbers that are linear in nothing."""
    total = torch.cat([argument**2 for argument in arguments], -1)
    return total[:, : 3 if len(arguments) > 1 else 2]


@pytest.fixture
def program() -> Program:
    program = Program(nat_size=3)
    program.run(SOURCE)
    return program


#: The definitions, and for each whether an argument goes through what is linked.
THROUGH = {"through": True, "after": True, "branch": True, "both": True, "constant": False, "copied": False}


@pytest.fixture
def linked(program: Program) -> Program:
    program.link(net=nn.Sequential(nn.Linear(3, 2), nn.Softmax(-1)), pick=squares, pair=squares)
    return program


@pytest.mark.parametrize(("name", "refused"), THROUGH.items())
def test_a_matrix_is_refused_or_the_neuron_itself(linked: Program, name: str, refused: bool) -> None:
    neuron = linked[name]
    asks: list[Callable[[], object]] = [
        neuron.matrix,
        lambda: neuron.matrix(sparse=True),
        neuron,  # without arguments, the matrix of the whole
    ]
    if refused:
        for ask in asks:
            with pytest.raises(
                CajalError, match=r"goes through `(net|pick|pair)`, .* not known to be linear"
            ):
                ask()
        assert neuron.obstacle is not None
        assert not neuron.is_known_linear
    else:
        [argument] = neuron.arguments
        x = torch.rand(*shape(argument.type))
        result = neuron(x)
        torch.testing.assert_close((neuron.matrix() @ x).reshape(result.shape), result)
        assert neuron.obstacle is None


@pytest.mark.parametrize("name", ["through", "after"])
def test_what_is_linear_has_a_matrix_through_links(program: Program, name: str) -> None:
    layer = nn.Linear(3, 2, bias=False)
    weight = layer.weight.detach()
    twice = linear(lambda x: 2 * (x @ weight.T))
    program.link(net=layer)
    inner = program["through"]
    for link in (layer, twice, layer.weight, inner, nn.Sequential(nn.Flatten(), layer)):
        neuron, x = program.compile(name, link={"net": link}), torch.rand(3)
        torch.testing.assert_close(neuron.matrix() @ x, neuron(x))


def test_the_rest_is_refused_only_over_what_goes_through(linked: Program) -> None:
    neuron = linked["branch"]
    with pytest.raises(CajalError, match="`w` goes through `pick`"):
        neuron(torch.rand(2))
    # Each function that is given may be in the way, too.
    with pytest.raises(CajalError, match="`x` goes through `f`"):
        linked["at"](nn.Softmax(-1))
    assert linked["at"](linked["not"]).tolist() == [[0, 1], [1, 0]]


def test_the_help_names_a_table_only_where_there_is_one(linked: Program) -> None:
    for name, has_table in (("branch", True), ("through", False)):
        with pytest.raises(CajalError) as caught:
            linked[name].matrix()
        assert (".table()" in str(caught.value)) is has_table
        assert ".jacobian(" in str(caught.value)
        if has_table:
            linked[name].table()


def columns(neuron: Neuron, given: list[Tensor]) -> Tensor:
    """The table by its definition: the neuron called at one choice of basis vectors after the other."""
    rest = neuron.arguments[len(given) :]
    dims = [dim(argument.type) for argument in rest]
    values = [
        neuron(
            *given,
            *[
                torch.eye(size)[i].reshape(shape(a.type))
                for i, size, a in zip(choice, dims, rest, strict=True)
            ],
        )
        for choice in product(*map(range, dims))
    ]
    batch = torch.broadcast_shapes(*[tensor.shape[:-1] for tensor in given])
    stacked = torch.stack([value.expand(*batch, *value.shape[len(batch) :]) for value in values], -1)
    flat = stacked.flatten(len(batch), -2)
    return flat.unflatten(-1, dims).permute(
        *range(len(batch) + 1), *range(flat.ndim + len(dims) - 2, len(batch), -1)
    )


@pytest.mark.parametrize("name", ["branch", "both", "constant", "copied", "iterate", "not"])
def test_a_table_has_the_values_at_basis_vectors(linked: Program, name: str) -> None:
    neuron = linked[name]
    table = neuron.table()
    assert table.shape == shape(neuron.type)
    torch.testing.assert_close(table, columns(neuron, []).reshape(table.shape))
    if neuron.is_known_linear:
        torch.testing.assert_close(table, neuron.matrix())


def test_a_table_takes_first_arguments(linked: Program) -> None:
    given = torch.rand(4, 2)
    table = linked["both"].table(given)
    assert table.shape == (4, 3, 3)
    torch.testing.assert_close(table, columns(linked["both"], [given]))
    # All of them: a call. Reusable arguments that are data have basis vectors, too.
    x = torch.rand(3)
    torch.testing.assert_close(linked["both"].table(given, x), linked["both"](given, x))
    often = linked["often"].table(torch.eye(2))  # the identity, as often as n says
    torch.testing.assert_close(often.reshape(2, 2, 3), torch.eye(2)[..., None].expand(2, 2, 3))
    with pytest.raises(CajalError, match="no table over `x : V`"):
        linked["through"].table()
    with pytest.raises(CajalError, match="entries; the limit is 8"):
        linked["both"].table(limit=8)


def test_a_jacobian_is_the_derivative_in_each_argument(linked: Program) -> None:
    for name, batch in product(("through", "branch", "both", "copied", "at"), ((), (5,), (2, 3))):
        neuron = linked[name]
        points = [torch.rand(*batch, *shape(argument.type)) for argument in neuron.arguments]
        found = neuron.jacobian(*points)
        expected = jacrev(neuron, argnums=tuple(range(len(points))))
        for _ in batch:
            expected = vmap(expected)
        for mine, theirs in zip(found, expected(*points), strict=True):
            torch.testing.assert_close(mine, theirs)


def test_batches_of_a_jacobian_broadcast(linked: Program) -> None:
    x, w = torch.rand(5, 2), torch.rand(3)
    first, second = linked["both"].jacobian(x, w)
    assert first is not None and second is not None
    assert (first.shape, second.shape) == ((5, 3, 2), (5, 3, 3))
    torch.testing.assert_close(second[2], jacrev(lambda w: linked["both"](x[2], w))(w))


def test_a_jacobian_carries_gradients_where_they_are_on(linked: Program) -> None:
    neuron = linked["through"]
    with torch.no_grad():
        assert not neuron.jacobian(torch.rand(3))[0].requires_grad  # type: ignore[union-attr]
    with torch.inference_mode():
        assert neuron.jacobian(torch.rand(3))[0].shape == (2, 3)  # type: ignore[union-attr]
    neuron.jacobian(torch.rand(3))[0][0].sum().backward()  # type: ignore[index]
    assert all(parameter.grad is not None for parameter in neuron.parameters())


def test_a_jacobian_without_a_gradient_is_an_error_and_no_zero(linked: Program) -> None:
    with pytest.raises(CajalError, match="no gradient comes back from `net`"):
        linked.compile("through", link={"net": lambda x: x[:, :2].detach()}).jacobian(torch.rand(3))
    assert linked["at"].jacobian(torch.tanh, torch.ones(2))[0] is None
    assert linked.compile("true").jacobian() == ()
    # What the result does not depend on has the derivative zero.
    dropped = linked.compile(r"\x:Way. \y:Way. drop y in pick x")
    second = dropped.jacobian(torch.rand(3), torch.tensor([1.0, 0.0, 0.0]))[1]
    torch.testing.assert_close(second, second[:, :1].expand(-1, 3) if second is not None else None)


def test_the_type_is_no_cast_and_says_what_to_write(program: Program) -> None:
    for name in ("not", "through", "at"):
        with pytest.raises(TypeError, match=r"write `neuron\.to\(torch\.float64\)`"):
            program[name].type(torch.float64)  # type: ignore[operator]
    with pytest.raises(TypeError, match=r"the type of a neuron, Bool, is no cast"):
        program.compile("true").type(torch.float64)  # type: ignore[operator]
