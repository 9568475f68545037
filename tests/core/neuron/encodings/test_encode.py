"""Encoded networks: linked, fed, trained, saved, copied, compiled."""

import copy
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

import cajal_core as cajal
from cajal_core import CajalError, Encoded, Linked, Neuron, Program, Ramp, encode
from cajal_core.backend.links import keeps_arguments

SOURCE = """
space Image[4, 5]
extern left : Image -o Bool
extern right : Image -o Bool
extern pair : Image -o Bool * Nat[3]
extern glyph : Image -o Nat[3]
def not (x : Bool) : Bool = if x then false else true
def eq (x : Bool) (y : Bool) : Bool = if x then y else not y
def same (a : Image) (b : Image) : Bool = eq (left a) (right b)
def read (xs : List[4] Image) : List[4] Nat[3] = [glyph x | x in xs]
def swap (p : Bool * Nat[3]) : Nat[3] * Bool = let (x, y) = p in (y, x)
def at (f : Bool -o Bool) (x : Bool) : Bool = f x
"""
SOFT = Ramp(4.0, 1.0, 10)


def network(outputs: int = 2) -> nn.Sequential:
    return nn.Sequential(nn.Flatten(), nn.Linear(20, outputs))


def doubled(x: Tensor) -> Tensor:
    return 2 * x


@pytest.fixture
def program() -> Program:
    torch.manual_seed(0)
    program = Program()
    program.run(SOURCE)
    return program


@pytest.fixture
def images() -> tuple[Tensor, Tensor]:
    a, b = torch.rand(2, 7, 4, 5, generator=torch.Generator().manual_seed(0))
    return a, b


def shared(
    program: Program, temperature: float | Ramp = 1.0, entropy: float | Ramp = 0.0
) -> tuple[Neuron, Encoded]:
    one = encode(network(), temperature=temperature, entropy=entropy)
    return program.compile("same", link={"left": one, "right": one}), one


def test_a_temperature_divides_what_the_network_returns() -> None:
    x, inside = torch.randn(7, 5), nn.Linear(5, 2)
    torch.testing.assert_close(encode(inside, temperature=4)(x), torch.softmax(inside(x) / 4, -1))
    torch.testing.assert_close(encode(inside, "sigmoid", temperature=4)(x), torch.sigmoid(inside(x) / 4))
    torch.testing.assert_close(encode(inside, "raw")(x), inside(x))


def test_it_is_linked_and_feeds_arguments(program: Program, images: tuple[Tensor, Tensor]) -> None:
    left, right = encode(network()), encode(network())
    linked = program.compile("same", link={"left": left, "right": right})
    fed = Linked(program["eq"], x=left, y=right)
    assert torch.equal(linked(*images), fed(*images))
    assert torch.equal(fed(*images), program["eq"](left(images[0]), right(images[1])))


@pytest.mark.parametrize("how", ["softmax", "sigmoid", "raw", "simplex", "norm"])
def test_linked_takes_the_same_names(program: Program, how: str) -> None:
    inside, x, y = nn.Linear(5, 2), torch.randn(7, 5), torch.rand(7, 2)
    by_name = Linked(program["eq"], x=inside, encode=how)  # type: ignore[arg-type]
    encoded = Linked(program["eq"], x=encode(inside, how))  # type: ignore[arg-type]
    torch.testing.assert_close(by_name(x, y), encoded(x, y))


def test_a_pair_and_a_matrix(program: Program, images: tuple[Tensor, Tensor]) -> None:
    pairs = encode(nn.Sequential(network(6), nn.Unflatten(1, (2, 3))), dim=(-2, -1))
    made = program.compile("pair", link={"pair": pairs})(images[0])
    torch.testing.assert_close(made.sum((-2, -1)), torch.ones(7))
    matrices = encode(nn.Sequential(network(4), nn.Unflatten(1, (2, 2))), dim=-2)
    torch.testing.assert_close(matrices(images[0]).sum(-2), torch.ones(7, 2))
    result = Linked(program["at"], f=matrices)(images[0], torch.tensor([0.3, 0.7]))
    torch.testing.assert_close(result.sum(-1), torch.ones(7))


def test_the_elements_of_lists_are_encoded() -> None:
    class Reader(nn.Module):
        def forward(self, x: Tensor) -> cajal.Sequence:
            return cajal.Sequence(x, torch.tensor([2, 1]), most=4)

    numbers = torch.randn(2, 2, 3)
    encoded = encode(Reader(), entropy=0.1)
    made = encoded(numbers)
    assert (made.lengths.tolist(), made.most) == ([2, 1], 4)
    torch.testing.assert_close(made.elements, numbers.softmax(-1))
    read = torch.stack([numbers[0, 0], numbers[0, 1], numbers[1, 0]])  # the second list has one element
    expected = -(read.softmax(-1) * read.log_softmax(-1)).sum(-1).mean()
    torch.testing.assert_close(encoded.penalty(), -0.1 * expected)


