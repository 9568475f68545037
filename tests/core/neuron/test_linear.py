"""What is known to be linear, and what is not."""

from __future__ import annotations

import copy
import pickle

import pytest
import torch
from torch import nn
from torch.nn.utils import parametrizations

from cajal_core import Program, linear
from cajal_core.neuron.linear import is_linear


class Shifted(nn.Linear):
    """A class that inherits from a linear one, and is not."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:  # noqa: A002  # as torch calls it
        return super().forward(input) + 1


def _neuron(source: str, **links: object) -> object:
    *_, last = Program().run(source)
    return last.neuron().link(**links)  # type: ignore[arg-type]


BARE = nn.Linear(2, 2, bias=False)
THROUGH = "extern f : Bool -o Bool\ndef g (x : Bool) : Bool = f x"


def _hooked() -> nn.Module:
    layer = nn.Linear(2, 2, bias=False)
    layer.register_forward_hook(lambda _module, _inputs, output: output.relu())
    return layer


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        (torch.eye(2), True),
        (BARE, True),
        (nn.Linear(2, 2), False),
        (nn.Conv2d(1, 1, 3, bias=False), True),
        (nn.Conv2d(1, 1, 3), False),
        (nn.Sequential(nn.Flatten(), BARE, nn.Identity()), True),
        (nn.Sequential(BARE, nn.ReLU()), False),
        (nn.Softmax(-1), False),
        (nn.Dropout(), False),
        (Shifted(2, 2, bias=False), False),
        (_hooked(), False),
        (parametrizations.weight_norm(nn.Linear(2, 2)), False),
        (torch.tanh, False),
        (lambda x: x, False),
        (linear(lambda x: x), True),
        (linear(nn.Softmax(-1)), True),  # marked by the user, whom nothing checks
        (_neuron(r"\x:Bool. if x then false else true"), True),
        (_neuron(THROUGH, f=BARE), True),
        (_neuron(THROUGH, f=nn.Softmax(-1)), False),
        (_neuron("def r (!f : Bool -o Bool) (x : Bool) : Bool = f (f x)"), False),
    ],
)
def test_what_is_known_to_be_linear(link: object, expected: bool) -> None:
    assert is_linear(link) is expected


def test_a_mark_changes_nothing_else() -> None:
    layer = nn.Linear(2, 2)
    assert linear(layer) is layer
    assert is_linear(copy.deepcopy(layer))
    assert is_linear(pickle.loads(pickle.dumps(layer)))
    marked = linear(torch.tanh)
    assert is_linear(pickle.loads(pickle.dumps(marked)))
    assert marked(torch.ones(2)).equal(torch.ones(2).tanh())
    assert "tanh" in repr(marked)
