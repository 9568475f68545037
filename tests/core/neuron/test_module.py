"""Neurons as torch modules: calls, batches, links, matrices, and how they are refused."""

import copy
import pickle
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from cajal_core import CajalError, Neuron, Program, linear

SOURCE = """
def not (x : Bool) : Bool = if x then false else true
def and (x : Bool) (y : Bool) : Bool = if x then y else (drop y in false)
def even (n : Nat) : Bool = iter n { zero => true | succ b => not b }
def at (f : Bool -o Bool) (x : Bool) : Bool = f x
space Image[4, 5]
extern step : Image -o Image
extern seen : Image -o Nat -o Bool
def dilate (img : Image) (n : Nat) : Image = iter n { zero => img | succ y => step y }
def look (img : Image) (n : Nat) : Bool = not (seen img n)
def both (x : Bool) (img : Image) : Bool = and x (seen img 3)
"""


@pytest.fixture
def program() -> Program:
    program = Program()
    program.run(SOURCE)
    return program


class Net(nn.Module):
    """A network that is not linear, from images to images."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Linear(20, 20)

    def forward(self, image: Tensor) -> Tensor:
        assert image.ndim == 3
        return torch.tanh(self.weight(image.flatten(1))).unflatten(1, (4, 5))


def test_arguments_and_type(program: Program) -> None:
    neuron = program["dilate"]
    assert str(neuron.type) == "Image -o Nat -o Image"
    assert [(a.name, str(a.type), a.degree) for a in neuron.arguments] == [
        ("img", "Image", None),  # `step` need not be linear
        ("n", "Nat", 1),
    ]
    assert [a.name for a in program.compile("and true").arguments] == ["arg1"]
    assert {name: str(type) for name, type in neuron.externs.items()} == {"step": "Image -o Image"}


def test_batches_broadcast_between_arguments(program: Program) -> None:
    p, q = torch.rand(5, 1, 2), torch.rand(1, 3, 2)
    result = program["and"](p, q)
    assert result.shape == (5, 3, 2)
    true = p[..., 0] * q[..., 0]
    torch.testing.assert_close(result[..., 0], true)
    torch.testing.assert_close(result[..., 1], p.sum(-1) * q.sum(-1) - true)


def test_an_empty_batch(program: Program) -> None:
    assert program["and"](torch.rand(0, 2), torch.rand(2)).shape == (0, 2)
    dilate = program.compile("dilate", link={"step": Net()})
    assert dilate(torch.rand(0, 4, 5), torch.rand(10)).shape == (0, 4, 5)


def test_a_recurrence_over_a_network(program: Program) -> None:
    net = Net()
    neuron = program.compile("dilate", link={"step": net})
    image, count = torch.rand(6, 4, 5), torch.rand(3, 1, 10)
    states = [image]
    for _ in range(9):
        states.append(net(states[-1]))
    image = image[None]
    states = [state[None] for state in states]
    expected = sum(count[..., i, None, None] * state for i, state in enumerate(states))
    torch.testing.assert_close(neuron(image, count), expected)


def test_an_extern_of_two_arguments_is_called_once_with_both(program: Program) -> None:
    calls = []

    def seen(image: Tensor, count: Tensor) -> Tensor:
        calls.append((image.shape, count.shape))
        return torch.stack([image.sum((1, 2)), count.sum(1)], -1)

    neuron = program.compile("look", link={"seen": seen})
    calls.clear()
    image, count = torch.rand(2, 1, 4, 5), torch.rand(1, 3, 10)
    result = neuron(image, count)
    assert calls == [((6, 4, 5), (6, 10))]
    torch.testing.assert_close(result[..., 1], image.sum((-1, -2)).expand(2, 3))


def test_a_tensor_is_linked_as_the_matrix_that_it_is(program: Program) -> None:
    matrix = torch.rand(20, 20)
    neuron = program.compile("dilate", link={"step": nn.Parameter(matrix)}, nat_size=3)
    image, count = torch.rand(4, 5), torch.rand(3)
    v = image.flatten()
    expected = count[0] * v + count[1] * matrix @ v + count[2] * matrix @ matrix @ v
    torch.testing.assert_close(neuron(image, count).flatten(), expected)
    assert [name for name, _ in neuron.named_parameters()] == ["extern_step"]


def test_gradients_reach_arguments_modules_and_tensors(program: Program) -> None:
    neuron = program.compile("dilate", link={"step": Net()})
    image = torch.rand(2, 4, 5, requires_grad=True)
    neuron(image, torch.rand(10)).sum().backward()
    assert image.grad is not None
    assert all(parameter.grad is not None for parameter in neuron.parameters())
    weight = torch.rand(20, 20, requires_grad=True)
    program.compile("dilate", link={"step": weight})(torch.rand(4, 5), torch.rand(10)).sum().backward()
    assert weight.grad is not None


def test_a_function_argument_is_a_matrix_or_a_callable(program: Program) -> None:
    at, x = program["at"], torch.rand(3, 2)
    matrices = torch.rand(3, 2, 2)
    torch.testing.assert_close(at(matrices, x), torch.einsum("bij,bj->bi", matrices, x))
    torch.testing.assert_close(at(torch.tanh, x), torch.tanh(x))
    torch.testing.assert_close(at(program["not"], x), x.flip(-1))


def test_dtype_follows_the_arguments(program: Program) -> None:
    neuron = program["and"]
    assert neuron(torch.rand(2).double(), torch.rand(2)).dtype == torch.float64
    assert neuron(torch.tensor([1, 0]), torch.tensor([True, False])).dtype == torch.float32
    assert program.compile("true")().dtype == torch.float32
    assert program.compile("true").double()().dtype == torch.float64
    received = []
    linked = program.compile("dilate", link={"step": lambda image: received.append(image.dtype) or image})
    received.clear()
    linked(torch.rand(4, 5).double(), torch.rand(10))
    assert set(received) == {torch.float64}


def test_fewer_arguments_give_the_matrix_of_the_rest(program: Program) -> None:
    neuron, p = program["and"], torch.rand(7, 2)
    rest = neuron(p)
    assert rest.shape == (7, 2, 2)
    q = torch.rand(7, 2)
    torch.testing.assert_close((rest @ q[..., None])[..., 0], neuron(p, q))
    torch.testing.assert_close(neuron(), neuron.matrix())


def test_the_rest_has_no_matrix_where_a_callable_stands_in_the_way(program: Program) -> None:
    neuron = program.compile("dilate", link={"step": Net()})
    # The count goes through no callable, so over it the neuron is linear.
    assert neuron(torch.rand(4, 5)).shape == (20, 10)
    look = program.compile("both", link={"seen": lambda image, n: torch.relu(image[:, 0, :2])})
    with pytest.raises(
        CajalError, match="`img` goes through `seen`, a callable that is not known to be linear"
    ):
        look(torch.rand(2))


def test_matrix_through_a_linked_callable(program: Program) -> None:
    neuron = program.compile("dilate", link={"step": linear(lambda image: 2 * image)}, nat_size=3)
    matrix = neuron.matrix()
    assert matrix.shape == (60, 20)
    columns = matrix.unflatten(0, (20, 3))
    torch.testing.assert_close(columns[:, 2], 4 * torch.eye(20))


@pytest.mark.parametrize("again", [copy.deepcopy, lambda neuron: pickle.loads(pickle.dumps(neuron))])
def test_copies_compute_the_same(program: Program, again) -> None:
    neuron = program.compile("dilate", link={"step": Net()})
    inputs = torch.rand(2, 4, 5), torch.rand(10)
    twin = again(neuron)
    torch.testing.assert_close(twin(*inputs), neuron(*inputs))
    with torch.no_grad():
        next(iter(twin.parameters())).zero_()
    assert next(iter(neuron.parameters())).abs().sum() > 0


def test_dynamics(program: Program) -> None:
    [found] = program["even"].dynamics()
    assert (found.name, str(found.type), found.labels) == ("b", "Bool", ["true", "false"])
    assert found.states.shape == (10, 10, 2)
    assert found.states[:, 0, 0].tolist() == [1, 0] * 5
    assert found.weights.shape == (10, 10)
    assert torch.equal(found.weights, torch.eye(10))
    [given] = program["even"].dynamics(torch.eye(10)[3])
    assert given.states.shape == (10, 2)
    assert given.weights.argmax() == 3
    torch.testing.assert_close(
        torch.einsum("i,id->d", given.weights, given.states), program["even"](torch.eye(10)[3])
    )


def test_wrong_shapes_are_named(program: Program) -> None:
    with pytest.raises(CajalError, match=r"the argument `y` : Bool has shape \(\.\.\., 2\), got \(4, 3\)"):
        program["and"](torch.rand(2), torch.rand(4, 3))
    with pytest.raises(CajalError, match=r"takes 2 arguments, got 3"):
        program["and"](*torch.rand(3, 2))
    with pytest.raises(
        CajalError, match=r"the extern `step` : Image -o Image has shape \(20, 20\), got \(3, 3\)"
    ):
        program.compile("dilate", link={"step": torch.eye(3)})
    at = program["at"]
    with pytest.raises(CajalError, match=r"`f` : Bool -o Bool must return shape \(3, 2\), got \(3, 4\)"):
        at(lambda x: x.repeat(1, 2), torch.rand(3, 2))
    with pytest.raises(CajalError, match="got NoneType"):
        at(lambda x: None, torch.rand(3, 2))
    with pytest.raises(CajalError, match="must be a tensor, got str"):
        program["not"]("true")


def test_what_is_not_linked_is_named(program: Program) -> None:
    neuron = program["dilate"]
    assert list(neuron.unlinked) == ["step"]
    with pytest.raises(CajalError, match="the extern `step : Image -o Image` is not linked"):
        neuron(torch.rand(4, 5), torch.rand(10))
    with pytest.raises(CajalError, match="not linked"):
        neuron.matrix()
    with pytest.raises(CajalError, match="there is no extern `stop`"):
        neuron.link(stop=Net())


def test_a_huge_matrix_is_refused_before_it_is_allocated() -> None:
    program = Program()
    program.run("space Big[10000, 10000]\nextern f : Big -o Big\ndef g (x : Big) : Big = f x")
    neuron = program.compile("g", link={"f": nn.Identity()})
    with pytest.raises(CajalError, match=r"of shape \(100000000, 100000000\) has 10\^16 entries"):
        neuron.matrix()
    with pytest.raises(CajalError, match="the limit is 3"):
        program.compile(r"\x:Bool. x").matrix(limit=3)
    with pytest.raises(CajalError, match="a tensor of type"):
        program.compile("(7 : Nat[1000000000])")


def test_what_overflows_is_listed() -> None:
    program = Program(nat_size=3)
    program.run("def add (m : Nat) (n : Nat[3]) : Nat = iter m { zero => n | succ k => succ k }")
    assert program["add"].lost == [("1", "2"), ("2", "1"), ("2", "2")]
    assert program.compile("add", overflow="saturate").lost == []
    assert program.compile(r"\x:Bool. x").lost == []


@pytest.mark.parametrize(
    "term", ["and", "even", r"\x:Bool. \n:Nat[3]. \y:Bool. (y, n, x)", "at", r"\p:Bool * Nat[3]. p"]
)
def test_a_sparse_matrix_is_the_dense_one(program: Program, term: str) -> None:
    neuron = program.compile(term)
    found = neuron.matrix(sparse=True)
    assert found.is_sparse
    torch.testing.assert_close(found.to_dense(), neuron.matrix())


def test_a_sparse_matrix_too_large_to_be_dense() -> None:
    program = Program(nat_size=500)
    program.run("def second (m : Nat) (n : Nat) : Nat = drop m in n")
    neuron = program["second"]
    with pytest.raises(CajalError, match="entries; the limit is"):
        neuron.matrix()
    found = neuron.matrix(sparse=True)
    assert found.shape == (250_000, 500)
    assert found.values().shape == (250_000,)
    # The cost is that of the columns: dense, one batch of its basis vectors would have 10¹⁰ entries.
    identity = Program(nat_size=100_000).compile(r"\n:Nat. n").matrix(sparse=True)
    assert identity.indices().tolist() == [[*range(100_000)]] * 2


def test_a_batch_of_functions_called_over_a_basis() -> None:
    program = Program()
    # The state of the recurrence is a function, so its matrix is built by calling `f` on a basis.
    neuron = program.compile(r"\f:Bool -o Bool. iter (1:Nat[2]) { zero => \x:Bool. f x | succ g => \x. g x }")
    matrices, x = torch.rand(5, 2, 2), torch.rand(5, 2)
    torch.testing.assert_close(neuron(matrices, x), torch.einsum("bij,bj->bi", matrices, x))
    assert neuron.matrix().shape == (4, 4)


def test_batches_that_do_not_broadcast_are_an_error(program: Program) -> None:
    with pytest.raises(CajalError, match=r"do not broadcast: `x` \(3,\), `y` \(4,\)"):
        program["and"](torch.rand(3, 2), torch.rand(4, 2))
    with pytest.raises(CajalError, match="the argument `x` has complex entries"):
        program["not"](torch.rand(3, 2).to(torch.complex64))


def test_what_a_callable_returns_takes_the_dtype_of_its_arguments(program: Program) -> None:
    program.run("extern e : Bool -o Bool")
    neuron = program.compile(r"\x:Bool. not (e x)", link={"e": lambda x: x.round().long()})
    assert neuron(torch.tensor([0.9, 0.1])).tolist() == [0, 1]


@pytest.mark.parametrize(
    "call",
    [
        pytest.param(lambda neuron: neuron(torch.rand(64, 3000)), id="partial"),
        pytest.param(lambda neuron: neuron.matrix(), id="matrix"),
        pytest.param(lambda neuron: neuron.lost, id="lost"),
        pytest.param(lambda neuron: neuron.dynamics(), id="dynamics"),
    ],
)
def test_tensors_too_large_are_refused_before_they_are_made(call: Callable[[Neuron], object]) -> None:
    program = Program(nat_size=3000)
    program.run("def add (m : Nat) (n : Nat) : Nat = iter m { zero => n | succ k => succ k }")
    with pytest.raises(CajalError, match=r"entries|27,000,000,000 numbers"):
        call(program["add"])


def test_what_a_callable_raises_tells_how_it_was_called(program: Program) -> None:
    neuron = program.compile("dilate", link={"step": lambda image: image.reshape(2, 4, 5)})
    with pytest.raises(RuntimeError) as caught:
        neuron(torch.rand(3, 4, 5), torch.rand(10))
    assert caught.value.__notes__ == [
        "raised by what is linked to the extern `step` : Image -o Image, called with (3, 4, 5)"
    ]


def test_results_may_be_changed_in_place(program: Program) -> None:
    """A constant is shared by all neurons of a definition."""
    for ask in (program.compile("true"), program["not"].matrix):
        first = ask()
        expected = first.clone()
        first += 1
        torch.testing.assert_close(ask(), expected)


@pytest.mark.parametrize("size", [2, 3])
def test_a_matrix_with_the_same_index_twice(size: int) -> None:
    program = Program(nat_size=size)
    program.run("extern e : Nat -o Nat -o Bool")
    e = torch.rand(2 * size, size)
    term = r"\n:Nat. copy n as (a, b) in copy b as (c, d) in drop d in e a c"
    expected = torch.einsum("bii->bi", e.unflatten(0, (2, size)))
    torch.testing.assert_close(program.compile(term, link={"e": e}).matrix(), expected)


def test_the_constants_of_a_partial_call_are_small() -> None:
    program = Program(nat_size=200)
    program.run("def add (m : Nat) (n : Nat) : Nat = iter m { zero => n | succ k => succ k }")
    neuron = program["add"]
    neuron(torch.rand(3, 200))
    [code] = [code for (given, _), code in neuron._variants.items() if given == 1]
    assert sum(each.numel() for each in code.constants(torch.float32, torch.device("cpu"))) < 10**6


def test_a_long_chain_of_matrices_is_fused_in_pieces() -> None:
    program = Program()
    program.run("def r0 (!f : Bool -o Bool) (x : Bool) : Bool = f x")
    for index in range(1, 10):
        program.run(f"def r{index} (!f : Bool -o Bool) (x : Bool) : Bool = r{index - 1} f (r{index - 1} f x)")
    f, x = torch.rand(3, 2, 2, dtype=torch.float64).softmax(-2), torch.rand(3, 2, dtype=torch.float64)
    expected = torch.einsum("bij,bj->bi", torch.linalg.matrix_power(f, 512), x)
    torch.testing.assert_close(program["r9"](f, x), expected)


@pytest.mark.parametrize(("term", "lost"), [("true", []), ("succ 9", [()]), (r"\n:Nat[3]. succ n", [("2",)])])
def test_what_overflows_is_lost(term: str, lost: list[tuple[str, ...]]) -> None:
    assert Program().compile(term).lost == lost


def test_arguments_are_given_by_name_wherever_they_are_given(program: Program) -> None:
    neuron = program.compile(
        r"\n:Nat[3]. \x':Bool. iter n { zero => x' | succ y => if y then false else true }"
    )
    n, x = torch.rand(5, 3), torch.rand(5, 2)
    torch.testing.assert_close(neuron(n, **{"x'": x}), neuron(n, x))
    torch.testing.assert_close(neuron(**{"x'": x, "n": n}), neuron(n, x))
    torch.testing.assert_close(neuron(n=n), neuron(n))
    torch.testing.assert_close(neuron.trace(n, **{"x'": x}).result, neuron(n, x))
    torch.testing.assert_close(neuron.dynamics(n=n)[0].states, neuron.dynamics(n)[0].states)


def test_dynamics_keep_the_batch_of_what_is_given(program: Program) -> None:
    neuron = program.compile(
        r"\n:Nat[3]. \x:Bool. iter n { zero => x | succ y => if y then false else true }"
    )
    (given,) = neuron.dynamics(torch.rand(5, 3))
    assert given.states.shape == (3, 2, 5, 2)
    (both,) = neuron.dynamics(torch.rand(3))
    assert both.states.shape == (3, 2, 2)


def test_a_neuron_on_meta_has_shapes_alone() -> None:
    neuron = Program().compile(r"\x:Bool. if x then false else true").to("meta")
    assert neuron.matrix().shape == (2, 2)
    assert neuron(torch.rand(5, 2, device="meta")).is_meta