def test_a_comprehension_calls_it_on_all_images(program: Program) -> None:
    glyph = encode(network(3))
    read = program.compile("read", link={"glyph": glyph})(torch.rand(5, 4, 4, 5))
    torch.testing.assert_close(read.elements.sum(-1), torch.ones(5, 4))


def test_a_function_without_parameters_is_encoded() -> None:
    encoded = encode(torch.tanh)
    x = torch.randn(7, 2)
    assert torch.equal(encoded(x), torch.tanh(x).softmax(-1))
    assert "tanh" in str(encoded)
    assert torch.equal(encode(torch.tensor, "raw")([1, 2]), torch.tensor([1.0, 2.0]))  # whole numbers too


@pytest.mark.parametrize(
    ("hide", "said"),
    [
        (lambda net: net.forward, "what is encoded hides the parameters of Sequential"),
        (lambda net: lambda x: net(x) / 2, "what is encoded hides the parameters of `net` .Sequential."),
        (lambda _: nn.Linear, "what is encoded is the class Linear itself"),
    ],
)
def test_what_hides_parameters_is_refused(hide: object, said: str) -> None:
    with pytest.raises(CajalError, match=said):
        encode(hide(network()))  # type: ignore[operator]


def test_what_is_frozen_hides_nothing() -> None:
    net = network().requires_grad_(False)
    assert torch.equal(encode(net.forward)(torch.ones(1, 20)), net(torch.ones(1, 20)).softmax(-1))


def test_softmax_is_not_taken_twice(program: Program) -> None:
    for net in (nn.Sequential(network(), nn.Softmax(-1)), encode(network())):
        with pytest.raises(CajalError, match="ends with a softmax"):
            Linked(program["eq"], x=net, encode="softmax")
    Linked(program["eq"], x=encode(network(), "norm"), encode="softmax")


def test_the_trial_of_a_link_names_the_way_out_and_leaves_no_trace(program: Program) -> None:
    flat = encode(nn.Linear(20, 2), entropy=0.1)
    with pytest.raises(CajalError, match=r"cannot take \(1, 4, 5\).*\nhelp: link `nn.Sequential"):
        program["left"].link(left=flat)
    with pytest.raises(CajalError, match="what is encoded has shape"):
        program["left"].link(left=encode(torch.flatten, dim=(-3, -1)))
    one = encode(network(), temperature=SOFT, entropy=0.1)
    program["left"].link(left=one)
    assert one.training
    assert float(one.penalty()) == 0
    assert int(one.step) == 0


def test_it_costs_no_copies_around_torchs_own_layers() -> None:
    class Own(Encoded):
        pass

    assert keeps_arguments(encode(network()))
    assert keeps_arguments(encode(encode(network()), "raw"))
    assert not keeps_arguments(encode(nn.ReLU(inplace=True)))
    assert not keeps_arguments(encode(torch.relu_))
    own = Own(network(), "softmax", temperature=1, entropy=0, dim=-1)
    assert not keeps_arguments(own)


# The steps of a training


def test_a_schedule_follows_the_steps() -> None:
    encoded = encode(nn.Identity(), temperature=SOFT)
    x = torch.tensor([1.0, 2.0])
    for temperature in (4.0, 3.7, 3.4):
        torch.testing.assert_close(encoded(x), (x / temperature).softmax(-1))
        encoded.advance()
    assert int(encoded.step) == 3
    assert encoded.double()(x.double()).dtype == torch.float64
    assert encoded.half()(x.half()).dtype == torch.float16


def test_the_entropy_bonus_covers_all_calls_of_a_step(
    program: Program, images: tuple[Tensor, Tensor]
) -> None:
    neuron, one = shared(program, entropy=Ramp(0.1, 0.0, 10), temperature=2.0)
    neuron(*images)
    logits = one.network(torch.cat(images)) / 2
    expected = -(logits.softmax(-1) * logits.log_softmax(-1)).sum(-1).mean()
    penalty = one.penalty()
    torch.testing.assert_close(penalty, -0.1 * expected)
    assert float(one.penalty()) == 0
    penalty.backward()
    gradients = [parameter.grad for parameter in one.network.parameters()]
    assert all(gradient is not None and gradient.any() for gradient in gradients)
    neuron(*images)
    one.advance()
    assert float(one.penalty()) == 0  # the calls of another step do not count
    neuron(*images)
    torch.testing.assert_close(one.penalty(), -0.09 * expected)


