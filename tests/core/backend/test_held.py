"""Which networks and tensors a callable's code can reach."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from cajal_core.backend.held import held

NET = nn.Linear(2, 2)
NETS = [NET]
HOLDER = SimpleNamespace(net=NET, other=nn.Linear(3, 3))


def helper(x: Tensor) -> Tensor:
    return NET(x)


class Around:
    """No module, but it has one."""

    def __init__(self) -> None:
        self.net = NET
        self.unused = nn.Linear(3, 3)

    def __call__(self, x: Tensor) -> Tensor:
        return self.inner(x)

    def inner(self, x: Tensor) -> Tensor:
        return self.net(x)

    def other(self, x: Tensor) -> Tensor:
        return torch.relu(x)


def closure(net: nn.Module) -> Callable[[Tensor], Tensor]:
    return lambda x: net(x).softmax(-1)


def applied(net: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    return net(x)


LINKS: list[Any] = [
    NET,
    NET.forward,
    closure(NET),
    lambda x: NET(x).relu(),
    lambda x: NETS[0](x).relu(),
    lambda x: HOLDER.net(x).relu(),
    lambda x: [NET(part) for part in x],
    lambda x: [lambda y: NET(y).relu(), x],
    lambda x, net=NET: net(x),
    helper,
    lambda x: helper(x).relu(),
    partial(applied, NET),
    partial(helper),
    torch.vmap(closure(NET)),
    Around(),
    Around().inner,
    Around().__call__,
    NET.__call__,
]


@pytest.mark.parametrize("number", range(len(LINKS)))
def test_a_network_inside_is_seen_and_no_other(number: int) -> None:
    assert [part.value for part in held(LINKS[number])] == [NET]


@pytest.mark.parametrize(
    "link", [torch.tanh, torch.nn.functional.relu, Around().other, len, lambda x: x, print]
)
def test_where_there_is_none_there_is_none(link: Any) -> None:
    assert not list(held(link))


def test_what_is_trained() -> None:
    frozen = nn.Linear(2, 2).requires_grad_(False)
    weight, plain = nn.Parameter(torch.eye(2)), torch.eye(2)
    (first, second, third) = held(lambda x: frozen(x) @ weight @ plain)
    assert [part.name for part in (first, second, third)] == ["frozen", "plain", "weight"]
    assert [part.is_trained for part in (first, second, third)] == [False, False, True]


def test_a_method_of_a_parameter_holds_it() -> None:
    weight = nn.Parameter(torch.eye(2))
    assert [part.is_trained for part in held(weight.matmul)] == [True]


def test_a_long_or_circular_structure_ends() -> None:
    circle: list[Any] = [*range(100_000)]
    circle.append(circle)
    assert not list(held(lambda: circle))
