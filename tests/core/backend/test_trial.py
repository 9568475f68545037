"""What is linked is tried when it is linked, and is as it was before."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from cajal_core import CajalError, Neuron, Program
from cajal_core.backend import trial
from cajal_core.backend.trial import try_link
from cajal_core.base import tys

ANCHOR = torch.empty(0)
IMAGE = tys.Space("Image", (4, 5))
VECTOR = tys.Space("V", (20,))
BIT = tys.Arrow(tys.Bool(), tys.Bool())


def arrow(*types: tys.Type) -> tys.Type:
    *arguments, result = types
    for argument in reversed(arguments):
        result = tys.Arrow(argument, result)
    return result


class Raising(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        raise ValueError("not\nthis way")


def refusal(type: tys.Type, link: Any) -> str:
    with pytest.raises(CajalError) as caught:
        try_link("f", type, link, ANCHOR)
    return str(caught.value)


@pytest.mark.parametrize(
    ("type", "link"),
    [
        (BIT, nn.Linear(2, 2)),
        (BIT, nn.Linear(2, 2).double()),
        (BIT, torch.tanh),
        (BIT, lambda x: x.round().long()),
        (BIT, nn.BatchNorm1d(2)),
        (BIT, nn.BatchNorm1d(2, track_running_stats=False)),
        (BIT, nn.Sequential()),
        (BIT, partial(torch.softmax, dim=-1)),
        (BIT, lambda x: torch.distributions.Categorical(probs=x).probs),
        (BIT, lambda x: torch.autograd.grad((x.requires_grad_() ** 2).sum(), x)[0]),
        (arrow(IMAGE, IMAGE), lambda image: image.mT.mT),
        (arrow(IMAGE, tys.Bool()), nn.Sequential(nn.Flatten(), nn.Linear(20, 2))),
        (arrow(tys.Bool(), tys.Nat(3), tys.Bool()), lambda x, n: x * n.sum(-1, keepdim=True)),
        (arrow(BIT, tys.Bool()), lambda matrix: torch.linalg.inv(matrix)[..., 0]),
        (tys.Bool(), lambda: torch.ones(1, 2)),
        (BIT, nn.LazyLinear(2)),
    ],
    ids=count(),
)
def test_what_fits(type: tys.Type, link: Callable[..., Any]) -> None:
    try_link("f", type, link, ANCHOR)


@pytest.mark.parametrize(
    ("type", "link", "says"),
    [
        (BIT, nn.Linear, "is the class Linear itself"),
        (BIT, nn.Module(), "NotImplementedError"),
        (
            BIT,
            nn.Linear(10, 10),
            "cannot take (1, 2): RuntimeError: mat1 and mat2 shapes cannot be",
        ),
        (BIT, lambda x: 3, "must return shape (1, 2), got int"),
        (BIT, lambda x: (x, x), "must return shape (1, 2), got tuple"),
        (BIT, lambda x: x.sum(0), "must return shape (1, 2), got (2,)"),
        (BIT, Raising(), 'ValueError: not this way, at `raise ValueError("not\\nthis way")`'),
        (tys.Bool(), lambda: 3, "must return shape (1, 2), got int"),
        (tys.Bool(), nn.Linear(2, 2), "cannot be called with nothing: TypeError"),
        (arrow(tys.Bool(), tys.Nat(3), tys.Bool()), nn.Linear(2, 2), "cannot take (1, 2), (1, 3): TypeError"),
        # The way out was tried, and fits.
        (arrow(IMAGE, tys.Bool()), nn.Linear(20, 2), "help: link `nn.Sequential(nn.Flatten(), net)`"),
        (
            arrow(IMAGE, IMAGE),
            nn.Linear(20, 20),
            "help: link `nn.Sequential(nn.Flatten(), net, nn.Unflatten(1, (4, 5)))`",
        ),
        (
            arrow(IMAGE, tys.Bool()),
            nn.Sequential(nn.Conv2d(1, 3, 3), nn.Flatten(), nn.Linear(18, 2)),
            "help: link `nn.Sequential(nn.Unflatten(1, (1, 4)), net)`",
        ),
        # One image of (1, 4, 5) would be read as one of one channel.
        (
            arrow(IMAGE, IMAGE),
            nn.Conv2d(1, 1, 3, padding=1),
            "help: link `nn.Sequential(nn.Unflatten(1, (1, 4)), net, nn.Flatten(1, 2))`",
        ),
        (
            arrow(VECTOR, tys.Bool()),
            lambda x: torch.stack([x.max(), x.min()]),
            "help: it takes one sample and not a batch: link `torch.vmap(f)`",
        ),
    ],
)
def test_what_does_not_fit(type: tys.Type, link: Any, says: str) -> None:
    assert says in refusal(type, link)


def test_what_hides_parameters_is_refused() -> None:
    net = nn.Linear(2, 2)
    for link in (
        net.forward,
        lambda x: net(x).relu(),
        partial(torch.nn.functional.linear, weight=net.weight),
    ):
        assert "hides the parameters of" in refusal(BIT, link)
    net.requires_grad_(False)  # the way out that the message names
    for link in (net.forward, lambda x: net(x).relu()):
        try_link("f", BIT, link, ANCHOR)


def test_a_trial_leaves_a_module_as_it_was() -> None:
    class Counting(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.register_buffer("calls", torch.zeros(()))
            self.register_buffer("last", torch.zeros(1))

        def forward(self, x: Tensor) -> Tensor:
            self.calls += 1
            self.last = x
            return x

    net = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2), nn.Dropout(0.5), Counting())
    net[1].eval()
    modes = [module.training for module in net.modules()]
    before = {name: tensor.clone() for name, tensor in net.state_dict().items()}
    drawn = torch.get_rng_state()
    try_link("f", BIT, net, ANCHOR)
    with pytest.raises(CajalError):
        try_link("f", arrow(IMAGE, tys.Bool()), net, ANCHOR)
    assert [module.training for module in net.modules()] == modes
    assert torch.equal(torch.get_rng_state(), drawn)
    assert before.keys() == net.state_dict().keys()
    assert all(torch.equal(before[name], tensor) for name, tensor in net.state_dict().items())
    assert all(parameter.grad is None for parameter in net.parameters())


def test_a_trial_draws_no_number_of_a_callable() -> None:
    drawn = torch.get_rng_state()
    try_link("f", BIT, lambda x: x + torch.rand(2), ANCHOR)
    assert torch.equal(torch.get_rng_state(), drawn)


def test_lazy_modules_are_made_and_differ() -> None:
    first, second = nn.LazyLinear(2), nn.LazyLinear(2)
    for net in (first, second):
        try_link("f", BIT, net, ANCHOR)
    assert first.weight.shape == (2, 2)
    assert not torch.equal(first.weight, second.weight)


def test_what_fits_is_called_once(monkeypatch: pytest.MonkeyPatch) -> None:
    given = list[Tensor]()
    try_link("f", arrow(tys.Nat(3), tys.Nat(3)), lambda x: given.append(x.clone()) or x, ANCHOR.double())
    (only,) = given
    assert only.dtype == torch.float64
    torch.testing.assert_close(only, torch.tensor([[1, 0, 0], [2 / 3, 1 / 6, 1 / 6]], dtype=torch.float64))
    monkeypatch.setattr(trial, "LARGEST", 2)
    try_link("f", arrow(tys.Nat(3), tys.Nat(3)), lambda x: given.append(x) or x, ANCHOR)
    assert len(given) == 1


def test_a_link_of_a_program_is_tried_once_for_all_neurons() -> None:
    calls = list[int]()
    program = Program()
    program.run("extern f : Bool -o Bool\ndef g (x : Bool) : Bool = f x")
    program.link(f=lambda x: calls.append(len(x)) or x)
    assert calls == [2]
    assert isinstance(program["g"], Neuron)
    assert calls == [2]


def test_a_failure_of_ours_inside_is_not_told_as_the_user_s() -> None:
    inner = Program().compile(r"\x:Bool. x")
    del inner._executable.emitted
    with pytest.raises(AttributeError):
        try_link("f", BIT, inner, ANCHOR)


def test_modes_may_stay_and_nothing_else_is_left_behind() -> None:
    network = nn.Sequential(nn.BatchNorm1d(3), nn.Dropout(0.5)).train()
    network[1].eval()
    before, modes = {**network.state_dict()}, [part.training for part in network.modules()]
    kept = {name: own.clone() for name, own in before.items()}
    with trial.undisturbed([network], evaluates=False):
        assert [part.training for part in network.modules()] == modes
        network(torch.rand(5, 3))
        assert network[0].num_batches_tracked == 1
        network.eval()
    assert [part.training for part in network.modules()] == modes
    assert all(torch.equal(own, kept[name]) for name, own in network.state_dict().items())