def test_only_calls_of_a_training_count(program: Program, images: tuple[Tensor, Tensor]) -> None:
    neuron, one = shared(program, entropy=0.1)
    with torch.no_grad():
        neuron(*images)
    neuron.eval()(*images)
    torch.vmap(neuron.train())(*images)
    torch.export.export(neuron, images)
    assert float(one.penalty()) == 0


def steps(
    model: Neuron, one: Encoded, images: tuple[Tensor, Tensor], first: int, last: int, state: object
) -> object:
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    if state is not None:
        optimizer.load_state_dict(state)  # type: ignore[arg-type]
    for step in range(first, last):
        loss = cajal.nll(model(*images), torch.arange(7) * step % 2) + one.penalty()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        one.advance()
    return optimizer.state_dict()


def test_a_training_that_is_resumed_is_the_same(
    program: Program, images: tuple[Tensor, Tensor], tmp_path: Path
) -> None:
    settings = SOFT, Ramp(0.1, 0.0, 8)
    whole, one = shared(program, *settings)
    start = copy.deepcopy(whole.state_dict())
    steps(whole, one, images, 0, 12, None)

    half, one = shared(program, *settings)
    half.load_state_dict(start)
    optimizer = steps(half, one, images, 0, 5, None)
    torch.save(half.state_dict(), tmp_path / "state.pt")
    rest, one = shared(program, *settings)
    rest.load_state_dict(torch.load(tmp_path / "state.pt", weights_only=True))
    assert int(one.step) == 5
    steps(rest, one, images, 5, 12, optimizer)
    for name, tensor in whole.state_dict().items():
        assert torch.equal(tensor, rest.state_dict()[name]), name


def test_a_state_fits_without_a_schedule_and_is_saved_once(program: Program) -> None:
    trained, _ = shared(program, temperature=SOFT)
    state = trained.state_dict()
    assert [name for name in state if name.startswith("extern")] == [
        "extern_left.step",
        "extern_left.network.1.weight",
        "extern_left.network.1.bias",
    ]
    plain, _ = shared(program)
    plain.load_state_dict(state)


# Copies and transformations


def test_it_is_copied_and_pickled_while_it_is_trained(
    program: Program, images: tuple[Tensor, Tensor]
) -> None:
    neuron, one = shared(program, temperature=SOFT, entropy=0.1)
    one.advance()
    result = neuron(*images)
    for copied in (copy.deepcopy(neuron), pickle.loads(pickle.dumps(neuron))):
        assert torch.equal(copied(*images), result)
        inside = copied.extern_left
        assert isinstance(inside, Encoded)
        assert copied.extern_right is inside
        inside.advance()
        assert int(inside.step) == 2
    assert int(one.step) == 1
    assert one.penalty().item() < 0
    assert torch.equal(pickle.loads(pickle.dumps(encode(doubled)))(images[0]), encode(doubled)(images[0]))


def test_what_has_no_name_is_not_pickled() -> None:
    for encoded, name in (
        (encode(lambda x: x), "network"),
        (encode(nn.Identity(), entropy=lambda _: 1.0), "entropy"),
    ):
        with pytest.raises(CajalError, match=f"`{name}` cannot be pickled"):
            pickle.dumps(encoded)
        copy.deepcopy(encoded)


@pytest.mark.slow
def test_it_is_compiled_once_for_all_temperatures() -> None:
    torch._dynamo.reset()
    one = encode(nn.Linear(5, 2), temperature=SOFT, entropy=0.1)
    compiled, x, target = (
        torch.compile(one, fullgraph=True, backend="aot_eager"),
        torch.rand(7, 5),
        torch.ones(7),
    )

    def gradient(model: Callable[[Tensor], Tensor]) -> Tensor:
        one.zero_grad()
        (cajal.nll(model(x), target.long()) + one.penalty()).backward()
        assert isinstance(one.network, nn.Linear)
        assert one.network.weight.grad is not None
        return one.network.weight.grad

    for step in range(4):
        with torch._dynamo.config.patch(error_on_recompile=step > 0):
            torch.testing.assert_close(gradient(compiled), gradient(one))
        one.advance()


def test_it_is_exported(program: Program, images: tuple[Tensor, Tensor]) -> None:
    neuron, _ = shared(program, temperature=SOFT, entropy=0.1)
    exported = torch.export.export(neuron, images).module()
    assert torch.equal(exported(*images), neuron(*images))
